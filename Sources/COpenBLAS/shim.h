#ifndef INPAINTD_COPENBLAS_SHIM_H
#define INPAINTD_COPENBLAS_SHIM_H

#include <cblas.h>

// Exported by every DYNAMIC_ARCH build, declared in none of its headers.
void gotoblas_dynamic_init(void);
void gotoblas_dynamic_quit(void);

#endif
