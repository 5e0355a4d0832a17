#define LEVEL vector128
#define LANES 4
#define PRODUCT_ROWS 6

#include "vector_kernels.h"
