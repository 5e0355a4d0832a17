#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>
#include <jerror.h>
#include <setjmp.h>
#include <string.h>

#include "CCodecs.h"

struct trouble {
    struct jpeg_error_mgr manager;
    jmp_buf back;
    char *text;
};

static void leave(j_common_ptr jpeg) {
    struct trouble *trouble = (struct trouble *)jpeg->err;
    char text[JMSG_LENGTH_MAX];
    trouble->manager.format_message(jpeg, text);
    snprintf(trouble->text, CODECS_TEXT, "%s", text);
    longjmp(trouble->back, 1);
}

// libjpeg goes on with gray after damage; a picture to measure with must be whole.
static void weigh(j_common_ptr jpeg, int level) {
    if (level >= 0) return;
    switch (jpeg->err->msg_code) {
    case JWRN_JPEG_EOF:
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_MUST_RESYNC: leave(jpeg);
    }
}

uint8_t *codecs_jpeg_decode(const uint8_t *bytes, size_t count, int *width, int *height, char failure[CODECS_TEXT]) {
    struct jpeg_decompress_struct jpeg;
    struct trouble trouble;
    uint8_t *volatile rgb = NULL;
    memset(&jpeg, 0, sizeof jpeg);
    jpeg.err = jpeg_std_error(&trouble.manager);
    trouble.manager.error_exit = leave;
    trouble.manager.emit_message = weigh;
    trouble.text = failure;
    failure[0] = 0;
    if (setjmp(trouble.back)) {
        jpeg_destroy_decompress(&jpeg);
        free(rgb);
        return NULL;
    }
    jpeg_create_decompress(&jpeg);
    jpeg_mem_src(&jpeg, bytes, count);
    jpeg_read_header(&jpeg, TRUE);
    if ((uint64_t)jpeg.image_width * jpeg.image_height > CODECS_MOST_PIXELS) {
        snprintf(failure, CODECS_TEXT, "%ux%u pixels are more than are read", jpeg.image_width, jpeg.image_height);
        longjmp(trouble.back, 1);
    }
    jpeg.out_color_space = JCS_RGB;
    jpeg_start_decompress(&jpeg);
    size_t row = (size_t)jpeg.output_width * 3;
    rgb = malloc(row * jpeg.output_height);
    if (!rgb) {
        snprintf(failure, CODECS_TEXT, "no memory for it");
        longjmp(trouble.back, 1);
    }
    while (jpeg.output_scanline < jpeg.output_height) {
        JSAMPROW line = rgb + row * jpeg.output_scanline;
        jpeg_read_scanlines(&jpeg, &line, 1);
    }
    jpeg_finish_decompress(&jpeg);
    *width = (int)jpeg.output_width;
    *height = (int)jpeg.output_height;
    jpeg_destroy_decompress(&jpeg);
    return rgb;
}
