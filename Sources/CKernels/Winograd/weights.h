// The weights' transform; its definition is plain.c's.

enum {
    /// Inputs that are transformed before they are written, so that what is written at a point is a long run.
    weight_run = 8,
};

/// The transform of LANES outputs' filters for one input: `filters` is that of the first.
INLINE void transform_filters(
    const inpaintd_winograd_weights *p, const float *filters, ptrdiff_t outputs, float *points, ptrdiff_t point_stride,
    const int tile_outputs) {
    const int side = tile_outputs + 2;
    vec taps[3][3], half[3][inpaintd_tile_side];
    for (int tap = 0; tap < 9; tap++) {
        float lanes[LANES] = {0};
        for (ptrdiff_t lane = 0; lane < LANES && lane < outputs; lane++) {
            lanes[lane] = filters[lane * p->inputs * 9 + tap];
        }
        taps[tap % 3][tap / 3] = load(lanes);
    }
    for (int x = 0; x < 3; x++) transform_filter_line(taps[x], half[x], tile_outputs);
    for (int y = 0; y < side; y++) {
        const vec line[3] = {half[0][y], half[1][y], half[2][y]};
        vec transformed[inpaintd_tile_side];
        transform_filter_line(line, transformed, tile_outputs);
        for (int x = 0; x < side; x++) store(points + (y * side + x) * point_stride, transformed[x]);
    }
}

INLINE void pack_panel(const inpaintd_winograd_weights *p, ptrdiff_t panel, const int tile_outputs) {
    enum { run_floats = weight_run * inpaintd_panel_columns };
    const int side = tile_outputs + 2;
    const ptrdiff_t packed = inpaintd_packed_count(p->depth, p->outputs);
    float run[inpaintd_tile_side * inpaintd_tile_side * run_floats];
    for (ptrdiff_t first = 0; first < p->depth; first += weight_run) {
        const ptrdiff_t count = p->depth - first < weight_run ? p->depth - first : weight_run;
        memset(run, 0, sizeof run);
        for (ptrdiff_t k = first; k < first + count && k < p->inputs; k++) {
            for (ptrdiff_t lane = 0; lane < inpaintd_panel_columns; lane += LANES) {
                const ptrdiff_t output = panel * inpaintd_panel_columns + lane;
                if (output >= p->outputs) break;
                transform_filters(
                    p, p->weights + (output * p->inputs + k) * 9, p->outputs - output,
                    run + (k - first) * inpaintd_panel_columns + lane, run_floats, tile_outputs);
            }
        }
        float *target = p->packed + (panel * p->depth + first) * inpaintd_panel_columns;
        for (int point = 0; point < side * side; point++) {
            memcpy(
                target + point * packed, run + point * run_floats,
                (size_t)(count * inpaintd_panel_columns) * sizeof(float));
        }
    }
}

static void winograd_pack(const inpaintd_winograd_weights *p, ptrdiff_t first, ptrdiff_t count) {
    for (ptrdiff_t panel = first; panel < first + count; panel++) {
        if (p->tile_outputs == 6) pack_panel(p, panel, 6);
        else pack_panel(p, panel, 4);
    }
}
