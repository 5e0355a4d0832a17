#ifndef INPAINTD_CGSTREAMER_SHIM_H
#define INPAINTD_CGSTREAMER_SHIM_H

// What Swift cannot import by itself, or not as it is: macros, casts, variadics. No logic.

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>
#include <gst/rtsp-server/rtsp-server.h>
#include <gst/video/video.h>
#include <pthread.h>

static inline GstClockTime media_second(void) { return GST_SECOND; }
static inline GstClockTime media_clock_time_none(void) { return GST_CLOCK_TIME_NONE; }

// GType macros.
static inline GType media_type_enum(void) { return G_TYPE_ENUM; }
static inline GType media_type_string(void) { return G_TYPE_STRING; }
static inline GType media_type_int(void) { return G_TYPE_INT; }
static inline GType media_type_int64(void) { return G_TYPE_INT64; }
static inline GType media_type_double(void) { return G_TYPE_DOUBLE; }
static inline GType media_type_boolean(void) { return G_TYPE_BOOLEAN; }
static inline GType media_type_structure(void) { return GST_TYPE_STRUCTURE; }
static inline GType media_type_event(void) { return GST_TYPE_EVENT; }
static inline GType media_type_of_instance(gpointer instance) { return G_TYPE_FROM_INSTANCE(instance); }
static inline gboolean media_value_holds(const GValue *value, GType type) { return G_VALUE_HOLDS(value, type); }

// Error domains.
static inline GQuark media_resource_error(void) { return GST_RESOURCE_ERROR; }
static inline GQuark media_stream_error(void) { return GST_STREAM_ERROR; }
static inline GQuark media_library_error(void) { return GST_LIBRARY_ERROR; }
static inline gboolean media_error_is_delayed_link(const GError *error) {
  return g_error_matches(error, GST_PARSE_ERROR, GST_PARSE_ERROR_DELAYED_LINK);
}

// Declared as a function that reads no memory, though it reads the text: Swift's optimizer calls it when the text is freed.
static inline GstVideoFormat media_video_format(const char *name) {
  GstVideoFormat (*volatile from_string)(const gchar *) = gst_video_format_from_string;
  return from_string(name);
}

// Object fields behind macros.
static inline gboolean media_event_is_serialized(GstEvent *event) { return GST_EVENT_IS_SERIALIZED(event); }
static inline gboolean media_event_is_sticky(GstEvent *event) { return GST_EVENT_IS_STICKY(event); }
static inline GstEventType media_event_type(GstEvent *event) { return GST_EVENT_TYPE(event); }
static inline gboolean media_pad_has_ended(GstPad *pad) { return GST_PAD_IS_EOS(pad); }
static inline GstQueryType media_query_type(GstQuery *query) { return GST_QUERY_TYPE(query); }
static inline gboolean media_query_is_serialized(GstQuery *query) { return GST_QUERY_IS_SERIALIZED(query); }
static inline GstMessageType media_message_type(GstMessage *message) { return GST_MESSAGE_TYPE(message); }
static inline GObjectClass *media_object_class(gpointer object) { return G_OBJECT_GET_CLASS(object); }
static inline guint media_object_flags(gpointer object) { return GST_OBJECT_FLAGS(object); }
static inline GstState media_state(GstElement *element) { return GST_STATE(element); }
static inline GstPad *media_base_sink_pad(gpointer sink) { return GST_BASE_SINK_PAD(sink); }
static inline GstPad *media_base_src_pad(gpointer src) { return GST_BASE_SRC_PAD(src); }

static inline void media_set_string_property(gpointer object, const char *name, const char *value) {
  g_object_set(object, name, value, NULL);
}
static inline void media_set_boolean_property(gpointer object, const char *name, gboolean value) {
  g_object_set(object, name, value, NULL);
}
static inline void media_set_enum_property(gpointer object, const char *name, int value) {
  g_object_set(object, name, value, NULL);
}
static inline void media_set_int_property(gpointer object, const char *name, int value) {
  g_object_set(object, name, value, NULL);
}
static inline void media_get_property(gpointer object, const char *name, GValue *value) {
  g_object_get_property(G_OBJECT(object), name, value);
}
static inline void media_structure_set_string(GstStructure *structure, const char *name, const char *value) {
  gst_structure_set(structure, name, G_TYPE_STRING, value, NULL);
}

// The debug log. The name is read as GStreamer's own log reads it, without the lock that the one who logs may hold.
static inline const char *media_debug_object_name(gpointer object) {
  return object && GST_IS_OBJECT(object) ? GST_OBJECT_NAME(object) : NULL;
}
static inline const char *media_debug_parent_name(gpointer object) {
  return object && GST_IS_PAD(object) && GST_OBJECT_PARENT(object) ? GST_OBJECT_NAME(GST_OBJECT_PARENT(object)) : NULL;
}

static inline void media_structure_set_boolean(GstStructure *structure, const char *name, gboolean value) {
  gst_structure_set(structure, name, G_TYPE_BOOLEAN, value, NULL);
}

// Of glib-unix.h, which would bring the system's own headers along.
extern GSource *g_unix_fd_source_new(gint descriptor, GIOCondition condition);

// glibc declares it for _GNU_SOURCE only.
extern int pthread_setname_np(pthread_t thread, const char *name);
extern int pthread_getname_np(pthread_t thread, char *name, size_t size);
static inline void media_read_thread_name(char *name, size_t size) { pthread_getname_np(pthread_self(), name, size); }
static inline void media_name_thread(pthread_t thread, const char *name) { pthread_setname_np(thread, name); }

// Buffers.
static inline gboolean media_buffer_has_flag(GstBuffer *buffer, GstBufferFlags flag) {
  return GST_BUFFER_FLAG_IS_SET(buffer, flag);
}
static inline void media_buffer_clear_flag(GstBuffer *buffer, GstBufferFlags flag) {
  GST_BUFFER_FLAG_UNSET(buffer, flag);
}
static inline void media_buffer_set_flag(GstBuffer *buffer, GstBufferFlags flag) { GST_BUFFER_FLAG_SET(buffer, flag); }
static inline guint media_buffer_flags(GstBuffer *buffer) { return GST_BUFFER_FLAGS(buffer); }
static inline GstVideoRegionOfInterestMeta *media_buffer_roi_meta(GstBuffer *buffer) {
  return gst_buffer_get_video_region_of_interest_meta(buffer);
}
static inline GstBuffer *media_buffer_copy(const GstBuffer *buffer) { return gst_buffer_copy(buffer); }
static inline GstBuffer *media_buffer_make_writable(GstBuffer *buffer) { return gst_buffer_make_writable(buffer); }
static inline GstVideoMeta *media_buffer_video_meta(GstBuffer *buffer) { return gst_buffer_get_video_meta(buffer); }
static inline GType media_video_meta_api(void) { return GST_VIDEO_META_API_TYPE; }

// Flags made of several.
static inline GParamFlags media_param_flags(gboolean writable, gboolean in_playing) {
  return (GParamFlags)(G_PARAM_READABLE |
                       (writable ? G_PARAM_WRITABLE | (in_playing ? GST_PARAM_MUTABLE_PLAYING : GST_PARAM_MUTABLE_READY)
                                 : 0));
}
// What lets a property change in PLAYING, and in PAUSED and READY besides. Implied: each lower state.
static inline guint media_param_mutable_playing(void) { return GST_PARAM_MUTABLE_PLAYING | GST_PARAM_CONTROLLABLE; }
static inline guint media_param_mutable_paused(void) { return GST_PARAM_MUTABLE_PAUSED; }
static inline guint media_param_mutable_ready(void) { return GST_PARAM_MUTABLE_READY; }
static inline void media_suppress_end_flags(GstBin *bin) {
  gst_bin_set_suppressed_flags(bin, (GstElementFlags)(GST_ELEMENT_FLAG_SOURCE | GST_ELEMENT_FLAG_SINK));
}

static inline void media_set_sink_flag(GstElement *element) { GST_OBJECT_FLAG_SET(element, GST_ELEMENT_FLAG_SINK); }

// Converter options.
#define MEDIA_OPTION(name, macro) \
  static inline const char *media_option_##name(void) { return macro; }
MEDIA_OPTION(src_x, GST_VIDEO_CONVERTER_OPT_SRC_X)
MEDIA_OPTION(src_y, GST_VIDEO_CONVERTER_OPT_SRC_Y)
MEDIA_OPTION(src_width, GST_VIDEO_CONVERTER_OPT_SRC_WIDTH)
MEDIA_OPTION(src_height, GST_VIDEO_CONVERTER_OPT_SRC_HEIGHT)
MEDIA_OPTION(resampler, GST_VIDEO_CONVERTER_OPT_RESAMPLER_METHOD)
MEDIA_OPTION(chroma_mode, GST_VIDEO_CONVERTER_OPT_CHROMA_MODE)
MEDIA_OPTION(dither, GST_VIDEO_CONVERTER_OPT_DITHER_METHOD)
#undef MEDIA_OPTION
static inline void media_structure_set_int(GstStructure *structure, const char *name, int value) {
  gst_structure_set(structure, name, G_TYPE_INT, value, NULL);
}
static inline void media_structure_set_enum(GstStructure *structure, const char *name, GType type, int value) {
  gst_structure_set(structure, name, type, value, NULL);
}

#endif
