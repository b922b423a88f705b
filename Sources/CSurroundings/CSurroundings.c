#include <string.h>
#include <unistd.h>

#include "CSurroundings.h"

// Before main, Swift's runtime reads the program's own path and its arguments from /proc. It aborts if it cannot.
static void need_proc(void) {
  static const char text[] =
      "error: /proc is not mounted, and the program reads its arguments there; mount it: mount -t proc proc /proc\n";
  char path[1];
  if (readlink("/proc/self/exe", path, sizeof path) > 0 && access("/proc/self/cmdline", R_OK) == 0) return;
  (void)!write(STDERR_FILENO, text, strlen(text));
  _exit(71);
}

// 101 is the earliest priority that programs may use. This runs before the constructors of Swift's runtime, which have
// no priority.
__attribute__((constructor(101))) static void see_to_surroundings(void) {
  need_proc();
}
