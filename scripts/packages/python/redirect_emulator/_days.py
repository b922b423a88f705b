"""The bad days that come with the program, as scenario files: what `redirect-emulator drill` puts an app through."""

from __future__ import annotations

import pathlib
import re
from typing import Any

from ._control import EmulatorError
from ._names import did_you_mean, option_of_ring

FOLDER = pathlib.Path(__file__).resolve().parent / "days"


def text(name: str) -> str:
    """A day's scenario, by its name or its file's. Raises `EmulatorError` with the names of all days where there is none."""
    days = {_name(path): path for path in sorted(FOLDER.glob("*.yaml"))}
    wanted = name.replace("-", " ").lower()
    for known, path in days.items():
        if wanted in (known.replace("-", " ").lower(), path.stem.replace("-", " ")):
            return path.read_text(encoding="utf-8")
    raise EmulatorError(f"there is no bad day {name!r}.{did_you_mean(name, days)} There are {', '.join(repr(known) for known in days)}")


def ring(scenario: str) -> dict[str, Any]:
    """How calls ring on a day, as options of `ring`. How many ring, and how many at a time, is for the test to do."""
    found = re.search(r"^  ring: \{ (.*) \}$", scenario, re.MULTILINE)
    members = dict(member.split(": ", 1) for member in found[1].split(", ")) if found else {}
    of_a_call = {name: value for name, value in members.items() if name not in ("count", "atATime")}
    return {option_of_ring(name): value == "true" or value.strip('"') for name, value in of_a_call.items()}


def _name(path: pathlib.Path) -> str:
    found = re.search(r"^day:\n(?:  .*\n)*?  name: (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1].strip("\"'") if found else path.stem
