"""TLS as clients meet it on the wire: versions, resumption, split and broken handshakes, and what they leave behind."""

import concurrent.futures
import json
import os
import socket
import ssl
import subprocess
import time

import pytest
from support import run

HELLO_TIMEOUT = 10


def context(emulator, **changes):
    made = ssl.create_default_context(cafile=emulator.ready["caFile"])
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def connect(emulator, made=None, name="localhost", session=None):
    raw = socket.create_connection((emulator.host, emulator.port), timeout=HELLO_TIMEOUT)
    return (made or context(emulator)).wrap_socket(raw, server_hostname=name, session=session)


def health(tls, close=False):
    last = "Connection: close\r\n" if close else ""
    tls.sendall(f"GET /_emulator/health HTTP/1.1\r\nHost: localhost\r\n{last}\r\n".encode())
    answer = b""
    while b"}" not in answer:
        piece = tls.recv(4096)
        assert piece, answer
        answer += piece
    assert answer.startswith(b"HTTP/1.1 200 "), answer
    return answer


def descriptors(emulator):
    return len(os.listdir(f"/proc/{emulator.ready['pid']}/fd"))


def settles(read, wanted, seconds=10):
    """Whether a figure comes to what is wanted in time: the server learns of a close a moment after it."""
    deadline = time.monotonic() + seconds
    while read() != wanted and time.monotonic() < deadline:
        time.sleep(0.01)
    return read()


@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
def test_both_versions_of_today_are_spoken_and_resumed(shared, version):
    number = getattr(ssl.TLSVersion, version)
    made = context(shared, minimum_version=number, maximum_version=number)
    made.set_alpn_protocols(["h2", "http/1.1"])
    with connect(shared, made) as first:
        health(first)
        assert (first.version(), first.selected_alpn_protocol()) == (version.replace("_", "."), "http/1.1")
        session = first.session
    with connect(shared, made, session=session) as second:
        health(second)
        assert second.session_reused


@pytest.mark.parametrize("version", ["TLSv1", "TLSv1_1"])
def test_older_versions_are_refused_by_alert(shared, version):
    ended = run_openssl("s_client", "-connect", f"{shared.host}:{shared.port}", f"-{version.lower().replace('v', '')}", "-cipher", "ALL:@SECLEVEL=0")
    assert "alert protocol version" in ended, ended


def run_openssl(*arguments, data=b""):
    ended = subprocess.run(["openssl", *arguments], input=data, capture_output=True, timeout=30)
    return (ended.stdout + ended.stderr).decode(errors="replace")


def test_a_client_that_offers_only_other_protocols_is_refused(shared):
    made = context(shared)
    made.set_alpn_protocols(["h2"])
    with pytest.raises(ssl.SSLError, match="(?i)no.application.protocol"):
        connect(shared, made)


def test_renegotiation_is_refused(shared):
    output = run_openssl("s_client", "-connect", f"{shared.host}:{shared.port}", "-tls1_2", data=b"R\n")
    assert "no renegotiation" in output.lower(), output


@pytest.mark.parametrize("name", ["localhost", "tests.localhost", "contoso.communication.azure.com", "some-host.test"])
def test_a_certificate_is_there_for_the_name_that_is_asked_for(shared, name):
    with connect(shared, name=name) as tls:
        health(tls)


def test_five_hundred_handshakes_at_once_all_succeed(shared):
    made = context(shared)

    def one(_):
        with connect(shared, made) as tls:
            health(tls)
            return True

    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        assert all(pool.map(one, range(500)))


class Seen:
    """A TLS client over memory, so that what the socket itself says is seen as well."""

    def __init__(self, emulator, byte_by_byte=False):
        self.into, self.out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context(emulator).wrap_bio(self.into, self.out, server_hostname="localhost")
        self.raw = socket.create_connection((emulator.host, emulator.port), timeout=HELLO_TIMEOUT)
        self.raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.byte_by_byte = byte_by_byte
        self.step(lambda: self.tls.do_handshake() or True)

    def step(self, action):
        """Does something that may want bytes, until it is done; raises ConnectionResetError on RST, EOFError on FIN."""
        while True:
            try:
                result = action()
            except ssl.SSLWantReadError:
                result = None
            pending = self.out.read()
            # Not even an empty send where there is nothing: it would see a reset before the bytes are read.
            for start in range(0, len(pending), 1 if self.byte_by_byte else max(len(pending), 1)):
                self.raw.sendall(pending[start:] if not self.byte_by_byte else pending[start : start + 1])
            if result is not None:
                return result
            received = self.raw.recv(65536)
            if not received:
                raise EOFError
            self.into.write(received)


def test_a_handshake_may_come_byte_by_byte(shared):
    client = Seen(shared, byte_by_byte=True)
    client.tls.write(b"GET /_emulator/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert client.step(lambda: client.tls.read(65536)).startswith(b"HTTP/1.1 200 ")


def test_what_is_no_handshake_behind_its_first_byte_gets_an_alert(shared):
    with socket.create_connection((shared.host, shared.port), timeout=HELLO_TIMEOUT) as raw:
        raw.sendall(b"\x16GET / HTTP/1.1\r\n\r\n")
        seen = b""
        while piece := raw.recv(4096):
            seen += piece
        assert seen[:1] == b"\x15", seen


def test_clients_that_vanish_in_the_handshake_leave_nothing_behind(emulator):
    with connect(emulator) as tls:
        health(tls)
    before = settles(lambda: descriptors(emulator), descriptors(emulator))
    into, out = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context(emulator).wrap_bio(into, out, server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        tls.do_handshake()
    hello = out.read()
    for length in list(range(1, len(hello), 7)) + [len(hello)] * 50:
        with socket.create_connection((emulator.host, emulator.port), timeout=HELLO_TIMEOUT) as raw:
            raw.sendall(hello[:length])
    with connect(emulator) as tls:
        health(tls)
    assert settles(lambda: descriptors(emulator) <= before, True)


def test_a_handshake_that_stalls_is_ended_in_time(start_emulator):
    emulator = start_emulator("--header-timeout", "200ms")
    with socket.create_connection((emulator.host, emulator.port), timeout=HELLO_TIMEOUT) as raw:
        raw.sendall(b"\x16\x03\x01")
        start = time.monotonic()
        while raw.recv(4096):
            pass
        assert time.monotonic() - start < 5


def test_large_bodies_pipelines_and_half_closes_work_through_tls(shared):
    body = json.dumps({"incomingCallContext": "A" * 1_000_000, "target": {"rawId": "4:+14255550123"}}).encode()
    head = (
        "POST /calling/callConnections:redirect?api-version=2026-03-12 HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {shared.ready['token']}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    with connect(shared) as tls:
        tls.sendall(head + body)
        assert tls.recv(12) == b"HTTP/1.1 204"
    with connect(shared) as tls:
        count = 500
        tls.sendall(b"GET /_emulator/health HTTP/1.1\r\nHost: localhost\r\n\r\n" * count)
        seen = b""
        while seen.count(b"HTTP/1.1 200 ") < count:
            piece = tls.recv(65536)
            assert piece
            seen += piece


def test_a_certificate_of_ones_own_is_shown_and_a_wrong_one_is_refused(start_emulator, tmp_path):
    def make(name):
        run_openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost", "-keyout", str(tmp_path / f"{name}.key"), "-out", str(tmp_path / f"{name}.pem"),
        )

    make("own")
    make("other")
    emulator = start_emulator("--tls-cert", tmp_path / "own.pem", "--tls-key", tmp_path / "own.key")
    with connect(emulator, ssl.create_default_context(cafile=str(tmp_path / "own.pem"))) as tls:
        health(tls)
    for certificate, key in [("own.pem", "other.key"), ("missing.pem", "own.key"), ("own.key", "own.key")]:
        ended = run("serve", "--port", "0", "--tls-cert", tmp_path / certificate, "--tls-key", tmp_path / key)
        assert ended.returncode == 65, ended.stderr
        assert "tls-cert" in ended.stderr, ended.stderr


@pytest.mark.parametrize(
    ("kind", "codes"), [("expired", {10}), ("wrongHost", {62}), ("untrusted", {19, 20, 21}), ("selfSigned", {18})]
)
def test_each_flaw_of_a_certificate_is_refused_by_its_own_code(emulator, kind, codes):
    emulator.load(f"connections: [{{ name: bad, fault: {{ tls: {{ certificate: {kind} }} }} }}]")
    with pytest.raises(ssl.SSLCertVerificationError) as refused:
        connect(emulator)
    assert refused.value.verify_code in codes, refused.value
    emulator.control("DELETE", "/scenario", expect=204)
    with connect(emulator) as tls:
        health(tls)


@pytest.mark.parametrize("alert", ["handshake_failure", "internal_error", "unrecognized_name"])
def test_an_alert_is_the_one_that_was_asked_for(emulator, alert):
    emulator.load(f"connections: [{{ name: bad, fault: {{ tls: {{ alert: {alert} }} }} }}]")
    with pytest.raises(ssl.SSLError, match="(?i)" + alert.replace("_", ".").replace("handshake.failure", "handshake.failure")):
        connect(emulator)


def test_a_server_of_old_versions_is_refused_and_one_that_stalls_says_nothing(emulator):
    emulator.load('connections: [{ name: old, connections: 1, fault: { tls: { maxVersion: "1.1" } } }, { name: mute, fault: { tls: { stall: true } } }]')
    with pytest.raises(ssl.SSLError, match="(?i)protocol|version|unsupported"):
        connect(emulator)
    raw = socket.create_connection((emulator.host, emulator.port), timeout=0.5)
    with pytest.raises(TimeoutError), raw:
        context(emulator).wrap_socket(raw, server_hostname="localhost")


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2", "1.3"])
def test_a_server_held_to_a_version_speaks_it_and_no_newer_one(emulator, version):
    emulator.load(f'connections: [{{ name: old, fault: {{ tls: {{ maxVersion: "{version}" }} }} }}]')
    old = context(emulator)
    # TLS 1.0 and 1.1 sign with SHA-1, which clients of today refuse by default.
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version = ssl.TLSVersion.TLSv1
    with connect(emulator, old) as tls:
        assert tls.version() == ("TLSv1" if version == "1.0" else f"TLSv{version}")
        health(tls)
    newest = context(emulator, minimum_version=ssl.TLSVersion.TLSv1_3)
    if version == "1.3":
        with connect(emulator, newest) as tls:
            health(tls)
    else:
        with pytest.raises(ssl.SSLError, match="(?i)protocol.version"):
            connect(emulator, newest)


@pytest.mark.parametrize("fault", [False, True])
def test_an_end_without_close_notify_shows_only_where_it_is_asked_for(emulator, fault):
    if fault:
        emulator.load("connections: [{ name: rude, fault: { tls: { noCloseNotify: true } } }]")
    raw = socket.create_connection((emulator.host, emulator.port), timeout=HELLO_TIMEOUT)
    strict = context(emulator)
    # Python 3.11.2 sets it, and takes such an end for an orderly one.
    strict.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
    with strict.wrap_socket(raw, server_hostname="localhost", suppress_ragged_eofs=False) as tls:
        health(tls, close=True)
        if fault:
            with pytest.raises(ssl.SSLError, match="(?i)eof"):
                tls.recv(4096)
        else:
            assert tls.recv(4096) == b""


@pytest.mark.parametrize(
    ("fault", "length"), [("reset", 0), ("{ reset: { afterBytes: 20 } }", 20), ("empty", 0), ("{ truncate: { atBytes: 30 } }", 30)]
)
def test_faults_cut_answers_through_tls_as_they_do_without(emulator, fault, length):
    emulator.load(f"rules: [{{ name: bad, fault: {fault} }}]")
    body = json.dumps({"incomingCallContext": "eyJ", "target": {"rawId": "4:+14255550123"}})
    client = Seen(emulator)
    client.tls.write(
        "POST /calling/callConnections:redirect?api-version=2026-03-12 HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {emulator.token}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    seen, ending = b"", None
    while ending is None:
        try:
            piece = client.step(lambda: client.tls.read(4096))
            seen += piece
            # close_notify is an empty read: what the socket says comes behind it.
            if not piece and not client.raw.recv(4096):
                ending = "FIN"
        except EOFError:
            ending = "FIN"
        except ConnectionResetError:
            ending = "RST"
    assert (len(seen), ending) == (length, "RST" if "reset" in fault else "FIN")


def listed(emulator, count, path=""):
    """The failed connections, when there are as many as there should be."""
    address = f"/_emulator{path}/connections?failed=true"
    settles(lambda: len(emulator.request("GET", address).json["connections"]), count)
    return emulator.request("GET", address).json["connections"]


def test_a_client_that_does_not_trust_the_ca_is_explained(emulator):
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(emulator, ssl.create_default_context())
    (entry, *_) = listed(emulator, 1)
    assert entry["alert"] == "unknown_ca" and entry["rule"] is None and entry["serverName"] == "localhost"
    assert emulator.ready["caFile"] in entry["message"] and "/_emulator/ca.pem" in entry["message"], entry
    assert entry["peer"].startswith("127.0.0.1:")
    # The log has a thread of its own.
    line = "warning  The client does not trust the emulator's CA (alert unknown_ca)"
    assert settles(lambda: line in emulator.log.read_text(), True), emulator.log.read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], "The emulator speaks TLS 1.2 and 1.3"),
        (["-alpn", "h2"], "the emulator speaks HTTP/1.1"),
        (["-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256"], "no cipher in common"),
    ],
)
def test_a_client_that_has_nothing_in_common_with_the_server_is_explained(emulator, arguments, words):
    emulator.control("POST", "/resources", {"name": "mine"}, expect=201)
    run_openssl("s_client", "-connect", f"{emulator.host}:{emulator.port}", "-servername", "mine.localhost", *arguments)
    (entry,) = listed(emulator, 1, "/resources/mine")
    assert words in entry["message"] and entry["serverName"] == "mine.localhost" and entry["handshake"] == "failed", entry


@pytest.mark.parametrize("fault", ["certificate: expired", "alert: handshake_failure", "noCloseNotify: true"])
def test_require_rules_fails_where_a_rule_of_tls_met_no_tls(tmp_path, fault):
    file = tmp_path / "day.yaml"
    file.write_text(f"connections: [{{ name: spoiled, fault: {{ tls: {{ {fault} }} }} }}]")
    for scheme, status in [("HTTP", 1), ("HTTPS", 0)]:
        address = f"$REDIRECT_EMULATOR_{scheme + '_' if scheme == 'HTTPS' else ''}ENDPOINT"
        ended = run("exec", "--scenario", file, "--require-rules", "--", "sh", "-c", f'curl -sk -H "Connection: close" "{address}/nothing" >/dev/null; true')
        assert ended.returncode == status, (scheme, ended.stderr)


def test_a_client_that_resumes_is_shown_the_spoiled_certificate_all_the_same(emulator):
    emulator.load("connections: [{ name: bad, fault: { tls: { certificate: expired } } }]")
    blind = context(emulator, check_hostname=False, verify_mode=ssl.CERT_NONE)
    with connect(emulator, blind) as tls:
        health(tls)
        session = tls.session
    with connect(emulator, blind, session=session) as tls:
        health(tls)
        assert not tls.session_reused
    assert [entry["handshake"] for entry in listed(emulator, 2)] == ["done", "done"]
