"""One emulated Communication Services resource, as a test sees it."""

from __future__ import annotations

import datetime
import os
import pathlib
import re
import urllib.parse
from typing import TYPE_CHECKING, Any, Mapping, Optional, Sequence, Union

from . import _names
from ._control import EmulatorError, refusal

if TYPE_CHECKING:
    from ._emulator import Emulator

# The members of `where` that choose requests; the others choose calls.
OF_REQUESTS = {"after", "status", "stage", "rule", "requestId", "clientRequestId", "target"}
MICROSECONDS = {"us": 1, "ms": 1_000, "s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000}
LONGEST_WAIT = 660
"""Seconds: `within` may be ten minutes."""


# What to do with a test that brings rules to a drill.
LEAVE_OUT = 'In a drill, leave this test out, since it has a marker: pytest -m "not bad_day and not scenario"'


class VerificationError(AssertionError):
    """What the emulator saw is not what the test expects: a line for each check that does not hold."""

    # So a report says where people import it from.
    __module__ = "redirect_emulator"


class RulesForConnectionsError(EmulatorError):
    """A scenario has rules for connections, and its resource is another one than `default`: there they would do nothing."""

    # So a report says where people import it from.
    __module__ = "redirect_emulator"

    def __init__(self, rule: str) -> None:
        self.why = (
            f"the rule '{rule}' is for connections. Its faults happen only in the resource 'default', since a connection to an"
            " address belongs to no resource yet."
        )
        super().__init__(
            f"{self.why} Give the test the marker bad_day or scenario instead: it then uses 'default'. Or run pytest --acs-resource"
            ' default. Without pytest, use existing("default").'
        )


def refuse_rules_for_connections(scenario: Mapping[str, Any]) -> None:
    """Raises `RulesForConnectionsError` for a scenario that only `default` can have."""
    __tracebackhide__ = True
    for rule in scenario.get("connections") or ():
        raise RulesForConnectionsError(rule.get("name", "without a name"))


class Resource(_names.NearNames):
    """A resource: where it is, what opens it, and what it saw.

    `Emulator.resource` makes one, and `close` removes it. `Emulator.existing` finds one, and `close` leaves it with the scenario that
    it had, its clock as at start, and what it saw.
    """

    def __init__(self, emulator: Emulator, made: dict[str, Any], *, is_own: bool = True) -> None:
        self.emulator = emulator
        self.is_own = is_own
        # When it was made, as the emulator writes times.
        self.since = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        self.name: str = made["name"]
        self.access_key: str = made["accessKey"]
        self.token: str = made["token"]
        self.connection_string: str = made["connectionString"]
        self.http_connection_string: str = made["httpConnectionString"]
        self.ca_file: str = emulator.ca_file
        self.strict = False
        # Where a scenario's file is looked for, before the current folder.
        self.folders: list[pathlib.Path] = []
        self._path = f"/resources/{self.name}"
        self._asserted: set[int] = set()
        # In a drill the rules of `default`, its clock, and what it saw on the whole day, are the drill's.
        of_drill = not is_own and self.name == "default"
        self._day: Optional[str] = emulator.day_of_drill if of_drill else None
        self.of_drill = self._day is not None
        # How calls ring on a bad day, as options of `ring`.
        self._ring: dict[str, Any] = {}
        self._after = 0
        self._earlier: set[str] = set()
        self._before = None if is_own or self.of_drill else emulator.control.ask("GET", self._path + "/scenario")
        # A scenario that is loaded again has no rule that fired, so it is given back only where a test took it away.
        self._is_changed = False

    @property
    def day(self) -> Optional[str]:
        """The name of the bad day whose scenario it has; None with another one."""
        return self._day

    @property
    def is_kept(self) -> bool:
        """Whether the live page shows it when the tests have ended: neither the resource nor its emulator ends with them."""
        return not self.is_own and self.emulator.is_kept

    @property
    def endpoint(self) -> str:
        """The endpoint with http, without a slash at its end, since the SDK would sign that."""
        return _endpoint(self.http_connection_string)

    @property
    def https_endpoint(self) -> str:
        """The endpoint with https."""
        return _endpoint(self.connection_string)

    @property
    def control(self) -> str:
        """The address of this resource in the control API."""
        return self.emulator.control.url + self._path

    @property
    def environment(self) -> dict[str, str]:
        """The variables that `redirect-emulator exec` sets, for this resource: an app that reads them finds it."""
        names = {
            "REDIRECT_EMULATOR_ENDPOINT": self.endpoint,
            "REDIRECT_EMULATOR_HTTPS_ENDPOINT": self.https_endpoint,
            "REDIRECT_EMULATOR_CONTROL": self.control,
            "REDIRECT_EMULATOR_ACCESS_KEY": self.access_key,
            "REDIRECT_EMULATOR_TOKEN": self.token,
        }
        of_default = self.emulator.variables["COMMUNICATION_SERVICES_CONNECTION_STRING"]
        for name, value in self.emulator.variables.items():
            names.setdefault(name, self.connection_string if value == of_default else value)
        return names

    def __call__(self, *, strict: bool) -> Resource:
        """With `strict=True` the test fails where a rule never fired, or the app sent a request that nothing asserted."""
        self.strict = strict
        return self

    def client(self, **options: Any) -> Any:
        """The SDK's `CallAutomationClient`, which trusts the emulator's CA. `options` are the client's."""
        try:
            from azure.communication.callautomation import CallAutomationClient
        except ImportError as error:
            raise EmulatorError("the SDK is not installed: pip install azure-communication-callautomation") from error
        options.setdefault("connection_verify", self.ca_file)
        return CallAutomationClient.from_connection_string(self.connection_string, **options)

    def async_client(self, **options: Any) -> Any:
        """The same of the SDK's `aio`; it needs `aiohttp`."""
        try:
            from azure.communication.callautomation.aio import CallAutomationClient
        except ImportError as error:
            raise EmulatorError("the SDK is not installed: pip install azure-communication-callautomation aiohttp") from error
        options.setdefault("connection_verify", self.ca_file)
        return CallAutomationClient.from_connection_string(self.connection_string, **options)

    def scenario(
        self,
        text_or_path: Union[None, str, os.PathLike[str]] = None,
        *,
        rules: Optional[Sequence[dict[str, Any]]] = None,
        connections: Optional[Sequence[dict[str, Any]]] = None,
        events: Optional[Sequence[dict[str, Any]]] = None,
        seed: Optional[int] = None,
    ) -> dict[str, Any]:
        """Replaces the scenario: YAML as a text, the path of a file, or rules as Python values. Counters start from zero.

        Raises `EmulatorError` with file, line and column where it is wrong; the old rules then stay. Raises
        `RulesForConnectionsError` where it has rules that act only in the resource `default`, and this is another one.
        """
        __tracebackhide__ = True
        self._leave_to_the_drill("scenario() would replace the rules")
        file = None
        if text_or_path is None:
            parts = {"rules": rules, "connections": connections, "events": events, "seed": seed}
            status, answer = self.emulator.control.send(
                "PUT", self._path + "/scenario", {name: value for name, value in parts.items() if value is not None}
            )
        else:
            if (rules, connections, events, seed) != (None,) * 4:
                raise EmulatorError("a scenario is either a text or a path, or rules, connections, events and seed; both were given")
            path = self._file(text_or_path)
            text = path.read_text() if path else str(text_or_path)
            file = str(path) if path else None
            status, answer = self.emulator.control.send("PUT", self._path + "/scenario", text, "application/yaml")
        if status >= 400:
            raise EmulatorError(refusal(answer, file))
        self._forget_the_day()
        shown: dict[str, Any] = answer
        if self.name != "default":
            refuse_rules_for_connections(shown)
        return shown

    def bad_day(self, name: str) -> dict[str, Any]:
        """Replaces the scenario by that of a day that `redirect-emulator drill` knows, such as `throttled twice`.

        `ring` then lets calls ring as they do on that day.
        """
        from . import _days

        __tracebackhide__ = True
        self._leave_to_the_drill("bad_day() would replace the rules")
        text = _days.text(name)
        loaded = self.scenario(text)
        self._day, self._ring = name, _days.ring(text)
        return loaded

    def _forget_the_day(self) -> None:
        self._day, self._ring, self._is_changed = None, {}, True

    def _leave_to_the_drill(self, what: str) -> None:
        """Raises `EmulatorError` in a drill, for what would change its day for all tests."""
        __tracebackhide__ = True
        if self.of_drill:
            raise EmulatorError(
                f"in a drill, {what} of the day '{self._day}' for all tests. Mark the test with pytest.mark.bad_day or"
                " pytest.mark.scenario: it then has a resource of its own. Or leave it out of the drill: pytest -k 'not NAME'"
            )

    def verify(self, *, where: Optional[dict[str, Any]] = None, within: Optional[str] = None, **expect: Any) -> None:
        """Asserts what the emulator saw: `verify(operations=1, executed=1, final_status=204)`.

        `expect` and `where` have the members of the control API's `verify`, in snake case. `within="5s"` waits for what an app does
        in the background. Raises `VerificationError`; its text is the emulator's own. A name that does not exist is a `TypeError`.
        """
        __tracebackhide__ = True
        _names.keywords("verify", expect, ["where", *_names.EXPECT])
        if not expect:
            raise EmulatorError("verify() expects nothing: say what, as in verify(operations=1, executed=1)")
        expected = {_names.camel(name): value for name, value in expect.items()}
        if isinstance(expect.get("spacing"), dict):
            expected["spacing"] = _names.members("spacing", expect["spacing"], _names.SPACING)
        chosen = _names.members("where", where, _names.WHERE) if where else {}
        if self._after:
            chosen.setdefault("after", self._after)
        if within is not None:
            _microseconds(within, "within")
        query = "?status=200" + (f"&within={urllib.parse.quote(within)}" if within else "")
        question = {"expect": expected, **({"where": chosen} if chosen else {})}
        report = self.emulator.control.ask(
            "POST", f"{self._path}/verify{query}", question, LONGEST_WAIT if within else 30, _names.TARGETS
        )
        self._asserted |= self._chosen(chosen)
        if not report["passed"]:
            lines = [report["message"]] if report.get("message") else []
            lines += [self._words(check) for check in report["checks"] if not check["passed"]]
            if within is None and any(line.endswith(" was found") for line in lines):
                lines.append("If your app redirects in the background, ask with verify(within='10s', …): it waits.")
            if not self.is_own and self.emulator.is_own and not self.is_found:
                lines.append(self.emulator.other_than_the_apps)
            raise VerificationError("\n".join(lines))

    def _words(self, check: dict[str, Any]) -> str:
        """What the emulator says of a check that does not hold, with the page's address only where the page will be there."""
        message: str = check["message"]
        if check.get("link") and not self.is_kept:
            message = re.sub(f"( See |; see ){re.escape(check['link'])}$", "", message)
        return self.in_a_test(_names.check_in_python(check["name"], message))

    def in_a_test(self, words: str) -> str:
        """The emulator's words, where their advice is an option or a command of the program: a test has ways of its own."""
        instead = LEAVE_OUT if self.is_beside_a_drill else r"pytest --acs-resource \1"
        words = re.sub(r"\(redirect-emulator ring --control \S+/resources/(\S+) --to URL\)", f"({instead})", words)
        if self.is_own or self.emulator.is_own:
            words = words.replace("'--set NAME={connectionString}'", 'monkeypatch.setenv("NAME", acs.connection_string)')
        return words

    @property
    def is_beside_a_drill(self) -> bool:
        """Whether it belongs to a test that brings rules to a drill: nothing of the drill's day happens there."""
        return self.is_own and self._is_changed and self.emulator.day_of_drill is not None

    async def verify_async(self, *, where: Optional[dict[str, Any]] = None, within: Optional[str] = None, **expect: Any) -> None:
        """`verify` for a test whose app runs in the same event loop, which continues meanwhile."""
        import asyncio

        __tracebackhide__ = True
        await asyncio.get_running_loop().run_in_executor(None, lambda: self.verify(where=where, within=within, **expect))

    def ring(self, to: Optional[str] = None, **options: Any) -> dict[str, Any]:
        """Has a caller ring: makes a call, and delivers its event `IncomingCall` to the webhook `to`.

        `caller`, `callee`, `rings_for`, `context`, … say who calls; `schema`, `validate`, `redeliver_after`, … how the event
        is delivered. Returns the call; `calls` shows what became of it. Without `to` it rings and no event is sent. After `bad_day`
        it rings as on that day, except for what `options` say.
        """
        __tracebackhide__ = True
        _names.keywords("ring", options, ["to", *_names.OF_CALL, *_names.OF_DELIVERY])
        of_day = {name: value for name, value in self._ring.items() if to is not None or name in _names.OF_CALL}
        options = {**of_day, **{_names.snake(name): value for name, value in options.items()}}
        call = {theirs: options[ours] for ours, theirs in _names.OF_CALL.items() if ours in options}
        deliver = {_names.camel(name): options[name] for name in _names.OF_DELIVERY if name in options}
        if to is not None:
            call["deliver"] = {"url": to, **deliver}
        elif deliver:
            names = ", ".join(name for name in options if name in _names.OF_DELIVERY)
            raise EmulatorError(f"{names}: only with the URL of a webhook, as in ring('http://127.0.0.1:8080/api/incomingCall')")
        try:
            made: dict[str, Any] = self.emulator.control.ask("POST", self._path + "/calls", call, targets=_names.TARGETS_OF_RING)
        except EmulatorError as error:
            if "--ring-allow" not in str(error) or not self.emulator.is_own:
                raise
            message = f"{error}\n{self.emulator.other_than_the_apps}"
        else:
            return made
        raise EmulatorError(message)

    def requests(self) -> list[dict[str, Any]]:
        """The journal: each request, oldest first."""
        entries: list[dict[str, Any]] = []
        after: Optional[int] = self._after
        while after is not None:
            page = self.emulator.control.ask("GET", f"{self._path}/requests?limit=10000&after={after}")
            entries += page["requests"]
            after = page["next"]
        self._asserted |= {entry["seq"] for entry in entries}
        return entries

    @property
    def is_reached(self) -> bool:
        """Whether a request came to it, since `begin`."""
        return bool(self.emulator.control.ask("GET", f"{self._path}/requests?limit=1&after={self._after}")["requests"])

    @property
    def is_found(self) -> bool:
        """Whether an app found its emulator: by a request, or by a connection that failed or that a rule met."""
        met = any(rule.get("fired") for rule in self._rules("rules", "connections"))
        return met or self.is_reached or bool(self.failed_connections())

    def failed_connections(self) -> list[dict[str, Any]]:
        """The emulator's connections that failed since this object was made, those of other resources too."""
        failed = self.emulator.control.ask("GET", "/connections?failed=true")["connections"]
        return [entry for entry in failed if entry["time"] >= self.since]

    def operations(self) -> list[dict[str, Any]]:
        """The journal by request id: each operation with its attempts."""
        operations = self._operations(f"?after={self._after}" if self._after else "")
        self._asserted |= _numbers(operations)
        return operations

    def calls(self) -> list[dict[str, Any]]:
        """What became of each call, oldest first: its `verdict`, its `story`, its attempts."""
        calls = [call for call in self._calls() if self.is_later(call)]
        self._asserted |= _numbers(calls)
        return calls

    def rules(self) -> list[dict[str, Any]]:
        """The rules of the scenario, those for connections too, with how often each `matched` and `fired`."""
        return self._rules("rules", "connections", "events")

    def _rules(self, *parts: str) -> list[dict[str, Any]]:
        scenario = self.emulator.control.ask("GET", self._path + "/scenario")
        return [rule for part in parts for rule in scenario.get(part) or []]

    def advance(self, duration: str) -> str:
        """Moves this resource's clock on by `250ms`, `1.5s`, `6m`, `1h`, …, and returns what time it then is."""
        __tracebackhide__ = True
        self._leave_to_the_drill("advance() would move the clock")
        offset = _microseconds(self.emulator.control.ask("GET", self._path + "/clock")["offset"])
        moved = {"offset": f"{offset + _microseconds(duration)}us"}
        return str(self.emulator.control.ask("PUT", self._path + "/clock", moved)["now"])

    def story(self) -> str:
        """What became of each call, with its tries, and which rules fired: what a failing test's report says."""
        from ._story import evidence, text

        return text(evidence(self))

    def report(self, path: Union[str, os.PathLike[str]]) -> pathlib.Path:
        """Writes what the live page shows of this resource as a file for a browser, and returns its whole path."""
        file = pathlib.Path(path).absolute()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(self.emulator.control.document(self._path + "/report.html"))
        return file

    def reset(self) -> None:
        """Everything is as at start, and without a scenario: the journal, the counters, the calls and the clock.

        In a drill nothing is removed, since the rules are the day's, and the drill judges all that came: questions are then about what
        comes later.
        """
        if self.of_drill:
            self.begin()
        else:
            self.emulator.control.ask("POST", self._path + "/reset?scenario=clear")
            self._forget_the_day()
        self._asserted.clear()

    def begin(self) -> None:
        """From now on all questions are about what comes later. Nothing is removed."""
        self._earlier = {call["id"] for call in self._calls()}
        self._after = max((entry["seq"] for entry in self.requests()), default=0)

    def is_later(self, call: dict[str, Any]) -> bool:
        """Whether a call is of the time since `begin`."""
        return call["id"] not in self._earlier or any(attempt["seq"] > self._after for attempt in call["attempts"])

    def close(self) -> None:
        """Removes the resource. Nothing happens where it was removed already. One that existed before gets its scenario back."""
        if self.of_drill:
            return
        if self._before is not None:
            if self._is_changed:
                self.emulator.control.ask("PUT", self._path + "/scenario", self._before)
            self.emulator.control.ask("PUT", self._path + "/clock", {"offset": "0s"})
            return
        self.emulator.removed.append(self.name)
        status, answer = self.emulator.control.send("DELETE", self._path)
        if status not in (200, 404):
            raise EmulatorError(refusal(answer))

    def __enter__(self) -> Resource:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def check_strict(self) -> None:
        """What `strict` asks for. Raises `VerificationError`."""
        __tracebackhide__ = True
        # Whether the rules of a drill's day fired is for the drill to judge.
        rules = [] if self.of_drill else self.rules()
        lines = [f"strict: the rule '{rule['name']}' never fired" for rule in rules if not rule.get("fired")]
        if self._day is not None:
            # A day has rules for calls that ring and for others.
            lines = [] if len(lines) < len(rules) or not rules else [f"strict: no rule of the bad day '{self._day}' fired"]
        page = self.emulator.control.ask("GET", f"{self._path}/requests?limit=10000&after={self._after}")
        for entry in page["requests"]:
            if entry["seq"] not in self._asserted:
                status = entry["status"] or "no status"
                lines.append(f"strict: nothing asserted request {entry['seq']}: {entry['method']} {entry['path']}, {status}")
        if lines:
            raise VerificationError("\n".join(lines))

    def _file(self, given: Union[str, os.PathLike[str]]) -> Optional[pathlib.Path]:
        """The file that is meant; None where a text was given."""
        if isinstance(given, str) and ("\n" in given or not given.endswith((".yaml", ".yml", ".json"))):
            return None
        places = [*self.folders, pathlib.Path.cwd()]
        for place in places:
            path = place / given
            if path.is_file():
                return path
        looked = ", ".join(str(place) for place in dict.fromkeys(places))
        raise EmulatorError(f"there is no scenario file {os.fspath(given)}; it was looked for in {looked}")

    def _operations(self, query: str) -> list[dict[str, Any]]:
        operations: list[dict[str, Any]] = self.emulator.control.ask("GET", f"{self._path}/operations{query}")["operations"]
        return operations

    def _calls(self) -> list[dict[str, Any]]:
        calls: list[dict[str, Any]] = []
        before = ""
        while True:
            page = self.emulator.control.ask("GET", f"{self._path}/calls?limit=1000{before}")
            calls += page["calls"]
            if page["next"] is None or not page["calls"]:
                return calls[::-1]
            before = f"&before={page['next']}"

    def _chosen(self, where: dict[str, Any]) -> set[int]:
        """The numbers of the requests that a question with this `where` is about."""
        of_requests = {name: value for name, value in where.items() if name in OF_REQUESTS}
        chosen = _numbers(self._operations("?" + urllib.parse.urlencode(of_requests) if of_requests else ""))
        of_calls = {name: value for name, value in where.items() if name not in OF_REQUESTS}
        if of_calls:
            chosen &= _numbers([call for call in self._calls() if _fits(call, of_calls)])
        return chosen


def _fits(call: dict[str, Any], where: dict[str, Any]) -> bool:
    names = {"call": "id", "context": "incomingCallContext"}
    for name, value in where.items():
        seen = call.get(names.get(name, name))
        # A number may be written as such, or as a raw id.
        if seen != value and seen != f"4:{value}":
            return False
    return True


def _numbers(attempted: list[dict[str, Any]]) -> set[int]:
    return {attempt["seq"] for one in attempted for attempt in one["attempts"]}


def _endpoint(connection_string: str) -> str:
    return connection_string.split("endpoint=", 1)[1].split(";", 1)[0].rstrip("/")


def _microseconds(duration: str, what: str = "duration") -> int:
    __tracebackhide__ = True
    found = re.fullmatch(r"(-?[0-9]+(?:\.[0-9]+)?)(us|ms|s|m|h)", duration) if isinstance(duration, str) else None
    if not found:
        raise EmulatorError(f"{what}: Expected a duration such as 250ms, 1.5s, 2m or 1h, found {duration!r}.")
    return round(float(found[1]) * MICROSECONDS[found[2]])
