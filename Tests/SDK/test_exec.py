"""`redirect-emulator exec -- COMMAND`: the command finds all it needs in its environment, and nothing stays behind."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest
from support import ROOT, binary, run

VARIABLES = [
    "REDIRECT_EMULATOR_ENDPOINT",
    "REDIRECT_EMULATOR_HTTPS_ENDPOINT",
    "REDIRECT_EMULATOR_CONTROL",
    "REDIRECT_EMULATOR_PAGE",
    "REDIRECT_EMULATOR_ACCESS_KEY",
    "REDIRECT_EMULATOR_TOKEN",
    "REDIRECT_EMULATOR_CA_FILE",
    "COMMUNICATION_SERVICES_CONNECTION_STRING",
    "AZURE_COMMUNICATION_CONNECTION_STRING",
    "COMMUNICATION_CONNECTION_STRING",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_FILE",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
]

SYNC = """
import os
from azure.communication.callautomation import CallAutomationClient, PhoneNumberIdentifier
client = CallAutomationClient.from_connection_string(os.environ["COMMUNICATION_SERVICES_CONNECTION_STRING"])
client.redirect_call("H4sIAAAA", PhoneNumberIdentifier("+14255550123"))
print("redirected")
"""

ASYNC = """
import asyncio, os
from azure.communication.callautomation import PhoneNumberIdentifier
from azure.communication.callautomation.aio import CallAutomationClient
async def main():
    async with CallAutomationClient.from_connection_string(os.environ["COMMUNICATION_CONNECTION_STRING"]) as client:
        await client.redirect_call("H4sIAAAA", PhoneNumberIdentifier("+14255550123"))
    print("redirected")
asyncio.run(main())
"""

TOKEN = """
import os, time
from azure.communication.callautomation import CallAutomationClient, PhoneNumberIdentifier
from azure.core.credentials import AccessToken
class Credential:
    def get_token(self, *scopes, **options):
        return AccessToken(os.environ["REDIRECT_EMULATOR_TOKEN"], int(time.time()) + 3600)
client = CallAutomationClient(os.environ["REDIRECT_EMULATOR_HTTPS_ENDPOINT"], Credential())
client.redirect_call("H4sIAAAA", PhoneNumberIdentifier("+14255550123"))
print("redirected")
"""

CURL = """
curl --silent --show-error --fail --max-time 20 --header "Authorization: $REDIRECT_EMULATOR_TOKEN" \
  --json '{"incomingCallContext":"H4sIAAAA","target":{"phoneNumber":{"value":"+14255550123"}}}' \
  "$REDIRECT_EMULATOR_HTTPS_ENDPOINT/calling/callConnections:redirect?api-version=2026-03-12" && echo redirected
""".replace("--json", "--header 'Content-Type: application/json' --data")


@pytest.mark.parametrize(
    "command",
    [[sys.executable, "-c", SYNC], [sys.executable, "-c", ASYNC], [sys.executable, "-c", TOKEN], ["sh", "-c", CURL]],
    ids=["sync client", "async client", "token credential", "curl"],
)
def test_a_client_works_with_no_other_set_up(command):
    ended = run("exec", "--", *command)
    assert (ended.returncode, ended.stdout.split()[-1:]) == (0, ["redirected"]), ended.stderr


def test_pytest_can_be_the_command(tmp_path):
    (tmp_path / "test_it.py").write_text(
        "def test_it():\n" + "\n".join("    " + line for line in SYNC.strip().splitlines())
    )
    ended = run("exec", "--", sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", tmp_path, cwd=tmp_path)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "1 passed" in ended.stdout


def environment_of(*options):
    ended = run("exec", *options, "--", sys.executable, "-c", "import json, os; print(json.dumps(dict(os.environ)))")
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])


def test_every_promised_variable_is_set_and_no_file_of_theirs_outlives_the_command():
    environment = environment_of()
    assert [name for name in VARIABLES if not environment.get(name)] == []
    strings = {environment[name] for name in VARIABLES if name.endswith("CONNECTION_STRING")}
    assert len(strings) == 1
    for name in (
        "REDIRECT_EMULATOR_CA_FILE",
        "REQUESTS_CA_BUNDLE",
        "SSL_CERT_FILE",
        "CURL_CA_BUNDLE",
        "NODE_EXTRA_CA_CERTS",
    ):
        assert not pathlib.Path(environment[name]).exists(), name


def test_the_bundle_holds_the_systems_authorities_and_ours():
    script = "grep -c 'BEGIN CERT' \"$REQUESTS_CA_BUNDLE\"; grep -c 'BEGIN CERT' \"$REDIRECT_EMULATOR_CA_FILE\""
    bundle, own = (int(line) for line in run("exec", "--", "sh", "-c", script).stdout.split()[-2:])
    system = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")
    assert own == 1
    assert bundle == own + (system.read_text().count("BEGIN CERTIFICATE") if system.exists() else 0)


@pytest.mark.parametrize("status", [0, 1, 7, 130, 255])
def test_the_commands_status_is_the_status(status):
    assert run("exec", "--", "sh", "-c", f"exit {status}").returncode == status


def test_a_command_that_does_not_exist_is_127():
    ended = run("exec", "--", "no-such-command-anywhere")
    assert ended.returncode == 127
    assert "no-such-command-anywhere" in ended.stderr


@pytest.mark.parametrize("signal_name", ["TERM", "KILL"])
def test_a_command_that_a_signal_ends_is_told_as_a_shell_would(signal_name):
    number = getattr(signal, f"SIG{signal_name}")
    assert run("exec", "--", "sh", "-c", f"kill -{signal_name} $$").returncode in (128 + number, -number)


def test_the_commands_input_and_output_are_its_own():
    ended = subprocess.run(
        [binary(), "exec", "--", "cat"], input="through\n", capture_output=True, text=True, timeout=20
    )
    assert (ended.returncode, ended.stdout) == (0, "through\n")


WAITS = """
import os, pathlib, signal, sys, time
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, lambda number, frame: sys.exit(30 + number))
pathlib.Path(sys.argv[1]).write_text(os.environ["REDIRECT_EMULATOR_CA_FILE"])
time.sleep(30)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_are_passed_on_to_the_command(tmp_path, number):
    started = tmp_path / "started"
    process = subprocess.Popen([binary(), "exec", "--", sys.executable, "-c", WAITS, started], stdin=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 20
        while not (started.exists() and started.read_text()):
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.005)
        process.send_signal(number)
        assert process.wait(20) == 30 + number
    finally:
        process.kill()
        process.wait()
    assert not pathlib.Path(started.read_text()).exists()


def test_two_run_side_by_side_without_a_port_in_common():
    assert environment_of()["REDIRECT_EMULATOR_ENDPOINT"]
    script = [sys.executable, "-c", SYNC]
    both = [subprocess.Popen([binary(), "exec", "--", *script], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [(process.communicate(timeout=30)[0].split()[-1], process.returncode) for process in both] == [
        ("redirected", 0)
    ] * 2


@pytest.mark.parametrize("succeeds", [True, False])
def test_a_rule_that_never_fired_is_an_error_only_if_the_command_succeeded(tmp_path, succeeds):
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text("rules:\n  - { name: never met, match: { user: nobody }, respond: { status: 500 } }\n")
    command = "true" if succeeds else "exit 7"
    ended = run("exec", "--scenario", scenario, "--require-rules", "--", "sh", "-c", command)
    assert ended.returncode == (1 if succeeds else 7)
    assert "never met" in ended.stderr


def test_wrong_usage_is_64_with_the_nearest_right_option():
    ended = run("serve", "--acess-key", "x")
    assert ended.returncode == 64
    assert "--access-key" in ended.stderr


@pytest.mark.parametrize("command", ["check", "plan"])
def test_a_file_that_is_an_argument_is_not_called_an_option(tmp_path, command):
    ended = run(command, tmp_path / "none.yaml")
    assert ended.returncode == 65
    said = ended.stdout + ended.stderr
    assert f"{tmp_path}/none.yaml: No such file" in said and "--scenario" not in said


def rules(status):
    return f"rules: [{{name: the rule, respond: {{status: {status}}}}}]"


def serves(emulator, *statuses):
    listed = emulator.control("GET", "/scenario", expect=200).json["rules"]
    return [rule["respond"]["status"] for rule in listed] == list(statuses)


def soon(holds, emulator):
    deadline = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < deadline, emulator.log.read_text()
        time.sleep(0.02)


def test_a_pipe_in_the_place_of_a_watched_file_stops_neither_the_watching_nor_the_end(tmp_path, start_emulator):
    watched, fresh = tmp_path / "watched.yaml", tmp_path / "fresh"
    watched.write_text(rules(500))
    emulator = start_emulator("--scenario", watched, "--watch")
    watched.unlink()
    os.mkfifo(watched)
    fresh.write_text(rules(503))
    soon(lambda: "pipe" in emulator.log.read_text(), emulator)
    assert serves(emulator, 500)
    fresh.rename(watched)
    soon(lambda: serves(emulator, 503), emulator)


def test_a_watched_file_that_is_made_anew_is_not_loaded_before_it_is_written(tmp_path, start_emulator):
    watched = tmp_path / "watched.yaml"
    watched.write_text(rules(500))
    emulator = start_emulator("--scenario", watched, "--watch")
    watched.unlink()
    with watched.open("w") as file:
        time.sleep(0.2)
        assert serves(emulator, 500)
        file.write(rules(503))
    soon(lambda: serves(emulator, 503), emulator)


def test_a_watched_link_follows_the_file_that_it_leads_to(tmp_path, start_emulator):
    (tmp_path / "elsewhere").mkdir()
    file, link = tmp_path / "elsewhere" / "file.yaml", tmp_path / "link.yaml"
    file.write_text(rules(500))
    link.symlink_to(file)
    emulator = start_emulator("--scenario", link, "--watch")
    file.write_text(rules(503))
    soon(lambda: serves(emulator, 503), emulator)


def test_a_port_that_is_taken_is_69(start_emulator):
    emulator = start_emulator()
    ended = run("serve", "--port", emulator.port)
    assert ended.returncode == 69
    assert str(emulator.port) in ended.stderr


def test_the_options_can_come_from_the_environment():
    environment = {**os.environ, "REDIRECT_EMULATOR_ACCESS_KEY": "bXkgb3duIGtleQ=="}
    ended = run("exec", "--", "sh", "-c", "echo $COMMUNICATION_CONNECTION_STRING", env=environment, cwd=ROOT)
    assert ended.stdout.strip().endswith("accesskey=bXkgb3duIGtleQ==")


def test_a_variable_that_is_nearly_an_options_is_told():
    ended = run("exec", "--", "true", env={**os.environ, "REDIRECT_EMULATOR_PROT": "0"})
    assert ended.returncode == 0
    assert "REDIRECT_EMULATOR_PROT is not a variable of redirect-emulator; did you mean REDIRECT_EMULATOR_PORT?" in ended.stderr


def test_arguments_and_variables_reach_the_command_byte_for_byte():
    script = "import os, sys; sys.stdout.buffer.write(b'|'.join([*map(os.fsencode, sys.argv[1:]), os.environb[b'MINE']]))"
    arguments = [b"a\xff", "caf\u00e9".encode(), "cafe\u0301".encode(), b"--port", b"", b"two words"]
    ended = subprocess.run(
        [binary().encode(), b"exec", b"--log-level=error", b"--", sys.executable.encode(), b"-c", script.encode()] + arguments,
        env=os.environb | {b"MINE": b"\xfe="},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=30,
    )
    assert (ended.returncode, ended.stdout.split(b"|")) == (0, [*arguments, b"\xfe="]), ended.stderr


def test_a_path_that_is_not_utf_8_is_written_as_it_is(tmp_path):
    path = os.fsencode(tmp_path) + b"/r\xff.json"
    ended = subprocess.run(
        [binary().encode(), b"exec", b"--ready-file", path, b"--", b"sh", b"-c", b'test -f "$0" && test -f "$0.ca.pem"', path],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=30,
    )
    assert ended.returncode == 0, ended.stderr
    assert os.listdir(os.fsencode(tmp_path)) == []


def test_what_a_service_in_kubernetes_sets_is_no_setting():
    ended = run(
        "exec",
        "--",
        "sh",
        "-c",
        'echo "$REDIRECT_EMULATOR_ENDPOINT"',
        env=os.environ
        | {
            "REDIRECT_EMULATOR_PORT": "tcp://10.0.0.1:4010",
            "REDIRECT_EMULATOR_SERVICE_HOST": "10.0.0.1",
            "REDIRECT_EMULATOR_SERVICE_PORT": "4010",
            "REDIRECT_EMULATOR_PORT_4010_TCP_ADDR": "10.0.0.1",
        },
    )
    assert ended.returncode == 0 and ended.stdout.startswith("http://127.0.0.1:"), ended.stderr
    assert "warning" not in ended.stderr


def test_the_control_api_has_a_port_that_no_rule_touches(tmp_path):
    file = tmp_path / "day.yaml"
    file.write_text("connections: [{ name: none, connections: 1.., fault: refuse }]")
    script = (
        'case "$REDIRECT_EMULATOR_CONTROL" in "$REDIRECT_EMULATOR_ENDPOINT"/*) exit 3 ;; esac\n'
        'for n in 1 2 3; do curl -sf "$REDIRECT_EMULATOR_CONTROL/health" >/dev/null || exit 4; done\n'
        'curl -sfk "https${REDIRECT_EMULATOR_CONTROL#http}/health" >/dev/null || exit 5\n'
        'curl -s "$REDIRECT_EMULATOR_ENDPOINT/_emulator/health" >/dev/null && exit 6\n'
        'curl -sf "$REDIRECT_EMULATOR_CONTROL/scenario" | grep -q \'"matched":1,"fired":1\'\n'
    )
    ended = run("exec", "--scenario", file, "--require-rules", "--", "sh", "-c", script)
    assert ended.returncode == 0, ended.stderr
    ended = run("exec", "--control", "off", "--", "sh", "-c", '[ -z "$REDIRECT_EMULATOR_CONTROL" ]')
    assert ended.returncode == 0, ended.stderr
