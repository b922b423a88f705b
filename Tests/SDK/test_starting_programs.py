"""What a program has that starts the emulator, or waits for one: --ready-fd, --exit-with-stdin, health, env."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import threading

import pytest
from support import binary, free_port, run, wait_until

DUMP = "import json, os, sys; json.dump(dict(os.environ), open(sys.argv[1], 'w'))"


@contextlib.contextmanager
def started(*arguments, **options):
    process = subprocess.Popen(
        [binary(), *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


# --ready-fd


def test_the_ready_document_comes_whole_on_a_descriptor_that_is_then_closed():
    reading, writing = os.pipe()
    with started("serve", "--port", "0", "--ready-fd", writing, pass_fds=[writing], stdin=subprocess.DEVNULL) as process:
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            # In one write, so that one read has all of it.
            ready = json.loads(os.read(pipe.fileno(), 65536))
            assert pipe.read() == b""
        assert ready["pid"] == process.pid
        assert all(pathlib.Path(ready[name]).is_file() for name in ("caFile", "caBundleFile", "trustStoreFile"))
        assert run("health", "--port", ready["port"]).returncode == 0
        process.terminate()
        assert process.wait(10) == 0
    assert not any(pathlib.Path(ready[name]).exists() for name in ("caFile", "caBundleFile", "trustStoreFile"))


def test_a_reader_that_left_does_not_stop_the_emulator():
    reading, writing = os.pipe()
    os.close(reading)
    with started("serve", "--port", "0", "--ready-fd", writing, pass_fds=[writing], stdin=subprocess.DEVNULL) as process:
        os.close(writing)
        assert any(line.startswith("ready on") for line in process.stdout)
        process.terminate()
        assert process.wait(10) == 0


def test_the_command_of_exec_does_not_get_the_descriptor():
    reading, writing = os.pipe()
    script = "import os, sys\ntry: os.fstat(int(sys.argv[1]))\nexcept OSError: sys.exit(7)"
    command = ["exec", "--ready-fd", writing, "--", sys.executable, "-c", script, writing]
    with started(*command, pass_fds=[writing], stdin=subprocess.DEVNULL) as process:
        os.close(writing)
        with os.fdopen(reading) as pipe:
            assert json.load(pipe)["endpoint"].startswith("http://127.0.0.1:")
        assert process.wait(10) == 7


def test_a_descriptor_that_can_only_be_read_is_wrong_usage(tmp_path):
    (tmp_path / "file").touch()
    with open(tmp_path / "file") as file:
        ended = run("serve", "--port", "0", "--ready-fd", file.fileno(), pass_fds=[file.fileno()])
    assert ended.returncode == 64 and "expected a descriptor that is open for writing" in ended.stderr


# --exit-with-stdin


@pytest.mark.parametrize("before", [b"", b"lines that mean nothing\n" * 5000])
def test_serve_ends_in_order_when_its_input_ends(tmp_path, before):
    ready = tmp_path / "ready.json"
    command = ["serve", "--port", "0", "--exit-with-stdin", "--ready-file", ready]
    process = subprocess.Popen([binary(), *map(str, command)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        process.stdin.write(before)
        process.stdin.flush()
        wait_until(ready.exists)
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(10) == 0
        assert b"0 requests: " in process.stdout.read() and not ready.exists()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_an_input_that_has_ended_ends_a_start_that_waits(tmp_path):
    os.mkfifo(tmp_path / "scenario.yaml")
    ended = run("serve", "--port", "0", "--exit-with-stdin", "--scenario", tmp_path / "scenario.yaml")
    assert ended.returncode == 0


def test_without_it_the_end_of_input_means_nothing(start_emulator):
    emulator = start_emulator()
    assert emulator.request("GET", "/_emulator/health").status == 200


@pytest.mark.parametrize("kind", ["pipe", "socket"])
def test_exec_ends_its_command_when_the_other_side_is_gone_and_takes_nothing_of_its_input(kind):
    ours, theirs = os.pipe()[::-1] if kind == "pipe" else (end.detach() for end in socket.socketpair())
    script = "import os, time; print(os.read(0, 4), flush=True); time.sleep(60)"
    command = ["exec", "--exit-with-stdin", "--log-level=error", "--", sys.executable, "-c", script]
    with started(*command, stdin=theirs) as process:
        os.close(theirs)
        os.write(ours, b"more than four bytes")
        assert process.stdout.readline() == "b'more'\n"
        os.close(ours)
        assert process.wait(10) == 128 + signal.SIGTERM


# health


def test_health_says_whether_an_emulator_is_ready(start_emulator):
    emulator = start_emulator()
    ended = run("health", "--port", emulator.port)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, f"ready on http://127.0.0.1:{emulator.port}\n", "")
    assert emulator.stop() == 0
    ended = run("health", "--port", emulator.port)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == f"error: 127.0.0.1:{emulator.port} is not ready: Connection refused. Start the emulator first, or correct the address: nothing listens there\n"


def test_health_follows_the_settings_of_its_container(start_emulator):
    settings = {"REDIRECT_EMULATOR_HOST": "0.0.0.0", "REDIRECT_EMULATOR_CONTROL_KEY": "open sesame"}
    emulator = start_emulator(environment=settings)
    settings["REDIRECT_EMULATOR_PORT"] = str(emulator.port)

    def status(*options, **more):
        ended = run("health", *options, env={**os.environ, **settings, **more})
        assert "warning" not in ended.stderr
        return ended.returncode, ended.stderr

    assert status() == (0, "")
    assert status(REDIRECT_EMULATOR_CONTROL="on") == (0, "")
    assert status(REDIRECT_EMULATOR_PORT="1", REDIRECT_EMULATOR_CONTROL_PORT=str(emulator.port)) == (0, "")
    wrong = (1, f"error: 127.0.0.1:{emulator.port} is not ready: it asks for the key of --control-key\n")
    assert status("--control-key", "x") == wrong
    # It would be wrong for ever.
    assert status("--control-key", "x", "--wait", "20s") == wrong
    assert status("--port", "1")[0] == 1


@pytest.mark.parametrize(
    "response, says",
    [
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "it answered 503"),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "it has no control API"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "it answered 200"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "no response that is HTTP: status line: 'S' at its byte 0"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{}", "the connection was closed within the content"),
        (b"", "the connection was closed before a response came"),
    ],
)
def test_what_is_no_emulator_is_not_ready(response, says):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(response)

        thread = threading.Thread(target=serve)
        thread.start()
        ended = run("health", "--port", server.getsockname()[1])
        thread.join()
    assert ended.returncode == 1 and says in ended.stderr, ended.stderr


def test_health_waits_until_the_emulator_is_ready(tmp_path):
    port = free_port()
    with started("health", "--port", port, "--wait", "20s") as waiting:
        with started("serve", "--port", port, stdin=subprocess.DEVNULL):
            assert waiting.communicate(timeout=20) == (f"ready on http://127.0.0.1:{port}\n", "")
            assert waiting.returncode == 0
    ended = run("health", "--port", port, "--wait", "200ms")
    assert ended.returncode == 1 and "is not ready" in ended.stderr


def test_below_exec_health_and_env_ask_that_emulator(tmp_path):
    script = '"$0" health && eval "$("$0" env)" && exec "$1" -c "$2" "$3"'
    dump = tmp_path / "environment.json"
    ended = run(
        *["exec", "--control-key", "k", "--log-level=error", "--", "sh", "-euc", script, binary(), sys.executable, DUMP, dump],
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), "REDIRECT_EMULATOR_PORT": "0"},
    )
    assert ended.returncode == 0, ended.stderr
    environment = json.loads(dump.read_text())
    # It asks where no rule for connections is in the way: at the control API's own port.
    assert ended.stdout == f"ready on {environment['REDIRECT_EMULATOR_CONTROL'].removesuffix('/_emulator')}\n"
    assert environment["REDIRECT_EMULATOR_CONTROL_KEY"] == "k"
    assert environment["SSL_CERT_FILE"].startswith(f"{tmp_path}/cache/redirect-emulator/127.0.0.1-")


# env


def read_by(shell, text, dump):
    """The environment that a shell has after it ran lines."""
    bare = {"PATH": os.environ["PATH"]}
    script = f'{text}\nexec "$0" -c "$1" "$2"'
    subprocess.run([shell, "-euc", script, sys.executable, DUMP, dump], check=True, env=bare, timeout=30)
    return {name: value for name, value in json.loads(dump.read_text()).items() if name not in ("PATH", "LC_CTYPE", "PWD", "SHLVL", "_", "OLDPWD")}


@pytest.mark.parametrize("shell", ["sh", "dash", "bash"])
@pytest.mark.parametrize("source", ["ready file", "control API"])
def test_env_prints_what_exec_would_set(tmp_path, start_emulator, shell, source):
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not there")
    emulator = start_emulator()
    bare = {"PATH": os.environ["PATH"], "XDG_CACHE_HOME": str(tmp_path / "it's a cache")}
    options = ["--ready-file", str(emulator.process.args[5])] if source == "ready file" else ["--control", f"{emulator.endpoint}/_emulator/"]
    ended = run("env", *options, env=bare)
    assert ended.returncode == 0, ended.stderr
    environment = read_by(shell, ended.stdout, tmp_path / "dump.json")
    with open(tmp_path / "exec.json", "w") as output:
        subprocess.run(
            [binary(), "exec", "--log-level=error", "--", sys.executable, "-c", "import json, os; print(json.dumps(dict(os.environ)))"],
            env=bare, check=True, stdout=output, stderr=subprocess.DEVNULL, timeout=30,
        )
    told = json.loads((tmp_path / "exec.json").read_text())
    assert set(environment) == set(told["REDIRECT_EMULATOR_SET"].split(",")) - {"JAVA_TOOL_OPTIONS"}
    assert set(environment) == set(environment["REDIRECT_EMULATOR_SET"].split(","))
    assert environment["COMMUNICATION_SERVICES_CONNECTION_STRING"] == emulator.connection_string
    assert environment["REDIRECT_EMULATOR_ENDPOINT"] == emulator.endpoint
    assert environment["REDIRECT_EMULATOR_CONTROL"] == f"{emulator.endpoint}/_emulator"
    # curl trusts it by what was printed, and the program finds it.
    curl = ["curl", "--silent", "--show-error", "--fail", f"https://127.0.0.1:{emulator.port}/_emulator/health"]
    subprocess.run(curl, env={**bare, **environment}, check=True, capture_output=True, timeout=30)
    assert pathlib.Path(environment["REDIRECT_EMULATOR_TRUST_STORE"]).read_bytes()[:4] == b"\xfe\xed\xfe\xed"


def test_env_prints_the_lists_where_it_is_asked_to(tmp_path, start_emulator):
    emulator = start_emulator()
    options = ["--control", f"{emulator.endpoint}/_emulator", "--all"]
    found = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "JAVA_TOOL_OPTIONS": "-Dx=1", "HTTP_PROXY": "http://proxy.example"}
    environment = read_by("sh", run("env", *options, env=found).stdout, tmp_path / "dump.json")
    assert environment["JAVA_TOOL_OPTIONS"].startswith("-Dx=1 -Djavax.net.ssl.trustStore=/")
    assert environment["NO_PROXY"] == environment["no_proxy"] == "127.0.0.1,localhost,::1"


def test_env_prints_what_readers_of_dotenv_files_read(tmp_path, start_emulator):
    emulator = start_emulator()
    cache = tmp_path / "it's a cache $HOME"
    ended = run("env", "--control", f"{emulator.endpoint}/_emulator", "--form", "dotenv", env={**os.environ, "XDG_CACHE_HOME": str(cache)})
    lines = dict(line.split("=", 1) for line in ended.stdout.splitlines())
    assert lines["COMMUNICATION_SERVICES_CONNECTION_STRING"] == f"'{emulator.connection_string}'"
    assert lines["SSL_CERT_FILE"].startswith(f'"{tmp_path}/it\'s a cache \\$HOME/')


@pytest.mark.parametrize("variables", [{"XDG_CACHE_HOME": "{}/cache"}, {"HOME": "{}/home"}, {"TMPDIR": "{}/home", "HOME": "/dev/null"}])
def test_env_keeps_the_cas_files_where_only_the_user_writes(tmp_path, start_emulator, variables):
    (tmp_path / "home").mkdir()
    emulator = start_emulator()
    found = {"PATH": os.environ["PATH"]} | {name: value.format(tmp_path) for name, value in variables.items()}
    ended = run("env", "--control", f"{emulator.endpoint}/_emulator", env=found)
    assert ended.returncode == 0, ended.stderr
    file = pathlib.Path(read_by("sh", ended.stdout, tmp_path / "dump.json")["SSL_CERT_FILE"])
    assert file.is_relative_to(tmp_path) and file.is_file()
    assert file.parent.stat().st_mode & 0o077 == 0


def test_a_folder_that_others_can_write_is_not_used(tmp_path, start_emulator):
    emulator = start_emulator()
    shared = tmp_path / f"redirect-emulator-{os.geteuid()}"
    shared.mkdir()
    shared.chmod(0o777)
    found = {"PATH": os.environ["PATH"], "HOME": "/dev/null", "XDG_CACHE_HOME": str(tmp_path / "cache")}
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache").chmod(0o777)
    ended = run("env", "--control", f"{emulator.endpoint}/_emulator", env=found | {"TMPDIR": str(tmp_path)})
    assert str(tmp_path) not in ended.stdout


def test_where_no_emulator_responds_env_says_so():
    ended = run("env", "--control", "http://127.0.0.1:1/_emulator")
    assert (ended.returncode, ended.stdout) == (69, "")
    assert ended.stderr == "error: http://127.0.0.1:1/_emulator: Connection refused. Start the emulator first, or correct the address: nothing listens there\n"


# Names


@pytest.mark.parametrize("command", [["env"], ["ring", "--to", "http://127.0.0.1:1/"]], ids=["env", "ring"])
@pytest.mark.parametrize("address", ["http://127.0.0.1:4010", "http://127.0.0.1:4010/", "ftp://127.0.0.1/_emulator", "127.0.0.1:4010"])
def test_an_address_that_is_no_control_apis_is_refused(command, address):
    ended = run(*command, "--control", address)
    assert (ended.returncode, ended.stdout) == (64, "")
    assert f"--control {address}: expected an http URL, such as http://127.0.0.1:4010/_emulator\n" in ended.stderr


def test_no_command_warns_of_a_name_that_exec_sets(tmp_path):
    dump = tmp_path / "environment.json"
    ended = run("exec", "--control-key", "k", "--", sys.executable, "-c", DUMP, dump)
    assert ended.returncode == 0, ended.stderr
    environment = json.loads(dump.read_text())
    own = {name: "x" for name in environment if name.startswith("REDIRECT_EMULATOR_")}
    own |= {name: "" for name in ["REDIRECT_EMULATOR_CONTROL_PORT", "REDIRECT_EMULATOR_SCENARIO_TEXT"]}
    assert len(own) >= 10
    (tmp_path / "scenario.yaml").write_text("rules: []\n")
    commands = [
        ["exec", "--port", "0", "--", "true"], ["token"], ["check", tmp_path / "scenario.yaml"],
        ["plan", tmp_path / "scenario.yaml"], ["health", "--port", "1"], ["env", "--control", "http://127.0.0.1:1/_emulator"],
        ["version"], ["help"], ["manual"], ["completion", "bash"], ["serve", "--help"],
    ]
    for command in commands:
        # With what an outer exec sets, and where somebody sets the names alone.
        for found in ({**os.environ, **environment}, {**os.environ, **own, "REDIRECT_EMULATOR_SET": ",".join(own)}):
            ended = run(*command, env=found)
            assert "is not a variable" not in ended.stderr, (command, ended.stderr)
