#ifndef INPAINTD_DEFAULT_WEIGHTS_H
#define INPAINTD_DEFAULT_WEIGHTS_H

#include <stddef.h>

/// The default weights: a whole .safetensors file, compiled in so that the program, the plugin and an installed copy
/// find it from any working directory.
extern const unsigned char inpaintd_default_weights[];

/// Its size in bytes.
extern const size_t inpaintd_default_weights_size;

#endif
