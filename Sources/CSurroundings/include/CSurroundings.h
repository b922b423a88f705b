#ifndef CSURROUNDINGS_H
#define CSURROUNDINGS_H
// Checks what the program needs from the system before anything else runs, even Swift's runtime. There is nothing to
// call: linking it is enough. The library does not link it, because it is a guest in another program.
#endif
