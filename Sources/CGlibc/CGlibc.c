#define _GNU_SOURCE
#include "CGlibc.h"

#include <dlfcn.h>
#include <stddef.h>

const char *glibc_file_of(const void *address) {
  Dl_info information;
  return dladdr(address, &information) != 0 ? information.dli_fname : NULL;
}
