#ifndef CSURROUNDINGS_H
#define CSURROUNDINGS_H
// Sees to what the program finds around it before anything else runs, Swift's runtime too. There is nothing to call:
// linking it is enough. Not for the library, which is a guest in another program.
#endif
