// sched_getaffinity and pthread_setname_np are GNU's, which Swift's Glibc module does not show.
#define _GNU_SOURCE

#include "CKernels.h"

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

int inpaintd_available_cores(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (int)online : 1;
}

void inpaintd_name_thread(const char *name) {
    pthread_setname_np(pthread_self(), name);
}
