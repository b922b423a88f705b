#define _GNU_SOURCE
#include <sys/socket.h>

#include "CSystem.h"

int csystem_accept4(int listener, int flags) {
  return accept4(listener, 0, 0, flags);
}
