"""The command of `exec` as a process: as the first one of a container, beside an exec that is killed, and as a script."""

import os
import signal
import subprocess
import sys

import pytest
from namespaces import NAMESPACES, child, needs
from support import binary, wait_until

ORPHANS = """
import os, pathlib, sys, time
assert os.getppid() == 1
for _ in range(5):
    if os.fork() == 0:
        if os.fork() == 0:
            time.sleep(0.05)
        os._exit(0)
    os.wait()
def others():
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) not in (1, os.getpid())]
for _ in range(500):
    if not others():
        sys.exit(3)
    time.sleep(0.02)
for pid in others():
    print(pathlib.Path(f"/proc/{pid}/status").read_text())
sys.exit(1)
"""


def test_as_the_first_process_it_reaps_orphans():
    needs("--pid", "--fork", "--mount-proc")
    ended = subprocess.run(
        [*NAMESPACES, "--pid", "--fork", "--mount-proc", binary(), "exec", "--", sys.executable, "-c", ORPHANS],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 3, ended.stdout + ended.stderr


WAITS = """
import os, pathlib, signal, sys
def ended(number, frame):
    pathlib.Path(sys.argv[1]).write_text(str(number))
    sys.exit(0)
signal.signal(signal.SIGTERM, ended)
print("ready", os.getpid(), flush=True)
while True:
    signal.pause()
"""


@pytest.mark.parametrize("first", [False, True], ids=["a process", "the first process"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGQUIT, signal.SIGUSR2])
def test_a_signal_reaches_the_command_also_from_the_first_process(number, first, tmp_path):
    if first:
        needs("--pid", "--fork", "--mount-proc")
    script = WAITS.replace("signal.SIGTERM", f"signal.{number.name}").replace("sys.exit(0)", "sys.exit(5)")
    command = [binary(), "exec", "--", sys.executable, "-c", script, tmp_path / "got"]
    if first:
        command = [*NAMESPACES, "--pid", "--fork", "--mount-proc", "--kill-child", *command]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline().startswith("ready ")
        emulator = child(process.pid) if first else process.pid
        os.kill(emulator, number)
        assert process.wait(20) == 5
        assert (tmp_path / "got").read_text() == str(int(number))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_a_command_whose_exec_is_killed_gets_sigterm(tmp_path):
    got = tmp_path / "got"
    process = subprocess.Popen(
        [binary(), "exec", "--", sys.executable, "-c", WAITS, got],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    command = int(process.stdout.readline().removeprefix("ready "))
    process.kill()
    process.wait()
    process.stdout.close()
    try:
        wait_until(lambda: got.exists() and got.read_text() == str(int(signal.SIGTERM)))
    except AssertionError:
        os.kill(command, signal.SIGKILL)
        raise


SCRIPTS = {
    "no first line for the kernel": (b'echo "$0:$1:$#"; exit 7\n', 0o755, 7, "PATH:a b:2\n"),
    "an empty file": (b"", 0o755, 0, ""),
    "a first line for the kernel": (b"#!/bin/sh -e\nfalse\nexit 7\n", 0o755, 1, ""),
    "a program for no machine": (b"\x7fELF\0\1\2\3", 0o755, 126, ""),
    "no permission": (b"exit 7\n", 0o644, 126, ""),
    "an interpreter that is not there": (b"#!/no/such/program\n", 0o755, 127, ""),
}


@pytest.mark.parametrize("by", ["path", "name"])
@pytest.mark.parametrize("kind", SCRIPTS)
def test_a_script_runs_as_a_shell_runs_it(tmp_path, kind, by):
    content, mode, status, output = SCRIPTS[kind]
    script = tmp_path / "my-script"
    script.write_bytes(content)
    script.chmod(mode)
    (tmp_path / "empty").mkdir()
    name = str(script) if by == "path" else "my-script"
    path = f"{tmp_path}/missing:{tmp_path}/empty:{tmp_path}:{os.environ['PATH']}"
    ended = subprocess.run(
        [binary(), "exec", "--", name, "a b", ""],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        env={**os.environ, "PATH": path},
    )
    assert (ended.returncode, ended.stdout) == (status, output.replace("PATH", str(script))), ended.stderr


def test_a_folder_of_path_that_may_not_be_searched_hides_no_later_one(tmp_path):
    for folder, mode in (("denied", 0o644), ("allowed", 0o755)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "tool").write_text("exit 8\n")
        (tmp_path / folder / "tool").chmod(mode)
    environment = {**os.environ, "PATH": f"{tmp_path}/denied::{tmp_path}/allowed"}
    ended = subprocess.run([binary(), "exec", "--", "tool"], env=environment, timeout=30, capture_output=True)
    assert ended.returncode == 8, ended.stderr
