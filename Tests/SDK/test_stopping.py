"""Stopping: each signal that ends what runs does so in order, at once where no response is being sent, while starting too."""

import json
import os
import pathlib
import signal
import socket
import ssl
import subprocess

import pytest
import support
from support import NEWEST, OPERATION, binary, wait_until
from terminal import Terminal

ENDING = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT]
# Less than the 5 seconds that responses may take, and more than a busy machine needs.
AT_ONCE = 3.5


def stop(emulator, number=signal.SIGTERM, within=AT_ONCE):
    """Sends a signal and returns the exit status."""
    emulator.process.send_signal(number)
    return emulator.process.wait(within)


@pytest.mark.parametrize("number", ENDING)
def test_each_ending_signal_ends_serve_with_0_its_totals_and_no_file_left(tmp_path, number):
    (tmp_path / "tmp").mkdir()
    emulator = support.start(tmp_path, environment={"TMPDIR": str(tmp_path / "tmp")})
    assert emulator.redirect().status == 204
    assert stop(emulator, number) == 0
    assert "1 request: 1 executed" in emulator.log.read_text()
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["emulator.log", "tmp"]


def redirect_bytes(emulator, **changes):
    body = json.dumps({"incomingCallContext": "a", "target": {"rawId": "4:+14255550123"}}).encode()
    head = (
        f"POST {OPERATION}?api-version={NEWEST} HTTP/1.1\r\nHost: {emulator.host}\r\n"
        f"Authorization: Bearer {emulator.token}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


CLIENT_HELLO = bytes.fromhex("160301020001")

# What the client has sent, the scenario, and whether the client reads until that much of a response has come.
QUIET = {
    "nothing sent": (lambda emulator: b"", "rules: []", b""),
    "half a head": (lambda emulator: b"GET / HTT", "rules: []", b""),
    "half a body": (lambda emulator: redirect_bytes(emulator)[:-3], "rules: []", b""),
    "in a handshake": (lambda emulator: CLIENT_HELLO, "rules: []", b""),
    "answered and kept": (redirect_bytes, "rules: []", b"HTTP/1.1 204"),
    "answered and closed by the server": (lambda emulator: b"BAD\r\n\r\n", "rules: []", b"HTTP/1.1 400"),
    "held by a hang": (redirect_bytes, "rules: [{name: h, fault: hang}]", b""),
    "held by a hang that has an end": (redirect_bytes, "rules: [{name: h, fault: {hang: {for: 1m}}}]", b""),
    "held by a hang behind a delay": (redirect_bytes, "rules: [{name: h, delay: 1m, fault: hang}]", b""),
    "not read from": (redirect_bytes, "rules: [{name: h, fault: stallRead}]", b""),
    "silent from the start": (lambda emulator: b"", "connections: [{name: s, fault: silent}]", b""),
    "stalled in a handshake": (lambda emulator: CLIENT_HELLO, "connections: [{name: s, fault: {tls: {stall: true}}}]", b""),
    "reading events": (lambda emulator: b"GET /_emulator/events HTTP/1.1\r\nHost: localhost\r\n\r\n", "rules: []", b"event-stream"),
}


@pytest.mark.parametrize("kind", QUIET)
def test_a_connection_to_which_nothing_is_being_sent_does_not_hold_up_the_end(tmp_path, kind):
    sent, scenario, answer = QUIET[kind]
    (tmp_path / "scenario.yaml").write_text(scenario)
    emulator = support.start(tmp_path, "--scenario", tmp_path / "scenario.yaml")
    try:
        connections = [socket.create_connection((emulator.host, emulator.port), 10) for _ in range(3)]
        for connection in connections:
            connection.sendall(sent(emulator))
            received = b""
            while answer not in received:
                received += connection.recv(65536)
        if "hang" in kind or kind == "not read from":
            wait_until(lambda: begun(emulator) == len(connections))
        assert stop(emulator) == 0
        for connection in connections:
            try:
                while connection.recv(65536):
                    pass
            except ConnectionResetError:
                pass
            connection.close()
    finally:
        emulator.process.kill()


def begun(emulator):
    """How many requests have begun, as the journal has them."""
    return len(emulator.journal())


def test_responses_that_wait_or_are_being_sent_arrive_whole(tmp_path):
    (tmp_path / "scenario.yaml").write_text("""
rules:
  - { name: paced, every: 2, pace: { chunk: 20, every: 40ms } }
  - { name: late, delay: 700ms }
""")
    emulator = support.start(tmp_path, "--scenario", tmp_path / "scenario.yaml")
    plain = socket.create_connection((emulator.host, emulator.port), 10)
    secure = ssl.create_default_context(cafile=emulator.ca_file).wrap_socket(
        socket.create_connection((emulator.host, emulator.port), 10), server_hostname="localhost"
    )
    for connection in (plain, secure):
        connection.sendall(redirect_bytes(emulator))
    wait_until(lambda: begun(emulator) == 2)
    emulator.process.send_signal(signal.SIGTERM)
    for connection in (plain, secure):
        received = b""
        while piece := connection.recv(65536):
            received += piece
        assert received.startswith(b"HTTP/1.1 204") and received.endswith(b"\r\n\r\n"), received
        connection.close()
    assert emulator.process.wait(AT_ONCE) == 0


@pytest.mark.parametrize("number", ENDING)
def test_a_second_signal_ends_it_at_once_in_the_same_order(tmp_path, number):
    (tmp_path / "scenario.yaml").write_text("rules: [{name: late, delay: 1m}]")
    emulator = support.start(tmp_path, "--scenario", tmp_path / "scenario.yaml")
    with socket.create_connection((emulator.host, emulator.port), 10) as connection:
        connection.sendall(redirect_bytes(emulator))
        wait_until(lambda: begun(emulator) == 1)
        emulator.process.send_signal(signal.SIGTERM)
        wait_until(lambda: refused(emulator))
        assert emulator.process.poll() is None
        assert stop(emulator, number, within=2) == 0
    assert "1 request: " in emulator.log.read_text()
    assert not (tmp_path / "ready.json").exists()


def refused(emulator):
    try:
        socket.create_connection((emulator.host, emulator.port), 10).close()
        return False
    except ConnectionRefusedError:
        return True


def test_on_a_terminal_the_first_ctrl_c_says_what_a_second_one_does(tmp_path):
    (tmp_path / "scenario.yaml").write_text("rules: [{name: late, delay: 1m}]")
    ready = tmp_path / "ready.json"
    with Terminal(binary(), "--port", "0", "--ready-file", ready, "--scenario", tmp_path / "scenario.yaml") as terminal:
        wait_until(ready.exists)
        emulator = support.Emulator(terminal.process, json.loads(ready.read_text()), None)
        with socket.create_connection((emulator.host, emulator.port), 10) as connection:
            connection.sendall(redirect_bytes(emulator))
            wait_until(lambda: begun(emulator) == 1)
            terminal.type("\x03")
            terminal.read_until("Ctrl-C again to stop now")
            assert terminal.process.poll() is None
            terminal.type("\x03")
            assert terminal.process.wait(2) == 0
    assert not ready.exists()


def test_without_a_terminal_nothing_is_said_of_a_second_ctrl_c(tmp_path):
    emulator = support.start(tmp_path)
    assert stop(emulator, signal.SIGINT) == 0
    assert "again" not in emulator.log.read_text()


@pytest.mark.parametrize("number", ENDING)
@pytest.mark.parametrize("option", ["--scenario", "--token-keys", "--tls-cert"])
@pytest.mark.parametrize("command", ["serve", "exec"])
def test_a_start_that_waits_for_a_fifo_ends_by_a_signal(tmp_path, command, option, number):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    (tmp_path / "tmp").mkdir()
    arguments = [command, "--port", "0", "--ready-file", tmp_path / "ready.json", option, fifo]
    if option == "--tls-cert":
        arguments += ["--tls-key", fifo]
    if command == "exec":
        arguments += ["--", "touch", tmp_path / "ran"]
    process = subprocess.Popen(
        [binary(), *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(tmp_path / "tmp")},
    )
    try:
        wait_until(lambda: starting(process.pid))
        process.send_signal(number)
        assert process.wait(AT_ONCE) == (0 if command == "serve" else 128 + number)
    finally:
        process.kill()
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["fifo", "tmp"]


def starting(pid):
    """Whether the process has the thread that starts."""
    names = []
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            names.append((task / "comm").read_text().strip())
        except OSError:
            pass
    return "start" in names


def test_a_watched_file_that_cannot_be_read_to_its_end_does_not_hold_up_the_end(tmp_path):
    """A terminal at which nobody types stands for a disk that hangs."""
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text("rules: []")
    emulator = support.start(tmp_path, "--scenario", scenario, "--watch")
    terminal, other = os.openpty()
    try:
        link = tmp_path / "link"
        link.symlink_to(os.ttyname(other))
        link.rename(scenario)
        wait_until(lambda: has_open(emulator.process.pid, os.ttyname(other)))
        assert stop(emulator) == 0
    finally:
        os.close(terminal)
        os.close(other)
        emulator.process.kill()


def has_open(pid, path):
    """Whether the process has the file open."""
    for descriptor in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        try:
            if os.readlink(descriptor) == path:
                return True
        except OSError:
            pass
    return False
