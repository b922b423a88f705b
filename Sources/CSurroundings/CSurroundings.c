#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "CSurroundings.h"

// Takes the place of standard input, output and error where they are closed: otherwise a socket could get the number
// of standard output, and a client the lines for people. Reading and writing fail with EBADF as before, and a program
// that is run finds them closed.
static void hold_standard_descriptors(void) {
  for (int descriptor = 0; descriptor <= 2; descriptor++) {
    if (fcntl(descriptor, F_GETFD) >= 0 || errno != EBADF) continue;
    // Those below are open, so that this is the number that it gets.
    (void)open("/", O_PATH | O_CLOEXEC);
  }
}

// Swift's runtime reads its own path there before main, and the arguments. It aborts where it cannot.
static void need_proc(void) {
  static const char text[] =
      "error: /proc is not mounted, and the program reads its arguments there; mount it: mount -t proc proc /proc\n";
  char path[1];
  if (readlink("/proc/self/exe", path, sizeof path) > 0 && access("/proc/self/cmdline", R_OK) == 0) return;
  (void)!write(STDERR_FILENO, text, strlen(text));
  _exit(71);
}

// 101 is the first priority that programs may use: before the constructors of Swift's runtime, which have none.
__attribute__((constructor(101))) static void see_to_surroundings(void) {
  hold_standard_descriptors();
  need_proc();
}
