#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "CSystem.h"

enum { last_signal = 64 };

uint64_t csystem_ignored_signals(void) {
  uint64_t ignored = 0;
  for (int number = 1; number <= last_signal; number++) {
    struct sigaction action;
    if (sigaction(number, 0, &action) == 0 && action.sa_handler == SIG_IGN) {
      ignored |= UINT64_C(1) << (number - 1);
    }
  }
  return ignored;
}

struct failure {
  int error;
  int tried;
};

// The child's part. It shares the parent's memory and must neither return nor change anything of it.
static _Noreturn void become(char *const *files, char *const *arguments, char *const *environment,
                             const sigset_t *mask, uint64_t ignored, const int *streams, pid_t parent,
                             int report) {
  struct failure failure = {ENOENT, -1};
  for (int number = 1; number <= last_signal; number++) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    if (ignored >> (number - 1) & 1) action.sa_handler = SIG_IGN;
    // It fails for SIGKILL, SIGSTOP and those that the C library keeps for itself.
    (void)sigaction(number, &action, 0);
  }
  (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
  // If the parent ended before the line above, no signal is sent.
  if (getppid() != parent) _exit(128 + SIGTERM);
  if (streams) {
    (void)setpgid(0, 0);
    for (int stream = 0; stream < 3; stream++) (void)dup2(streams[stream], stream);
  }
  (void)sigprocmask(SIG_SETMASK, mask, 0);
  for (int index = 0; files[index]; index++) {
    (void)execve(files[index], arguments, environment);
    switch (errno) {
    case EACCES:
      // A later folder may have a file that can be run. If none has, this error is reported.
      failure.error = EACCES;
      failure.tried = index;
      continue;
    case ENOENT: case ENOTDIR: case ESTALE: case ENODEV: case ETIMEDOUT:
      continue;
    default:
      failure.error = errno;
      failure.tried = index;
    }
    break;
  }
  while (write(report, &failure, sizeof failure) < 0 && errno == EINTR) {}
  _exit(127);
}

pid_t csystem_spawn(char *const *files, char *const *arguments, char *const *environment, const sigset_t *mask,
                    uint64_t ignored, const int *streams, int *tried) {
  *tried = -1;
  // The pipe closes when the program begins. The shared memory cannot report this, because a sanitizer turns vfork(2)
  // into fork(2).
  int report[2];
  if (pipe2(report, O_CLOEXEC) != 0) return -errno;
  // Signals wait until the child has dispositions of its own.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pid_t parent = getpid();
  pid_t child = vfork();
  if (child == 0) become(files, arguments, environment, mask, ignored, streams, parent, report[1]);
  if (child < 0) child = -errno;
  pthread_sigmask(SIG_SETMASK, &before, 0);
  close(report[1]);
  if (child > 0) {
    struct failure failure;
    ssize_t count;
    do count = read(report[0], &failure, sizeof failure);
    while (count < 0 && errno == EINTR);
    if (count == sizeof failure) {
      // The child ends at once. The caller gets the error and does not have to wait for the child.
      while (waitpid(child, 0, 0) < 0 && errno == EINTR) {}
      *tried = failure.tried;
      child = -failure.error;
    }
  }
  close(report[0]);
  return child;
}
