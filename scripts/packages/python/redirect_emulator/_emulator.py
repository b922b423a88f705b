"""An emulator: one that is started, or one that runs already."""

from __future__ import annotations

import os
import re
import secrets
import urllib.parse
from typing import Any, Mapping, Optional, Sequence

from . import _names
from ._control import Control, EmulatorError
from ._process import Process, variables
from ._resource import Resource, refuse_rules_for_connections


class Emulator(_names.NearNames):
    """A running emulator.

    `REDIRECT_EMULATOR_CONTROL` names one that runs already, as `redirect-emulator exec` sets it; else one is started on free
    ports, and ends with `stop`, or with this process. `arguments` are further options of `serve` for one that is started.
    """

    def __init__(self, arguments: Sequence[str] = (), *, control: Optional[str] = None) -> None:
        from_environment = os.environ.get("REDIRECT_EMULATOR_CONTROL", "")
        # Settings of the program, which are not an address.
        if from_environment in ("on", "off"):
            from_environment = ""
        given = control or from_environment
        self._process: Optional[Process] = None
        self.is_kept = False
        # The names of resources that were removed here, oldest first: an app may still have the key of one.
        self.removed: list[str] = []
        if given:
            self.control = Control(given, os.environ.get("REDIRECT_EMULATOR_CONTROL_KEY"))
            if not control:
                self._expect_it()
            # What an outer `exec` set is right of its own emulator.
            words = os.environ.get("REDIRECT_EMULATOR_SET", "") if given == from_environment else ""
            names = [name for name in words.split(",") if name in os.environ]
            self.variables = {n: os.environ[n] for n in names} if names else variables("--control", self.control.url)
            # The emulator of an outer `exec` ends with it.
            self.is_kept = not names
        else:
            self._process = Process(arguments)
            self.control = Control(self._process.document["controlEndpoint"], _option(arguments, "--control-key"))
            self.variables = variables("--ready-file", self._process.ready_file)
        self.ca_file = self.variables["REDIRECT_EMULATOR_CA_FILE"]

    def _expect_it(self) -> None:
        """Raises `EmulatorError` where nothing listens at the variable's address: it may be left over from an emulator that ended."""
        try:
            self.control.send("GET", "/resources?summary=true")
        except EmulatorError as error:
            raise EmulatorError(
                f"REDIRECT_EMULATOR_CONTROL names an emulator that does not run; unset it, or start that emulator. {error}"
            ) from error

    @property
    def is_own(self) -> bool:
        """Whether this object started it, so that nobody else uses it."""
        return self._process is not None

    def resource(self, name: str = "test", **settings: Any) -> Resource:
        """A resource of one's own: an access key, a journal, a scenario and a clock that no other test sees.

        `name` may be any text; `settings` are members of `POST /_emulator/resources`, in snake case. Where nobody removes it, it is
        removed an hour after its last use.
        """
        __tracebackhide__ = True
        _names.keywords("resource", settings, _names.SETTINGS)
        label = re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")[:50].strip("-") or "test"
        asked = {_names.camel(name): value for name, value in settings.items()}
        if isinstance(asked.get("scenario"), Mapping):
            refuse_rules_for_connections(asked["scenario"])
        asked = {"name": f"{label}-{secrets.token_hex(4)}", "expiresAfter": "1h", **asked}
        return Resource(self, self.control.ask("POST", "/resources", asked, targets={_names.camel(n): n for n in _names.SETTINGS}))

    def existing(self, name: Optional[str] = None, *, access_key: Optional[str] = None) -> Resource:
        """A resource that exists: by its name, or by the key that an app has; without both it is `default`.

        It is for an app that runs already and knows one connection string. Whoever asks at the same time sees the same calls.
        """
        __tracebackhide__ = True
        if name is None and access_key is not None:
            found = [one for one in self.control.ask("GET", "/resources")["resources"] if one["accessKey"] == access_key]
            if not found:
                raise EmulatorError("no resource has this access key; the emulator prints the key of 'default' when it starts")
            return Resource(self, found[0], is_own=False)
        name = name or "default"
        status, shown = self.control.send("GET", "/resources/" + urllib.parse.quote(name, safe=""))
        if status != 200:
            names = [one["name"] for one in self.control.ask("GET", "/resources?summary=true")["resources"]]
            listed = ", ".join(repr(one) for one in names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "")
            raise EmulatorError(f"there is no resource {name!r}.{_names.did_you_mean(name, names)} There are {listed}")
        if access_key not in (None, shown["accessKey"]):
            raise EmulatorError(f"the resource {name!r} has another access key: an app with that one is not seen there")
        return Resource(self, shown, is_own=False)

    @property
    def day_of_drill(self) -> Optional[str]:
        """The day that `redirect-emulator drill` runs these tests on; None outside of a drill."""
        return self.variables.get("REDIRECT_EMULATOR_DAY") or None

    @property
    def other_than_the_apps(self) -> str:
        """What to do where an app that runs already uses another emulator than this one, which the tests started; else empty."""
        if not self.is_own:
            return ""
        return (
            "REDIRECT_EMULATOR_CONTROL is not set, so these tests have an emulator of their own at"
            f" {self.variables['REDIRECT_EMULATOR_ENDPOINT']}. An app that runs already uses another one:"
            ' run eval "$(redirect-emulator env)" first, in the shell of the tests.'
        )

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
