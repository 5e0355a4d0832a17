// Every vector kernel, compiled for the level that the including file defines:
//   LEVEL          its name
//   LANES          floats of one vector
//   PRODUCT_ROWS   rows of c that a product keeps in registers, two vectors wide

#include "levels.h"
#include "vectors.h"

#include "../Products/multiply.h"

const inpaintd_kernels LEVEL_NAME(inpaintd, kernels) = {
    .multiply = multiply,
};
