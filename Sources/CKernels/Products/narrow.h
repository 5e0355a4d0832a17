// Floats to bfloat16; the definition is plain.c's.

static void narrow(const float *values, ptrdiff_t count, uint16_t *narrowed) {
    ptrdiff_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        *(vech *)(narrowed + i) = __builtin_convertvector(round_upper(load(values + i)) >> 16, vech);
    }
    for (; i < count; i++) narrowed[i] = (uint16_t)bfloat16_bits(values[i]);
}
