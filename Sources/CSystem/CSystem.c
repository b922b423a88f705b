#define _GNU_SOURCE
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "CSystem.h"

int csystem_accept4(int listener, int flags) {
  return accept4(listener, 0, 0, flags);
}

const void *csystem_find(const void *text, size_t count, const void *part, size_t part_count) {
  return memmem(text, count, part, part_count);
}

void csystem_name_thread(pthread_t thread, const char *name) {
  // It fails if the name is too long, and for a thread that has ended.
  (void)pthread_setname_np(thread, name);
}

int csystem_close_from(posix_spawn_file_actions_t *actions, int first) {
  return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

void csystem_return_large_blocks(void) {
  // Setting the threshold turns off glibc's own adjustment. That would raise it up to 32 MiB as large blocks are freed.
  (void)mallopt(M_MMAP_THRESHOLD, 8 * 1024 * 1024);
  // The default is 128 KiB: the end of the heap would often be given back and requested again.
  (void)mallopt(M_TRIM_THRESHOLD, 16 * 1024 * 1024);
}

static atomic_flag trimming = ATOMIC_FLAG_INIT;
// What the last call allows to be resident, and whether it has not been looked at yet.
static atomic_long allowed;
static atomic_bool asked;

// The second number of proc(5)'s statm, in bytes; 0 where it cannot be read.
static long resident_bytes(void) {
  char text[128] = {0};
  int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  ssize_t count = read(file, text, sizeof text - 1);
  close(file);
  if (count <= 0) return 0;
  const char *space = strchr(text, ' ');
  return space ? strtol(space, NULL, 10) * sysconf(_SC_PAGESIZE) : 0;
}

// A caller may ask shortly before it frees the memory that it no longer counts. So the thread looks several times.
enum { LOOKS = 4 };

static void *trim(void *nothing) {
  do {
    int looks = LOOKS;
    while (atomic_exchange(&asked, false) || looks > 0) {
      looks = resident_bytes() > atomic_load(&allowed) ? looks - 1 : 0;
      if (looks > 0) (void)malloc_trim(0);
      // Usually more memory is freed soon.
      usleep(100 * 1000);
      if (atomic_load(&asked)) looks = LOOKS;
    }
    atomic_flag_clear(&trimming);
    // A caller that asked in between found the flag set and started no thread.
  } while (atomic_load(&asked) && !atomic_flag_test_and_set(&trimming));
  return nothing;
}

void csystem_trim_memory(long resident) {
  atomic_store(&allowed, resident);
  atomic_store(&asked, true);
  if (atomic_flag_test_and_set(&trimming)) return;
  pthread_attr_t attributes;
  pthread_t thread;
  sigset_t all, before;
  // The new thread inherits this mask: signals are only for the threads that wait for them.
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  if (pthread_create(&thread, &attributes, trim, NULL) != 0) {
    atomic_flag_clear(&trimming);
  }
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
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

int csystem_rename_new(const char *from, const char *to) {
  return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
}

const char *csystem_next_name(DIR *folder) {
  const struct dirent *entry = readdir(folder);
  return entry ? entry->d_name : NULL;
}
