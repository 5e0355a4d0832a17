#ifndef INPAINTD_WINDOWS_H
#define INPAINTD_WINDOWS_H

#include <stddef.h>

/// A square window moved over a channels-last map: the sizes that a convolution's input and output share.
typedef struct {
    ptrdiff_t channels;
    ptrdiff_t height;
    ptrdiff_t width;
    ptrdiff_t kernel;
    ptrdiff_t stride;
    ptrdiff_t dilation;
    ptrdiff_t padding;
    ptrdiff_t output_width;
} inpaintd_window;

/// Writes what the window sees at `count` places of the output from `first` on, a row each, zero outside the map.
///
/// Shapes: map [H, W, C]; rows [count, kernel × kernel × C].
void inpaintd_window_rows(
    const inpaintd_window *window, const float *map, ptrdiff_t first, ptrdiff_t count, float *rows);

#endif
