#include "CKernels.h"

#include <math.h>

void inpaintd_bias_leaky(float *values, ptrdiff_t count, float bias, float slope) {
    for (ptrdiff_t i = 0; i < count; i++) {
        const float x = values[i] + bias;
        values[i] = x > 0 ? x : slope * x;
    }
}

void inpaintd_bias_leaky_add(
    float *restrict values, const float *restrict residual, ptrdiff_t count, float bias, float slope) {
    for (ptrdiff_t i = 0; i < count; i++) {
        const float x = values[i] + bias;
        values[i] = residual[i] + (x > 0 ? x : slope * x);
    }
}

void inpaintd_bias_tanh(float *values, ptrdiff_t count, float bias) {
    for (ptrdiff_t i = 0; i < count; i++) values[i] = tanhf(values[i] + bias);
}
