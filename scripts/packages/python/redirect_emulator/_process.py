"""The program: where it is, and one that runs for as long as the tests do."""

from __future__ import annotations

import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from typing import Any, Optional, Sequence

from ._control import EmulatorError

READY_WITHIN = 15
"""Seconds that the program may take to be ready; it takes some milliseconds."""


def find_binary() -> str:
    """The program: `REDIRECT_EMULATOR_BINARY`, else where pip put this package's, else the one on the PATH."""
    given = os.environ.get("REDIRECT_EMULATOR_BINARY")
    if given:
        return given
    folders = [sysconfig.get_path("scripts"), os.path.dirname(sys.executable), sysconfig.get_path("scripts", "posix_user")]
    # pip install --target puts it beside the packages.
    folders.append(str(pathlib.Path(__file__).resolve().parents[1] / "bin"))
    for folder in folders:
        path = os.path.join(folder, "redirect-emulator")
        if os.access(path, os.X_OK):
            return path
    found = shutil.which("redirect-emulator")
    if found is None:
        raise EmulatorError(
            f"the program redirect-emulator is neither on the PATH nor in {', '.join(dict.fromkeys(folders))}; "
            "install the wheel, or name the program in REDIRECT_EMULATOR_BINARY"
        )
    return found


def variables(*arguments: str) -> dict[str, str]:
    """The variables that `exec` would set, by `redirect-emulator env`."""
    ended = subprocess.run([find_binary(), "env", "--all", *arguments], capture_output=True, text=True, timeout=READY_WITHIN)
    if ended.returncode:
        raise EmulatorError(f"redirect-emulator env {' '.join(arguments)}: {ended.stderr.strip()}")
    words = shlex.split(ended.stdout)
    return dict(word.split("=", 1) for word in words if "=" in word)


class Process:
    """A program that serves on free ports until it is stopped, or until this process ends, however it ends."""

    def __init__(self, arguments: Sequence[str] = ()) -> None:
        self._folder = tempfile.mkdtemp(prefix="redirect-emulator-")
        self.ready_file = os.path.join(self._folder, "ready.json")
        self._log = os.path.join(self._folder, "log")
        reader, writer = os.pipe()
        command = [find_binary(), "serve", "--control", "on", "--port", "0", "--control-port", "0", "--exit-with-stdin"]
        command += ["--ready-file", self.ready_file, "--ready-fd", str(writer), *arguments]
        try:
            with open(self._log, "wb") as log:
                self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log, pass_fds=[writer])
        except OSError as error:
            os.close(reader)
            raise EmulatorError(f"{command[0]}: {error.strerror}") from error
        finally:
            os.close(writer)
        # The program closes the descriptor when it is ready, and when it ends.
        with open(reader, "rb") as ready:
            document = ready.read()
        if not document:
            self._process.wait(READY_WITHIN)
            log_text = self.log()
            self.stop()
            raise EmulatorError(f"redirect-emulator did not start; it said: {log_text.strip()}")
        self.document: dict[str, Any] = json.loads(document)

    def log(self) -> str:
        """What the program wrote to standard output and standard error so far."""
        return pathlib.Path(self._log).read_text(errors="replace")

    def stop(self) -> Optional[int]:
        """Ends the program, and says with which status it ended."""
        if self._process.poll() is None:
            self._process.terminate()
        try:
            status = self._process.wait(READY_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        return status
