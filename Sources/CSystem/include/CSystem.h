#ifndef CSYSTEM_H
#define CSYSTEM_H
// The Linux calls that Swift's Glibc module does not show.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

// accept4(2) is declared by glibc only with _GNU_SOURCE, which Swift's importer does not set.
int csystem_accept4(int listener, int flags);
#endif
