#if defined __x86_64__

#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma"))), apply_to = function)

#define LEVEL avx512
#define LANES 16
#define PRODUCT_ROWS 12

#include "vector_kernels.h"

#pragma clang attribute pop

#endif
