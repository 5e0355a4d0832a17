// Every vector kernel, compiled for the level that the including file defines:
//   LEVEL          its name
//   LANES          floats of one vector
//   PRODUCT_ROWS   rows of c that a product keeps in registers, two vectors wide
//   PAIR_PRODUCTS  defined where the CPU multiplies pairs of bfloat16

#include "bfloat16.h"
#include "levels.h"
#include "vectors.h"
#include "words.h"

#include "functions.h"

#include "../Attention/tokens.h"
#include "../Attention/words.h"
#include "../Attention/remember.h"
#include "../Attention/score.h"
#include "../Attention/softmax.h"
#include "../Attention/blend.h"
#include "../Products/multiply.h"
#include "../Products/narrow.h"
#include "../Products/peak.h"
#include "../Products/picture.h"
#include "../Products/tanh.h"
#include "../Upsampling/resize.h"
#include "../Winograd/transforms.h"
#include "../Winograd/input.h"
#include "../Winograd/multiply.h"
#include "../Winograd/output.h"
#include "../Winograd/weights.h"

const inpaintd_kernels LEVEL_NAME(inpaintd, kernels) = {
    .multiply = multiply,
    .multiply_bf16 = multiply_bf16,
    .narrow = narrow,
    .picture = picture,
    .tanh = tanh_values,
    .peak = peak,
    .peak_bf16 = peak_bf16,
    .winograd_pack = winograd_pack,
    .winograd_input = winograd_input,
    .winograd_multiply = winograd_multiply,
    .winograd_output = winograd_output,
    .resize_row = resize_row,
    .remember = remember,
    .score = score,
    .blend = blend,
};
