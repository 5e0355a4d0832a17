#ifndef INPAINTD_CKERNELS_H
#define INPAINTD_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "levels.h"
#include "windows.h"

/// The network's inner loops in plain C. No kernel allocates, starts a thread or keeps state; sizes may be zero.
///
/// Shape letters: C channels, H W height and width of a map, D values of a token. Maps are planar and row-major.

// Pictures (pictures.c)

/// values = level / 255 · 2 − 1 where `hole` is 0, and 0 where it is not.
///
/// Shapes: rgb and values [count, 3] packed; hole [count].
void inpaintd_values_from_rgb(const uint8_t *rgb, const uint8_t *hole, ptrdiff_t count, float *values);

/// Cuts values in [−1, 1] to whole levels 0 … 255, and puts them in `levels`, or blends them half and half with what
/// is there.
void inpaintd_blend_levels(const float *values, ptrdiff_t count, int first, float *levels);

/// Cuts blended levels to bytes.
void inpaintd_bytes_from_levels(const float *levels, ptrdiff_t count, uint8_t *bytes);

/// values = planes · (1 − mask), packed.
///
/// Shapes: planes [3, count]; mask [count]; values [count, 3].
void inpaintd_interleave_visible(const float *planes, const float *mask, ptrdiff_t count, float *values);

/// Takes packed values apart.
///
/// Shapes: values [count, 3]; planes [3, count].
void inpaintd_separate(const float *values, ptrdiff_t count, float *planes);

// Threads (threads.c)

/// The cores that this process may use; at least 1.
int inpaintd_available_cores(void);

/// Tells the core that the calling thread waits for another one.
static inline void inpaintd_pause(void) {
#if defined __x86_64__
    __builtin_ia32_pause();
#elif defined __aarch64__
    __asm__ volatile("yield");
#endif
}

/// Names the calling thread, in at most 15 bytes.
void inpaintd_name_thread(const char *name);

#endif
