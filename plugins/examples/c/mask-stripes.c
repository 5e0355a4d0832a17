// A mask source in C: marks stripes that wander down the picture.
//
//   cc -shared -fPIC -O2 -I"$(pkg-config --variable=includedir inpaintd-plugin)" -o libmask-stripes.so mask-stripes.c
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inpaint_plugin.h"

typedef struct {
  int height;
  int frame;
} Stripes;

static const InpaintSetting settings[] = {
    {"height", "The stripes' height", INPAINT_SETTING_INTEGER, "pixels", 1, 1000, "8", NULL},
};

static void *create(const InpaintPlugin *plugin, const InpaintValue *values, size_t count, InpaintProblem *problem) {
  (void)plugin;
  Stripes *stripes = calloc(1, sizeof *stripes);
  if (stripes == NULL) {
    snprintf(problem->text, sizeof problem->text, "there is no memory left");
    return NULL;
  }
  for (size_t index = 0; index < count; index++)
    if (strcmp(values[index].name, "height") == 0) stripes->height = atoi(values[index].value);
  return stripes;
}

static void destroy(void *instance) { free(instance); }

static void flush(void *instance) { ((Stripes *)instance)->frame = 0; }

static int32_t find(void *instance, const InpaintFrame *frame, uint8_t *mask, InpaintProblem *problem) {
  (void)problem;
  Stripes *stripes = instance;
  for (int y = 0; y < frame->height; y++)
    if ((y + stripes->frame) / stripes->height % 2 == 0) memset(mask + (size_t)y * frame->width, 255, frame->width);
  stripes->frame++;
  return INPAINT_OK;
}

static const InpaintPlugin table = {
    .abi_version = INPAINT_PLUGIN_ABI_VERSION,
    .struct_size = sizeof(InpaintPlugin),
    .kind = INPAINT_PLUGIN_MASK_SOURCE,
    .picture = INPAINT_PICTURE_LUMA,
    .name = "mask-stripes",
    .version = "1.0",
    .summary = "Stripes that wander down the picture",
    .settings = settings,
    .setting_count = 1,
    .create = create,
    .destroy = destroy,
    .flush = flush,
    .find = find,
};

const InpaintPlugin *inpaint_plugin(void) { return &table; }
