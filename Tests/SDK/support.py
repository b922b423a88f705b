"""What the tests share: an emulator as a process, the SDK pointed at it, and requests without the SDK."""

import contextlib
import dataclasses
import email.utils
import http.client
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import time
import urllib.parse

from azure.communication.callautomation import (
    CallAutomationClient,
    CommunicationUserIdentifier,
    MicrosoftTeamsAppIdentifier,
    MicrosoftTeamsUserIdentifier,
    PhoneNumberIdentifier,
    TeamsExtensionUserIdentifier,
    UnknownIdentifier,
)
from azure.communication.callautomation.aio import CallAutomationClient as AsyncCallAutomationClient
from azure.core.credentials import AccessToken, AzureKeyCredential

ROOT = pathlib.Path(__file__).resolve().parents[2]
REQUESTS = ROOT / "fixtures" / "requests"
SCENARIOS = ROOT / "fixtures" / "scenarios"
GUIDES = ROOT / "Sources" / "RedirectEmulator" / "Documentation.docc"
CONTEXT = (REQUESTS / "incoming-call-context.txt").read_text().strip()

OPERATION = "/calling/callConnections:redirect"
VERSIONS = ["2023-03-06", "2023-10-15", "2024-04-15", "2024-09-15", "2025-05-15", "2025-06-15", "2026-03-12"]
NEWEST = VERSIONS[-1]
# Served by default as well: the previews that beta SDKs and samples ask for.
PREVIEWS = [
    "2023-06-15-preview",
    "2023-10-03-preview",
    "2024-06-15-preview",
    "2024-11-15-preview",
    "2025-03-30-preview",
    "2025-08-15-preview",
]

GUID = "52a5e676-39a3-4f45-a8ed-5a162dbbd7eb"
OTHER_GUID = "cdc5aeea-15c5-4db6-b079-fcadd2505dc2"
USER = CommunicationUserIdentifier(f"8:acs:{GUID}_{OTHER_GUID}")
TARGETS = {
    "communication user": USER,
    "phone number": PhoneNumberIdentifier("+14255550123"),
    "anonymous phone number": PhoneNumberIdentifier("anonymous", raw_id="4:anonymous"),
    "phone number with an asserted id": PhoneNumberIdentifier("+14255550123", raw_id="4:+14255550123_123"),
    "Teams user": MicrosoftTeamsUserIdentifier(GUID),
    "anonymous Teams user": MicrosoftTeamsUserIdentifier(GUID, is_anonymous=True),
    "Teams user in GCCH": MicrosoftTeamsUserIdentifier(GUID, cloud="GCCH"),
    "Teams user in DOD": MicrosoftTeamsUserIdentifier(GUID, cloud="DOD"),
    "Teams app": MicrosoftTeamsAppIdentifier(GUID),
    "Teams app in GCCH": MicrosoftTeamsAppIdentifier(GUID, cloud="GCCH"),
    "Teams extension user": TeamsExtensionUserIdentifier(user_id=GUID, tenant_id=OTHER_GUID, resource_id=GUID),
    "unknown": UnknownIdentifier("48:45ab2481-1c1c-4005-be24-0ffb879b1130"),
}

READY_WITHIN = 10
ENDS_WITHIN = 15


def binary():
    """The emulator under test: the release build, unless REDIRECT_EMULATOR_BINARY names another."""
    path = os.environ.get("REDIRECT_EMULATOR_BINARY") or ROOT / ".build" / "release" / "redirect-emulator"
    if not pathlib.Path(path).is_file():
        raise FileNotFoundError(f"{path}: build it with swift build -c release, or set REDIRECT_EMULATOR_BINARY")
    return str(pathlib.Path(path).resolve())


def run(*arguments, timeout=30, **options):
    """Runs the emulator's command line to its end."""
    return subprocess.run(
        [binary(), *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        **options,
    )


@dataclasses.dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        return self.json["error"]


class Resource:
    """One emulated resource, seen from outside: where it is, what opens it, and its part of the control API."""

    def __init__(self, emulator, name, access_key, token):
        self.emulator = emulator
        self.name = name
        self.access_key = access_key
        self.token = token
        self.path = "/_emulator" if name is None else f"/_emulator/resources/{name}"

    def client(self, **options):
        return CallAutomationClient(self.emulator.endpoint, AzureKeyCredential(self.access_key), **options)

    def async_client(self, **options):
        return AsyncCallAutomationClient(self.emulator.endpoint, AzureKeyCredential(self.access_key), **options)

    def control(self, method, path, body=None, content_type="application/json", expect=None, headers=()):
        """Calls the control API below this resource's path; `expect` is the status that it must answer."""
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        fields = {"Content-Type": content_type} if data is not None else {}
        fields.update(headers)
        answer = self.emulator.request(method, self.path + path, data, fields)
        if expect is not None:
            assert answer.status == expect, (
                f"{method} {self.path}{path}: {answer.status}, expected {expect}: {answer.body!r}"
            )
        return answer

    def journal(self, query=""):
        return self.control("GET", f"/requests{query}", expect=200).json["requests"]

    def operations(self):
        return self.control("GET", "/operations", expect=200).json["operations"]

    def operation(self):
        """The one operation that there must be."""
        operations = self.operations()
        assert len(operations) == 1, operations
        return operations[0]

    def verify(self, where=None, **expect):
        """Asks the emulator itself, and fails with its own words."""
        answer = self.control("POST", "/verify", {"where": where or {}, "expect": expect})
        assert answer.status in (200, 417), answer.body
        failed = [check for check in answer.json["checks"] if not check["passed"]]
        assert answer.status == 200 and answer.json["passed"] is True, failed

    def load(self, scenario):
        """Puts a scenario: the text of a YAML file, or a value to be sent as JSON."""
        if isinstance(scenario, str):
            return self.control("PUT", "/scenario", scenario.encode(), "application/yaml", expect=200)
        return self.control("PUT", "/scenario", scenario, expect=200)


class Emulator(Resource):
    """A running emulator. Its attributes are its ready file's members; as a resource it is `default`."""

    def __init__(self, process, ready, log):
        self.process = process
        self.ready = ready
        self.log = log
        self.host = ready["host"]
        self.port = ready["port"]
        self.endpoint = ready["endpoint"].rstrip("/")
        self.https_endpoint = ready["httpsEndpoint"].rstrip("/")
        self.connection_string = ready["connectionString"]
        self.ca_file = ready["caFile"]
        super().__init__(self, None, ready["accessKey"], ready["token"])

    def resource(self, **members):
        """Makes a resource."""
        made = self.control("POST", "/resources", members, expect=201).json
        return Resource(self, made["name"], made["accessKey"], made["token"])

    def request(self, method, path, body=None, headers=(), timeout=20):
        """One request on a connection of its own, without any SDK."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        with contextlib.closing(connection):
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())

    def redirect(self, body=None, query=f"?api-version={NEWEST}", token=True, path=OPERATION, method="POST", **headers):
        """The operation, with the ready file's token. A header given as None is left out; names take _ for -."""
        fields = {"Content-Type": "application/json"}
        if token:
            fields["Authorization"] = f"Bearer {self.token}"
        for name, value in headers.items():
            fields[name.replace("_", "-")] = value
        if body is None:
            body = {"incomingCallContext": CONTEXT, "target": {"rawId": USER.raw_id}}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.request(method, path + query, data, {k: v for k, v in fields.items() if v is not None})

    def send(self, data, timeout=20):
        """Sends raw bytes and reads the response's bytes until it is whole or the connection ends."""
        with socket.create_connection((self.host, self.port), timeout=timeout) as connection:
            connection.sendall(data)
            answer = http.client.HTTPResponse(connection, method="POST")
            answer.begin()
            return Answer(answer.status, answer.headers, answer.read())

    def stop(self):
        """Asks it to end, as `kill` does, and says with what status it did."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"still running {ENDS_WITHIN} s after SIGTERM\n{self.log.read_text()}") from None


def start(directory, *options, environment=None):
    """Starts an emulator on a free port, and returns when its ready file says that it can be used."""
    ready_file = directory / "ready.json"
    log = directory / "emulator.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [binary(), "serve", "--port", "0", "--ready-file", str(ready_file), *map(str, options)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **(environment or {})},
        )
    deadline = time.monotonic() + READY_WITHIN
    while not ready_file.exists():
        if process.poll() is not None:
            raise AssertionError(f"ended with {process.returncode} before it was ready\n{log.read_text()}")
        if time.monotonic() > deadline:
            process.kill()
            process.wait()
            raise AssertionError(f"not ready within {READY_WITHIN} s\n{log.read_text()}")
        time.sleep(0.002)
    return Emulator(process, json.loads(ready_file.read_text()), log)


class Token:
    """A TokenCredential that hands out given tokens in turn, the last one again and again, and counts."""

    def __init__(self, *tokens, expires_in=3600):
        self.tokens = list(tokens)
        self.expires_in = expires_in
        self.asked = 0

    def get_token(self, *scopes, **options):
        self.asked += 1
        token = self.tokens[min(self.asked, len(self.tokens)) - 1]
        return AccessToken(token, int(time.time()) + self.expires_in)


class AsyncToken(Token):
    async def get_token(self, *scopes, **options):
        return super().get_token(*scopes, **options)

    async def close(self):
        pass

    async def __aenter__(self):
        return self

    async def __aexit__(self, *details):
        pass


def seen(responses):
    """A hook for the SDK's calls that keeps the HTTP responses."""
    return lambda pipeline_response: responses.append(pipeline_response.http_response)


def now():
    """The time as HTTP writes it."""
    return email.utils.formatdate(usegmt=True)


def repeatability(request_id, first_sent):
    return {"Repeatability-Request-ID": request_id, "Repeatability-First-Sent": first_sent}


def host_of(endpoint):
    return urllib.parse.urlsplit(endpoint).hostname


def free_port():
    """A port for a program that is about to listen there. It is not one of those that the system gives to whoever asks for any
    port: what a test's own programs do meanwhile does not take it."""
    given = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = random.SystemRandom().randrange(10_000, max(given, 20_000))
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def wait_until(holds, within=20):
    """Waits until `holds()` is true, and fails where it does not become so."""
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, f"did not become so within {within} s"
        time.sleep(0.01)
