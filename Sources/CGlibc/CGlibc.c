#define _GNU_SOURCE
#include "CGlibc.h"

#include <dlfcn.h>
#include <link.h>
#include <stddef.h>

const char *glibc_file_of(const void *address) {
  Dl_info information;
  struct link_map *map = NULL;
  if (dladdr1(address, &information, (void **)&map, RTLD_DL_LINKMAP) == 0 || map == NULL) return NULL;
  // The loader has no name for the program, and dladdr says how it was called: by a bare name, where PATH was searched.
  return map->l_name[0] == '\0' ? "/proc/self/exe" : information.dli_fname;
}
