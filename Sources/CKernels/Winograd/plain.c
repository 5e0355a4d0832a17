#include "../Levels/plain.h"

enum { most = inpaintd_tile_side };

#define ROOT 1.41421356237309505
#define HALF_ROOT (ROOT / 2)

/// The transforms of F(outputs × outputs, 3 × 3) as matrices.
typedef struct {
    /// Bᵀ, of the input.
    double input[most][most];
    /// G, of the weights.
    double weights[most][3];
    /// Aᵀ, of the output.
    double output[most - 2][most];
} transforms;

static const transforms transforms4 = {
    .input = {
        {1, 0, -2.5, 0, 1, 0},
        {0, -ROOT, -2, HALF_ROOT, 1, 0},
        {0, ROOT, -2, -HALF_ROOT, 1, 0},
        {0, -HALF_ROOT, -0.5, ROOT, 1, 0},
        {0, HALF_ROOT, -0.5, -ROOT, 1, 0},
        {0, 1, 0, -2.5, 0, 1},
    },
    .weights = {
        {1, 0, 0},
        {-2.0 / 3, -ROOT / 3, -1.0 / 3},
        {-2.0 / 3, ROOT / 3, -1.0 / 3},
        {1.0 / 6, ROOT / 6, 1.0 / 3},
        {1.0 / 6, -ROOT / 6, 1.0 / 3},
        {0, 0, 1},
    },
    .output = {
        {1, 1, 1, 1, 1, 0},
        {0, HALF_ROOT, -HALF_ROOT, ROOT, -ROOT, 0},
        {0, 0.5, 0.5, 2, 2, 0},
        {0, HALF_ROOT / 2, -HALF_ROOT / 2, 2 * ROOT, -2 * ROOT, 1},
    },
};

static const transforms transforms6 = {
    .input = {
        {-1, 0, 5.25, 0, -5.25, 0, 1, 0},
        {0, 1, 1, -4.25, -4.25, 1, 1, 0},
        {0, -1, 1, 4.25, -4.25, -1, 1, 0},
        {0, 0.5, 0.25, -2.5, -1.25, 2, 1, 0},
        {0, -0.5, 0.25, 2.5, -1.25, -2, 1, 0},
        {0, 2, 4, -2.5, -5, 0.5, 1, 0},
        {0, -2, 4, 2.5, -5, -0.5, 1, 0},
        {0, -1, 0, 5.25, 0, -5.25, 0, 1},
    },
    .weights = {
        {-1, 0, 0},
        {-2.0 / 9, -2.0 / 9, -2.0 / 9},
        {-2.0 / 9, 2.0 / 9, -2.0 / 9},
        {1.0 / 90, 2.0 / 90, 4.0 / 90},
        {1.0 / 90, -2.0 / 90, 4.0 / 90},
        {32.0 / 45, 16.0 / 45, 8.0 / 45},
        {32.0 / 45, -16.0 / 45, 8.0 / 45},
        {0, 0, 1},
    },
    .output = {
        {1, 1, 1, 1, 1, 1, 1, 0},
        {0, 1, -1, 2, -2, 0.5, -0.5, 0},
        {0, 1, 1, 4, 4, 0.25, 0.25, 0},
        {0, 1, -1, 8, -8, 0.125, -0.125, 0},
        {0, 1, 1, 16, 16, 0.0625, 0.0625, 0},
        {0, 1, -1, 32, -32, 0.03125, -0.03125, 1},
    },
};

static const transforms *transforms_of(ptrdiff_t outputs) {
    return outputs == 6 ? &transforms6 : &transforms4;
}

/// A place of the input: of the map or, with taps, between its values; zero outside.
static float input_value(const inpaintd_winograd_input *p, ptrdiff_t map, ptrdiff_t y, ptrdiff_t x, ptrdiff_t c) {
    if (y < 0 || y >= p->tiling.height || x < 0 || x >= p->tiling.width) return 0;
    const float *values = p->maps + map * p->map_height * p->map_width * p->channels + c;
    if (!p->row_taps) return values[(y * p->map_width + x) * p->channels];
    const inpaintd_tap row = p->row_taps[y];
    const inpaintd_tap column = p->column_taps[x];
    float sides[2];
    for (int side = 0; side < 2; side++) {
        const ptrdiff_t from = side ? column.right : column.left;
        sides[side] = (1 - row.fraction) * values[(row.left * p->map_width + from) * p->channels]
            + row.fraction * values[(row.right * p->map_width + from) * p->channels];
    }
    return (1 - column.fraction) * sides[0] + column.fraction * sides[1];
}

void inpaintd_plain_winograd_input(const inpaintd_winograd_input *p, ptrdiff_t first, ptrdiff_t count) {
    const inpaintd_tiling *t = &p->tiling;
    const transforms *of = transforms_of(t->outputs);
    const ptrdiff_t side = t->outputs + 2;
    for (ptrdiff_t i = 0; i < count; i++) {
        const ptrdiff_t tile = first + i;
        const ptrdiff_t map = tile / t->tile_columns / t->tile_rows;
        const ptrdiff_t left = inpaintd_tile_start(tile % t->tile_columns, t->width, t->outputs, t->dilation);
        const ptrdiff_t top =
            inpaintd_tile_start(tile / t->tile_columns % t->tile_rows, t->height, t->outputs, t->dilation);
        for (ptrdiff_t c = 0; c < p->channels; c++) {
            float half[most][most] = {{0}};
            for (ptrdiff_t x = 0; x < side; x++) {
                for (ptrdiff_t y = 0; y < side; y++) {
                    const float value =
                        input_value(p, map, top + (y - 1) * t->dilation, left + (x - 1) * t->dilation, c);
                    for (ptrdiff_t k = 0; k < side; k++) half[k][x] += (float)of->input[k][y] * value;
                }
            }
            for (ptrdiff_t y = 0; y < side; y++) {
                for (ptrdiff_t x = 0; x < side; x++) {
                    float sum = 0;
                    for (ptrdiff_t k = 0; k < side; k++) sum += (float)of->input[x][k] * half[y][k];
                    p->points.base[(y * side + x) * p->points.point_stride + i * p->points.tile_stride + c] = sum;
                }
            }
        }
    }
}

void inpaintd_plain_winograd_multiply(const inpaintd_winograd_product *p, ptrdiff_t first, ptrdiff_t count) {
    for (ptrdiff_t point = first; point < first + count; point++) {
        for (ptrdiff_t tile = 0; tile < p->tiles; tile++) {
            float *values = p->points.base + point * p->points.point_stride + tile * p->points.tile_stride;
            for (ptrdiff_t k = 0; k < p->depth; k++) p->rows[k] = values[k];
            const inpaintd_product product = {
                .a = p->rows, .b = p->weights + point * inpaintd_packed_count(p->depth, p->columns), .c = values,
                .rows = 1, .depth = p->depth, .columns = p->columns, .slope = 1,
            };
            inpaintd_plain_multiply(&product);
        }
    }
}

void inpaintd_plain_winograd_output(const inpaintd_winograd_output *p, ptrdiff_t first, ptrdiff_t count) {
    const inpaintd_tiling *t = &p->tiling;
    const transforms *of = transforms_of(t->outputs);
    const ptrdiff_t side = t->outputs + 2;
    for (ptrdiff_t i = 0; i < count; i++) {
        const ptrdiff_t tile = first + i;
        const ptrdiff_t map = tile / t->tile_columns / t->tile_rows;
        const ptrdiff_t left = inpaintd_tile_start(tile % t->tile_columns, t->width, t->outputs, t->dilation);
        const ptrdiff_t top =
            inpaintd_tile_start(tile / t->tile_columns % t->tile_rows, t->height, t->outputs, t->dilation);
        for (ptrdiff_t c = 0; c < p->channels; c++) {
            float half[most][most] = {{0}};
            for (ptrdiff_t y = 0; y < side; y++) {
                for (ptrdiff_t x = 0; x < side; x++) {
                    const ptrdiff_t point = (y * side + x) * p->points.point_stride;
                    const float value = p->points.base[point + i * p->points.tile_stride + c];
                    for (ptrdiff_t k = 0; k < t->outputs; k++) half[k][x] += (float)of->output[k][y] * value;
                }
            }
            for (ptrdiff_t j = 0; j < t->outputs * t->outputs; j++) {
                const ptrdiff_t y = top + j / t->outputs * t->dilation;
                const ptrdiff_t x = left + j % t->outputs * t->dilation;
                if (y >= t->height || x >= t->width) continue;
                float sum = 0;
                for (ptrdiff_t k = 0; k < side; k++) {
                    sum += (float)of->output[j % t->outputs][k] * half[j / t->outputs][k];
                }
                sum += p->bias[c];
                if (!(sum > 0)) sum *= p->slope;
                const ptrdiff_t place = ((map * t->height + y) * t->width + x) * p->channels + c;
                p->maps[place] = p->residual ? sum + p->residual[place] : sum;
            }
        }
    }
}

void inpaintd_plain_winograd_pack(const inpaintd_winograd_weights *p, ptrdiff_t first, ptrdiff_t count) {
    const transforms *of = transforms_of(p->tile_outputs);
    const ptrdiff_t side = p->tile_outputs + 2;
    const ptrdiff_t packed = inpaintd_packed_count(p->depth, p->outputs);
    for (ptrdiff_t n = first * inpaintd_panel_columns; n < (first + count) * inpaintd_panel_columns; n++) {
        const ptrdiff_t panel = n / inpaintd_panel_columns * inpaintd_panel_columns;
        for (ptrdiff_t k = 0; k < p->depth; k++) {
            const int known = n < p->outputs && k < p->inputs;
            const float *filter = p->weights + (known ? (n * p->inputs + k) * 9 : 0);
            float *target = p->packed + (panel * p->depth + k * inpaintd_panel_columns) + (n - panel);
            for (ptrdiff_t point = 0; point < side * side; point++) {
                double sum = 0;
                for (int tap = 0; known && tap < 9; tap++) {
                    sum += of->weights[point / side][tap / 3] * of->weights[point % side][tap % 3] * filter[tap];
                }
                target[point * packed] = (float)sum;
            }
        }
    }
}
