"""`python -m redirect_emulator` is the program."""

import os
import sys

from ._process import find_binary

if __name__ == "__main__":
    program = find_binary()
    os.execv(program, [program, *sys.argv[1:]])
