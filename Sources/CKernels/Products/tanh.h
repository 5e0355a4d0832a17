// tanh; the definition is plain.c's. Its error is that of numbers near 1, also near 0: pictures ask for no more.

static void tanh_values(float *values, ptrdiff_t count) {
    const veci sign = (veci)splat(-0.0f);
    for (ptrdiff_t i = 0; i < count; i += LANES) {
        const ptrdiff_t valid = count - i < LANES ? count - i : LANES;
        float last[LANES] = {0};
        if (valid < LANES) memcpy(last, values + i, (size_t)valid * sizeof *last);
        const vec x = load(valid < LANES ? last : values + i);

        const vec e = exponential(-2.0f * (vec)((veci)x & ~sign));
        const vec magnitude = (1 - e) / (1 + e);
        const vec result = (vec)((veci)magnitude | ((veci)x & sign));

        if (valid < LANES) {
            store(last, result);
            memcpy(values + i, last, (size_t)valid * sizeof *last);
        } else {
            store(values + i, result);
        }
    }
}
