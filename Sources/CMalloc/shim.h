// What glibc's allocator can be told: Swift's Glibc module leaves it out.
#include <malloc.h>
