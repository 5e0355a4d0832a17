// The convolution that makes a picture; its definition is plain.c's.

enum {
    /// Pixels whose sums are in registers at a time.
    tile_pixels = 2 * PRODUCT_ROWS / inpaintd_picture_channels,
};

/// Adds what `count` values of each pixel's window give to its sums; pixels are `step` values apart.
INLINE void picture_run(
    const float *pixel, ptrdiff_t step, const float *weights, ptrdiff_t weight_stride, ptrdiff_t count,
    const int pixels, vec sums[][inpaintd_picture_channels]) {
    // What the next pixels see and these do not, a third of it for each third of the window.
    const float *ahead = pixel + (pixels - 1) * step + count;
    for (ptrdiff_t i = 0; i < count; i += LANES) {
        UNROLL for (int word = 0; word < 3 * LANES; word += 16) __builtin_prefetch(ahead + 3 * i + word, 0, 2);
        vec taps[inpaintd_picture_channels];
        UNROLL for (int o = 0; o < inpaintd_picture_channels; o++) taps[o] = load(weights + o * weight_stride + i);
        UNROLL for (int x = 0; x < pixels; x++) {
            const vec value = load(pixel + x * step + i);
            UNROLL for (int o = 0; o < inpaintd_picture_channels; o++) {
                sums[x][o] += value * taps[o];
                PIN(sums[x][o]);
            }
        }
    }
}

/// `pixels` pixels of row `y` from column `x` on, all of which have taps `first ..< last` of the window's columns on
/// the map.
INLINE void picture_tile(
    const inpaintd_picture *p, ptrdiff_t y, ptrdiff_t x, const int pixels, ptrdiff_t first, ptrdiff_t last) {
    const inpaintd_window *w = &p->window;
    const ptrdiff_t weight_stride = w->kernel * w->channels;
    // Taps that lie side by side are one run.
    const ptrdiff_t taps = w->dilation == 1 ? last - first : 1;
    vec sums[tile_pixels][inpaintd_picture_channels];
    UNROLL for (int i = 0; i < pixels; i++) {
        UNROLL for (int o = 0; o < inpaintd_picture_channels; o++) sums[i][o] = splat(0);
    }
    for (ptrdiff_t ky = 0; ky < w->kernel; ky++) {
        const ptrdiff_t row = y * w->stride + ky * w->dilation - w->padding;
        if (row < 0 || row >= w->height) continue;
        for (ptrdiff_t kx = first; kx < last; kx += taps) {
            const ptrdiff_t column = x * w->stride + kx * w->dilation - w->padding;
            picture_run(
                p->map + (row * w->width + column) * w->channels, w->stride * w->channels,
                p->weights + ky * inpaintd_picture_channels * weight_stride + kx * w->channels, weight_stride,
                taps * w->channels, pixels, sums);
        }
    }
    float *target = p->picture + ((y - p->first_row) * w->output_width + x) * inpaintd_picture_channels;
    UNROLL for (int i = 0; i < pixels; i++) {
        UNROLL for (int o = 0; o < inpaintd_picture_channels; o++) {
            const float sum = sum_lanes(sums[i][o]) + p->bias[o];
            target[i * inpaintd_picture_channels + o] = sum > 0 ? sum : p->slope * sum;
        }
    }
}

/// One pixel whose window may reach over the map's sides.
static void picture_pixel(const inpaintd_picture *p, ptrdiff_t y, ptrdiff_t x) {
    const inpaintd_window *w = &p->window;
    const ptrdiff_t left = x * w->stride - w->padding;
    ptrdiff_t first = 0, last = w->kernel;
    while (first < last && left + first * w->dilation < 0) first++;
    while (last > first && left + (last - 1) * w->dilation >= w->width) last--;
    picture_tile(p, y, x, 1, first, last);
}

static void picture(const inpaintd_picture *p) {
    const inpaintd_window *w = &p->window;
    // The columns whose windows lie on the map.
    ptrdiff_t begin = (w->padding + w->stride - 1) / w->stride;
    const ptrdiff_t room = w->width + w->padding - w->dilation * (w->kernel - 1) - 1;
    ptrdiff_t end = room < 0 ? 0 : room / w->stride + 1;
    if (end > w->output_width) end = w->output_width;
    if (end - begin < tile_pixels) begin = end = w->output_width;
    for (ptrdiff_t y = p->first_row; y < p->first_row + p->rows; y++) {
        for (ptrdiff_t x = 0; x < begin; x++) picture_pixel(p, y, x);
        for (ptrdiff_t x = begin; x < end; x += tile_pixels) {
            // The last tile begins where it ends with the row, and does some pixels again.
            picture_tile(p, y, x + tile_pixels <= end ? x : end - tile_pixels, tile_pixels, 0, w->kernel);
        }
        for (ptrdiff_t x = end; x < w->output_width; x++) picture_pixel(p, y, x);
    }
}
