#ifndef INPAINTD_WINOGRAD_H
#define INPAINTD_WINOGRAD_H

#include "upsampling.h"

#include <stddef.h>

/// A 3×3 convolution of stride 1 by Winograd's minimal filtering, in three steps over tiles of the output:
/// the input transform makes (outputs + 2)² points a tile and channel, one product a point takes the place of the sums
/// over taps, and the output transform makes outputs² values of the points.
///
/// Source: Lavin and Gray, arXiv 1509.09308. Deviates: F(4×4) is made with the points 0, ±1/√2, ±√2 and ∞, whose error
/// is a half of that of 0, ±1, ±2 and ∞; F(6×6) with the usual 0, ±1, ±2, ±1/2 and ∞.

/// How the tiles of the output lie on a map.
///
/// A dilation d makes d × d grids of the map, each of every d-th row and column, that do not see one another; a tile
/// lies on one of them. Tiles are counted row by row, map after map.
typedef struct {
    /// Outputs along a side of a tile: 4 or 6.
    ptrdiff_t outputs;
    ptrdiff_t dilation;
    /// The size of the output, and of the input, which zeros surround.
    ptrdiff_t height;
    ptrdiff_t width;
    /// Tiles along each side of a map: its `inpaintd_tile_lines`.
    ptrdiff_t tile_rows;
    ptrdiff_t tile_columns;
} inpaintd_tiling;

enum {
    /// Points along a side of the largest tile.
    inpaintd_tile_side = 8,
    /// Tiles that one step of the products takes; its scratch holds as many rows.
    inpaintd_tile_group = 12,
};

/// Tiles along a side of a map.
ptrdiff_t inpaintd_tile_lines(ptrdiff_t side, ptrdiff_t outputs, ptrdiff_t dilation);

/// Where tile `line` begins along a side of a map.
ptrdiff_t inpaintd_tile_start(ptrdiff_t line, ptrdiff_t side, ptrdiff_t outputs, ptrdiff_t dilation);

/// A block of tiles as points: value c of tile t at point p is base[p · point_stride + t · tile_stride + c].
///
/// The tile's stride is at least the channels of the input and of the output, which takes its place.
typedef struct {
    float *base;
    ptrdiff_t point_stride;
    ptrdiff_t tile_stride;
} inpaintd_points;

/// The input transform.
///
/// Shapes: maps [T, H, W, channels], `channels` a multiple of 16; with taps H and W are the size before upsampling.
typedef struct {
    inpaintd_tiling tiling;
    const float *maps;
    ptrdiff_t channels;
    ptrdiff_t map_height;
    ptrdiff_t map_width;
    /// One a row and one a column of the upsampled map, which is then the input; NULL where the map is. Consecutive
    /// taps are less than 1/2 apart, and the dilation is 1.
    const inpaintd_tap *row_taps;
    const inpaintd_tap *column_taps;
    /// As many zeros as there are channels.
    const float *zeros;
    inpaintd_points points;
} inpaintd_winograd_input;

/// The products, in place: each point's [tiles, depth] times its weights becomes its [tiles, columns].
typedef struct {
    inpaintd_points points;
    ptrdiff_t tiles;
    /// Each point's packed [depth, columns], `inpaintd_packed_count` floats after that of the one before.
    const float *weights;
    /// A multiple of 16, as is `columns`.
    ptrdiff_t depth;
    ptrdiff_t columns;
    /// Scratch for `inpaintd_tile_group` × depth floats.
    float *rows;
} inpaintd_winograd_product;

/// The output transform, and what follows it: leaky(y + bias) + residual.
///
/// Shapes: maps and residual [T, H, W, channels], bias [channels]; `channels` is a multiple of 16.
typedef struct {
    inpaintd_tiling tiling;
    inpaintd_points points;
    float *maps;
    ptrdiff_t channels;
    const float *bias;
    /// NULL adds nothing; may be `maps` itself.
    const float *residual;
    /// 1 is no activation.
    float slope;
} inpaintd_winograd_output;

/// The weights' transform.
///
/// Shapes: weights [outputs, inputs, 3, 3]; packed [(tile_outputs + 2)²] of packed [depth, outputs], the rows from
/// `inputs` on zero.
typedef struct {
    ptrdiff_t tile_outputs;
    const float *weights;
    ptrdiff_t outputs;
    ptrdiff_t inputs;
    ptrdiff_t depth;
    float *packed;
} inpaintd_winograd_weights;

#endif
