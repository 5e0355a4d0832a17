// A camera for the tests: serves RTSP on 127.0.0.1, and does wrong what it is told to do wrong.
//
//   TestCamera [--port N] [--user NAME --password WORD [--digest]] PATH=TEXT …
//
// Each TEXT is a pipeline whose payloader is named pay0; all who ask for PATH share one. The first line on standard
// output is "port N". Then each line of standard input is done, and answered with "ok" or "error: …"; the end of
// standard input ends the server.
//
//   set ELEMENT PROPERTY VALUE   sets a property of an element of every media that plays
//   shift TICKS                  adds to the RTP timestamps from now on; may be negative
//   repeat N                     lets the next N frames have the timestamp of the one before them
//   end                          ends every media's stream
//   close                        closes every client's connection

#include <gst/rtsp-server/rtsp-server.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char role[] = "viewer";

static GMainLoop *loop;
static GstRTSPServer *server;
/// The media that are prepared. Owned, and touched by the main thread and the media's own.
static GPtrArray *media;
static GMutex mutex;

// What is done to RTP timestamps, under the mutex.
static guint32 shift;
static int repeats;
static gboolean has_last;
static guint32 last_in, last_out;

// The bytes of an RTP header: RFC 3550, section 5.1.
enum { rtp_timestamp = 4, rtp_header_size = 12 };

static guint32 timestamp_out(guint32 in) {
    g_mutex_lock(&mutex);
    // Packets of one frame have one timestamp.
    if (!has_last || in != last_in) {
        if (has_last && repeats > 0) {
            repeats--;
        } else {
            last_out = in + shift;
        }
        last_in = in;
        has_last = TRUE;
    }
    const guint32 out = last_out;
    g_mutex_unlock(&mutex);
    return out;
}

static GstBuffer *rewrite(GstBuffer *buffer) {  // transfer full both ways
    buffer = gst_buffer_make_writable(buffer);
    guint8 header[rtp_header_size];
    if (gst_buffer_extract(buffer, 0, header, sizeof header) == sizeof header) {
        GST_WRITE_UINT32_BE(header + rtp_timestamp, timestamp_out(GST_READ_UINT32_BE(header + rtp_timestamp)));
        gst_buffer_fill(buffer, 0, header, sizeof header);
    }
    return buffer;
}

static gboolean rewrite_one(GstBuffer **buffer, guint index, gpointer data) {
    (void)index;
    (void)data;
    *buffer = rewrite(*buffer);
    return TRUE;
}

static GstPadProbeReturn pass_packets(GstPad *pad, GstPadProbeInfo *info, gpointer data) {
    (void)pad;
    (void)data;
    if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST) {
        GstBufferList *list = gst_buffer_list_make_writable(GST_PAD_PROBE_INFO_BUFFER_LIST(info));
        gst_buffer_list_foreach(list, rewrite_one, NULL);
        info->data = list;
    } else {
        info->data = rewrite(GST_PAD_PROBE_INFO_BUFFER(info));
    }
    return GST_PAD_PROBE_OK;
}

static void forget(GstRTSPMedia *gone, gpointer data) {
    (void)data;
    g_mutex_lock(&mutex);
    g_ptr_array_remove(media, gone);
    g_mutex_unlock(&mutex);
}

static void configure(GstRTSPMediaFactory *factory, GstRTSPMedia *fresh, gpointer data) {
    (void)factory;
    (void)data;
    GstElement *element = gst_rtsp_media_get_element(fresh);  // transfer full
    GstElement *payloader = gst_bin_get_by_name(GST_BIN(element), "pay0");
    GstPad *pad = payloader ? gst_element_get_static_pad(payloader, "src") : NULL;
    if (pad) {
        const GstPadProbeType kinds = GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST;
        gst_pad_add_probe(pad, kinds, pass_packets, NULL, NULL);
        gst_object_unref(pad);
    }
    g_clear_object(&payloader);
    g_object_unref(element);

    g_mutex_lock(&mutex);
    g_ptr_array_add(media, g_object_ref(fresh));
    g_mutex_unlock(&mutex);
    g_signal_connect(fresh, "unprepared", G_CALLBACK(forget), NULL);
}

/// Does something with the pipeline of each media; whether one of them took it.
static gboolean for_each_media(gboolean (*body)(GstElement *, char **), char **words) {
    g_mutex_lock(&mutex);
    GPtrArray *all = g_ptr_array_copy(media, (GCopyFunc)(void (*)(void))g_object_ref, NULL);
    g_mutex_unlock(&mutex);
    gboolean is_taken = FALSE;
    for (guint index = 0; index < all->len; index++) {
        GstElement *element = gst_rtsp_media_get_element(all->pdata[index]);  // transfer full
        is_taken = body(element, words) || is_taken;
        g_object_unref(element);
    }
    g_ptr_array_unref(all);
    return is_taken;
}

static gboolean set_property(GstElement *pipeline, char **words) {
    GstElement *element = gst_bin_get_by_name(GST_BIN(pipeline), words[1]);
    if (!element) return FALSE;
    const gboolean exists = g_object_class_find_property(G_OBJECT_GET_CLASS(element), words[2]) != NULL;
    if (exists) gst_util_set_object_arg(G_OBJECT(element), words[2], words[3]);
    g_object_unref(element);
    return exists;
}

static gboolean end_stream(GstElement *pipeline, char **words) {
    (void)words;
    return gst_element_send_event(pipeline, gst_event_new_eos());
}

static GstRTSPFilterResult drop(GstRTSPServer *from, GstRTSPClient *client, gpointer data) {
    (void)from;
    (void)client;
    (void)data;
    return GST_RTSP_FILTER_REMOVE;
}

/// Does what a line says; what is wrong with it, or NULL.
static const char *obey(const char *line) {
    g_auto(GStrv) words = g_strsplit(line, " ", 4);
    const guint count = g_strv_length(words);
    if (count == 4 && !strcmp(words[0], "set")) {
        return for_each_media(set_property, words) ? NULL : "no media has that element and property";
    }
    if (count == 2 && (!strcmp(words[0], "shift") || !strcmp(words[0], "repeat"))) {
        const gint64 number = g_ascii_strtoll(words[1], NULL, 10);
        g_mutex_lock(&mutex);
        if (words[0][0] == 's') {
            shift += (guint32)number;
        } else {
            repeats = (int)number;
        }
        g_mutex_unlock(&mutex);
        return NULL;
    }
    if (count == 1 && !strcmp(words[0], "end")) return for_each_media(end_stream, words) ? NULL : "no media plays";
    if (count == 1 && !strcmp(words[0], "close")) {
        gst_rtsp_server_client_filter(server, drop, NULL);
        return NULL;
    }
    return "unknown command";
}

static gboolean read_line(GIOChannel *input, GIOCondition condition, gpointer data) {
    (void)condition;
    (void)data;
    char *line = NULL;
    gsize end = 0;
    if (g_io_channel_read_line(input, &line, NULL, &end, NULL) != G_IO_STATUS_NORMAL) {
        g_main_loop_quit(loop);
        return G_SOURCE_REMOVE;
    }
    line[end] = '\0';
    const char *wrong = obey(line);
    g_free(line);
    printf(wrong ? "error: %s\n" : "ok\n", wrong);
    fflush(stdout);
    return G_SOURCE_CONTINUE;
}

static gboolean clean_sessions(gpointer data) {
    (void)data;
    GstRTSPSessionPool *pool = gst_rtsp_server_get_session_pool(server);
    gst_rtsp_session_pool_cleanup(pool);
    g_object_unref(pool);
    return G_SOURCE_CONTINUE;
}

static void require_password(const char *user, const char *password, gboolean is_digest) {
    GstRTSPAuth *auth = gst_rtsp_auth_new();
    GstRTSPToken *token = gst_rtsp_token_new(GST_RTSP_TOKEN_MEDIA_FACTORY_ROLE, G_TYPE_STRING, role, NULL);
    gst_rtsp_auth_set_supported_methods(auth, is_digest ? GST_RTSP_AUTH_DIGEST : GST_RTSP_AUTH_BASIC);
    if (is_digest) {
        gst_rtsp_auth_add_digest(auth, user, password, token);
    } else {
        char *basic = gst_rtsp_auth_make_basic(user, password);
        gst_rtsp_auth_add_basic(auth, basic, token);
        g_free(basic);
    }
    gst_rtsp_token_unref(token);
    gst_rtsp_server_set_auth(server, auth);
    g_object_unref(auth);
}

static void mount(const char *path, const char *text, gboolean is_guarded) {
    GstRTSPMediaFactory *factory = gst_rtsp_media_factory_new();
    gst_rtsp_media_factory_set_launch(factory, text);
    gst_rtsp_media_factory_set_shared(factory, TRUE);
    if (is_guarded) {
        gst_rtsp_media_factory_add_role(factory, role, GST_RTSP_PERM_MEDIA_FACTORY_ACCESS, G_TYPE_BOOLEAN, TRUE,
                                        GST_RTSP_PERM_MEDIA_FACTORY_CONSTRUCT, G_TYPE_BOOLEAN, TRUE, NULL);
    }
    g_signal_connect(factory, "media-configure", G_CALLBACK(configure), NULL);
    GstRTSPMountPoints *points = gst_rtsp_server_get_mount_points(server);
    gst_rtsp_mount_points_add_factory(points, path, factory);  // takes the factory over
    g_object_unref(points);
}

int main(int argc, char **argv) {
    int port = 0;
    char *user = NULL, *password = NULL;
    gboolean is_digest = FALSE;
    const GOptionEntry options[] = {
        {"port", 0, 0, G_OPTION_ARG_INT, &port, "0 for one that is free", "N"},
        {"user", 0, 0, G_OPTION_ARG_STRING, &user, "who may watch", "NAME"},
        {"password", 0, 0, G_OPTION_ARG_STRING, &password, "and with which word", "WORD"},
        {"digest", 0, 0, G_OPTION_ARG_NONE, &is_digest, "ask for it as a digest", NULL},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
    };
    GOptionContext *context = g_option_context_new("PATH=TEXT …");
    g_option_context_add_main_entries(context, options, NULL);
    g_option_context_add_group(context, gst_init_get_option_group());
    GError *error = NULL;
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        fprintf(stderr, "TestCamera: %s\n", error->message);
        return 64;
    }
    g_option_context_free(context);

    loop = g_main_loop_new(NULL, FALSE);
    media = g_ptr_array_new_with_free_func(g_object_unref);
    server = gst_rtsp_server_new();
    gst_rtsp_server_set_address(server, "127.0.0.1");
    char *service = g_strdup_printf("%d", port);
    gst_rtsp_server_set_service(server, service);
    g_free(service);
    if (user && password) require_password(user, password, is_digest);
    for (int index = 1; index < argc; index++) {
        char *text = strchr(argv[index], '=');
        if (!text) {
            fprintf(stderr, "TestCamera: %s is no PATH=TEXT\n", argv[index]);
            return 64;
        }
        *text++ = '\0';
        mount(argv[index], text, user && password);
    }
    if (!gst_rtsp_server_attach(server, NULL)) {
        fprintf(stderr, "TestCamera: port %d cannot be listened on\n", port);
        return 69;
    }
    g_timeout_add_seconds(2, clean_sessions, NULL);
    printf("port %d\n", gst_rtsp_server_get_bound_port(server));
    fflush(stdout);

    GIOChannel *input = g_io_channel_unix_new(0);
    g_io_add_watch(input, G_IO_IN | G_IO_HUP | G_IO_ERR, read_line, NULL);
    g_main_loop_run(loop);
    // The media's threads may be in the middle of anything.
    _Exit(0);
}
