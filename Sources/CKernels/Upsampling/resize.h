// One row of a bilinear resize; its definition is plain.c's.

static void resize_row(const inpaintd_resized_row *p) {
    const float *top = p->map + p->row_tap.left * p->width * p->channels;
    const float *bottom = p->map + p->row_tap.right * p->width * p->channels;
    const float below = p->row_tap.fraction;
    const float above = 1 - below;
    for (ptrdiff_t x = 0; x < p->columns; x++) {
        const inpaintd_tap tap = p->column_taps[x];
        const ptrdiff_t left = tap.left * p->channels;
        const ptrdiff_t right = tap.right * p->channels;
        float *output = p->output + x * p->channels;
        ptrdiff_t c = 0;
        for (; c + LANES <= p->channels; c += LANES) {
            const vec first = above * load(top + left + c) + below * load(bottom + left + c);
            const vec second = above * load(top + right + c) + below * load(bottom + right + c);
            store(output + c, (1 - tap.fraction) * first + tap.fraction * second);
        }
        for (; c < p->channels; c++) {
            const float first = above * top[left + c] + below * bottom[left + c];
            const float second = above * top[right + c] + below * bottom[right + c];
            output[c] = (1 - tap.fraction) * first + tap.fraction * second;
        }
    }
}
