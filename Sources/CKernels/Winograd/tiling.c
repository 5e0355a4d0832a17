#include "winograd.h"

/// Tiles along the lines of one grid: every dilation-th line from `phase` on.
static ptrdiff_t grid_lines(ptrdiff_t side, ptrdiff_t outputs, ptrdiff_t dilation, ptrdiff_t phase) {
    if (phase >= side) return 0;
    const ptrdiff_t lines = (side - phase + dilation - 1) / dilation;
    return (lines + outputs - 1) / outputs;
}

ptrdiff_t inpaintd_tile_lines(ptrdiff_t side, ptrdiff_t outputs, ptrdiff_t dilation) {
    ptrdiff_t lines = 0;
    for (ptrdiff_t phase = 0; phase < dilation; phase++) lines += grid_lines(side, outputs, dilation, phase);
    return lines;
}

ptrdiff_t inpaintd_tile_start(ptrdiff_t line, ptrdiff_t side, ptrdiff_t outputs, ptrdiff_t dilation) {
    ptrdiff_t phase = 0;
    for (; phase < dilation - 1; phase++) {
        const ptrdiff_t lines = grid_lines(side, outputs, dilation, phase);
        if (line < lines) break;
        line -= lines;
    }
    return phase + line * outputs * dilation;
}
