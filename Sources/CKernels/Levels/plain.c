#include "levels.h"
#include "plain.h"

const inpaintd_kernels inpaintd_plain_kernels = {
    .multiply = inpaintd_plain_multiply,
};
