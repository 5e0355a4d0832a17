// The products between the transforms, in place; their definition is plain.c's.
//
// Not Products/multiply.h's: a point's tiles and weights are met once and come from the third cache or from memory, so
// what the next point needs is fetched while this one's products are made, and the sums take their factors' place.

/// Memory to be fetched into the second cache, a little with every step of the depth.
typedef struct {
    const float *next;
    const float *end;
    /// Floats a step.
    ptrdiff_t pace;
    /// Where to go on at the end.
    const float *then;
    const float *then_end;
} fetching;

/// `rows` × `vectors` sums: a [rows, depth] with `depth` floats a row, b a packed panel.
INLINE void point_tile(
    const float *a, const float *b, ptrdiff_t depth, float *c, ptrdiff_t c_stride, const float *ahead, ptrdiff_t pace,
    const int rows, const int vectors) {
    vec sums[PRODUCT_ROWS][2];
    UNROLL for (int row = 0; row < rows; row++) {
        UNROLL for (int v = 0; v < vectors; v++) sums[row][v] = splat(0);
    }
    for (ptrdiff_t k = 0; k < depth; k++) {
        __builtin_prefetch(ahead + k * pace, 0, 2);
        vec right[2];
        UNROLL for (int v = 0; v < vectors; v++) right[v] = load(b + k * inpaintd_panel_columns + v * LANES);
        UNROLL for (int row = 0; row < rows; row++) {
            const vec left = splat(a[row * depth + k]);
            UNROLL for (int v = 0; v < vectors; v++) sums[row][v] += left * right[v];
        }
    }
    UNROLL for (int row = 0; row < rows; row++) {
        UNROLL for (int v = 0; v < vectors; v++) store(c + row * c_stride + v * LANES, sums[row][v]);
    }
}

/// The tile with its number of rows known to the compiler, which keeps its sums in registers.
INLINE void point_rows(
    const float *a, const float *b, ptrdiff_t depth, float *c, ptrdiff_t c_stride, const float *ahead, ptrdiff_t pace,
    ptrdiff_t rows, const int vectors) {
#define ROWS(count) \
    case count: point_tile(a, b, depth, c, c_stride, ahead, pace, count, vectors); break;
    switch (rows) {
        ROWS(1) ROWS(2) ROWS(3) ROWS(4) ROWS(5) ROWS(6)
#if PRODUCT_ROWS > 6
        ROWS(7) ROWS(8) ROWS(9) ROWS(10) ROWS(11) ROWS(12)
#endif
    }
#undef ROWS
}

/// Floats to fetch a step, so that what is ahead of a point has come when the point is done.
INLINE ptrdiff_t fetching_pace(const inpaintd_winograd_product *p) {
    enum { line = 16 };
    const ptrdiff_t steps = (p->tiles + PRODUCT_ROWS - 1) / PRODUCT_ROWS * (p->columns + 2 * LANES - 1) / (2 * LANES);
    if (steps == 0) return 0;
    const ptrdiff_t pace = (p->columns + p->tiles + steps - 1) / steps;
    return pace < line ? pace : line;
}

/// The next place to fetch from for a step over the depth.
INLINE const float *fetch_on(fetching *f, ptrdiff_t depth) {
    const float *ahead = f->next;
    f->next += depth * f->pace;
    if (f->next >= f->end) {
        f->next = f->then;
        f->end = f->then_end;
    }
    return ahead;
}

/// One point: the rows of a group leave their place to the sums.
INLINE void multiply_point(const inpaintd_winograd_product *p, float *point, const float *weights, fetching *ahead) {
    const ptrdiff_t stride = p->points.tile_stride;
    for (ptrdiff_t group = 0; group < p->tiles; group += inpaintd_tile_group) {
        const ptrdiff_t tiles = p->tiles - group < inpaintd_tile_group ? p->tiles - group : inpaintd_tile_group;
        for (ptrdiff_t t = 0; t < tiles; t++) {
            const float *row = point + (group + t) * stride;
            for (ptrdiff_t k = 0; k < p->depth; k += LANES) store(p->rows + t * p->depth + k, load(row + k));
        }
        for (ptrdiff_t n = 0; n < p->columns; n += 2 * LANES) {
            const ptrdiff_t panel = n / inpaintd_panel_columns * inpaintd_panel_columns;
            const float *b = weights + panel * p->depth + (n - panel);
            for (ptrdiff_t t = 0; t < tiles; t += PRODUCT_ROWS) {
                const float *a = p->rows + t * p->depth;
                float *c = point + (group + t) * stride + n;
                const ptrdiff_t rows = tiles - t < PRODUCT_ROWS ? tiles - t : PRODUCT_ROWS;
                const float *fetched = fetch_on(ahead, p->depth);
                if (p->columns - n >= 2 * LANES) point_rows(a, b, p->depth, c, stride, fetched, ahead->pace, rows, 2);
                else point_rows(a, b, p->depth, c, stride, fetched, ahead->pace, rows, 1);
            }
        }
    }
}

static void winograd_multiply(const inpaintd_winograd_product *p, ptrdiff_t first, ptrdiff_t count) {
    const ptrdiff_t packed = inpaintd_packed_count(p->depth, p->columns);
    for (ptrdiff_t i = first; i < first + count; i++) {
        float *point = p->points.base + i * p->points.point_stride;
        const float *weights = p->weights + i * packed;
        const int last = i + 1 == first + count;
        const float *next_point = last ? point : point + p->points.point_stride;
        const float *next_weights = last ? weights : weights + packed;
        fetching ahead = {
            .next = next_weights, .end = next_weights + packed, .pace = fetching_pace(p), .then = next_point,
            .then_end = next_point + p->tiles * p->points.tile_stride,
        };
        multiply_point(p, point, weights, &ahead);
    }
}
