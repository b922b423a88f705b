#ifndef CSYSTEM_H
#define CSYSTEM_H
// The Linux calls that Swift's Glibc module does not show. _GNU_SOURCE is not set here: it changes structs
// that the Glibc module shows too, and Swift refuses two shapes of one struct.
#include <dirent.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/types.h>

// accept4(2), which glibc declares only with _GNU_SOURCE.
int csystem_accept4(int listener, int flags);

// memmem(3), also only with _GNU_SOURCE: where the part is first, or NULL. glibc's takes time in proportion to the text.
const void *csystem_find(const void *text, size_t count, const void *part, size_t part_count);

// pthread_setname_np(3), also only with _GNU_SOURCE: 15 bytes at most.
void csystem_name_thread(pthread_t thread, const char *name);

// Which of the signals 1 to 64 are ignored: bit N - 1 for signal N.
uint64_t csystem_ignored_signals(void);

// Starts a program from the main thread: vfork(2) and execve(2). `files` are tried in order, as execvp(3) tries the
// folders of PATH. The program gets `mask`. It ignores the signals in `ignored` and has the default action for all
// others. It is sent SIGTERM if the calling thread ends first. If `streams` is not NULL, its three descriptors become
// the program's standard streams, and the program leads a process group of its own, so that it can be ended together
// with all that it starts.
//
// Returns the process id. On failure it returns the error's number, negated, and sets `tried` to the index of the file
// that the error is about, or to -1.
pid_t csystem_spawn(char *const *files, char *const *arguments, char *const *environment, const sigset_t *mask,
                    uint64_t ignored, const int *streams, int *tried);

// posix_spawn_file_actions_addclosefrom_np(3), which glibc declares only with _GNU_SOURCE: the program gets no descriptor from
// `first` on.
int csystem_close_from(posix_spawn_file_actions_t *actions, int first);

// A file without a name, in memory, closed on exec: memfd_create(2). -1 with errno set.
int csystem_memory_file(const char *name);

// Renames a file, unless a file with the new name exists: renameat2(2), which glibc declares only with _GNU_SOURCE. -1
// with errno set.
int csystem_rename_new(const char *from, const char *to);

// The next name of a folder that opendir(3) opened, or NULL. It is valid until the next call. readdir(3)'s records are
// only as long as their names, but Swift would copy the whole struct and so read past the buffer's end.
const char *csystem_next_name(DIR *folder);

// mallopt(3): blocks from 8 MiB on are mapped one by one, so that each is given back to the system when it is freed.
// Smaller ones are used again: a new mapping would cost a page fault for each 4 KiB of a body.
void csystem_return_large_blocks(void);

// Gives freed memory back to the system, malloc_trim(3), if more than this many bytes are resident. This may take
// milliseconds, so a thread of its own does it. That thread also serves the calls that come while it runs.
void csystem_trim_memory(long resident);

// Tell ThreadSanitizer that a lock was taken, and that it is about to be released. Without ThreadSanitizer they do
// nothing.
void csystem_acquired(void *lock);
void csystem_releasing(void *lock);
#endif
