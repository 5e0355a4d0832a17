#include <png.h>
#include <stdio.h>
#include <stdlib.h>

#include "CCodecs.h"

uint8_t *codecs_png_decode(const uint8_t *bytes, size_t count, int *width, int *height, char failure[CODECS_TEXT]) {
    png_image image = {.version = PNG_IMAGE_VERSION};
    uint8_t *rgba = NULL;
    failure[0] = 0;
    if (png_image_begin_read_from_memory(&image, bytes, count)) {
        if ((uint64_t)image.width * image.height > CODECS_MOST_PIXELS) {
            snprintf(failure, CODECS_TEXT, "%ux%u pixels are more than are read", image.width, image.height);
        } else {
            image.format = PNG_FORMAT_RGBA;
            *width = (int)image.width;
            *height = (int)image.height;
            rgba = malloc(PNG_IMAGE_SIZE(image));
            if (rgba && png_image_finish_read(&image, NULL, rgba, 0, NULL)) return rgba;
            free(rgba);
        }
    }
    if (!failure[0]) snprintf(failure, CODECS_TEXT, "%s", image.message[0] ? image.message : "no memory for it");
    png_image_free(&image);
    return NULL;
}

uint8_t *codecs_png_encode(const uint8_t *rgb, int width, int height, size_t *count, char failure[CODECS_TEXT]) {
    png_image image = {.version = PNG_IMAGE_VERSION};
    image.width = (png_uint_32)width;
    image.height = (png_uint_32)height;
    image.format = PNG_FORMAT_RGB;
    failure[0] = 0;
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    uint8_t *bytes = malloc(size);
    if (bytes && png_image_write_to_memory(&image, bytes, &size, 0, rgb, 0, NULL)) {
        *count = size;
        return bytes;
    }
    free(bytes);
    snprintf(failure, CODECS_TEXT, "%s", image.message[0] ? image.message : "no memory for it");
    return NULL;
}
