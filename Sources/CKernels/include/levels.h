#ifndef INPAINTD_LEVELS_H
#define INPAINTD_LEVELS_H

#include "attention.h"
#include "picture.h"
#include "products.h"
#include "upsampling.h"
#include "winograd.h"

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
    /// The same with a and b in bfloat16 and the sums in floats; see `inpaintd_bf16_product`.
    void (*multiply_bf16)(const inpaintd_bf16_product *product);
    /// The nearest bfloat16 of each value, ties to even; for finite values.
    void (*narrow)(const float *values, ptrdiff_t count, uint16_t *narrowed);
    /// A convolution that makes a picture; see `inpaintd_picture`.
    void (*picture)(const inpaintd_picture *picture);
    /// values = tanh(values).
    void (*tanh)(float *values, ptrdiff_t count);
    /// As many multiplications and additions as the level can do, in registers only; returns how many that were.
    double (*peak)(ptrdiff_t rounds, float seed);
    double (*peak_bf16)(ptrdiff_t rounds, float seed);

    // Winograd (winograd.h)
    /// Panels of 32 outputs' weights.
    void (*winograd_pack)(const inpaintd_winograd_weights *weights, ptrdiff_t first, ptrdiff_t count);
    /// Tiles of the maps, the first of which becomes tile 0 of the points.
    void (*winograd_input)(const inpaintd_winograd_input *input, ptrdiff_t first, ptrdiff_t count);
    /// Points of all tiles.
    void (*winograd_multiply)(const inpaintd_winograd_product *product, ptrdiff_t first, ptrdiff_t count);
    /// Tiles of the maps, the first of which was tile 0 of the points.
    void (*winograd_output)(const inpaintd_winograd_output *output, ptrdiff_t first, ptrdiff_t count);

    // Upsampling (upsampling.h)
    void (*resize_row)(const inpaintd_resized_row *row);

    // Attention (attention.h)
    /// A map's keys and values in the form that `score` and `blend` read.
    void (*remember)(const inpaintd_remembering *remembering);
    /// Queries times keys.
    void (*score)(const inpaintd_scoring *scoring);
    /// Soft-max of scores times values.
    void (*blend)(const inpaintd_blending *blending);
} inpaintd_kernels;

/// The highest level that this CPU has.
inpaintd_level inpaintd_cpu_level(void);

/// The kernels at `level`, which the CPU must have.
const inpaintd_kernels *inpaintd_kernels_at(inpaintd_level level);

#endif
