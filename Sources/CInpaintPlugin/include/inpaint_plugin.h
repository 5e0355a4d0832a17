// The door for plugins of inpaintd: one C header, and nothing to link with.
//
// A plugin is a shared library, libNAME.so, that exports one function, inpaint_plugin(). It returns a table that stays
// valid for as long as the process lives: a plugin is never unloaded. Nothing but the C types below crosses the door.
//
// Two kinds there are. A mask source looks at every frame of a stream and says where its hole is. A filler gets the
// part of every frame round the hole, with the hole, and gives it back filled; it may hold frames back.
//
// An instance is made for each place in a pipeline where the plugin is named. All calls for one instance come from one
// thread at a time, not always the same; different instances are called at the same time. A call that takes longer
// than the host waits costs the frame its mask or its fill, and a plugin that keeps failing is switched off.
#ifndef INPAINT_PLUGIN_H
#define INPAINT_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Grows when a plugin that was built against an older header can no longer be called. What is only added stands at the
// end of a struct, where struct_size tells whether the other side knows it.
#define INPAINT_PLUGIN_ABI_VERSION 1

#define INPAINT_PLUGIN_MASK_SOURCE 1
#define INPAINT_PLUGIN_FILLER 2

#define INPAINT_SETTING_BOOLEAN 1  // "true" or "false"
#define INPAINT_SETTING_INTEGER 2  // a whole number from minimum to maximum
#define INPAINT_SETTING_NUMBER 3   // a number from minimum to maximum
#define INPAINT_SETTING_TEXT 4     // anything
#define INPAINT_SETTING_CHOICE 5   // one of choices

// What can be set. The host checks values against it, so that create() gets only values that fit.
typedef struct {
  const char *name;     // lower case letters, digits and hyphens
  const char *summary;  // one line
  int32_t type;         // INPAINT_SETTING_*
  const char *unit;     // such as "pixels"; NULL for none
  double minimum;       // of numbers
  double maximum;
  const char *initial;         // the value where none is set
  const char *const *choices;  // ended by NULL; NULL for every other type
} InpaintSetting;

typedef struct {
  const char *name;
  const char *value;
} InpaintValue;

// Which picture a mask source gets.
#define INPAINT_PICTURE_LUMA 1    // one plane: 8 bits of luma, a byte a pixel
#define INPAINT_PICTURE_YUV420 2  // three planes: luma, and Cb and Cr with half the columns and rows, rounded up

// How luma and chroma come from R, G and B.
#define INPAINT_MATRIX_BT601 1
#define INPAINT_MATRIX_BT709 2
#define INPAINT_MATRIX_BT2020 3

// A frame as a mask source sees it. It is the host's, and ends with the call.
typedef struct {
  size_t struct_size;
  int32_t width;  // pixels
  int32_t height;
  const uint8_t *planes[3];
  ptrdiff_t strides[3];  // bytes from a row to the next
  int64_t time;          // nanoseconds in the stream; -1 where it is not known
  int32_t matrix;        // INPAINT_MATRIX_*
  int32_t full_range;    // 1 where black is 0 and white 255; 0 where they are 16 and 235
} InpaintFrame;

// The part of a frame that a filler sees: 8-bit R, G, B in turn, and the hole, a byte a pixel, 255 in the hole and 0
// outside. It is the host's, and ends with the call.
typedef struct {
  size_t struct_size;
  int32_t width;  // pixels
  int32_t height;
  uint8_t *pixels;
  ptrdiff_t stride;  // bytes from a row to the next
  const uint8_t *hole;
  ptrdiff_t hole_stride;
  int64_t time;  // nanoseconds in the stream; -1 where it is not known
} InpaintRegion;

// What a static overlay is made of, in a box of the frame: seen = (1 - alpha) * picture + alpha * colour. From this the
// host gets the picture back where it may, and only what is not known stays a hole. The memory is the plugin's, and holds
// until the next call for the instance.
typedef struct {
  size_t struct_size;  // the host's, when it asks
  // Another number where anything below has changed since the last time.
  uint64_t version;
  int32_t x;  // of the box, in the frame's pixels; x and y are even
  int32_t y;
  int32_t width;
  int32_t height;
  // Of each pixel of the box, rows without padding: 0 to below 1, and less than 0 where nothing is known.
  const float *alpha;
  // alpha * colour of each pixel, in levels of luma.
  const float *luma;
  // The same of the samples of Cb and Cr, half the columns and rows, rounded up. NULL, all three, where the plugin looks
  // at luma alone: then every chroma counts as not known.
  const float *chroma_alpha;
  const float *cb;
  const float *cr;
} InpaintOverlay;

// Where a call that fails may leave one line that says why.
typedef struct {
  char text[256];
} InpaintProblem;

// What calls return.
#define INPAINT_OK 0
#define INPAINT_FAILED 1  // the problem says why; the next call may do better
#define INPAINT_AGAIN 2   // receive(): nothing is finished until more is sent; overlay(): there are no more

typedef struct InpaintPlugin InpaintPlugin;
struct InpaintPlugin {
  uint32_t abi_version;  // INPAINT_PLUGIN_ABI_VERSION
  size_t struct_size;    // sizeof(InpaintPlugin)
  uint32_t kind;         // INPAINT_PLUGIN_*
  uint32_t picture;      // INPAINT_PICTURE_*, of a mask source
  const char *name;      // that of the file, without lib and .so
  const char *version;
  const char *summary;  // one line
  const InpaintSetting *settings;
  size_t setting_count;

  // Makes an instance; NULL where it cannot. Every setting is among the values, once. plugin is this table.
  void *(*create)(const InpaintPlugin *plugin, const InpaintValue *values, size_t count, InpaintProblem *problem);
  void (*destroy)(void *instance);
  // Forgets the past: the next frame does not follow the last one.
  void (*flush)(void *instance);

  // A mask source: writes a byte for every pixel of the frame, rows without padding; 0 is none, all else is the hole.
  // mask is zero when the call begins.
  int32_t (*find)(void *instance, const InpaintFrame *frame, uint8_t *mask, InpaintProblem *problem);

  // A filler. Sizes stay from one flush to the next. Frame n comes back once frame n + delay has been sent, or after a
  // drain. Of what comes back only the pixels in the hole are used.
  int32_t (*delay)(void *instance);
  int32_t (*send)(void *instance, const InpaintRegion *region, InpaintProblem *problem);
  // Fills pixels, of the size that was sent; hole is NULL.
  int32_t (*receive)(void *instance, InpaintRegion *region, InpaintProblem *problem);
  // No more comes before the next flush: whatever is held can be received now.
  int32_t (*drain)(void *instance, InpaintProblem *problem);

  // For the plugin's own use.
  void *author;

  // A mask source that knows what an overlay is made of; NULL for every other. Asked after a find, with 0, 1, 2 ... until
  // it returns INPAINT_AGAIN, of the frame that was looked at. Every pixel that is known lies in the mask too: it is a
  // hole for a host that does not ask, and where originals must not pass.
  int32_t (*overlay)(void *instance, size_t index, InpaintOverlay *overlay);
};

// The one exported function.
const InpaintPlugin *inpaint_plugin(void);

#ifdef __cplusplus
}
#endif
#endif
