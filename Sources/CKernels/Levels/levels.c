#include "levels.h"

extern const inpaintd_kernels inpaintd_plain_kernels;
extern const inpaintd_kernels inpaintd_vector128_kernels;

#if defined __x86_64__

extern const inpaintd_kernels inpaintd_avx2_kernels;
extern const inpaintd_kernels inpaintd_avx512_kernels;
extern const inpaintd_kernels inpaintd_avx512_bf16_kernels;

inpaintd_level inpaintd_cpu_level(void) {
    __builtin_cpu_init();
    if (!(__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))) return inpaintd_level_vector128;
    if (!(__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw")
          && __builtin_cpu_supports("avx512dq"))) {
        return inpaintd_level_avx2;
    }
    return __builtin_cpu_supports("avx512bf16") ? inpaintd_level_avx512_bf16 : inpaintd_level_avx512;
}

const inpaintd_kernels *inpaintd_kernels_at(inpaintd_level level) {
    switch (level) {
        case inpaintd_level_plain: return &inpaintd_plain_kernels;
        case inpaintd_level_vector128: return &inpaintd_vector128_kernels;
        case inpaintd_level_avx2: return &inpaintd_avx2_kernels;
        case inpaintd_level_avx512: return &inpaintd_avx512_kernels;
        case inpaintd_level_avx512_bf16: return &inpaintd_avx512_bf16_kernels;
    }
}

#else

inpaintd_level inpaintd_cpu_level(void) {
    return inpaintd_level_vector128;
}

const inpaintd_kernels *inpaintd_kernels_at(inpaintd_level level) {
    return level == inpaintd_level_plain ? &inpaintd_plain_kernels : &inpaintd_vector128_kernels;
}

#endif
