"""The command line as a shell's user meets it: what it prints where nobody can read, and what it leaves to others."""

import json
import os
import re
import signal
import subprocess
import time

import pytest
from support import binary, run

PRINTING = [
    ["token"],
    ["check", "good.yaml"],
    ["check", "bad.yaml"],
    ["check", "none.yaml"],
    ["plan", "good.yaml"],
    ["completion", "bash"],
    ["completion", "zsh"],
    ["completion", "fish"],
    ["manual"],
    ["help"],
    ["help", "exec"],
    ["version"],
    ["--version"],
    ["serve", "--help"],
]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "good.yaml").write_text("rules: [{name: a, respond: {status: 500}}]\n")
    (tmp_path / "bad.yaml").write_text("rules: 1\n")
    return tmp_path


def shell(script, *arguments, **options):
    """Runs a shell's command line in which $0 is the emulator."""
    return subprocess.run(
        ["sh", "-c", script, binary(), *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        **options,
    )


@pytest.mark.parametrize("redirection", [">/dev/full", ">&-"])
@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
def test_output_that_cannot_be_written_is_an_error(folder, arguments, redirection):
    ended = shell(f'"$0" "$@" {redirection}', *arguments, cwd=folder)
    assert ended.returncode == 74
    reason = "No space left on device" if "full" in redirection else "Bad file descriptor"
    assert ended.stderr == f"error: cannot write to standard output: {reason}\n"


@pytest.mark.parametrize("restored", [True, False], ids=["SIGPIPE as usual", "SIGPIPE ignored"])
@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
def test_a_reader_that_went_away_ends_it_without_a_word(folder, arguments, restored):
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as output:
        ended = subprocess.run(
            [binary(), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.PIPE,
            cwd=folder,
            timeout=30,
            # Python ignores SIGPIPE, and a program inherits that where it is not restored.
            restore_signals=restored,
        )
    assert (ended.returncode, ended.stderr) == (-signal.SIGPIPE, b"")


@pytest.mark.parametrize("redirection", [">/dev/full", ">&-"])
def test_serve_ends_where_its_first_lines_cannot_be_written(tmp_path, redirection):
    ended = shell(f'"$0" serve --port 0 --ready-file ready.json {redirection}', cwd=tmp_path)
    assert ended.returncode == 74
    assert ended.stderr.startswith("error: cannot write to standard output: ")
    assert list(tmp_path.iterdir()) == []


def test_serve_goes_on_where_the_reader_of_its_lines_went_away(tmp_path):
    ready = tmp_path / "ready.json"
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as output, (tmp_path / "errors").open("wb") as errors:
        process = subprocess.Popen(
            [binary(), "serve", "--port", "0", "--ready-file", ready], stdout=output, stderr=errors
        )
    try:
        deadline = time.monotonic() + 20
        while not ready.exists():
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.005)
        endpoint = json.loads(ready.read_text())["endpoint"]
        asked = subprocess.run(["curl", "-sf", "--noproxy", "*", f"{endpoint}/_emulator/health"], timeout=20)
        assert asked.returncode == 0
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
    assert (tmp_path / "errors").read_text() == ""


def test_no_file_gets_the_number_of_a_closed_stream(tmp_path):
    script = '"$0" exec --log-file log --ready-file r.json -- sh -c "ls -l /proc/self/fd >fds; cat r.json >copy" <&- >&- 2>&-'
    assert shell(script, cwd=tmp_path).returncode == 0
    assert json.loads((tmp_path / "copy").read_text())["port"] > 0
    # The command finds the streams closed, but for those that the shell opened again.
    assert "redirect-emulator" not in (tmp_path / "fds").read_text()
    assert "requests:" not in (tmp_path / "log").read_text()


@pytest.mark.parametrize("outer", ["http://127.0.0.1:1/_emulator", "off"])
def test_an_outer_emulators_control_api_is_not_handed_on(outer):
    options = ["--control", "off"] if outer != "off" else []
    environment = {**os.environ, "REDIRECT_EMULATOR_CONTROL": outer}
    ended = run("exec", *options, "--", "env", env=environment)
    assert ended.returncode == 0
    assert "REDIRECT_EMULATOR_ENDPOINT=" in ended.stdout
    assert "REDIRECT_EMULATOR_CONTROL=" not in ended.stdout


def test_a_relative_ready_file_leads_to_a_ca_that_can_be_found_from_elsewhere(tmp_path):
    script = "cat ready.json; cd /; test -f \"$REDIRECT_EMULATOR_CA_FILE\" && test -f \"$SSL_CERT_FILE\""
    for options in (["--ready-file", "ready.json"], ["--ready-file", "./ready.json", "--tls-dir", "kept"]):
        ended = run("exec", *options, "--", "sh", "-c", script, cwd=tmp_path, env={**os.environ, "TMPDIR": "."})
        assert ended.returncode == 0, ended.stderr
        path = json.loads(ended.stdout)["caFile"]
        assert path == str(tmp_path / ("kept/ca.pem" if "--tls-dir" in options else "ready.json.ca.pem"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept"]


@pytest.mark.parametrize(
    "variable, value",
    [
        ("REDIRECT_EMULATOR_READY_FILE", "none/ready.json"),
        ("REDIRECT_EMULATOR_READY_FILE", "taken"),
        ("REDIRECT_EMULATOR_LOG_FILE", "none/log"),
        ("REDIRECT_EMULATOR_TLS_DIR", "none/tls"),
    ],
)
def test_a_file_that_cannot_be_written_is_told_by_what_named_it(tmp_path, variable, value):
    (tmp_path / "taken").mkdir()
    ended = run("exec", "--", "true", cwd=tmp_path, env={**os.environ, variable: value})
    assert ended.returncode == 73
    assert ended.stderr.startswith(f"error: {variable}={value}: ") and ended.stderr.count("\n") == 1
    assert ".tmp" not in ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_a_path_with_any_bytes_stays_on_its_line(tmp_path):
    for arguments in (["check"], ["plan"], ["serve", "--scenario"], ["serve", "--log-file"]):
        path = os.fsencode(tmp_path) + b"/a\n\x1b[31m\xff/" + b"x" * 250
        ended = subprocess.run(
            [binary().encode(), *(word.encode() for word in arguments), path],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=30,
        )
        assert ended.returncode in (65, 73)
        told = (ended.stdout + ended.stderr).decode()
        assert told.count("\n") == 1 and r"/a\n\u{1b}[31m\xff/xxx" in told and "x…: " in told


def test_what_serve_prints_is_in_lines_whatever_its_paths_are(tmp_path):
    ready = tmp_path / "a\nb.json"
    scenario = tmp_path / "c\nd.yaml"
    scenario.write_text("rules: [{ name: busy, respond: { status: 503 } }]")
    command = [binary(), "serve", "--port", "0", "--ready-file", ready, "--scenario", scenario]
    with (tmp_path / "output").open("wb") as output:
        process = subprocess.Popen(command, stdout=output)
    try:
        deadline = time.monotonic() + 20
        while not ready.exists():
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.005)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
    lines = (tmp_path / "output").read_text().splitlines()
    assert rf"ca {tmp_path}/a\nb.json.ca.pem" in lines
    assert rf"scenario {tmp_path}/c\nd.yaml: 1 rules" in lines
    assert len(lines) == 9


def test_a_wrong_secret_is_told_by_its_reason():
    ended = subprocess.run(
        [binary().encode(), b"serve", b"--control-key", b"abc\xff"], capture_output=True, timeout=30
    )
    assert ended.returncode == 64
    assert ended.stderr.splitlines()[0] == b"error: --control-key: it is not UTF-8; expected a key"


COMMANDS = ["serve", "exec", "drill", "ring", "token", "check", "plan", "health", "env"]


@pytest.mark.parametrize("command", COMMANDS)
def test_each_option_that_a_commands_help_lists_is_taken(command):
    listed = re.findall(r"^  (--[a-z-]+)( [A-Z])?", run("help", command).stdout, re.MULTILINE)
    assert listed
    given = [f"{name}=3" if value else name for name, value in listed if name not in ("--help", "--version")]
    # The last one ends it before it does anything; all that is wrong is reported at once, ten lines at most.
    for option in given:
        ended = run(command, option, "--no-such-option")
        assert ended.returncode == 64 and "--no-such-option: there is no such option" in ended.stderr, ended.stderr
        assert not re.search(f"{option.partition('=')[0]}\\b.*(no such option|instead)", ended.stderr), ended.stderr


@pytest.mark.parametrize("option", ["--watch", "--require-rules", "--ready-fd=3"])
def test_what_drill_cannot_have_is_in_no_help_and_is_refused_with_what_to_do(option):
    assert option.partition("=")[0] not in run("help", "drill").stdout.split("Examples")[0].split()
    ended = run("drill", option, "--", "true")
    assert ended.returncode == 64 and re.search("no such option with drill|instead", ended.stderr), ended.stderr
