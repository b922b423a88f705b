#define _GNU_SOURCE
#include <pthread.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "CSystem.h"

int csystem_accept4(int listener, int flags) {
  return accept4(listener, 0, 0, flags);
}

void csystem_name_thread(pthread_t thread, const char *name) {
  // It fails for a longer name, and for a thread that has ended.
  (void)pthread_setname_np(thread, name);
}

#if __has_feature(thread_sanitizer)
#include <sanitizer/tsan_interface.h>
void csystem_acquired(void *lock) { __tsan_acquire(lock); }
void csystem_releasing(void *lock) { __tsan_release(lock); }
#else
void csystem_acquired(void *lock) { (void)lock; }
void csystem_releasing(void *lock) { (void)lock; }
#endif

int csystem_memory_file(const char *name) {
  return memfd_create(name, MFD_CLOEXEC);
}
