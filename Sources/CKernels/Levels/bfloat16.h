#ifndef INPAINTD_BFLOAT16_H
#define INPAINTD_BFLOAT16_H

#include <stdint.h>
#include <string.h>

// bfloat16: the upper half of a float.

/// The nearest bfloat16, ties to even, in the lower half; for finite values.
static inline uint32_t bfloat16_bits(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
}

static inline float float_of_bfloat16(uint32_t bits) {
    const uint32_t whole = bits << 16;
    float x;
    memcpy(&x, &whole, sizeof x);
    return x;
}

#endif
