// A mask source and a filler that do what their setting `manner` says, for the tests of the host.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef FIRST_HEADER
#include "inpaint_plugin_first.h"
#else
#include "inpaint_plugin.h"
#endif

#ifndef NAME
#define NAME "unruly"
#endif
#ifndef ABI
#define ABI INPAINT_PLUGIN_ABI_VERSION
#endif
#ifndef SIZE
#define SIZE sizeof(InpaintPlugin)
#endif
#ifndef KIND
#define KIND INPAINT_PLUGIN_MASK_SOURCE
#endif

typedef struct {
  char manner[32];
  int calls;
  int held;
  int width;
  int height;
} Unruly;

static const char *const manners[] = {"well", "fail", "hang", "lie", "crash", "leak", "sometimes", NULL};
static const InpaintSetting settings[] = {
    {"manner", "How it behaves", INPAINT_SETTING_CHOICE, NULL, 0, 0, "well", manners},
    {"size", "A number", INPAINT_SETTING_INTEGER, "pixels", 1, 100, "8", NULL},
    {"share", "A share", INPAINT_SETTING_NUMBER, NULL, 0, 1, "0.5", NULL},
    {"on", "Yes or no", INPAINT_SETTING_BOOLEAN, NULL, 0, 0, "true", NULL},
    {"word", "Text; \"refuse\" is refused", INPAINT_SETTING_TEXT, NULL, 0, 0, "", NULL},
};

static void *create(const InpaintPlugin *plugin, const InpaintValue *values, size_t count, InpaintProblem *problem) {
  Unruly *unruly = calloc(1, sizeof *unruly);
  if (plugin->abi_version != ABI || count != sizeof settings / sizeof *settings) abort();
  for (size_t index = 0; index < count; index++) {
    if (strcmp(values[index].name, "manner") == 0) strcpy(unruly->manner, values[index].value);
    if (strcmp(values[index].value, "refuse") == 0) {
      snprintf(problem->text, sizeof problem->text, "this word is\nnot taken");
      return NULL;
    }
  }
  return unruly;
}

static void destroy(void *instance) { free(instance); }

static void flush(void *instance) { ((Unruly *)instance)->held = 0; }

// Seen from outside, so that the compiler leaves what is lost in.
void *volatile lost;

static int32_t behave(Unruly *unruly, InpaintProblem *problem) {
  unruly->calls++;
  if (strcmp(unruly->manner, "hang") == 0) sleep(2);
  if (strcmp(unruly->manner, "crash") == 0) *(volatile int *)0 = 1;
  if (strcmp(unruly->manner, "leak") == 0) lost = memset(malloc(1 << 20), 1, 1 << 20);
  if (strcmp(unruly->manner, "lie") == 0) return 77;
  if (strcmp(unruly->manner, "fail") == 0 || (strcmp(unruly->manner, "sometimes") == 0 && unruly->calls % 3 == 0)) {
    snprintf(problem->text, sizeof problem->text, "it does not want to");
    return INPAINT_FAILED;
  }
  return INPAINT_OK;
}

int32_t find(void *instance, const InpaintFrame *frame, uint8_t *mask, InpaintProblem *problem) {
  ((Unruly *)instance)->width = frame->width;
  ((Unruly *)instance)->height = frame->height;
  // The darker half of the picture, in values of all kinds.
  for (int y = 0; y < frame->height; y++)
    for (int x = 0; x < frame->width; x++)
      mask[y * frame->width + x] = frame->planes[0][y * frame->strides[0] + x] < 128 ? 1 + (x * 37) % 255 : 0;
  return behave(instance, problem);
}

#ifdef OVERLAY
// A good one over all of the picture, one between the squares, and one of which nothing is known.
static int32_t overlay(void *instance, size_t index, InpaintOverlay *told) {
  static float alpha[1 << 16], color[1 << 16], nothing[1 << 16];
  Unruly *unruly = instance;
  if (index > 2 || told->struct_size < sizeof *told) return INPAINT_AGAIN;
  for (int pixel = 0; pixel < 1 << 16; pixel++) {
    alpha[pixel] = 0.5f;
    color[pixel] = 10;
    nothing[pixel] = 0.0f / (unruly->calls > 1000000);
  }
  told->version = 1;
  told->x = told->y = index == 1;
  told->width = unruly->width - told->x;
  told->height = unruly->height - told->y;
  told->alpha = index == 2 ? nothing : alpha;
  told->luma = color;
  return INPAINT_OK;
}
#endif

static int32_t delay(void *instance) { return strcmp(((Unruly *)instance)->manner, "lie") == 0 ? -1 : 0; }

static int32_t send(void *instance, const InpaintRegion *region, InpaintProblem *problem) {
  (void)region;
  ((Unruly *)instance)->held++;
  return behave(instance, problem);
}

static int32_t receive(void *instance, InpaintRegion *region, InpaintProblem *problem) {
  (void)problem;
  Unruly *unruly = instance;
  if (unruly->held == 0) return INPAINT_AGAIN;
  unruly->held--;
  for (int y = 0; y < region->height; y++) memset(region->pixels + y * region->stride, 200, 3 * region->width);
  return INPAINT_OK;
}

static int32_t drain(void *instance, InpaintProblem *problem) {
  (void)instance, (void)problem;
  return INPAINT_OK;
}

static const InpaintPlugin table = {
    .abi_version = ABI,
    .struct_size = SIZE,
    .kind = KIND,
    .picture = INPAINT_PICTURE_LUMA,
    .name = NAME,
    .version = "0.1",
    .summary = "What a host has to bear",
    .settings = settings,
    .setting_count = sizeof settings / sizeof *settings,
    .create = create,
    .destroy = destroy,
    .flush = flush,
#ifndef WITHOUT_FIND
    .find = find,
#endif
    .delay = delay,
    .send = send,
    .receive = receive,
    .drain = drain,
#ifdef OVERLAY
    .overlay = overlay,
#endif
};

const InpaintPlugin *inpaint_plugin(void) { return &table; }
