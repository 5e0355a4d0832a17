#if defined __x86_64__

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512bf16,avx512f,avx512vl,avx512bw,avx512dq,avx2,fma"))), apply_to = function)

#define LEVEL avx512_bf16
#define LANES 16
#define PRODUCT_ROWS 12
#define PAIR_PRODUCTS

#include "vector_kernels.h"

#pragma clang attribute pop

#endif
