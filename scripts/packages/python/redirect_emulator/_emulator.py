"""An emulator: one that is started, or one that runs already."""

from __future__ import annotations

import datetime
import os
import re
import secrets
from typing import Any, Optional, Sequence

from ._control import Control
from ._process import Process, variables
from ._resource import Resource


class Emulator:
    """A running emulator.

    `REDIRECT_EMULATOR_CONTROL` names one that runs already, as `redirect-emulator exec` sets it; else one is started on free
    ports, and ends with `stop`, or with this process. `arguments` are further options of `serve` for one that is started.
    """

    def __init__(self, arguments: Sequence[str] = (), *, control: Optional[str] = None) -> None:
        from_environment = os.environ.get("REDIRECT_EMULATOR_CONTROL", "")
        given = control or from_environment
        self._process: Optional[Process] = None
        # `on` and `off` are for the program, not an address.
        if "://" in given:
            self.control = Control(given, os.environ.get("REDIRECT_EMULATOR_CONTROL_KEY"))
            # What an outer `exec` set is right of its own emulator.
            words = os.environ.get("REDIRECT_EMULATOR_SET", "") if given == from_environment else ""
            names = [name for name in words.split(",") if name in os.environ]
            self.variables = {n: os.environ[n] for n in names} if names else variables("--control", self.control.url)
        else:
            self._process = Process(arguments)
            self.control = Control(self._process.document["controlEndpoint"], _option(arguments, "--control-key"))
            self.variables = variables("--ready-file", self._process.ready_file)
        self.ca_file = self.variables["REDIRECT_EMULATOR_CA_FILE"]

    @property
    def is_own(self) -> bool:
        """Whether this object started it, so that nobody else uses it."""
        return self._process is not None

    def resource(self, name: str = "test", **settings: Any) -> Resource:
        """A resource of one's own: an access key, a journal, a scenario and a clock that no other test sees.

        `name` may be any text; `settings` are members of `POST /_emulator/resources`. Where nobody removes it, it is
        removed an hour after its last use.
        """
        label = re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")[:50].strip("-") or "test"
        settings = {"name": f"{label}-{secrets.token_hex(4)}", "expiresAfter": "1h", **settings}
        started = datetime.datetime.now(datetime.timezone.utc)
        return Resource(self, self.control.ask("POST", "/resources", settings), started)

    def log(self) -> str:
        """What an emulator that was started here wrote; empty of one that ran already."""
        return self._process.log() if self._process else ""

    def stop(self) -> None:
        """Ends an emulator that was started here, and leaves one alone that ran already."""
        if self._process:
            self._process.stop()

    def __enter__(self) -> Emulator:
        return self

    def __exit__(self, *details: object) -> None:
        self.stop()


def _option(arguments: Sequence[str], name: str) -> Optional[str]:
    """The value of an option, written `--name value` or `--name=value`; the last one wins."""
    value = os.environ.get("REDIRECT_EMULATOR_" + name[2:].upper().replace("-", "_")) or None
    for index, argument in enumerate(arguments):
        if argument == name and index + 1 < len(arguments):
            value = arguments[index + 1]
        elif argument.startswith(name + "="):
            value = argument[len(name) + 1 :]
    return value
