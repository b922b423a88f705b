#ifndef CSYSTEM_H
#define CSYSTEM_H
// The Linux calls that Swift's Glibc module does not show. _GNU_SOURCE is not set here: it changes structs
// that the Glibc module shows too, and Swift refuses two shapes of one struct.
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>

// accept4(2), which glibc declares only with _GNU_SOURCE.
int csystem_accept4(int listener, int flags);

// pthread_setname_np(3), also only with _GNU_SOURCE: 15 bytes at most.
void csystem_name_thread(pthread_t thread, const char *name);

// mallopt(3): large blocks are mapped one by one, so that each goes back to the system when it is freed.
void csystem_return_large_blocks(void);

// Gives freed memory back to the system, malloc_trim(3), where more than so many bytes are resident: on a thread of its
// own, since it may take milliseconds, which does the next ones, too, while it is at it.
void csystem_trim_memory(long resident);

// Tell ThreadSanitizer that a lock was taken, and that it is about to be let go; nothing without it.
void csystem_acquired(void *lock);
void csystem_releasing(void *lock);
#endif
