"""What the emulator finds set when it starts, and what its command finds: signals, descriptors, bytes."""

import json
import os
import pathlib
import signal
import subprocess
import sys

import pytest
import support
from support import binary, wait_until
from terminal import Terminal

BACKGROUND = {signal.SIGHUP, signal.SIGINT, signal.SIGQUIT}


def found(ignored, blocked=()):
    """A preexec_fn: what a parent has set."""

    def prepare():
        for number in ignored:
            signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)

    return prepare


def signals(status, name):
    """A set of signals of /proc/PID/status."""
    line = next(line for line in status.splitlines() if line.startswith(name + ":"))
    bits = int(line.split()[1], 16)
    return {number for number in range(1, 65) if bits >> (number - 1) & 1}


@pytest.mark.parametrize("ignored", [{signal.SIGHUP}, {signal.SIGINT, signal.SIGQUIT}, BACKGROUND], ids=str)
def test_what_the_parent_ignores_stays_ignored_for_serve(tmp_path, ignored):
    ready = tmp_path / "ready.json"
    process = subprocess.Popen(
        [binary(), "--port", "0", "--ready-file", str(ready)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=found(ignored),
    )
    try:
        wait_until(ready.exists)
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        # One that is blocked is kept for whoever waits for it, although it is ignored.
        assert signals(status, "SigIgn") & BACKGROUND == ignored
        assert signals(status, "SigBlk") & BACKGROUND == BACKGROUND - ignored
        for number in ignored:
            process.send_signal(number)
        emulator = support.Emulator(process, json.loads(ready.read_text()), None)
        assert emulator.redirect().status == 204
        assert emulator.stop() == 0
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize(
    "ignored, blocked",
    [
        (set(), set()),
        ({signal.SIGHUP}, set()),
        ({signal.SIGINT, signal.SIGQUIT}, {signal.SIGTERM, signal.SIGUSR2}),
        ({signal.SIGCHLD}, set()),
        ({signal.SIGPIPE, signal.SIGTERM, signal.SIGUSR1, signal.SIGTSTP}, {signal.SIGCHLD, signal.SIGPIPE}),
        ({signal.SIGRTMIN, signal.SIGRTMAX}, {signal.SIGRTMIN + 1}),
    ],
    ids=str,
)
def test_the_command_starts_with_the_dispositions_and_the_mask_that_exec_found(ignored, blocked):
    reads = ["grep", "-E", "^Sig(Ign|Blk)", "/proc/self/status"]
    options = {
        "stdin": subprocess.DEVNULL,
        "capture_output": True,
        "text": True,
        "timeout": 30,
        "preexec_fn": found(ignored, blocked),
    }
    alone = subprocess.run(reads, **options)
    beside = subprocess.run([binary(), "exec", "--log-level", "error", "--", *reads], **options)
    assert (beside.returncode, beside.stdout) == (alone.returncode, alone.stdout), beside.stderr
    assert signals(beside.stdout, "SigIgn") >= ignored and signals(beside.stdout, "SigBlk") == blocked


def test_children_that_exec_did_not_start_do_not_confuse_it():
    script = f'sleep 0.1 & sleep 0.2 & exec "{binary()}" exec -- sh -c "sleep 0.4; exit 6"'
    assert subprocess.run(["sh", "-c", script], stdin=subprocess.DEVNULL, timeout=30).returncode == 6


KINDS = """
import os, stat, sys
kinds = []
for descriptor in range(3):
    try:
        kinds.append("open" if os.fstat(descriptor) else "")
    except OSError:
        kinds.append("closed")
open(sys.argv[1], "w").write(" ".join(kinds))
"""


@pytest.mark.parametrize("closed", [[0], [1], [2], [0, 1, 2]], ids=str)
def test_standard_descriptors_that_are_closed_are_given_to_nothing_else(tmp_path, closed):
    def close():
        for descriptor in closed:
            os.close(descriptor)

    ended = subprocess.run(
        [binary(), "exec", "--", sys.executable, "-c", KINDS, tmp_path / "kinds"], preexec_fn=close, timeout=30
    )
    assert ended.returncode == 0
    assert (tmp_path / "kinds").read_text().split() == [
        "closed" if descriptor in closed else "open" for descriptor in range(3)
    ]
    if 1 in closed:
        # serve ends where it cannot print what it is there for.
        return
    ready = tmp_path / "ready.json"
    process = subprocess.Popen([binary(), "--port", "0", "--ready-file", str(ready)], preexec_fn=close)
    try:
        wait_until(ready.exists)
        for descriptor in closed:
            assert os.readlink(f"/proc/{process.pid}/fd/{descriptor}") == "/"
        process.send_signal(signal.SIGTERM)
        process.wait(10)
    finally:
        process.kill()
        process.wait()


COUNTS = """
import os, signal, sys
if sys.argv[1] == "own group":
    os.setpgid(0, 0)
count = 0
def interrupted(number, frame):
    global count
    count += 1
    os.write(1, f"interrupted {count}\\n".encode())
def told(number, frame):
    sys.exit(40 + count)
signal.signal(signal.SIGINT, interrupted)
signal.signal(signal.SIGUSR1, told)
os.write(1, b"ready\\n")
while True:
    signal.pause()
"""


@pytest.mark.parametrize("group", ["same group", "own group"])
@pytest.mark.parametrize("sender", ["terminal", "program"])
def test_an_interrupt_reaches_the_command_exactly_once(group, sender):
    command = [binary(), "exec", "--log-level", "error", "--", sys.executable, "-c", COUNTS, group]
    with Terminal(*command) as terminal:
        terminal.read_until("ready")
        if sender == "terminal":
            # What exec does about it comes after the command has had its own: two at once would be one.
            if group == "same group":
                terminal.process.send_signal(signal.SIGSTOP)
            terminal.type("\x03")
        else:
            terminal.process.send_signal(signal.SIGINT)
        terminal.read_until("interrupted 1")
        terminal.process.send_signal(signal.SIGCONT)
        # Signals are passed on in order of their numbers, so that this one comes behind a second SIGINT.
        terminal.process.send_signal(signal.SIGUSR1)
        assert terminal.process.wait(10) == 41


def test_ctrl_c_ends_a_command_that_does_not_catch_it_and_exec_after_it():
    with Terminal(binary(), "exec", "--", "sh", "-c", "echo ready; exec sleep 30") as terminal:
        terminal.read_until("ready")
        terminal.type("\x03")
        assert terminal.process.wait(10) == 128 + signal.SIGINT


@pytest.fixture
def shell():
    """An interactive shell with job control, at a prompt `$>`."""
    with Terminal("bash", "--norc", "--noprofile", "-i", env={**os.environ, "PS1": "$>", "PS2": ""}) as terminal:
        terminal.read_until("$>")
        yield terminal


def test_ctrl_z_and_fg_stop_and_continue_both(shell):
    shell.type(f"{binary()} exec --log-level error -- sh -c 'echo ready; cat; exit 9'\n")
    shell.read_until("ready")
    shell.type("once\n")
    shell.read_until("once")
    shell.type("\x1a")
    shell.read_until("Stopped")
    shell.read_until("$>")
    # What is typed before the shell has the terminal again would be the command's.
    wait_until(lambda: foreground_name(shell) == "bash")
    shell.type("fg\n")
    shell.read_until("cat; exit 9'")
    shell.type("more\n")
    shell.read_until("more")
    shell.type("\x04")
    shell.read_until("$>")
    shell.type("echo status=$?\n")
    shell.read_until("status=9")


def test_a_command_that_stops_itself_gives_the_shell_its_terminal_back(shell):
    shell.type(f"{binary()} exec --log-level error -- sh -c 'echo ready; kill -STOP $$; echo went on; exit 9'\n")
    shell.read_until("ready")
    shell.read_until("Stopped")
    shell.read_until("$>")
    shell.type("fg\n")
    shell.read_until("went on\r\n")
    shell.read_until("$>")
    shell.type("echo status=$?\n")
    shell.read_until("status=9")


def test_a_shell_as_the_command_takes_the_terminal_and_gives_it_back(shell):
    shell.type(f"PS1=inner: {binary()} exec --log-level error -- bash --norc --noprofile -i\n")
    shell.read_until("inner:")
    shell.type("sleep 30\n")
    wait_until(lambda: foreground_name(shell) == "sleep")
    shell.type("\x03")
    shell.read_until("inner:")
    shell.type("exit 4\n")
    shell.read_until("$>")
    shell.type("echo status=$?\n")
    shell.read_until("status=4")


def foreground_name(terminal):
    try:
        return pathlib.Path(f"/proc/{os.tcgetpgrp(terminal.end)}/comm").read_text().strip()
    except (OSError, FileNotFoundError):
        return None
