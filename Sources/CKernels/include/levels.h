#ifndef INPAINTD_LEVELS_H
#define INPAINTD_LEVELS_H

#include "products.h"

/// The instruction sets that the hot kernels are compiled for, each a superset of the one before.
typedef enum {
    /// Scalar C, the kernels' definition.
    inpaintd_level_plain,
    /// Vectors of four floats, which every x86-64 and ARM64 has.
    inpaintd_level_vector128,
    /// AVX2 and FMA.
    inpaintd_level_avx2,
    /// AVX-512 F, VL, BW and DQ.
    inpaintd_level_avx512,
    /// AVX-512 with products of bfloat16.
    inpaintd_level_avx512_bf16,
} inpaintd_level;

/// The hot kernels at one level. Every level computes the same, to rounding.
typedef struct {
    /// c = epilogue(a · b); see `inpaintd_product`.
    void (*multiply)(const inpaintd_product *product);
} inpaintd_kernels;

/// The highest level that this CPU has.
inpaintd_level inpaintd_cpu_level(void);

/// The kernels at `level`, which the CPU must have.
const inpaintd_kernels *inpaintd_kernels_at(inpaintd_level level);

#endif
