"""What a resource saw, for the report of a test: as values, and as a text that people read."""

from __future__ import annotations

from typing import Any, Optional

from ._resource import LEAVE_OUT, Resource

SHOWN = 20
"""Calls that a text shows; the rest is counted."""


def evidence(resource: Resource) -> dict[str, Any]:
    """Calls, rules, and what did not get as far as the resource, as JSON values."""
    control = resource.emulator.control
    calls = control.ask("GET", f"/resources/{resource.name}/calls?limit=1000")["calls"][::-1]
    calls = [call for call in calls if resource.is_later(call)]
    if not resource.is_kept:
        # The page's address would lead nowhere when somebody reads it.
        calls = [{name: value for name, value in call.items() if name != "link"} for call in calls]
    for call in calls:
        if call["advice"]:
            call["advice"] = resource.in_a_test(call["advice"])
    rules = [{"name": rule["name"], "fired": rule.get("fired", 0)} for rule in resource.rules()]
    elsewhere = _elsewhere(resource)
    return {
        "resource": resource.name, "calls": calls, "day": resource.day, "rules": rules, "elsewhere": elsewhere,
        "unreached": [] if elsewhere or resource.is_reached else _unreached(resource),
    }  # fmt: skip


def _elsewhere(resource: Resource) -> list[str]:
    """What came to this test's own emulator and to no resource: failed handshakes, and credentials that fit none."""
    if not resource.emulator.is_own or resource.name == "default":
        return []
    lines = [f"a connection failed: {entry['message']}" for entry in resource.failed_connections() if not entry["rule"]]
    for entry in _of_default(resource):
        if not _is_of_an_app(entry):
            why = (entry["failed"] or {}).get("message", "")
            lines.append(f"request {entry['seq']} belongs to no test's resource: {entry['status'] or 'no status'} {why}".rstrip())
            if entry["status"] == 401 and resource.emulator.removed:
                last = resource.emulator.removed[-1]
                lines.append(
                    "    Its key may be wrong. Or it is that of an earlier test, whose app was still redirecting when the test ended and its resource"
                    f" was removed; the last one was '{last}'. Let that test wait: acs.verify(within=\"10s\", …). Or your app kept a client"
                    " that it made in an earlier test: make it again in each test, or run pytest --acs-resource default."
                )
    return lines


def _unreached(resource: Resource) -> list[str]:
    """That no request came to this resource, and what may be the reason: where others came, and where its emulator listens."""
    lines = ["No request reached this test's resource."]
    if resource.emulator.is_own and not resource.is_own:
        return lines if resource.is_found else [*lines, resource.emulator.other_than_the_apps]
    if resource.name != "default":
        count = sum(map(_is_of_an_app, _of_default(resource)))
        if count:
            requests = "1 request" if count == 1 else f"{count} requests"
            meanwhile = f"{requests} came to the resource 'default' meanwhile."
            if resource.is_beside_a_drill:
                lines.append(f"{meanwhile} Your app uses that one. {LEAVE_OUT}.")
            else:
                lines.append(f"{meanwhile} If your app makes its client once, for all tests, run pytest --acs-resource default.")
    lines.append(f"This test's emulator listens at {resource.https_endpoint}: COMMUNICATION_SERVICES_CONNECTION_STRING has it.")
    return lines


def _of_default(resource: Resource) -> list[dict[str, Any]]:
    """What came to the resource `default` since this one is used: there are also the requests whose credential fits no resource."""
    entries = resource.emulator.control.ask("GET", "/requests?limit=1000&order=newest")["requests"][::-1]
    return [entry for entry in entries if entry["time"] >= resource.since]


def _is_of_an_app(entry: dict[str, Any]) -> bool:
    """Whether a request's credential is that of the resource."""
    return entry["operation"] is not None and entry["status"] != 401


def text(seen: dict[str, Any]) -> str:
    """The evidence as lines: the story of each call, its tries, and the rules."""
    lines: list[str] = []
    for call in seen["calls"][:SHOWN]:
        lines.append(f"{call['id']}  {call['verdict']}: {call['story']}")
        if call["advice"]:
            lines.append(f"    {call['advice']}")
        lines += [f"    {attempt_line(attempt)}" for attempt in call["attempts"]]
        if call.get("link"):
            lines.append(f"    {call['link']}")
    if len(seen["calls"]) > SHOWN:
        lines.append(f"and {len(seen['calls']) - SHOWN} more calls")
    lines += seen["elsewhere"]
    lines += seen["unreached"]
    rules = seen["rules"]
    if seen.get("day") is not None:
        # A day has rules for calls that ring and others for those that tests make up: not all of them can fire.
        rules = [rule for rule in rules if rule["fired"]]
        never = never_happened(seen["day"], seen["rules"])
        lines += [never] if never else []
    lines += [f"rule '{rule['name']}': fired {rule['fired']} time{'' if rule['fired'] == 1 else 's'}" for rule in rules]
    return "\n".join(lines)


def never_happened(day: Optional[str], rules: list[dict[str, Any]]) -> str:
    """That no rule of a bad day, or of another scenario, fired; empty where one did, and where there is none."""
    if not rules or any(rule.get("fired") for rule in rules):
        return ""
    return "none of the scenario's rules fired" if day is None else f"bad day '{day}': its fault never happened"


def attempt_line(attempt: dict[str, Any]) -> str:
    """One try as a line."""
    words = [f"#{attempt['seq']}", attempt["time"][11:23], str(attempt["status"] or "no status")]
    wait: Optional[float] = attempt.get("retryAfterMs")
    words += [f"code {attempt['code']}"] if attempt.get("code") else []
    words += [f"rule '{attempt['rule']}'"] if attempt.get("rule") else []
    words += [f"asked to wait {wait / 1000:g} s"] if wait is not None else []
    words += [f"ended: {attempt['end']}"] if attempt.get("end") not in ("answered", None) else []
    return "  ".join(words)
