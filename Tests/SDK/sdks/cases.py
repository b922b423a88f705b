"""The cases that every SDK is put through, and what comes of one: an emulator of its own, a call or some, and what both sides saw.

`fixtures/sdks/cases.yaml` has the cases, `fixtures/sdks/LANGUAGE.json` what each SDK did. A case has

- `name`, `group`: the group is a table of the guides
- `scenario`: what the emulator is started with; `serve`: further options; `before`: calls of the control API, made first
- `credential`, `target`, `context` (`$made`: that of the call which `before` made), `calls` (how many, one after the other), `accessKey`, `token`, `tokens` (a request for a token), `tokensOf` (the resource that it is asked of), `path`
- `options`: the driver's; `environment`; LANGUAGE: both for that language alone; `languages`: where not all have it
- `then`: calls of the control API behind those of `before`, when the SDK's call is prepared; `during`: the clock, changed between two tries
- `look`: what is written down beside the outcome: `signature`, `retryAfter`, `gap`, `pauses`, `target`
- `unsteady`: what of the outcome is left out, since it depends on who is first: the client's next write or the reset
- `exec`: the driver is the command of `redirect-emulator exec`, and the case has no other emulator
- `limit`: seconds after which a call counts as one that waits for ever
"""

import copy
import dataclasses
import datetime
import functools
import http.client
import itertools
import json
import os
import pathlib
import subprocess
import threading

import support
import yaml

from . import LANGUAGES
from .drivers import Waits, command, dotnet_call, dotnet_outcome

FIXTURES = support.ROOT / "fixtures" / "sdks"
LIMIT = 100
# What a case may say of a language that is not there for the driver.
OWN = {"environment", "unsteady"}


@dataclasses.dataclass(frozen=True)
class Case:
    language: str
    name: str
    group: str
    members: dict

    def get(self, name, default=None):
        return self.members.get(name, default)

    @property
    def own(self):
        """The case's members for this language alone."""
        return self.members.get(self.language, {})

    @property
    def options(self):
        own = {name: value for name, value in self.own.items() if name not in OWN}
        return {**self.members.get("options", {}), **own}

    @property
    def environment(self):
        return {**self.members.get("environment", {}), **self.own.get("environment", {})}


def expanded(group):
    """A group's cases. One with `each` is a case for each of its rows: the row's members and the group's, `$fault` put in."""
    for row in group["cases"]:
        row = {"name": row} if isinstance(row, str) else row
        members = {**{k: v for k, v in group.items() if k not in ("cases", "group", "title", "column")}, **row}
        if "scenario" in members:
            members["scenario"] = filled(members["scenario"], row)
        yield members


def filled(value, row):
    """A scenario with the row's `$name`s put in; a rule's member that the row does not have is left out."""
    if isinstance(value, str) and value.startswith("$"):
        return copy.deepcopy(row.get(value[1:]))
    if isinstance(value, dict):
        made = {name: filled(member, row) for name, member in value.items()}
        return {name: member for name, member in made.items() if member is not None}
    if isinstance(value, list):
        return [filled(member, row) for member in value]
    return value


@functools.cache
def groups():
    return yaml.safe_load((FIXTURES / "cases.yaml").read_text())["groups"]


def all_cases():
    cases = []
    for group in groups():
        for members in expanded(group):
            for language in members.get("languages", LANGUAGES):
                cases.append(Case(language, members["name"], group["group"], members))
    names = [(case.language, case.group, case.name) for case in cases]
    twice = {name for name, found in itertools.groupby(sorted(names)) if len(list(found)) > 1}
    assert not twice, f"cases of one name: {twice}"
    return cases


def environment_of(case, emulator):
    """The case's variables; with a managed identity those by which its endpoint is found, too."""
    if case.get("credential") != "identity":
        return case.environment
    found = {"IDENTITY_ENDPOINT": emulator.ready["identityEndpoint"], "IDENTITY_HEADER": emulator.ready["identityHeader"]}
    return {**case.environment, **found}


USER = {"kind": "communicationUser", "id": support.USER.raw_id}


def call_of(case, emulator, number, context):
    """The call that the driver is to make."""
    made = {
        "credential": case.get("credential", "connectionString"),
        "context": case.get("context", "H4sIAAAAAAAA"),
        "target": case.get("target", USER),
        "keep": f"{case.group}/{case.name}/{number}",
    }
    if made["context"] == "$large":
        made["context"] = "x" * 1_200_000
    if made["context"] == "$made":
        made["context"] = context
    scheme = case.own.get("scheme", case.get("scheme", "https"))
    host = case.get("host", emulator.host)
    endpoint = f"{scheme}://{host}:{emulator.port}{case.get('path', '')}"
    key = case.get("accessKey", emulator.access_key)
    if made["credential"] == "connectionString":
        made["connectionString"] = f"endpoint={endpoint}{'' if endpoint.endswith('/') else '/'};accesskey={key}"
    elif made["credential"] == "key":
        made |= {"endpoint": endpoint, "accessKey": key}
    elif made["credential"] == "token":
        token = case.get("token", emulator.token)
        if "tokens" in case.members:
            path = f"/resources/{case.get('tokensOf')}/tokens" if "tokensOf" in case.members else "/tokens"
            token = emulator.control("POST", path, case.get("tokens"), expect=200).json["token"]
        made |= {"endpoint": endpoint, "token": token}
    elif made["credential"] == "identity":
        made |= {"endpoint": endpoint}
    return made


def asked(emulator, path):
    """A question to the control API of an emulator that may refuse some connections more, or be silent on them."""
    for _ in range(40):
        try:
            return emulator.request("GET", emulator.path + path, timeout=0.5).json
        except (OSError, http.client.HTTPException):
            continue
    raise AssertionError(f"the control API could not be reached: {emulator.log.read_text()}")


def run(case, drivers, tls, folder):
    """Puts an SDK through a case: the outcome, in the form in which it is written down."""
    folder.mkdir()
    if case.get("exec"):
        return run_under_exec(case, drivers)
    serve = ["--tls-dir", tls, *case.get("serve", [])]
    if "scenario" in case.members:
        (folder / "scenario.json").write_text(json.dumps(case.get("scenario")))
        serve += ["--scenario", folder / "scenario.json"]
    emulator = support.start(folder, *serve)
    try:
        context = None
        for method, path, body in case.get("before", []):
            answer = emulator.control(method, path, body)
            assert answer.status < 300, (path, answer.body)
            context = (answer.json if answer.body else {}).get("incomingCallContext", context)
        count = case.get("calls", 1)
        calls = [call_of(case, emulator, emulator.port, context)] * count
        for method, path, body in case.get("then", []):
            emulator.control(method, path, body, expect=200)
        if "during" in case.members:
            threading.Thread(target=change_clock, args=[emulator, case.get("during")], daemon=True).start()
        try:
            outcomes = drivers.call(case.language, calls, case.options, environment_of(case, emulator), case.get("limit", LIMIT))
        except Waits:
            outcomes = None
        return outcome(case, outcomes, asked(emulator, "/requests")["requests"], emulator)
    finally:
        assert emulator.stop() == 0, emulator.log.read_text()


def run_under_exec(case, drivers):
    """The driver as the command of `exec`, with nothing else to set up; then the journal, asked by curl."""
    call = {"credential": "environment", "context": "H4sIAAAAAAAA", "target": USER, **case.options}
    line = dotnet_call(call) if case.language == "dotnet" else call
    script = 'printf "%s\\n" "$CALL" | "$@" && curl --noproxy "*" -sS "$REDIRECT_EMULATOR_CONTROL/requests"'
    ended = subprocess.run(
        [support.binary(), "exec", "--", "sh", "-c", script, "sh", *command(case.language, case.options)],
        env={**os.environ, **case.environment, "CALL": json.dumps(line)},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    driver, _, journal = ended.stdout.partition("\n")
    answer = json.loads(driver)
    return outcome(case, [dotnet_outcome(answer) if case.language == "dotnet" else answer], json.loads(journal)["requests"], None)


def change_clock(emulator, change):
    """Changes the clock between two tries, when there are as many entries as the case says."""
    support.wait_until(lambda: len([entry for entry in emulator.journal() if entry["status"]]) >= change["after"])
    emulator.control("PUT", "/clock", {"offset": change["offset"]}, expect=200)


def outcome(case, outcomes, journal, emulator):
    """What is written down: what the SDK said, beside what the emulator saw."""
    if outcomes and "the SDK does not have" in (outcomes[-1].get("message") or ""):
        return {"result": "not offered"}
    entries = [entry for entry in journal if entry["method"] == "POST"]
    executed = sum(entry["executed"] for entry in entries)
    ok = outcomes is not None and all(each["ok"] for each in outcomes)
    expected = case.get("calls", 1)
    if outcomes is None:
        result = "waits" if not executed else "waits although redirected"
    elif ok:
        result = "redirected" if executed == expected else "redirected twice" if executed > expected else "lost without an error"
    else:
        result = "lost" if not executed else "error although redirected" if executed <= expected else "redirected twice"
    made = {"result": result}
    if outcomes:
        made["tries"] = sum(each["tries"] for each in outcomes)
    made["statuses"] = [entry["status"] for entry in entries]
    pairs = {entry["repeatability"]["requestId"] for entry in entries if entry["repeatability"]}
    if len(pairs) > expected:
        made["pairs"] = len(pairs)
    if outcomes and not ok:
        failed = next(each for each in outcomes if not each["ok"])
        made["error"] = {name: failed.get(name) for name in ("type", "status", "code")}
    for what in case.get("look", []):
        made |= LOOKS[what](entries, emulator)
    unsteady = {*case.get("unsteady", []), *case.own.get("unsteady", [])}
    return {name: value for name, value in made.items() if name not in unsteady}


def moments(entries):
    return [datetime.datetime.fromisoformat(entry["time"]) for entry in entries]


def pauses(entries, emulator):
    times = moments(entries)
    return {"pauses": [round((after - before).total_seconds(), 2) for before, after in itertools.pairwise(times)]}


def signature(entries, emulator):
    dates = [{name.lower(): value for name, value in entry["headers"].items()}.get("x-ms-date") for entry in entries]
    ids = {entry["clientRequestId"] for entry in entries}
    return {"signedAnew": len(set(dates)) == len(dates), "samePair": len(ids) == 1}


def gap(entries, emulator):
    """Whether the second try came as late as Retry-After asked; each SDK's own first pause is shorter."""
    waits = pauses(entries, emulator)["pauses"]
    return {"waited": waits[0] >= 1.45 if waits else None}


def retry_after(entries, emulator):
    checks = emulator.control("POST", "/verify", {"expect": {"honoursRetryAfter": True}}).json["checks"]
    return {"honoursRetryAfter": checks[0]["passed"] if checks[0]["seen"] is not None else None}


def target(entries, emulator):
    return {"target": entries[-1]["target"], "apiVersion": entries[-1]["apiVersion"]} if entries else {}


LOOKS = {"pauses": pauses, "signature": signature, "retryAfter": retry_after, "target": target, "gap": gap}


def file_of(language):
    return FIXTURES / f"{language}.json"


def recorded(language):
    """What was written down about an SDK."""
    return json.loads(file_of(language).read_text()) if file_of(language).exists() else {"cases": {}}


def write_down(language, outcomes):
    """Writes outcomes, {group: {name: outcome}}, beside what the file has; a line a case, in the cases' order."""
    known = recorded(language)
    lines = ["{"]
    for name, value in known.items():
        if name != "cases":
            lines.append(f"  {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)},")
    lines.append('  "cases": {')
    parts = []
    for group in groups():
        rows = []
        for members in expanded(group):
            if language not in members.get("languages", LANGUAGES):
                continue
            old = known["cases"].get(group["group"], {}).get(members["name"])
            new = outcomes.get(group["group"], {}).get(members["name"], old)
            if new is None:
                continue
            if old and old.get("pauses") and isinstance(old["pauses"][0], list):
                new = {**new, "pauses": old["pauses"]}
            rows.append(f"      {json.dumps(members['name'])}: {json.dumps(new, ensure_ascii=False)}")
        if rows:
            parts.append(f"    {json.dumps(group['group'])}: {{\n" + ",\n".join(rows) + "\n    }")
    lines.append(",\n".join(parts))
    lines += ["  }", "}"]
    pathlib.Path(file_of(language)).write_text("\n".join(lines) + "\n")
