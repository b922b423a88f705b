"""The emulator of Azure Communication Services' Redirect Call, for tests in Python.

pytest finds the fixtures `redirect_emulator` and `acs` by itself; see the guide PytestPlugin. Other runners use `Emulator` directly::

    with Emulator() as emulator, emulator.resource("first call") as acs:
        acs.client().redirect_call(context, target)
        acs.verify(operations=1, executed=1)

Only the standard library is needed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._control import EmulatorError
    from ._emulator import Emulator
    from ._process import find_binary
    from ._resource import Resource, RulesForConnectionsError, VerificationError

__all__ = ["Emulator", "EmulatorError", "Resource", "RulesForConnectionsError", "VerificationError", "find_binary"]

HOMES = {
    "Emulator": "._emulator",
    "EmulatorError": "._control",
    "Resource": "._resource",
    "RulesForConnectionsError": "._resource",
    "VerificationError": "._resource",
    "find_binary": "._process",
}


def __getattr__(name: str) -> Any:
    # pytest loads this package in every session, most of which do not use it: nothing is imported before it is asked for.
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(HOMES[name], __name__), name)
