#define _GNU_SOURCE
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>

#include "CSystem.h"

int csystem_accept4(int listener, int flags) {
  return accept4(listener, 0, 0, flags);
}

const void *csystem_find(const void *text, size_t count, const void *part, size_t part_count) {
  return memmem(text, count, part, part_count);
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
