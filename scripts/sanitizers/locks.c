// Tells ThreadSanitizer of the locks that it cannot see: GLib's and Swift's wait on futexes of their own, in libraries
// that are not instrumented. What they guard, and what GStreamer's queues hand over under them, would look like a race.
//
// scripts/check preloads it: each function does what it did, and says that the lock was taken or given back.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

// ThreadSanitizer's, in an instrumented program; null in any other that the tests start.
__attribute__((weak)) void __tsan_acquire(void *lock);
__attribute__((weak)) void __tsan_release(void *lock);

static void taken(void *lock) {
    if (__tsan_acquire) __tsan_acquire(lock);
}

static void given_back(void *lock) {
    if (__tsan_release) __tsan_release(lock);
}

/// The function that this library stands before.
#define ORIGINAL(name)                                                                                                 \
    ({                                                                                                                 \
        static void *found;                                                                                            \
        void *original = __atomic_load_n(&found, __ATOMIC_RELAXED);                                                    \
        if (!original) {                                                                                               \
            original = dlsym(RTLD_NEXT, name);                                                                         \
            __atomic_store_n(&found, original, __ATOMIC_RELAXED);                                                      \
        }                                                                                                              \
        original;                                                                                                      \
    })

// GLib: GMutex and GCond. GRecMutex and GRWLock are pthread's, which ThreadSanitizer knows.

void g_mutex_lock(void *mutex) {
    ((void (*)(void *))ORIGINAL("g_mutex_lock"))(mutex);
    taken(mutex);
}

int g_mutex_trylock(void *mutex) {
    int is_taken = ((int (*)(void *))ORIGINAL("g_mutex_trylock"))(mutex);
    if (is_taken) taken(mutex);
    return is_taken;
}

void g_mutex_unlock(void *mutex) {
    given_back(mutex);
    ((void (*)(void *))ORIGINAL("g_mutex_unlock"))(mutex);
}

void g_cond_wait(void *condition, void *mutex) {
    given_back(mutex);
    ((void (*)(void *, void *))ORIGINAL("g_cond_wait"))(condition, mutex);
    taken(mutex);
}

int g_cond_wait_until(void *condition, void *mutex, int64_t end) {
    given_back(mutex);
    int is_signalled = ((int (*)(void *, void *, int64_t))ORIGINAL("g_cond_wait_until"))(condition, mutex, end);
    taken(mutex);
    return is_signalled;
}

// GLib: what is handed to a main loop, under a lock that no function of its own takes.

struct source {
    void *callback_data, *callback_funcs;
    const void *kind;
};

struct work {
    void *call, *data;
    void (*drop)(void *);
};

__attribute__((weak)) extern const char g_idle_funcs[], g_timeout_funcs[];
static const void *descriptor_kind;

static int work_alone(void *work) {
    taken(work);
    return ((int (*)(void *))((struct work *)work)->call)(((struct work *)work)->data);
}

static int work_on_descriptor(int descriptor, int condition, void *work) {
    taken(work);
    return ((int (*)(int, int, void *))((struct work *)work)->call)(descriptor, condition, ((struct work *)work)->data);
}

static void drop_work(void *work) {
    taken(work);
    if (((struct work *)work)->drop) ((struct work *)work)->drop(((struct work *)work)->data);
    free(work);
}

void *g_unix_fd_source_new(int descriptor, int condition) {
    struct source *source = ((void *(*)(int, int))ORIGINAL("g_unix_fd_source_new"))(descriptor, condition);
    __atomic_store_n(&descriptor_kind, source->kind, __ATOMIC_RELAXED);
    return source;
}

void g_source_set_callback(void *source, void *call, void *data, void (*drop)(void *)) {
    void (*original)(void *, void *, void *, void (*)(void *)) = ORIGINAL("g_source_set_callback");
    const void *kind = ((struct source *)source)->kind;
    int is_alone = kind == g_idle_funcs || kind == g_timeout_funcs;
    int is_on_descriptor = kind == __atomic_load_n(&descriptor_kind, __ATOMIC_RELAXED);
    struct work *work = is_alone || is_on_descriptor ? malloc(sizeof(struct work)) : NULL;
    if (!work) {
        original(source, call, data, drop);
        return;
    }
    *work = (struct work){call, data, drop};
    given_back(work);
    original(source, is_alone ? (void *)work_alone : (void *)work_on_descriptor, work, drop_work);
}

// Swift: the ways of Synchronization.Mutex where it is contended. The quick ones are inlined, and instrumented.

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK_SLOW "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

SWIFT void lock_slow(uint32_t thread, SELF void *mutex) __asm__(LOCK_SLOW);
SWIFT bool try_lock_slow(SELF void *mutex) __asm__(TRY_LOCK_SLOW);
SWIFT void unlock_slow(SELF void *mutex) __asm__(UNLOCK_SLOW);

SWIFT void lock_slow(uint32_t thread, SELF void *mutex) {
    ((SWIFT void (*)(uint32_t, SELF void *))ORIGINAL(LOCK_SLOW))(thread, mutex);
    taken(mutex);
}

SWIFT bool try_lock_slow(SELF void *mutex) {
    bool is_taken = ((SWIFT bool (*)(SELF void *))ORIGINAL(TRY_LOCK_SLOW))(mutex);
    if (is_taken) taken(mutex);
    return is_taken;
}

SWIFT void unlock_slow(SELF void *mutex) {
    given_back(mutex);
    ((SWIFT void (*)(SELF void *))ORIGINAL(UNLOCK_SLOW))(mutex);
}
