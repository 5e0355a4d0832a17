#ifndef INPAINTD_PICTURE_H
#define INPAINTD_PICTURE_H

#include "windows.h"

/// Values of a picture's pixel.
enum { inpaintd_picture_channels = 3 };

/// A convolution that makes a picture: picture = leaky(weights ∗ map + bias), where leaky(x) is x for x > 0 and
/// slope · x elsewhere.
///
/// A product would fill three columns of sixteen, so that here the map's channels are what a vector holds.
/// Shapes: map [H, W, C]; weights [k, 3, k × C], a row of the window and in it each output's taps; bias [3];
/// picture [rows, output_width, 3], of the output's rows from `first_row` on. C is a multiple of 16.
typedef struct {
    inpaintd_window window;
    const float *map;
    const float *weights;
    const float *bias;
    float slope;
    ptrdiff_t first_row;
    ptrdiff_t rows;
    float *picture;
} inpaintd_picture;

#endif
