#ifndef INPAINTD_DEFAULT_WEIGHTS_H
#define INPAINTD_DEFAULT_WEIGHTS_H

#include <stddef.h>

/// The default weights: a whole .safetensors file, compiled in so that the program, the plugin and an installed copy
/// find it from any working directory.
const unsigned char *_Nonnull inpaintd_default_weights(void);

/// Its size in bytes.
size_t inpaintd_default_weights_size(void);

#endif
