#include "CDefaultWeights.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

_Alignas(64) const unsigned char inpaintd_default_weights[] = {
#embed "default.safetensors"
};

const size_t inpaintd_default_weights_size = sizeof inpaintd_default_weights;
