"""Calls that ring at apps: `exec --ring` and `ring`, and what becomes of a call at a good app and at bad ones."""

import concurrent.futures
import http.server
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import threading

import namespaces
import pytest
from azure.core.messaging import CloudEvent
from azure.eventgrid import EventGridEvent
from support import ROOT, binary, free_port, run

APPS = ROOT / "Tests" / "Apps"
TIME = r"[\d.]+ m?s"
FAILS = "rules: [{ name: down, respond: { status: 503 } }]"
FAILS_ONCE = "rules: [{ name: down, calls: 1, respond: { status: 503 } }]"
LOST = r"Caller lost: it rang \d s\. "

# app, the emulator's rules, options, exit status, the story
CASES = [
    (["good.py"], None, [], 0, rf"Redirected after ringing for {TIME}, by try 1\."),
    (["good.py"], None, ["--validate"], 0, rf"Redirected after ringing for {TIME}, by try 1\."),
    (
        ["good.py"], "rules: [{ name: down, attempts: 1, respond: { status: 503 } }]", [], 0,
        rf"Redirected after ringing for {TIME}, by try 2; the try before it got 503\.",
    ),
    (["bad.py", "answers_nothing"], None, [], 0, rf"Redirected after ringing for {TIME}, by try 1\."),
    (
        ["bad.py", "answers_500"], FAILS_ONCE, [], 0,
        rf"Redirected after ringing for {TIME}, by try 2, after delivery 2 of its event; the try before it got 503\.",
    ),
    (
        ["bad.py", "answers_200"], FAILS, [], 1,
        LOST + r"Your app sent 1 try, which got 503, then answered the webhook 200, so Event Grid does not deliver again\.",
    ),
    (["bad.py", "sends_nothing"], None, [], 1, LOST + r"Your app answered the webhook 200, and sent nothing\."),
    (
        ["bad.py", "dies"], FAILS, [], 1,
        LOST + r"Your app sent 1 try, which got 503\. Then your app was gone: connection refused at delivery 2\.",
    ),
    (
        ["bad.py", "answers_503"], FAILS, ["--redeliver-after", "2s"], 1,
        LOST + r"Your app sent 1 try, which got 503\. Your app answered the webhook 503, and Event Grid waits 6 s after a "
        r"503, longer than the call rings\.",
    ),
    (
        ["bad.py", "answers_400"], FAILS, [], 1,
        LOST + r"Your app sent 1 try, which got 503\. Your app answered the webhook 400, so the event is never delivered again\.",
    ),
    (
        ["good.py"], "rules: [{ name: late, delay: 2s, before: execution }]", ["--ring-for", "500ms"], 1,
        r"Caller lost: it rang 0\.5 s, and the redirect came [\d.]+ s too late\.",
    ),
    (["bad.py", "redirects_twice"], None, [], 0, rf"Redirected after ringing for {TIME}, by try \d\.( Then .* 8528.*)?"),
]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of the app's own, and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    files = str(folder / "cert.pem"), str(folder / "key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"]
        + ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
        + ["-out", files[0], "-keyout", files[1]],
        check=True,
        capture_output=True,
    )
    return files


def ring_at(app, scenario, options, scheme, certificate):
    """Runs an app in `exec --ring --wait`."""
    port = free_port()
    environment = {**os.environ, "PORT": str(port)}
    if scenario:
        environment["REDIRECT_EMULATOR_SCENARIO_TEXT"] = scenario
    if scheme == "https":
        environment |= {"TLS_CERT": certificate[0], "TLS_KEY": certificate[1]}
        options = ["--ring-ca", certificate[0], *options]
    url = f"{scheme}://127.0.0.1:{port}/api/incomingCall"
    if "--ring-for" not in options:
        options = ["--ring-for", "5s", *options]
    ring = ["--ring", url, "--wait", "--redeliver-after", "500ms", *options]
    return run("exec", *ring, "--", sys.executable, APPS / app[0], *app[1:], env=environment, timeout=120)


@pytest.fixture(scope="module")
def endings(certificate):
    """What came of all apps, which run side by side: they wait more than they work."""
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        futures = {
            (number, scheme): pool.submit(ring_at, *case[:3], scheme, certificate)
            for number, case in enumerate(CASES)
            for scheme in ("http", "https")
        }
        yield futures


@pytest.mark.timeout(300)
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("number", range(len(CASES)), ids=[" ".join(case[0] + case[2][:1]) + (" down" if case[1] else "") for case in CASES])
def test_an_app_and_what_becomes_of_its_call(endings, number, scheme):
    *_, status, story = CASES[number]
    ended = endings[number, scheme].result()
    stories = [line for line in ended.stderr.splitlines() if re.match(r"c\d+  (Redirected|Caller lost)", line)]
    assert len(stories) == 1 and re.match(r"c1  " + story, stories[0]), ended.stderr
    assert ended.returncode == status, ended.stderr


@pytest.fixture
def webhook():
    """A webhook that sends the responses it was given, and keeps what came."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.seen.append((dict(self.headers), json.loads(body)))
            server.action()
            self.send_response(server.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.seen, server.status, server.action = [], 200, lambda: None
    server.url = f"http://127.0.0.1:{server.server_port}/hook?code=secret"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def ring(emulator, webhook, *options, **keywords):
    return run("ring", "--to", webhook.url, "--control", emulator.ready["controlEndpoint"], "--ring-for", "300ms", *options, **keywords)


def test_ring_tells_what_happens_and_its_status_is_the_calls_with_wait(emulator, webhook):
    ended = ring(emulator, webhook, "--from", "+14255550123", "--callee", "8:acs:a_b", "--header", "x-mine: 1")
    assert ended.returncode == 0, ended.stderr
    lines = ended.stdout.splitlines()
    assert lines[0] == f"c1  rings: 4:+14255550123 calls 8:acs:a_b; the event is delivered to {webhook.url}"
    assert re.fullmatch(rf"c1  delivery 1: the app answered 200 after {TIME}", lines[1])
    assert re.match(r"c1  Caller lost: ", lines[2]) and len(lines) == 3
    assert ring(emulator, webhook, "--wait").returncode == 1
    headers, events = webhook.seen[0]
    assert headers["x-mine"] == "1" and headers["aeg-event-type"] == "Notification"
    assert events[0]["data"]["from"]["rawId"] == "4:+14255550123"


def test_an_app_that_does_not_trust_the_certificate_is_told_so(emulator, webhook):
    def connect():
        with socket.create_connection((emulator.host, emulator.port)) as raw, pytest.raises(ssl.SSLCertVerificationError):
            ssl.create_default_context().wrap_socket(raw, server_hostname="localhost")

    webhook.action = connect
    last = ring(emulator, webhook).stdout.splitlines()[-1]
    assert "sent no request. Since it began to ring, 1 TLS handshake failed: the client does not trust the certificate." in last
    assert f"Let your app trust the CA, which is in {emulator.ready['caFile']}, and at " in last


def test_an_app_that_was_between_two_tries_is_not_blamed_for_its_end():
    """The SDK tries after 0, 0, 1.6 and 4.8 seconds. `exec` ends the app when the ring is over, so its webhook never responds."""
    ended = ring_at(["good.py"], FAILS, ["--ring-for", "2500ms"], "http", None)
    story = (
        rf"it rang 2\.5 s\. Your app sent 3 tries in {TIME}, all 503\. It had not tried again when the ring ended, {TIME} later\. "
        r"Keep the waits between tries so short that the next one comes while it rings\."
    )
    lines = ended.stderr.splitlines()
    assert any(re.fullmatch("c1  Caller lost: " + story, line) for line in lines), ended.stderr
    assert re.fullmatch("1 caller lost: c1: " + story, lines[-1]), ended.stderr
    assert ended.returncode == 1


def test_ring_delivers_again_and_says_so(emulator, webhook):
    webhook.status = 500
    ended = ring(emulator, webhook, "--redeliver-after", "10ms", "--max-deliveries", "3")
    told = [line.partition(" after ")[0] for line in ended.stdout.splitlines() if "delivery" in line and "rings" not in line]
    assert told[:3] == [f"c1  delivery {n}: the app answered 500" for n in (1, 2, 3)], ended.stdout
    assert "it is delivered again" in ended.stdout.splitlines()[1]
    assert [headers["aeg-delivery-count"] for headers, _ in webhook.seen] == ["0", "1", "2"]
    assert len({events[0]["id"] for _, events in webhook.seen}) == 1


def test_ring_prints_json_a_line_for_each_thing(emulator, webhook):
    ended = ring(emulator, webhook, "--json", "--count", "3", "--context", "short")
    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    for call in ("c1", "c2", "c3"):
        own = [line for line in lines if call in (line["call"], line["call"]["id"] if isinstance(line["call"], dict) else None)]
        assert [line["type"] for line in own] == ["ringing", "delivered", "verdict"]
        assert own[1]["delivery"]["status"] == 200
        assert own[2]["call"]["verdict"] == "lost" and len(own[2]["call"]["incomingCallContext"]) < 200
    assert len(lines) == 9


@pytest.mark.parametrize("form", [dict, list])
def test_ring_delivers_an_event_of_the_users_own(emulator, webhook, tmp_path, form):
    event = {"eventType": "Mine", "data": {"incomingCallContext": "of the user's", "from": {"rawId": "4:+1"}}}
    (tmp_path / "event.json").write_text(json.dumps([event] if form is list else event))
    ended = ring(emulator, webhook, "--event", tmp_path / "event.json")
    assert ended.returncode == 0, ended.stderr
    assert webhook.seen[0][1] == [event]
    assert emulator.control("GET", "/calls").json["calls"][0]["incomingCallContext"] == "of the user's"


def test_ring_uses_the_emulator_of_a_ready_file_or_of_exec(emulator, webhook):
    ready = emulator.log.parent / "ready.json"
    ended = run("ring", "--to", webhook.url, "--ready-file", ready, "--ring-for", "100ms")
    assert ended.returncode == 0 and "c1  Caller lost" in ended.stdout, ended.stderr
    ended = run("exec", "--control-key", "k", "--", binary(), "ring", "--to", webhook.url, "--ring-for", "100ms", "--wait")
    assert ended.returncode == 1 and "c1  Caller lost" in ended.stdout, ended.stderr
    assert len(webhook.seen) == 2


ALONE = """
import contextlib, fcntl, http.server, socket, ssl, struct, subprocess, sys, threading
# A new network has a loopback interface that is down: SIOCSIFFLAGS, IFF_UP.
fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh14x", b"lo", 1))

class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        if "distrusts" in sys.argv:
            with socket.create_connection(("127.0.0.1", 4010)) as raw, contextlib.suppress(ssl.SSLError):
                ssl.create_default_context().wrap_socket(raw, server_hostname="localhost")
        self.send_response(200)
        self.end_headers()

server = http.server.ThreadingHTTPServer(("127.0.0.1", 8080), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
time = "2s" if "distrusts" in sys.argv else "100ms"
sys.exit(subprocess.run([sys.argv[1], "ring", "--to", "http://localhost:8080/", "--ring-for", time, "--wait"]).returncode)
"""


def test_ring_starts_an_emulator_of_its_own_where_none_is_named():
    """In a network of its own, where port 4010 is free."""
    namespaces.needs("--net")
    ended = subprocess.run(
        [*namespaces.NAMESPACES, "--net", sys.executable, "-c", ALONE, binary()], capture_output=True, text=True, timeout=60
    )
    lines = ended.stdout.splitlines()
    assert lines[0].startswith("connection string endpoint=https://127.0.0.1:4010/;accesskey="), ended.stderr
    assert lines[1].startswith("http connection string endpoint=http://127.0.0.1:4010/;accesskey=")
    assert lines[2] == "ca http://127.0.0.1:4010/_emulator/ca.pem"
    assert lines[3].startswith("c1  rings: ") and lines[-1].startswith("c1  Caller lost: ")
    assert ended.returncode == 1


def test_an_app_that_does_not_trust_an_emulator_that_ends_with_ring_is_told_who_makes_it_trust():
    """Where the CA's file was, nothing is when somebody reads that."""
    namespaces.needs("--net")
    ended = subprocess.run(
        [*namespaces.NAMESPACES, "--net", sys.executable, "-c", ALONE, binary(), "distrusts"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    last = ended.stdout.splitlines()[-1]
    assert "1 TLS handshake failed: the client does not trust the certificate." in last, ended.stderr
    advice = last.partition("Let your app trust the CA, which ")[2]
    assert "'redirect-emulator exec --ring URL -- COMMAND'" in advice and "ca.pem" not in advice


def test_ring_says_when_port_4010_is_taken(webhook):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 4010))
            taken.listen()
        except OSError:
            pass  # It is taken by somebody else.
        ended = run("ring", "--to", webhook.url)
    assert ended.returncode == 69 and "--control http://127.0.0.1:4010/_emulator" in ended.stderr
    assert webhook.seen == []


@pytest.mark.parametrize(
    "options, status, said",
    [
        ([], 64, "--to"),
        (["--to", "ftp://localhost/"], 64, "http or https"),
        (["--to", "http://a@localhost/"], 64, "user information"),
        (["--to", "http://localhost/", "--from", "me"], 64, "+14255550123"),
        (["--to", "http://localhost/", "--ring-for", "50ms"], 64, "100ms"),
        (["--to", "http://localhost/", "--count", "0"], 64, "1 to 1000"),
        (["--to", "http://localhost/", "--event", "missing.json"], 65, "missing.json"),
        (["--print", "--event", "x"], 64, "--event"),
        (["--to", "http://localhost/", "--control", "http://127.0.0.1:1/_emulator"], 69, "refused"),
    ],
)
def test_ring_says_what_is_wrong(options, status, said):
    ended = run("ring", *options)
    assert ended.returncode == status and said in ended.stderr, ended.stderr


def test_a_host_that_the_emulator_does_not_ring_at_is_named(emulator):
    ended = run("ring", "--to", "http://app.example/", "--control", emulator.ready["controlEndpoint"])
    assert ended.returncode == 64 and "--ring-allow app.example" in ended.stderr


@pytest.mark.parametrize("caller", ["+14255550123", "anonymous", "8:acs:a_b", "28:orgid:45ab2481-1c1c-4005-be24-0ffb879b1130"])
def test_what_print_prints_is_taken_by_the_official_parsers(caller):
    raw_id = {"+14255550123": "4:+14255550123", "anonymous": "4:anonymous"}.get(caller, caller)
    printed = run("ring", "--print", "--from", caller)
    assert printed.returncode == 0, printed.stderr
    (element,) = json.loads(printed.stdout)
    event = EventGridEvent.from_json(json.dumps(element))
    assert event.event_type == "Microsoft.Communication.IncomingCall" and event.data_version == "1.0"
    cloud = CloudEvent.from_json(run("ring", "--print", "--schema", "cloudEvents", "--from", caller).stdout.strip())
    assert cloud.type == event.event_type and cloud.time is not None
    for data in (event.data, cloud.data):
        assert data["from"]["rawId"] == raw_id
        assert data["incomingCallContext"].startswith("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.")


# Listens at a port, and ends when its input does.
LISTENS = "import socket, sys; s = socket.create_server(('127.0.0.1', int(sys.argv[1]))); sys.stdin.read(); print('went on')"


def test_exec_goes_on_without_wait():
    port = free_port()
    with subprocess.Popen(
        [binary(), "exec", "--ring", f"http://127.0.0.1:{port}/", "--ring-for", "100ms"]
        + ["--", sys.executable, "-c", LISTENS, str(port)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:
        for line in process.stderr:
            if "Caller lost" in line:
                break
        output, _ = process.communicate(timeout=30)
    assert output == "went on\n" and process.returncode == 0


@pytest.mark.parametrize(("wait", "code", "status"), [(["--wait"], 0, 1), (["--wait"], 7, 7), ([], 0, 0), ([], 7, 7)])
def test_exec_says_when_the_command_ended_before_it_listened(wait, code, status):
    url = f"http://127.0.0.1:{free_port()}/"
    ended = run("exec", "--ring", url, *wait, "--", "sh", "-c", f"exit {code}")
    assert ended.returncode == status
    said = f"error: --ring {url}: the command ended with status {code} before the ring: nothing accepted connections there"
    assert ended.stderr.count(said) == 1, ended.stderr


def test_exec_rings_nobody_else_at_the_webhooks_port(webhook):
    ended = run("exec", "--ring", webhook.url, "--", "sh", "-c", "echo started")
    assert ended.returncode == 69 and ended.stdout == "", ended
    assert f"--ring {webhook.url}: something accepts connections there already" in ended.stderr, ended.stderr
    assert webhook.seen == []


def test_exec_says_what_it_waits_for_and_not_for_ever():
    url = f"http://127.0.0.1:{free_port()}/"
    ended = run("exec", "--ring", url, "--ready-timeout", "1500ms", "--wait", "--", "sleep", "60")
    assert ended.returncode == 1
    lines = [line for line in ended.stderr.splitlines() if url in line]
    assert lines[0] == f"waiting until the command accepts connections at {url}, for 1.5s at most (--ready-timeout)", lines
    assert lines[1].startswith(f"error: --ring {url}: nothing accepted connections there within 1.5s, so no call rang"), lines


@pytest.mark.parametrize(
    "options, said",
    [
        (["--wait"], "--ring"), (["--callee", "anonymous"], "--ring"), (["--ring", "nowhere"], "http or https"),
        (["--ring", "http://localhost/", "--control", "off"], "--control on"),
    ],
)
def test_execs_options_of_ring_are_judged(options, said):
    ended = run("exec", *options, "--", "true")
    assert ended.returncode == 64 and said in ended.stderr


SLOW_TO_RESPOND = """
import http.server, json, os, sys, time, urllib.request
class App(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        (event,) = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = {"incomingCallContext": event["data"]["incomingCallContext"], "target": {"kind": "phoneNumber", "phoneNumber": {"value": "+14255550123"}}}
        url = os.environ["REDIRECT_EMULATOR_ENDPOINT"] + "/calling/callConnections:redirect?api-version=2025-05-15"
        headers = {"Content-Type": "application/json", "Authorization": "Bearer " + os.environ["REDIRECT_EMULATOR_TOKEN"]}
        urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), headers)).read()
        time.sleep(0.4)  # work between the redirect and the response
        self.send_response(200)
        self.end_headers()
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), App).serve_forever()
"""


def test_an_app_that_redirects_first_gets_to_respond_before_it_is_stopped():
    port = str(free_port())
    ended = run("exec", "--ring", f"http://127.0.0.1:{port}/", "--wait", "--", sys.executable, "-c", SLOW_TO_RESPOND, port)
    assert ended.returncode == 0, ended.stderr
    assert "connection was closed" not in ended.stderr and "delivery 1: the app answered 200" in ended.stderr, ended.stderr
