"""Starting needs nothing: no folder that can be written, no home, no name for the user, no terminal, no other file."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import urllib.request

import pytest
from namespaces import NAMESPACES, child, needs
from support import Emulator, binary

OWN = ["--mount", "--pid", "--fork", "--kill-child"]


@pytest.fixture
def root(tmp_path):
    """A root folder that holds the program alone, and a place for /proc."""
    needs("--mount", "--pid", "--fork", "--mount-proc")
    with open(binary(), "rb") as program:
        if b"ld-linux" in program.read(4096):
            pytest.skip("the program is not static: it needs its libraries")
    made = tmp_path / "root"
    (made / "proc").mkdir(parents=True)
    shutil.copy(binary(), made / "redirect-emulator")
    return made


def within(root, *arguments, before="", chroot=(), environment=()):
    """A command line that runs the program in the root, with /proc, after the shell's commands `before`."""
    script = f'mount -t proc proc "$0/proc" && {before or ":"} && exec env -i {" ".join(environment)} "$@"'
    enter = [shutil.which("chroot") or "/usr/sbin/chroot", *chroot, root, "/redirect-emulator", *arguments]
    return [*NAMESPACES, *OWN, "sh", "-c", script, root, *enter]


READ_ONLY = 'mkdir "$0/tmp" && mount --bind "$0" "$0" && mount -t proc proc "$0/proc" && mount -o remount,ro,bind "$0"'
SURROUNDINGS = {
    "a root with the program and /proc alone": {},
    "a folder for temporary files that is not there": {"environment": ["TMPDIR=/no/such/folder"]},
    "a user without a name or a home": {"chroot": ["--userspec=12345:12345"]},
    "a root that cannot be written": {"before": READ_ONLY},
}


def printed(process, name):
    """The value of one of the lines that are printed at start."""
    for line in process.stdout:
        if line.startswith(name):
            return line.removeprefix(name).strip()
    raise AssertionError(f"no line {name!r}; it ended with {process.wait(10)}: {process.stderr.read()}")


@contextlib.contextmanager
def serving(command, logs=""):
    """A program that serves there, to be used while it does. It has to end with 0 when it is stopped, and to have logged no more."""
    process = subprocess.Popen(
        list(map(str, command)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
        os.kill(child(process.pid), signal.SIGTERM)
        status, said = process.wait(10), process.stderr.read()
        assert status == 0 and re.fullmatch(logs, said), (status, said)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


@pytest.mark.parametrize("kind", SURROUNDINGS)
def test_it_serves_http_and_https_from_memory_alone(root, kind):
    if "chroot" in SURROUNDINGS[kind] and os.geteuid() != 0:
        pytest.skip("only root can be another user")
    with serving(within(root, "--port", "0", **SURROUNDINGS[kind])) as process:
        ca = printed(process, "ca ")
        endpoint = printed(process, "ready on ")
        # No file could be written: other programs find the CA where it is served.
        assert ca == f"{endpoint}/_emulator/ca.pem"
        text = urllib.request.urlopen(ca, timeout=10).read().decode()
        host, _, port = endpoint.removeprefix("http://").partition(":")
        ready = dict.fromkeys(["accessKey", "token", "caFile"], "") | {"host": host, "port": int(port)}
        client = Emulator(process, ready | {"endpoint": endpoint, "httpsEndpoint": "", "connectionString": ""}, None)
        assert client.request("GET", "/_emulator/health").status == 200
        trusting = ssl.create_default_context(cadata=text)
        plain = socket.create_connection((host, int(port)), 10)
        with trusting.wrap_socket(plain, server_hostname="localhost") as connection:
            connection.sendall(b"GET /_emulator/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert connection.recv(65536).startswith(b"HTTP/1.1 200")
    assert sorted(path.name for path in root.iterdir() if path.name != "tmp") == ["proc", "redirect-emulator"]


@pytest.mark.parametrize("name", ["localhost", "app.test"])
def test_a_webhook_is_found_by_its_name_there(root, name):
    """Names are looked up by the C library that is linked into the program, with no other file than /etc/hosts."""
    (root / "etc").mkdir()
    (root / "etc" / "hosts").write_text("127.0.0.1 localhost app.test\n")
    command = within(root, "--port", "0", "--ring-allow", "app.test")
    with socket.create_server(("127.0.0.1", 0)) as webhook, serving(command, r"\S+  info  delivery  .*\n") as process:
        url = f"http://{name}:{webhook.getsockname()[1]}/api/incomingCall"
        request = urllib.request.Request(
            printed(process, "ready on ") + "/_emulator/calls",
            json.dumps({"deliver": {"url": url}}).encode(),
            {"Content-Type": "application/json"},
        )
        assert urllib.request.urlopen(request, timeout=10).status == 201
        webhook.settimeout(20)
        delivery, _ = webhook.accept()
        with delivery:
            delivery.settimeout(20)
            assert delivery.recv(65536).startswith(b"POST /api/incomingCall HTTP/1.1\r\n")
            delivery.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


def test_exec_runs_a_command_there(root):
    command = within(root, "exec", "--", "/redirect-emulator", "version")
    ended = subprocess.run(list(map(str, command)), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)
    assert ended.returncode == 0 and ended.stdout.strip(), ended.stderr


def test_without_proc_there_is_one_clear_error(root):
    command = [*NAMESPACES, *OWN, shutil.which("chroot") or "/usr/sbin/chroot", root, "/redirect-emulator", "--port", "0"]
    ended = subprocess.run(list(map(str, command)), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (71, "", 1), ended.stderr
    assert ended.stderr.startswith("error: /proc is not mounted") and "mount -t proc proc /proc" in ended.stderr


COUNTS = """
for name in REDIRECT_EMULATOR_CA_FILE NODE_EXTRA_CA_CERTS SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE; do
  eval "file=\\$$name"
  case $file in /proc/*) ;; *) exit 8 ;; esac
  grep -q "BEGIN CERTIFICATE" "$file" || exit 9
done
case $REDIRECT_EMULATOR_TRUST_STORE in /proc/*) test -s "$REDIRECT_EMULATOR_TRUST_STORE" ;; *) exit 8 ;; esac
"""


@pytest.mark.parametrize("options", ["ro", "size=4k,nr_inodes=1"])
def test_the_files_of_a_command_are_in_memory_where_tmp_cannot_be_written(options):
    needs("--mount")
    # The program may itself be below /tmp: it is opened before that is hidden.
    script = f'exec 9<"$0" && mount -t tmpfs -o {options} none /tmp && cd / && exec env -u TMPDIR /proc/self/fd/9 "$@"'
    ended = subprocess.run(
        [*NAMESPACES, "--mount", "sh", "-c", script, binary(), "exec", "--", "sh", "-c", COUNTS],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert ended.returncode == 0, ended.stderr
