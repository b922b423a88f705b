"""A real terminal for a program: a pseudo-terminal that it controls, with a test at the other end."""

import os
import pty
import select
import subprocess
import termios
import time


class Terminal:
    """Runs a program as the first process of a session whose terminal this is, so that Ctrl-C and Ctrl-Z reach it."""

    def __init__(self, *command, **options):
        self.end, other = pty.openpty()
        settings = termios.tcgetattr(other)
        settings[3] &= ~termios.ECHO
        termios.tcsetattr(other, termios.TCSANOW, settings)
        self.seen = ""

        def control():
            os.setsid()
            # A session's first process takes the first terminal that it opens.
            os.close(os.open(os.ttyname(0), os.O_RDWR))

        self.process = subprocess.Popen(
            [str(word) for word in command], stdin=other, stdout=other, stderr=other, preexec_fn=control, **options
        )
        os.close(other)

    def __enter__(self):
        return self

    def __exit__(self, *details):
        self.process.kill()
        self.process.wait()
        os.close(self.end)

    def type(self, text):
        os.write(self.end, text.encode())

    def read_until(self, text, within=20):
        """Reads until `text` has been seen, and takes what came up to it."""
        deadline = time.monotonic() + within
        while text not in self.seen:
            left = deadline - time.monotonic()
            assert left > 0, f"no {text!r} in {self.seen!r}"
            if select.select([self.end], [], [], left)[0]:
                try:
                    self.seen += os.read(self.end, 65536).decode(errors="replace")
                except OSError:
                    raise AssertionError(f"no {text!r} in {self.seen!r}, and the terminal has ended") from None
        before, _, self.seen = self.seen.partition(text)
        return before + text
