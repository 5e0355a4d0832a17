// JPEG, PNG and deflate, between memory and memory, behind plain C calls.
#ifndef CCODECS_H
#define CCODECS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The room a failure's text needs.
#define CODECS_TEXT 256
// Pictures with more pixels are refused before memory is taken for them.
#define CODECS_MOST_PIXELS (1 << 26)

// Decodes a JPEG file as libjpeg does where nothing is asked for: the exact integer DCT, chroma interpolated.
// Returns packed RGB, `*width` x `*height` x 3 bytes, to be given to `free`; NULL where it is no whole JPEG file, with
// the reason in `failure`.
uint8_t *codecs_jpeg_decode(const uint8_t *bytes, size_t count, int *width, int *height, char failure[CODECS_TEXT]);

// Decodes a PNG file. Returns RGBA, `*width` x `*height` x 4 bytes, to be given to `free`; else as above.
uint8_t *codecs_png_decode(const uint8_t *bytes, size_t count, int *width, int *height, char failure[CODECS_TEXT]);

// Encodes packed RGB as a PNG file. Returns its bytes, to be given to `free`; NULL with the reason in `failure`.
uint8_t *codecs_png_encode(const uint8_t *rgb, int width, int height, size_t *count, char failure[CODECS_TEXT]);

// Inflates raw deflate data of `count` bytes into exactly `size` bytes. False where that is not what they are.
bool codecs_inflate(const uint8_t *bytes, size_t count, uint8_t *out, size_t size);

// The CRC-32 of zip and PNG.
uint32_t codecs_crc32(const uint8_t *bytes, size_t count);

#endif
