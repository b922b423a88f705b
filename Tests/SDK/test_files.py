"""The files that it writes: the ready file, the CA's beside it and the log, and what they may replace and remove."""

import ctypes
import json
import os
import pathlib
import signal
import socket
import stat
import subprocess
import sys

import pytest
import support
from support import binary, run, wait_until


def no_file(path):
    pass


def fifo(path):
    os.mkfifo(path)


def folder(path):
    path.mkdir()


def bound(path):
    with socket.socket(socket.AF_UNIX) as listener:
        # A socket's path may not be long.
        before = os.getcwd()
        os.chdir(path.parent)
        try:
            listener.bind(path.name)
        finally:
            os.chdir(before)


def device(path):
    path.symlink_to("/dev/null")


def link_to(make):
    def linked(path):
        end = path.with_name(path.name + "-end")
        make(end)
        path.symlink_to(end.name)

    return linked


REFUSED = {
    "a FIFO": (fifo, "it is a FIFO"),
    "a folder": (folder, "it is a folder"),
    "a socket": (bound, "it is a socket"),
    "a link to a character device": (device, "it is a link to a character device"),
    "a link to a FIFO": (link_to(fifo), "it is a link to a FIFO"),
    "a link to a folder": (link_to(folder), "it is a link to a folder"),
    "a link to a link to a device": (link_to(device), "it is a link to a character device"),
    "a link to itself": (lambda path: path.symlink_to(path.name), "Too many levels of symbolic links"),
}


def look(path):
    """What is at a path, without following it."""
    status = path.lstat()
    return (stat.S_IFMT(status.st_mode), status.st_ino, os.readlink(path) if path.is_symlink() else None)


@pytest.mark.parametrize("end", ["ready.json", "ready.json.ca.pem"])
@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_plain_file_is_refused_with_73_and_left_alone(tmp_path, kind, end):
    make, found = REFUSED[kind]
    ready, other = tmp_path / "ready.json", tmp_path / end
    make(other)
    before = {path.name: look(path) for path in tmp_path.iterdir()}
    for command in [("serve",), ("exec", "--", "touch", tmp_path / "ran")]:
        ended = run(command[0], "--port", "0", "--ready-file", ready, *command[1:])
        assert (ended.returncode, ended.stdout) == (73, ""), ended
        assert ended.stderr.startswith(f"error: --ready-file {ready}: ") and ended.stderr.count("\n") == 1
        assert f"{other.name}: {found}" in ended.stderr
        assert {path.name: look(path) for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("path", ["/dev/null", "/dev/full", "/dev/tty"])
def test_a_device_is_refused_and_still_there(path):
    ended = run("--port", "0", "--ready-file", path)
    assert ended.returncode == 73 and f"{path}: it is a character device" in ended.stderr, ended
    assert stat.S_ISCHR(os.stat(path).st_mode)


@pytest.mark.parametrize("kind", ["folder", "bound"])
def test_a_log_file_that_lines_cannot_be_added_to_is_refused(tmp_path, kind):
    log = tmp_path / "log"
    globals()[kind](log)
    ended = run("--port", "0", "--log-file", log)
    assert ended.returncode == 73 and "expected a plain file" in ended.stderr, ended


LINKS = {
    "a plain file": lambda end: end.write_text("old"),
    "nothing": no_file,
    "a link to nothing": link_to(no_file),
}


@pytest.mark.parametrize("kind", LINKS)
def test_a_link_is_followed_and_stays(tmp_path, kind):
    (tmp_path / "elsewhere").mkdir()
    end = tmp_path / "elsewhere" / "end.json"
    LINKS[kind](end)
    ready = tmp_path / "ready.json"
    ready.symlink_to("elsewhere/end.json")
    with subprocess.Popen([binary(), "--port", "0", "--ready-file", ready], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout.readline()
            assert ready.is_symlink() and json.loads(end.read_text())["pid"] == process.pid
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
        finally:
            process.kill()
    assert (tmp_path / "ready.json").is_symlink() and not end.exists()
    files = {path.name for path in (tmp_path / "elsewhere").iterdir() if not path.is_symlink()}
    assert files == set()


def test_no_file_of_somebody_else_is_written_by_a_link_in_a_folder_of_everybody(tmp_path):
    if os.geteuid() != 0 or pathlib.Path("/proc/sys/fs/protected_symlinks").read_text().strip() != "1":
        pytest.skip("needs root and protected_symlinks")
    shared, mine = tmp_path / "shared", tmp_path / "mine"
    shared.mkdir()
    shared.chmod(0o1777)
    mine.write_text("mine")
    (shared / "ready.json").symlink_to(mine)
    os.lchown(shared / "ready.json", 12345, 12345)
    ended = run("--port", "0", "--ready-file", shared / "ready.json")
    assert ended.returncode == 73 and mine.read_text() == "mine", ended


def starting(tmp_path, *options):
    """A process that waits for a FIFO while it starts."""
    os.mkfifo(tmp_path / "fifo")
    command = [binary(), "--port", "0", "--ready-file", tmp_path / "ready.json", "--scenario", tmp_path / "fifo", *options]
    return subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def test_stale_files_are_removed_first_thing(tmp_path):
    for name in ("ready.json", "ready.json.ca.pem"):
        (tmp_path / name).write_text("stale")
    process = starting(tmp_path)
    try:
        wait_until(lambda: sorted(path.name for path in tmp_path.iterdir()) == ["fifo"])
        (tmp_path / "fifo").write_text("rules: []")
        wait_until((tmp_path / "ready.json").exists)
        assert json.loads((tmp_path / "ready.json").read_text())["pid"] == process.pid
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()


def test_what_a_killed_one_left_is_no_obstacle_and_is_gone_after_the_next(tmp_path):
    first = support.start(tmp_path)
    first.process.kill()
    first.process.wait()
    assert (tmp_path / "ready.json").exists()
    second = starting(tmp_path)
    try:
        wait_until(lambda: not (tmp_path / "ready.json").exists())
        (tmp_path / "fifo").write_text("rules: []")
        wait_until((tmp_path / "ready.json").exists)
        second.send_signal(signal.SIGTERM)
        assert second.wait(10) == 0
    finally:
        second.kill()
        second.wait()
    assert not list(tmp_path.glob("ready*"))


FAILING = {
    "a port that is taken": lambda folder, port: ["--port", port],
    "a scenario file that is bad": lambda folder, port: ["--scenario", folder / "bad.yaml"],
    "a scenario file that does not exist": lambda folder, port: ["--scenario", folder / "none.yaml"],
    "a log file that cannot be written": lambda folder, port: ["--log-file", folder / "none" / "log"],
    "a certificate that cannot be read": lambda folder, port: ["--tls-cert", folder / "bad.yaml", "--tls-key", folder / "bad.yaml"],
    "the CA's file that may not be written": lambda folder, port: ["--ready-file", folder / "other.json"],
}


@pytest.mark.parametrize("kind", FAILING)
def test_a_start_that_fails_leaves_no_file(tmp_path, shared, kind):
    (tmp_path / "tmp").mkdir()
    (tmp_path / "bad.yaml").write_text("rulse: []")
    (tmp_path / "ready.json").write_text("stale")
    (tmp_path / "other.json").write_text("stale")
    (tmp_path / "other.json.ca.pem").mkdir()
    options = ["--port", "0", "--ready-file", tmp_path / "ready.json", *FAILING[kind](tmp_path, shared.port)]
    ended = run("serve", *options, env={**os.environ, "TMPDIR": str(tmp_path / "tmp")})
    assert ended.returncode in (65, 69, 73), ended
    left = sorted(path.name for path in tmp_path.rglob("*"))
    refused = ["ready.json"] if kind == "the CA's file that may not be written" else []
    assert left == sorted(["bad.yaml", "other.json", "other.json.ca.pem", "tmp", *refused])


@pytest.mark.parametrize("option", ["--scenario", "--token-keys", "--log-file"])
def test_a_file_that_is_read_or_added_to_is_never_taken_for_a_ready_file(tmp_path, option):
    file = tmp_path / "kept"
    file.write_text("rules: []\n")
    (tmp_path / "link").symlink_to("kept")
    for ready in (file, tmp_path / "link"):
        ended = run("--port", "0", "--ready-file", ready, option, file)
        assert ended.returncode == 64 and f"the file of {option}" in ended.stderr, ended
    assert file.read_text() == "rules: []\n"


def test_a_file_of_another_process_stays_at_the_end(tmp_path):
    first = support.start(tmp_path)
    second = subprocess.Popen(
        [binary(), "--port", "0", "--ready-file", tmp_path / "ready.json"], stdout=subprocess.DEVNULL
    )

    def of_second():
        try:
            return json.loads((tmp_path / "ready.json").read_text())["pid"] == second.pid
        except OSError:
            return False

    try:
        wait_until(of_second)
        ready = json.loads((tmp_path / "ready.json").read_text())
        ca = (tmp_path / "ready.json.ca.pem").read_text()
        assert first.stop() == 0
        assert json.loads((tmp_path / "ready.json").read_text()) == ready
        assert (tmp_path / "ready.json.ca.pem").read_text() == ca
        second.send_signal(signal.SIGTERM)
        assert second.wait(10) == 0
        assert not list(tmp_path.glob("ready*"))
    finally:
        second.kill()
        second.wait()


def test_what_was_put_in_the_place_of_a_file_stays_at_the_end(tmp_path):
    for kind in ["another text", "a FIFO", "the same inode"]:
        emulator = support.start(tmp_path)
        ready = tmp_path / "ready.json"
        if kind != "the same inode":
            ready.unlink()
        if kind == "a FIFO":
            os.mkfifo(ready)
        else:
            ready.write_text('{"pid": 1}')
        before = look(ready)
        assert emulator.stop() == 0
        assert look(ready) == before
        ready.unlink()


def test_temporary_files_have_names_that_nobody_can_guess(tmp_path):
    libc = ctypes.CDLL(None, use_errno=True)
    inotify = libc.inotify_init1(os.O_NONBLOCK)
    created = 0x100
    assert libc.inotify_add_watch(inotify, bytes(tmp_path), created) >= 0
    pids = []
    for _ in range(2):
        script = 'cp "$0" "$0.kept"; echo $PPID'
        ended = run("exec", "--ready-file", tmp_path / "ready.json", "--", "sh", "-c", script, tmp_path / "ready.json")
        assert ended.returncode == 0, ended.stderr
        pids.append(str(json.loads((tmp_path / "ready.json.kept").read_text())["pid"]))
    events, names = os.read(inotify, 65536), []
    os.close(inotify)
    while events:
        length = int.from_bytes(events[12:16], sys.byteorder)
        names.append(events[16 : 16 + length].rstrip(b"\0").decode())
        events = events[16 + length :]
    made = [name for name in names if name != "ready.json.kept"]
    # The ready file, and those that make clients trust the emulator.
    assert len(made) == len(set(made)) == 8, names
    assert not any("ready" in name or pid in name for name in made for pid in pids), names


def test_a_long_name_is_no_obstacle(tmp_path):
    ready = tmp_path / ("r" * (255 - len(".truststore.jks")))
    ended = run("exec", "--ready-file", ready, "--", "test", "-f", ready)
    assert ended.returncode == 0, ended.stderr
