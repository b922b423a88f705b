"""The log: what it costs when nobody reads it, files, and their rotation."""

import json
import os
import signal
import subprocess
import threading
import time

import pytest
from support import binary, run, wait_until

LOOP = """
import http.client, json, os, sys
host = os.environ["REDIRECT_EMULATOR_ENDPOINT"].partition("//")[2]
connection = http.client.HTTPConnection(host)
target = sys.argv[2] if len(sys.argv) > 2 else "4:+14255550123"
body = json.dumps({"incomingCallContext": "a", "target": {"rawId": target}}, ensure_ascii=False).encode()
for number in range(int(sys.argv[1])):
    connection.request("POST", "/calling/callConnections:redirect?api-version=2026-03-12", body, {
        "Authorization": "Bearer " + os.environ["REDIRECT_EMULATOR_TOKEN"], "Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 204, answer.status
connection.request("GET", "/metrics")
print([line for line in connection.getresponse().read().decode().splitlines() if "log_lines_dropped_total " in line][-1])
"""


def found_by(ready):
    """The environment in which LOOP finds the emulator that writes this ready file; waits for the file."""
    wait_until(ready.exists)
    told = json.loads(ready.read_text())
    return os.environ | {"REDIRECT_EMULATOR_ENDPOINT": told["endpoint"], "REDIRECT_EMULATOR_TOKEN": told["token"]}


@pytest.mark.parametrize("form", ["text", "json"])
def test_nobody_waits_for_a_reader_of_standard_error_that_has_stopped(form):
    count = 20_000
    process = subprocess.Popen(
        [binary(), "exec", "--log-format", form, "--", "python3", "-c", LOOP, str(count), "48:" + "x" * 200],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        # Nobody reads standard error while it runs; at its end nobody has to.
        line = process.stdout.read()
        assert process.wait(30) == 0
        dropped = int(line.split()[-1])
        assert dropped > 0, line
        # What was taken is whole lines, up to where the pipe was full.
        lines = process.stderr.read().splitlines()
        assert len(lines) < count
        assert all(("request" if form == "json" else "  204  ") in line for line in lines[:-1])
    finally:
        process.kill()


def test_a_signal_ends_the_emulator_also_where_nobody_reads_standard_error(tmp_path):
    ready = tmp_path / "ready.json"
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [binary(), "--port", "0", "--ready-file", ready], stdout=subprocess.DEVNULL, stderr=writing
    )
    os.close(writing)
    try:
        environment = found_by(ready)
        subprocess.run(["python3", "-c", LOOP, "20000"], env=environment, check=True, timeout=60, capture_output=True)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    finally:
        os.close(reading)
        process.kill()


def test_lines_come_again_and_say_how_many_were_dropped(tmp_path):
    ready = tmp_path / "ready.json"
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [binary(), "--port", "0", "--ready-file", ready, "--log-format", "json"],
        stdout=subprocess.DEVNULL,
        stderr=writing,
    )
    os.close(writing)
    try:
        environment = found_by(ready)
        subprocess.run(["python3", "-c", LOOP, "20000"], env=environment, check=True, timeout=60, capture_output=True)
        text = bytearray()

        def read():
            while part := os.read(reading, 65536):
                text.extend(part)

        reader = threading.Thread(target=read)
        reader.start()
        wait_until(lambda: b"log lines were dropped" in text)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        reader.join(10)
        lines = [json.loads(line) for line in text.decode().splitlines()]
        notices = [line for line in lines if "dropped" in line["message"]]
        requests = [line for line in lines if line["message"] == "request"]
        assert [line["level"] for line in notices] == ["warning"] * len(notices)
        assert len(requests) + sum(int(line["message"].split()[0]) for line in notices) == 20_000
    finally:
        os.close(reading)
        process.kill()


def test_a_log_file_is_added_to_and_opened_again_on_sigusr1(tmp_path):
    log, ready = tmp_path / "log", tmp_path / "ready.json"
    log.write_text("kept\n")
    process = subprocess.Popen(
        [binary(), "--port", "0", "--ready-file", ready, "--log-file", log],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        environment = found_by(ready)
        one = ["python3", "-c", LOOP, "1"]
        subprocess.run(one, env=environment, check=True, timeout=30, capture_output=True)
        wait_until(lambda: log.read_text().count("  204  ") == 1)
        log.rename(tmp_path / "log.1")
        process.send_signal(signal.SIGUSR1)
        wait_until(log.exists)
        subprocess.run(one, env=environment, check=True, timeout=30, capture_output=True)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert (tmp_path / "log.1").read_text().startswith("kept\n")
        assert (tmp_path / "log.1").read_text().count("  204  ") == 1
        assert log.read_text().count("  204  ") == 1
        assert process.stderr.read() == b""
    finally:
        process.kill()


def test_without_a_log_file_serve_ignores_sigusr1_and_exec_passes_it_on(tmp_path):
    ready = tmp_path / "ready.json"
    process = subprocess.Popen([binary(), "--port", "0", "--ready-file", ready], stdout=subprocess.DEVNULL)
    try:
        wait_until(ready.exists)
        process.send_signal(signal.SIGUSR1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    finally:
        process.kill()
    ended = run(
        "exec",
        "--log-file",
        tmp_path / "log",
        "--",
        "sh",
        "-c",
        "trap 'exit 7' USR1; kill -USR1 $PPID; while :; do sleep 0.05; done",
    )
    assert ended.returncode == 7 and (tmp_path / "log").exists()


@pytest.mark.parametrize("path", ["", "none/log"])
def test_a_log_file_that_cannot_be_written_is_73(tmp_path, path):
    ended = run("--port", "0", "--log-file", tmp_path / path)
    assert ended.returncode == 73 and f"--log-file {tmp_path / path}".rstrip("/") in ended.stderr, ended.stderr
    assert "open:" not in ended.stderr


def test_a_full_disk_costs_lines_and_no_request():
    ended = run("exec", "--log-file", "/dev/full", "--", "python3", "-c", LOOP, "50")
    assert ended.returncode == 0, ended.stderr


def test_a_request_that_hangs_is_logged_when_it_begins_to(tmp_path):
    (tmp_path / "hang.yaml").write_text("rules: [{ name: held, fault: hang }]")
    log, ready = tmp_path / "log", tmp_path / "ready.json"
    process = subprocess.Popen(
        [binary(), "--port", "0", "--ready-file", ready, "--scenario", tmp_path / "hang.yaml", "--log-file", log],
        stdout=subprocess.DEVNULL,
    )
    try:
        environment = found_by(ready)
        client = subprocess.Popen(
            ["python3", "-c", LOOP, "1"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_until(lambda: '  #1  hangs  +14255550123  rule "held"\n' in log.read_text())
        client.kill()
        client.wait()
        wait_until(lambda: "(the client left)" in log.read_text())
    finally:
        process.kill()


def test_debug_and_trace_say_more(tmp_path):
    (tmp_path / "slow.yaml").write_text("rules: [{ name: late, delay: 1ms }]")
    lines = {}
    for level in ["info", "debug", "trace"]:
        log = tmp_path / level
        options = ["--log-level", level, "--log-file", log, "--scenario", tmp_path / "slow.yaml"]
        assert run("exec", *options, "--", "python3", "-c", LOOP, "1").returncode == 0
        lines[level] = log.read_text()
    assert "connection opened" not in lines["info"] and "late" in lines["info"]
    assert "connection opened" in lines["debug"] and "connection closed" in lines["debug"]
    assert "wait 1ms" not in lines["debug"] and "wait 1ms" in lines["trace"]


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_could_change_a_terminal_is_escaped(tmp_path, form):
    target = "48:x\x9b31m\u202e\x1b[2J"
    ended = run("exec", "--log-format", form, "--log-file", tmp_path / "log", "--", "python3", "-c", LOOP, "1", target)
    log = (tmp_path / "log").read_text()
    assert ended.returncode == 0 and "1 request: 1 executed" in ended.stderr, ended.stderr
    assert "requests:" not in log
    assert not set(log) & {"\x9b", "\u202e", "\x1b"} and "\\u009b31m\\u202e\\u001b[2J" in log, log


def test_a_terminal_has_colours_unless_the_user_does_not_want_them(tmp_path):
    def seen(**environment):
        leader, follower = os.openpty()
        process = subprocess.Popen(
            [binary(), "exec", "--", "python3", "-c", LOOP, "1"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=follower,
            env={name: value for name, value in os.environ.items() if name != "NO_COLOR"} | environment,
        )
        os.close(follower)
        assert process.wait(30) == 0
        text = os.read(leader, 65536).decode()
        os.close(leader)
        assert "204" in text
        return text

    assert "\x1b[32m204\x1b[0m" in seen(TERM="xterm")
    assert "\x1b" not in seen(TERM="xterm", NO_COLOR="1") and "\x1b" not in seen(TERM="dumb")


@pytest.mark.parametrize(("zone", "ahead"), [("UTC0", 0), ("NPT-5:45", 20_700), ("MART+9:30", -34_200), ("LINT-14", 50_400)])
def test_the_time_of_a_line_is_the_local_one(tmp_path, zone, ahead):
    began = int(time.time())
    ended = run(
        "exec", "--log-file", tmp_path / "log", "--", "python3", "-c", LOOP, "3", env=os.environ | {"TZ": zone}
    )
    assert ended.returncode == 0, ended.stderr
    lines = [line for line in (tmp_path / "log").read_text().splitlines() if "  204  " in line]
    times = {time.strftime("%H:%M:%S", time.gmtime(at + ahead)) for at in range(began, int(time.time()) + 1)}
    assert len(lines) == 3 and {line[:8] for line in lines} <= times, (lines, times)
