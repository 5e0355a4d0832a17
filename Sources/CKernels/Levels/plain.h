#ifndef INPAINTD_PLAIN_H
#define INPAINTD_PLAIN_H

#include "products.h"

// The kernels' definition in scalar C; each stands in its topic's folder.
void inpaintd_plain_multiply(const inpaintd_product *product);

#endif
