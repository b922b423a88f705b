#ifndef CSYSTEM_H
#define CSYSTEM_H
// The Linux calls that Swift's Glibc module does not show. _GNU_SOURCE is not set here: it changes structs
// that the Glibc module shows too, and Swift refuses two shapes of one struct.
#include <pthread.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>

// accept4(2), which glibc declares only with _GNU_SOURCE.
int csystem_accept4(int listener, int flags);

// memmem(3), also only with _GNU_SOURCE: where the part is first, or NULL. glibc's takes time in proportion to the text.
const void *csystem_find(const void *text, size_t count, const void *part, size_t part_count);

// pthread_setname_np(3), also only with _GNU_SOURCE: 15 bytes at most.
void csystem_name_thread(pthread_t thread, const char *name);

// Tell ThreadSanitizer that a lock was taken, and that it is about to be let go; nothing without it.
void csystem_acquired(void *lock);
void csystem_releasing(void *lock);
#endif
