#ifndef INPAINTD_PLAIN_H
#define INPAINTD_PLAIN_H

#include "levels.h"

// The kernels' definition in scalar C; each stands in its topic's folder.
void inpaintd_plain_multiply(const inpaintd_product *product);
void inpaintd_plain_multiply_bf16(const inpaintd_bf16_product *product);
void inpaintd_plain_narrow(const float *values, ptrdiff_t count, uint16_t *narrowed);
void inpaintd_plain_picture(const inpaintd_picture *picture);
void inpaintd_plain_tanh(float *values, ptrdiff_t count);
double inpaintd_plain_peak(ptrdiff_t rounds, float seed);

void inpaintd_plain_remember(const inpaintd_remembering *remembering);
void inpaintd_plain_score(const inpaintd_scoring *scoring);
void inpaintd_plain_blend(const inpaintd_blending *blending);

void inpaintd_plain_winograd_pack(const inpaintd_winograd_weights *weights, ptrdiff_t first, ptrdiff_t count);
void inpaintd_plain_winograd_input(const inpaintd_winograd_input *input, ptrdiff_t first, ptrdiff_t count);
void inpaintd_plain_winograd_multiply(const inpaintd_winograd_product *product, ptrdiff_t first, ptrdiff_t count);
void inpaintd_plain_winograd_output(const inpaintd_winograd_output *output, ptrdiff_t first, ptrdiff_t count);

void inpaintd_plain_resize_row(const inpaintd_resized_row *row);

#endif
