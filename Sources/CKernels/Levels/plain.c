#include "levels.h"
#include "plain.h"

const inpaintd_kernels inpaintd_plain_kernels = {
    .multiply = inpaintd_plain_multiply,
    .multiply_bf16 = inpaintd_plain_multiply_bf16,
    .narrow = inpaintd_plain_narrow,
    .picture = inpaintd_plain_picture,
    .tanh = inpaintd_plain_tanh,
    .peak = inpaintd_plain_peak,
    .peak_bf16 = inpaintd_plain_peak,
    .winograd_pack = inpaintd_plain_winograd_pack,
    .winograd_input = inpaintd_plain_winograd_input,
    .winograd_multiply = inpaintd_plain_winograd_multiply,
    .winograd_output = inpaintd_plain_winograd_output,
    .resize_row = inpaintd_plain_resize_row,
    .remember = inpaintd_plain_remember,
    .score = inpaintd_plain_score,
    .blend = inpaintd_plain_blend,
};
