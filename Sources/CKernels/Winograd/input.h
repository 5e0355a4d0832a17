// The input transform; its definition is plain.c's.

enum {
    /// Floats by which the writing of points is looked ahead: the lines come from the third cache.
    points_ahead = 64,
};

/// A tap's two weights, and the sources in the tile that they weigh.
typedef struct {
    int left, right;
    float left_weight, right_weight;
} tile_tap;

/// Where one tile's input lies.
typedef struct {
    /// Row by row, `columns` a row; zeros stand outside the map.
    const float *pixels[inpaintd_tile_side * inpaintd_tile_side];
    int rows, columns;
    /// The tile's lines, where they are made of the pixels.
    tile_tap row_taps[inpaintd_tile_side], column_taps[inpaintd_tile_side];
} tile_view;

/// The tile's own lines along one side of the map, from `start` on.
INLINE int find_lines(ptrdiff_t start, ptrdiff_t step, ptrdiff_t side, const int count, ptrdiff_t *lines) {
    for (int i = 0; i < count; i++) {
        const ptrdiff_t line = start + (i - 1) * step;
        lines[i] = line >= 0 && line < side ? line : -1;
    }
    return count;
}

/// The lines of the map that the tile's lines are made of, along one side of the upsampled map.
INLINE int find_sources(
    ptrdiff_t start, ptrdiff_t side, const int count, const inpaintd_tap *taps, ptrdiff_t *lines, tile_tap *weights) {
    const ptrdiff_t first = taps[start > 0 ? start - 1 : 0].left;
    int sources = 0;
    for (int i = 0; i < count; i++) {
        const ptrdiff_t line = start + i - 1;
        weights[i] = (tile_tap){0};
        if (line < 0 || line >= side) continue;
        const inpaintd_tap tap = taps[line];
        weights[i] = (tile_tap){(int)(tap.left - first), (int)(tap.right - first), 1 - tap.fraction, tap.fraction};
        sources = weights[i].right + 1;
    }
    for (int i = 0; i < sources; i++) lines[i] = first + i;
    return sources;
}

INLINE void find_tile(
    const inpaintd_winograd_input *p, ptrdiff_t tile, tile_view *view, const int outputs, const int upsampled) {
    const inpaintd_tiling *t = &p->tiling;
    const int side = outputs + 2;
    const ptrdiff_t left = inpaintd_tile_start(tile % t->tile_columns, t->width, outputs, t->dilation);
    const ptrdiff_t top = inpaintd_tile_start(tile / t->tile_columns % t->tile_rows, t->height, outputs, t->dilation);
    ptrdiff_t rows[inpaintd_tile_side], columns[inpaintd_tile_side];
    if (upsampled) {
        view->rows = find_sources(top, t->height, side, p->row_taps, rows, view->row_taps);
        view->columns = find_sources(left, t->width, side, p->column_taps, columns, view->column_taps);
    } else {
        view->rows = find_lines(top, t->dilation, t->height, side, rows);
        view->columns = find_lines(left, t->dilation, t->width, side, columns);
    }
    const ptrdiff_t map = tile / t->tile_columns / t->tile_rows;
    const float **pixel = view->pixels;
    for (int y = 0; y < view->rows; y++) {
        const float *row = p->maps + (map * p->map_height + rows[y]) * p->map_width * p->channels;
        for (int x = 0; x < view->columns; x++) {
            *pixel++ = rows[y] >= 0 && columns[x] >= 0 ? row + columns[x] * p->channels : p->zeros;
        }
    }
}

/// One tile to its points. `next` is the tile after it, whose pixels are fetched meanwhile.
INLINE void transform_tile(
    const tile_view *view, const tile_view *next, const inpaintd_points *points, float *tile, ptrdiff_t channels,
    const int outputs, const int upsampled) {
    const int side = outputs + 2;
    const int columns = upsampled ? view->columns : side;
    const int pixels = upsampled ? next->rows * next->columns : side * side;
    for (ptrdiff_t c = 0; c < channels; c += LANES) {
        vec half[inpaintd_tile_side][inpaintd_tile_side];
        for (int i = 0; i < pixels; i++) __builtin_prefetch(next->pixels[i] + c, 0, 2);
        for (int x = 0; x < columns; x++) {
            vec line[inpaintd_tile_side], transformed[inpaintd_tile_side];
            UNROLL for (int y = 0; y < side; y++) {
                if (upsampled) {
                    const tile_tap tap = view->row_taps[y];
                    line[y] = tap.left_weight * load(view->pixels[tap.left * columns + x] + c)
                        + tap.right_weight * load(view->pixels[tap.right * columns + x] + c);
                } else {
                    line[y] = load(view->pixels[y * side + x] + c);
                }
            }
            transform_input_line(line, transformed, outputs);
            UNROLL for (int y = 0; y < side; y++) half[y][x] = transformed[y];
        }
        for (int y = 0; y < side; y++) {
            vec line[inpaintd_tile_side], transformed[inpaintd_tile_side];
            UNROLL for (int x = 0; x < side; x++) {
                if (upsampled) {
                    const tile_tap tap = view->column_taps[x];
                    line[x] = tap.left_weight * half[y][tap.left] + tap.right_weight * half[y][tap.right];
                } else {
                    line[x] = half[y][x];
                }
            }
            transform_input_line(line, transformed, outputs);
            float *point = tile + y * side * points->point_stride + c;
            UNROLL for (int x = 0; x < side; x++) {
                store(point + x * points->point_stride, transformed[x]);
                __builtin_prefetch(point + x * points->point_stride + points_ahead, 1, 2);
            }
        }
    }
}

INLINE void transform_tiles(
    const inpaintd_winograd_input *p, ptrdiff_t first, ptrdiff_t count, const int outputs, const int upsampled) {
    tile_view views[2];
    if (count > 0) find_tile(p, first, &views[0], outputs, upsampled);
    for (ptrdiff_t i = 0; i < count; i++) {
        const tile_view *view = &views[i % 2];
        tile_view *next = &views[i + 1 < count ? (i + 1) % 2 : i % 2];
        if (i + 1 < count) find_tile(p, first + i + 1, next, outputs, upsampled);
        transform_tile(
            view, next, &p->points, p->points.base + i * p->points.tile_stride, p->channels, outputs, upsampled);
    }
}

static void winograd_input(const inpaintd_winograd_input *p, ptrdiff_t first, ptrdiff_t count) {
    if (p->tiling.outputs == 6) {
        if (p->row_taps) transform_tiles(p, first, count, 6, 1);
        else transform_tiles(p, first, count, 6, 0);
    } else {
        if (p->row_taps) transform_tiles(p, first, count, 4, 1);
        else transform_tiles(p, first, count, 4, 0);
    }
}
