#include "CDefaultWeights.h"

#pragma clang diagnostic ignored "-Wc23-extensions"
#pragma clang diagnostic ignored "-Wnullability-extension"

static _Alignas(64) const unsigned char weights[] = {
#embed "default.safetensors"
};

const unsigned char *inpaintd_default_weights(void) { return weights; }

size_t inpaintd_default_weights_size(void) { return sizeof weights; }
