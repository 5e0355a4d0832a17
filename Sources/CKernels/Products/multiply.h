// The products with a packed right side, of floats and of bfloat16; their definition is plain.c's.
//
// A pair of bfloat16 along the depth is one word, as a float is, so that both are one loop over words.

enum {
    /// Columns of c that are in registers at a time.
    tile_columns = 2 * LANES,
    /// Words of depth in a slice of b that stays in the first cache while rows of a pass by.
    slice_depth = 256,
    /// Rows of a slice of a that stay in the second cache while the columns of b pass by.
    block_rows = 192,
    /// Steps along the depth between two rounds of prefetches.
    prefetch_steps = 4,
    line_words = 16,
};

/// What one word of each row of a adds to the sums.
INLINE void multiply_step(
    const word *const rows_of_a[], ptrdiff_t a_stride, const word *b, const int rows, const int vectors,
    const int pairs, vec sums[PRODUCT_ROWS][2]) {
    // Pairs that the CPU cannot multiply at once go through half by half: both halves would need too many registers.
    const int halves = pairs && !multiplies_pairs ? 2 : 1;
    UNROLL for (int half = 0; half < halves; half++) {
        vecw right[2];
        UNROLL for (int v = 0; v < vectors; v++) {
            right[v] = load_words(b + v * LANES);
            if (halves == 2) right[v] = widen_half(right[v], half);
        }
        UNROLL for (int row = 0; row < rows; row++) {
            vecw left = splat_word(rows_of_a[row / 3][row % 3 * a_stride]);
            if (halves == 2) left = widen_half(left, half);
            UNROLL for (int v = 0; v < vectors; v++) {
                sums[row][v] = add_product(sums[row][v], left, right[v], pairs && halves == 1);
                // Else all of a's words are loaded first, and push sums out of the registers.
                PIN(sums[row][v]);
            }
        }
    }
}

/// A tile of c, `rows` × `vectors` vectors, over one slice of the depth.
///
/// `first` starts the sums, else they go on from c; `last` follows them with the epilogue. What lies from `ahead` on
/// is brought to the second cache meanwhile.
INLINE void multiply_tile(
    const inpaintd_product *p, const word *a, const word *b, const word *ahead, ptrdiff_t depth, ptrdiff_t m,
    ptrdiff_t n, const int rows, const int vectors, const int pairs, int first, int last) {
    const ptrdiff_t a_stride = p->a_stride;
    float *c = p->c + m * p->c_stride + n;
    vec sums[PRODUCT_ROWS][2];
    UNROLL for (int row = 0; row < rows; row++) {
        UNROLL for (int v = 0; v < vectors; v++) {
            sums[row][v] = first ? splat(0) : load(c + row * p->c_stride + v * LANES);
        }
        UNROLL for (int column = 0; column < vectors * LANES; column += line_words) {
            __builtin_prefetch(c + row * p->c_stride + column, 1);
        }
    }

    // One address for three rows: the others are at one and at two strides from it.
    const word *rows_of_a[(PRODUCT_ROWS + 2) / 3];
    UNROLL for (int row = 0; row < rows; row += 3) rows_of_a[row / 3] = a + row * a_stride;
    ptrdiff_t k = 0;
    for (; k + prefetch_steps <= depth; k += prefetch_steps) {
        // As many as bring the next rows of a in the time of these.
        UNROLL for (int word = 0; word < PRODUCT_ROWS * prefetch_steps; word += line_words) {
            __builtin_prefetch(ahead + PRODUCT_ROWS * k + word, 0, 2);
        }
        UNROLL for (int step = 0; step < prefetch_steps; step++) {
            multiply_step(rows_of_a, a_stride, b, rows, vectors, pairs, sums);
            b += inpaintd_panel_columns;
            UNROLL for (int row = 0; row < rows; row += 3) rows_of_a[row / 3]++;
        }
    }
    for (; k < depth; k++) {
        multiply_step(rows_of_a, a_stride, b, rows, vectors, pairs, sums);
        b += inpaintd_panel_columns;
        UNROLL for (int row = 0; row < rows; row += 3) rows_of_a[row / 3]++;
    }

    UNROLL for (int row = 0; row < rows; row++) {
        UNROLL for (int v = 0; v < vectors; v++) {
            vec x = sums[row][v];
            if (last) {
                if (p->bias) x += load(p->bias + n + v * LANES);
                if (p->slope != 1) x = leaky(x, p->slope);
                if (p->residual) x += load(p->residual + (m + row) * p->residual_stride + n + v * LANES);
            }
            store(c + row * p->c_stride + v * LANES, x);
        }
    }
}

/// The tile with its number of rows known to the compiler, which keeps its sums in registers.
INLINE void multiply_rows(
    const inpaintd_product *p, const word *a, const word *b, const word *ahead, ptrdiff_t depth, ptrdiff_t m,
    ptrdiff_t n, ptrdiff_t rows, const int vectors, const int pairs, int first, int last) {
#define ROWS(count) \
    case count: multiply_tile(p, a, b, ahead, depth, m, n, count, vectors, pairs, first, last); break;
    switch (rows) {
        ROWS(1) ROWS(2) ROWS(3) ROWS(4) ROWS(5) ROWS(6)
#if PRODUCT_ROWS > 6
        ROWS(7) ROWS(8) ROWS(9) ROWS(10) ROWS(11) ROWS(12)
#endif
    }
#undef ROWS
}

/// Word `k` of column `n` of the packed matrix.
INLINE const word *packed_word(const inpaintd_product *p, ptrdiff_t k, ptrdiff_t n) {
    const ptrdiff_t panel = n / inpaintd_panel_columns * inpaintd_panel_columns;
    return (const word *)p->b + panel * p->depth + k * inpaintd_panel_columns + (n - panel);
}

/// Rows `begin ..< end` over one slice of the depth.
INLINE void multiply_block(
    const inpaintd_product *p, ptrdiff_t begin, ptrdiff_t end, ptrdiff_t k, ptrdiff_t depth, const int pairs) {
    const int first = k == 0;
    const int last = k + depth == p->depth;
    for (ptrdiff_t n = 0; n < p->columns; n += tile_columns) {
        const word *b = packed_word(p, k, n);
        const word *next = n + tile_columns < p->columns ? packed_word(p, k, n + tile_columns) : b;
        for (ptrdiff_t m = begin; m < end; m += PRODUCT_ROWS) {
            const ptrdiff_t rows = end - m < PRODUCT_ROWS ? end - m : PRODUCT_ROWS;
            const word *a = (const word *)p->a + m * p->a_stride + k;
            // The first columns find a cold, the later ones find it there, and have time for the next columns of b. A
            // prefetch past the end of either does nothing.
            const word *ahead = n == 0 ? a + PRODUCT_ROWS * p->a_stride : next;
            if (n > 0 && m - begin < inpaintd_panel_columns) ahead += (m - begin) * depth;
            if (tile_columns <= inpaintd_column_group || p->columns - n >= tile_columns) {
                multiply_rows(p, a, b, ahead, depth, m, n, rows, 2, pairs, first, last);
            } else {
                multiply_rows(p, a, b, ahead, depth, m, n, rows, 1, pairs, first, last);
            }
        }
    }
}

/// The product of words: strides along a and the depth are counted in them.
INLINE void multiply_words(const inpaintd_product *p, const int pairs) {
    // Between slices the sums wait in c, where a residual may not.
    const ptrdiff_t slice = p->residual == p->c && p->depth > slice_depth ? p->depth : slice_depth;
    for (ptrdiff_t k = 0; k == 0 || k < p->depth; k += slice) {
        const ptrdiff_t depth = p->depth - k < slice ? p->depth - k : slice;
        for (ptrdiff_t m = 0; m < p->rows; m += block_rows) {
            const ptrdiff_t rows = p->rows - m < block_rows ? p->rows - m : block_rows;
            multiply_block(p, m, m + rows, k, depth, pairs);
        }
    }
}

static void multiply(const inpaintd_product *product) {
    multiply_words(product, 0);
}

static void multiply_bf16(const inpaintd_bf16_product *p) {
    const inpaintd_product words = {
        .a = (const float *)p->a,
        .a_stride = p->a_stride / 2,
        .b = (const float *)p->b,
        .c = p->c,
        .c_stride = p->c_stride,
        .rows = p->rows,
        .depth = p->depth / 2,
        .columns = p->columns,
        .bias = p->bias,
        .residual = p->residual,
        .residual_stride = p->residual_stride,
        .slope = p->slope,
    };
    multiply_words(&words, 1);
}
