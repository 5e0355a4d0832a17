// What Swift's Glibc module leaves out.
#ifndef CGLIBC_H
#define CGLIBC_H

#include <malloc.h>

// The path of the program or library that an address lies in; NULL where the loader knows none. It lives as long as
// the process.
const char *glibc_file_of(const void *address);

#endif
