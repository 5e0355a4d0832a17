#ifndef INPAINTD_UPSAMPLING_H
#define INPAINTD_UPSAMPLING_H

#include <stddef.h>
#include <stdint.h>

/// Where one line of a resized map comes from: (1 − fraction) · line[left] + fraction · line[right].
typedef struct {
    int32_t left;
    int32_t right;
    float fraction;
} inpaintd_tap;

/// The taps of lines `first ..< first + count` of a bilinear resize from `size` to `resized` lines whose first and last
/// stay in place. The lines that they name are counted from `origin` on.
void inpaintd_aligned_taps(
    ptrdiff_t size, ptrdiff_t resized, ptrdiff_t first, ptrdiff_t count, ptrdiff_t origin, inpaintd_tap *taps);

/// One row of a resized map.
///
/// Shapes: map [H, width, channels], output [columns, channels].
typedef struct {
    const float *map;
    ptrdiff_t width;
    ptrdiff_t channels;
    inpaintd_tap row_tap;
    /// One a column of the output.
    const inpaintd_tap *column_taps;
    ptrdiff_t columns;
    float *output;
} inpaintd_resized_row;

#endif
