"""The drivers as processes. A driver reads a call a line and writes its outcome a line, both JSON.

A call has `id`, `credential` (connectionString, key, token, identity: a DefaultAzureCredential, or environment: what `exec` sets), what that needs (`connectionString`,
`endpoint`, `accessKey`, `token`), `context`, `target`, `keep` (a name: calls of one name share a client), and options that only some
of the SDKs have. An outcome has the call's `id`, `ok`, `status`, `code`, `message`, `type` and `tries`: what the SDK's user sees, and how
often the SDK sent a request.
"""

import json
import os
import pathlib
import queue
import shutil
import subprocess
import sys
import threading

from . import parts

# The .NET driver has its own names for options and targets.
DOTNET_OPTIONS = {
    "connectionString": "connection-string",
    "endpoint": "endpoint",
    "token": "token",
    "context": "context",
    "keep": "keep",
    "apiVersion": "api-version",
    "retries": "retries",
    "timeoutMs": "network-timeout-ms",
    "abortMs": "cancel-ms",
    "delayMs": "delay-ms",
}


class Waits(Exception):
    """The SDK had not come back after this many seconds."""


def command(language, options):
    """How a driver is started, and in what folder."""
    where = parts.prepare(language)
    if language == "python":
        return [sys.executable, str(where)]
    if language == "javascript":
        # A module's packages are looked for from its own folder upwards.
        driver = where / "driver.mjs"
        if not driver.is_file() or driver.read_bytes() != (parts.DRIVERS / "javascript" / "driver.mjs").read_bytes():
            shutil.copy(parts.DRIVERS / "javascript" / "driver.mjs", driver)
        return ["node", str(driver)]
    if language == "java":
        jars = "jars" if options.get("httpClient", "default") == "default" else "jars-new"
        return ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", f"{where}/{jars}/*", str(parts.DRIVERS / "java" / "Driver.java")]
    return [str(where), "stdin"]


def trust(language, ca_file):
    """The variables by which a language trusts a CA, as `exec` sets them."""
    if language == "python":
        return {"REQUESTS_CA_BUNDLE": ca_file, "SSL_CERT_FILE": ca_file}
    if language == "javascript":
        return {"NODE_EXTRA_CA_CERTS": ca_file}
    if language == "java":
        return {"JAVA_TOOL_OPTIONS": f"-Djavax.net.ssl.trustStore={pathlib.Path(ca_file).with_name('truststore.jks')}"}
    return {"SSL_CERT_FILE": ca_file}


class Process:
    """One driver process, which takes calls from many threads; its outcomes come back in any order."""

    def __init__(self, arguments, environment, log):
        self.log = log.open("ab")
        self.process = subprocess.Popen(
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, env=environment
        )
        self.lock = threading.Lock()
        self.waiting = {}
        self.next = 0
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            outcome = json.loads(line)
            # A driver without ids answers in order.
            with self.lock:
                number = outcome.pop("id", None)
                number = min(self.waiting, default=None) if number is None else number
                waiting = self.waiting.pop(number, None)
            if waiting:
                waiting.put(outcome)
        with self.lock:
            for waiting in self.waiting.values():
                waiting.put(None)

    def call(self, call, limit):
        answer = queue.Queue()
        with self.lock:
            number, self.next = self.next, self.next + 1
            self.waiting[number] = answer
        self.process.stdin.write(json.dumps({"id": number, **call}).encode() + b"\n")
        self.process.stdin.flush()
        try:
            outcome = answer.get(timeout=limit)
        except queue.Empty:
            raise Waits from None
        assert outcome is not None, f"the driver ended with {self.process.wait()}: {self.log.name}"
        return outcome

    def end(self):
        self.process.kill()
        self.process.wait()
        self.log.close()


class Drivers:
    """All drivers of a test run: one process for each environment, or for .NET, whose driver takes one call at a time, one for each call."""

    def __init__(self, ca_file, folder):
        self.ca_file = ca_file
        self.folder = folder
        self.lock = threading.Lock()
        self.shared = {}
        self.idle = {}
        self.all = []

    def start(self, language, options, environment):
        variables = {**os.environ, **trust(language, self.ca_file), **environment}
        process = Process(command(language, options), variables, self.folder / f"{language}.log")
        self.all.append(process)
        return process

    def call(self, language, calls, options, environment, limit):
        """Makes calls one after the other with one client, and returns their outcomes. Raises `Waits` where one takes longer than the limit."""
        if language == "java" and "timeoutMs" in options:
            environment = {**environment, "AZURE_REQUEST_RESPONSE_TIMEOUT": str(options["timeoutMs"])}
        jars = options.get("httpClient", "default") == "default" if language == "java" else None
        key = (language, jars, *sorted(environment.items()))
        if language == "dotnet":
            with self.lock:
                idle = self.idle.setdefault(key, [])
                process = idle.pop() if idle else None
            process = process or self.start(language, options, environment)
            outcomes = [dotnet_outcome(process.call(dotnet_call({**options, **call}), limit)) for call in calls]
            with self.lock:
                idle.append(process)
            return outcomes
        with self.lock:
            if key not in self.shared:
                self.shared[key] = self.start(language, options, environment)
            process = self.shared[key]
        return [process.call({**options, **call}, limit) for call in calls]

    def end(self):
        for process in self.all:
            process.end()


def dotnet_call(call):
    """A call in the .NET driver's own words."""
    made = {"command": call["credential"] if call["credential"] in ("token", "identity") else "redirect"}
    if call["credential"] == "key":
        call = {**call, "connectionString": f"endpoint={call['endpoint']};accesskey={call['accessKey']}"}
    for name, own in DOTNET_OPTIONS.items():
        if name in call and not (name == "endpoint" and made["command"] == "redirect"):
            made[own] = str(call[name])
    if call.get("client") == "sync":
        made["sync"] = "true"
    return {**made, "kind": dotnet_kind(call["target"])}


def dotnet_kind(target):
    cloud = target.get("cloud", "public")
    if target["kind"] == "phoneNumber":
        if target["value"] == "anonymous":
            return "phone-anonymous"
        if not target["value"].startswith("+"):
            return "phone-bad"
        return "phone-rawId" if "rawId" in target else "phone"
    if target["kind"] == "microsoftTeamsUser":
        return "teams-anonymous" if target.get("isAnonymous") else "teams" if cloud == "public" else f"teams-{cloud}"
    kinds = {"communicationUser": "user", "microsoftTeamsApp": "app", "teamsExtensionUser": "extension", "unknown": "unknown"}
    return kinds[target["kind"]]


def dotnet_outcome(outcome):
    kind = outcome.pop("exception", None)
    return {**outcome, **({"type": kind.rpartition(".")[2]} if kind else {})}
