"""The emulator of Azure Communication Services' Redirect Call, for tests in Python.

pytest finds the fixtures `redirect_emulator` and `acs` by itself; see the guide PytestPlugin. Other runners use `Emulator` directly::

    with Emulator() as emulator, emulator.resource("first call") as acs:
        acs.client().redirect_call(context, target)
        acs.verify(operations=1, executed=1)

Only the standard library is needed.
"""

from ._control import EmulatorError
from ._emulator import Emulator
from ._process import find_binary
from ._resource import Resource, VerificationError

__all__ = ["Emulator", "EmulatorError", "Resource", "VerificationError", "find_binary"]
