#ifndef INPAINTD_PLAIN_H
#define INPAINTD_PLAIN_H

#include "picture.h"
#include "products.h"

// The kernels' definition in scalar C; each stands in its topic's folder.
void inpaintd_plain_multiply(const inpaintd_product *product);
void inpaintd_plain_multiply_bf16(const inpaintd_bf16_product *product);
void inpaintd_plain_narrow(const float *values, ptrdiff_t count, uint16_t *narrowed);
void inpaintd_plain_picture(const inpaintd_picture *picture);
void inpaintd_plain_tanh(float *values, ptrdiff_t count);
double inpaintd_plain_peak(ptrdiff_t rounds, float seed);

#endif
