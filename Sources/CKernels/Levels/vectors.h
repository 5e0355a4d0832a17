// One vector of the level's width, in the compiler's own vector types: the same source serves every level.

#include <string.h>

#define JOIN_NAMES(prefix, level, name) prefix##_##level##_##name
#define EXPAND_NAMES(prefix, level, name) JOIN_NAMES(prefix, level, name)
/// prefix_LEVEL_name
#define LEVEL_NAME(prefix, name) EXPAND_NAMES(prefix, LEVEL, name)

// a · b + c is one instruction where there is one.
#pragma clang fp contract(fast)

/// Has the vector v ready here, in a register: what is written before it stays before it.
#if defined __x86_64__
#define PIN(v) __asm__ volatile("" : "+v"(v))
#else
#define PIN(v) __asm__ volatile("" : "+w"(v))
#endif

typedef float vec __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int32_t veci __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

/// Before a loop over registers: unrolled before the compiler decides what is in memory and what is not.
#define UNROLL _Pragma("clang loop unroll(full)")

#define INLINE static inline __attribute__((always_inline))

INLINE vec load(const float *p) {
    return *(const vec *)p;
}

INLINE void store(float *p, vec v) {
    *(vec *)p = v;
}

INLINE vec splat(float x) {
    return x - (vec){0};
}

/// x for x > 0 and slope · x elsewhere.
INLINE vec leaky(vec x, float slope) {
    const vec scaled = slope * x;
    const veci positive = x > 0;
    return (vec)((positive & (veci)x) | (~positive & (veci)scaled));
}
