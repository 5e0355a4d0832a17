#include <limits.h>
#include <zlib.h>

#include "CCodecs.h"

bool codecs_inflate(const uint8_t *bytes, size_t count, uint8_t *out, size_t size) {
    if (count > UINT_MAX || size > UINT_MAX) return false;
    z_stream stream = {0};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return false;
    uint8_t nothing;
    stream.next_in = (z_const Bytef *)bytes;
    stream.avail_in = (uInt)count;
    stream.next_out = size ? out : &nothing;
    stream.avail_out = (uInt)size;
    int end = inflate(&stream, Z_FINISH);
    bool isWhole = end == Z_STREAM_END && stream.avail_out == 0 && stream.avail_in == 0;
    inflateEnd(&stream);
    return isWhole;
}

uint32_t codecs_crc32(const uint8_t *bytes, size_t count) {
    return (uint32_t)crc32_z(0, bytes, count);
}
