#if defined __x86_64__

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define LEVEL avx2
#define LANES 8
#define PRODUCT_ROWS 6

#include "vector_kernels.h"

#pragma clang attribute pop

#endif
