// The output transform; its definition is plain.c's.

/// The points of one tile to `rows` × `columns` values of the output from `place` on.
INLINE void finish_tile(
    const inpaintd_winograd_output *p, const float *tile, ptrdiff_t place, ptrdiff_t rows, ptrdiff_t columns,
    const int outputs) {
    const int side = outputs + 2;
    const ptrdiff_t pixel_step = p->tiling.dilation * p->channels;
    const ptrdiff_t row_step = p->tiling.width * pixel_step;
    // The same place of the next tile, at the next points and further along the row.
    const ptrdiff_t points_next = p->points.tile_stride;
    const ptrdiff_t pixels_next = outputs * pixel_step;
    for (ptrdiff_t c = 0; c < p->channels; c += LANES) {
        vec half[inpaintd_tile_side][inpaintd_tile_side];
        for (int x = 0; x < side; x++) {
            vec line[inpaintd_tile_side], transformed[inpaintd_tile_side];
            UNROLL for (int y = 0; y < side; y++) {
                const float *point = tile + (y * side + x) * p->points.point_stride + c;
                line[y] = load(point);
                __builtin_prefetch(point + points_next, 0, 2);
            }
            transform_output_line(line, transformed, outputs);
            UNROLL for (int y = 0; y < outputs; y++) half[y][x] = transformed[y];
        }
        const vec bias = load(p->bias + c);
        for (ptrdiff_t y = 0; y < rows; y++) {
            vec line[inpaintd_tile_side];
            transform_output_line(half[y], line, outputs);
            float *row = p->maps + place + y * row_step + c;
            const float *residual = p->residual ? p->residual + place + y * row_step + c : NULL;
            UNROLL for (int x = 0; x < outputs; x++) {
                if (x < columns) {
                    vec value = leaky(line[x] + bias, p->slope);
                    if (residual) {
                        value += load(residual + x * pixel_step);
                        __builtin_prefetch(residual + x * pixel_step + pixels_next, 0, 2);
                    }
                    store(row + x * pixel_step, value);
                    __builtin_prefetch(row + x * pixel_step + pixels_next, 1, 2);
                }
            }
        }
    }
}

INLINE void finish_tiles(const inpaintd_winograd_output *p, ptrdiff_t first, ptrdiff_t count, const int outputs) {
    const inpaintd_tiling *t = &p->tiling;
    for (ptrdiff_t i = 0; i < count; i++) {
        const ptrdiff_t tile = first + i;
        const ptrdiff_t left = inpaintd_tile_start(tile % t->tile_columns, t->width, outputs, t->dilation);
        const ptrdiff_t top =
            inpaintd_tile_start(tile / t->tile_columns % t->tile_rows, t->height, outputs, t->dilation);
        const ptrdiff_t map = tile / t->tile_columns / t->tile_rows;
        const ptrdiff_t rows = (t->height - top + t->dilation - 1) / t->dilation;
        const ptrdiff_t columns = (t->width - left + t->dilation - 1) / t->dilation;
        finish_tile(
            p, p->points.base + i * p->points.tile_stride, ((map * t->height + top) * t->width + left) * p->channels,
            rows < outputs ? rows : outputs, columns < outputs ? columns : outputs, outputs);
    }
}

static void winograd_output(const inpaintd_winograd_output *p, ptrdiff_t first, ptrdiff_t count) {
    if (p->tiling.outputs == 6) finish_tiles(p, first, count, 6);
    else finish_tiles(p, first, count, 4);
}
