"""Python's names for what the control API calls otherwise, and the near names of those that do not exist."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any, Iterable, Mapping, Optional

EXPECT = (
    "operations", "attempts", "executed", "redirects", "statuses", "final_status", "ends", "rules", "honours_retry_after",
    "stable_repeatability", "spacing", "backs_off", "caller", "app_knows", "within", "deliveries",
)  # fmt: skip
SPACING = ("at_least", "at_most")
WHERE = ("after", "status", "stage", "rule", "request_id", "client_request_id", "target", "context", "call", "from", "to")
# What `ring` says of the call, by the control API's names: Python has a word of its own in the place of `from`, and `to` is the webhook.
OF_CALL = {
    "caller": "from",
    "callee": "to",
    "rings_for": "ringsFor",
    "incoming_call_context": "incomingCallContext",
    "context": "context",
    "custom_context": "customContext",
    "caller_display_name": "callerDisplayName",
    "on_behalf_of": "onBehalfOf",
}
OF_DELIVERY = ("schema", "validate", "timeout", "redeliver_after", "max_deliveries", "headers", "event")
SETTINGS = ("auth", "api_versions", "calls", "strict", "neighbours", "own_numbers", "expires_after", "scenario")
# Other words for the same, which are not near.
MEANT = {"from": "caller", "from_": "caller", "callback": "to", "url": "to", "webhook": "to", "status": "final_status"}


def camel(name: str) -> str:
    """`final_status` as the control API has it: `finalStatus`."""
    return re.sub("_([a-z])", lambda found: found[1].upper(), name)


def snake(name: str) -> str:
    """`finalStatus` as Python has it: `final_status`."""
    return re.sub("([A-Z])", lambda found: "_" + found[1].lower(), name)


def near(name: str, known: Iterable[str]) -> Optional[str]:
    """The name that was meant, if one of them is near."""
    names = list(known)
    if MEANT.get(name) in names:
        return MEANT[name]
    return next(iter(difflib.get_close_matches(snake(name), names, n=1)), None)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """` Did you mean 'rings_for'?`, or nothing where no name is near."""
    meant = near(name, known)
    return f" Did you mean {meant!r}?" if meant else ""


class NearNames:
    """An object that says which of its members was meant, where one does not exist: pytest does not show Python's own suggestion."""

    # Not for a type checker, which would take any name for a member.
    if not TYPE_CHECKING:

        def __getattr__(self, name):
            __tracebackhide__ = True
            meant = "" if name.startswith("_") else did_you_mean(name, [known for known in dir(self) if not known.startswith("_")])
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}.{meant}")


def keywords(function: str, given: Mapping[str, Any], known: Iterable[str]) -> None:
    """Raises `TypeError` for a keyword that `function` does not have, as Python does, with the near name."""
    __tracebackhide__ = True
    names = list(known)
    for name in given:
        # The control API's own names are taken, too: people copy them from its guide.
        if name not in names and snake(name) not in names:
            raise TypeError(
                f"{function}() got an unexpected keyword argument {name!r}.{did_you_mean(name, names)} It has {', '.join(names)}."
            )


def members(what: str, given: Any, known: Iterable[str]) -> dict[str, Any]:
    """A dictionary with the control API's names. Raises `TypeError` for a member that does not exist."""
    __tracebackhide__ = True
    names = list(known)
    if not isinstance(given, Mapping):
        raise TypeError(f"{what} must be a dict with some of {', '.join(names)}, got {given!r}")
    for name in given:
        if name not in names and snake(str(name)) not in names:
            raise TypeError(f"{what} has no member {name!r}.{did_you_mean(str(name), names)} It has {', '.join(names)}.")
    return {camel(name): value for name, value in given.items()}


def _targets() -> dict[str, str]:
    targets = {f"expect.{camel(name)}": name for name in EXPECT}
    targets |= {f"expect.spacing.{camel(name)}": f"spacing[{name!r}]" for name in SPACING}
    targets |= {f"where.{camel(name)}": f"where[{name!r}]" for name in WHERE}
    targets |= {f"deliver.{camel(name)}": name for name in OF_DELIVERY}
    return {**targets, "deliver.url": "to"}


TARGETS = _targets()
TARGETS_OF_RING = {**TARGETS, **{theirs: ours for ours, theirs in OF_CALL.items()}}


def option_of_ring(name: str) -> str:
    """Python's name for what the control API says of a call: `caller` for `from`."""
    return TARGETS_OF_RING.get(name, snake(name))


def in_python(message: str, target: Optional[str], targets: Mapping[str, str]) -> str:
    """A refusal's words, with Python's name for the member that it is about."""
    ours = targets.get(target or "")
    if not target or ours is None:
        return message
    return re.sub(rf"(?<![\w.]){re.escape(target)}(?![\w.])", lambda _: ours, message, count=1)


def check_in_python(name: str, message: str) -> str:
    """The words about a check that does not hold, as Python writes its name and its values."""
    if message.startswith(name + ":"):
        message = snake(name) + message[len(name) :]
    return re.sub(r"(: expected |\bit is )(true|false)\b", lambda found: found[1] + found[2].capitalize(), message)
