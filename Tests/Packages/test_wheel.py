"""The wheel in a new virtual environment: the program, Python's interface to it, and the first tests of README and the guides."""

import os
import re
import socket
import subprocess

import pytest
from support import GUIDES, ROOT, free_port, wait_until


def run(*command, **options):
    options = {"capture_output": True, "text": True, "timeout": 120, "stdin": subprocess.DEVNULL, **options}
    return subprocess.run([*map(str, command)], **options)


def test_the_program_is_on_the_path_and_can_be_run_as_a_module(python):
    version = run(python.parent / "redirect-emulator", "--version")
    assert (version.returncode, version.stderr) == (0, "")
    assert run(python, "-m", "redirect_emulator", "--version").stdout == version.stdout
    shown = run(python, "-m", "pip", "show", "redirect-emulator").stdout
    assert f"Version: {version.stdout.strip()}\n" in shown


def block(page, language, name):
    (code,) = re.findall(rf"^```{language}{name}\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE)
    return code


def test_the_first_test_passes_from_an_empty_folder(python, tmp_path):
    (tmp_path / "test_first.py").write_text(block(GUIDES / "InYourStack.md", "python", " test_first.py"))
    ended = run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_first.py", cwd=tmp_path)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert re.search("^[1-9] passed", ended.stdout, re.MULTILINE), ended.stdout


def test_the_readmes_test_fails_as_shown_and_passes_when_the_app_does_what_the_story_says(python, tmp_path):
    code = block(ROOT / "README.md", "python", " test_app.py")
    (tmp_path / "test_app.py").write_text(code)
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_app.py"]
    ended = run(*command, cwd=tmp_path)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    shown = re.findall(r"^```text\n(\[…\]\n-+ redirect-emulator.*?)^```$", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)[0]
    for line in shown.splitlines():
        if line == "[…]":
            continue
        # Times, and how long four tries take, are another run's.
        words = re.sub(r"\d+:\d+:\d+\\\.\d+|\d\\\.\d", r"[\\d:.]+", re.escape(line))
        assert re.search(f"^{words}$", ended.stdout, re.MULTILINE), f"{line}\n{ended.stdout}"
    (tmp_path / "test_app.py").write_text(code.replace("send_response(200)", "send_response(500)"))
    ended = run(*command, cwd=tmp_path)
    assert ended.returncode == 0, ended.stdout + ended.stderr


GUIDE = re.findall(r"^```python\n(.*?)^```$", (GUIDES / "PytestPlugin.md").read_text(), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("code", GUIDE)
def test_the_guides_tests_pass_as_they_are_written(python, tmp_path, code):
    (tmp_path / "test_guide.py").write_text(code)
    ended = run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_guide.py", cwd=tmp_path)
    assert ended.returncode == 0 and " passed" in ended.stdout, ended.stdout + ended.stderr


def test_an_app_that_is_a_process_passes_and_fails_as_the_guide_says(python, tmp_path):
    port = str(free_port())
    for page, name in (("TheWholeCall.md", "app.py"), ("PytestPlugin.md", "test_process.py")):
        (tmp_path / name).write_text(block(GUIDES / page, "python", f" {name}").replace("8080", port))
    ended = run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_process.py", cwd=tmp_path)
    assert "1 failed, 1 passed" in ended.stdout, ended.stdout + ended.stderr
    assert re.search("^c1  lost: Caller lost: .* Your app sent 1 try, which got 429", ended.stdout, re.MULTILINE), ended.stdout


@pytest.mark.parametrize("name", ["test_process.py", "test_session.py"])
def test_the_guides_fixtures_end_when_the_app_listens_elsewhere_and_when_another_one_has_the_port(python, tmp_path, name):
    port, other = str(free_port()), str(free_port())
    (tmp_path / "app.py").write_text(block(GUIDES / "TheWholeCall.md", "python", " app.py").replace("8080", other))
    (tmp_path / name).write_text(block(GUIDES / "PytestPlugin.md", "python", f" {name}").replace("8080", port).replace("+ 20", "+ 1"))
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--acs-resource", "default", name]
    ended = run(*command, cwd=tmp_path)
    assert f"app.py does not listen on port {port}" in ended.stdout and "2 errors" in ended.stdout, ended.stdout + ended.stderr
    with socket.create_server(("127.0.0.1", int(port))):
        ended = run(*command, cwd=tmp_path)
    assert f"port {port} is in use" in ended.stdout and "2 errors" in ended.stdout, ended.stdout + ended.stderr


def test_an_app_that_makes_its_client_once_is_tested_as_the_guide_says(python, tmp_path):
    for name in ("service.py", "test_service.py"):
        (tmp_path / name).write_text(block(GUIDES / "PytestPlugin.md", "python", f" {name}"))
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_service.py"]
    ended = run(*command, "--acs-resource", "default", cwd=tmp_path)
    assert "2 passed" in ended.stdout, ended.stdout + ended.stderr
    ended = run(*command, cwd=tmp_path)
    assert "KeyError: 'COMMUNICATION_SERVICES_CONNECTION_STRING'" in ended.stdout, ended.stdout + ended.stderr
    drill = [python.parent / "redirect-emulator", "drill", "--day", "a perfect day", "--"]
    ended = run(*drill, *command, "--acs-resource", "default", "-m", "not bad_day and not scenario", cwd=tmp_path)
    assert ended.returncode == 0 and "1 day passed" in ended.stdout, ended.stdout + ended.stderr


def test_an_app_that_is_started_once_for_the_session_passes_and_without_the_option_the_story_names_it(python, tmp_path):
    port = str(free_port())
    for page, name in (("TheWholeCall.md", "app.py"), ("PytestPlugin.md", "test_session.py")):
        (tmp_path / name).write_text(block(GUIDES / page, "python", f" {name}").replace("8080", port))
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_session.py"]
    ended = run(*command, "--acs-resource", "default", cwd=tmp_path)
    assert "2 passed" in ended.stdout, ended.stdout + ended.stderr
    test = tmp_path / "test_session.py"
    test.write_text(test.read_text().replace("acs.ring(app, ", 'acs.ring(app, rings_for="3s", '))
    ended = run(*command, "-k", "next", cwd=tmp_path)
    assert "1 failed" in ended.stdout and " which got 403 7507." in ended.stdout, ended.stdout + ended.stderr
    assert "(pytest --acs-resource default)" in ended.stdout and "redirect-emulator ring" not in ended.stdout, ended.stdout


def test_other_runners_use_the_emulator_directly(python, tmp_path):
    (tmp_path / "test_direct.py").write_text(DIRECT)
    ended = run(python, "-m", "unittest", "-v", "test_direct", cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr


DIRECT = """
import unittest
from azure.communication.callautomation import PhoneNumberIdentifier
from redirect_emulator import Emulator, VerificationError

class Redirects(unittest.TestCase):
    def test_a_call(self):
        with Emulator() as emulator, emulator.resource("Größe: first call") as acs:
            self.assertRegex(acs.name, "^gr-e-first-call-[0-9a-f]{8}$")
            acs.client().redirect_call("eyJhbGciOi", PhoneNumberIdentifier("+14255550123"))
            acs.verify(operations=1, executed=1)
            with self.assertRaisesRegex(VerificationError, "operations: expected 2, saw 1"):
                acs.verify(operations=2)
"""


@pytest.mark.parametrize("address", ["http://127.0.0.1:4010", "http://127.0.0.1:4010/", "https://127.0.0.1:4010/_emulator"])
def test_an_address_that_is_no_control_apis_is_refused(python, address):
    code = f"import redirect_emulator\nredirect_emulator.Emulator(control={address!r})"
    assert f"'{address}' is not an address of a control API; expected http://HOST:PORT/_emulator" in run(python, "-c", code).stderr


def test_the_emulator_ends_with_the_process_that_started_it_however_that_ends(python, tmp_path):
    code = "import os, redirect_emulator as r; e = r.Emulator(); print(e._process.document['pid'], flush=True); os.kill(os.getpid(), 9)"
    killed = run(python, "-c", code)
    assert killed.returncode == -9
    wait_until(lambda: not os.path.exists(f"/proc/{killed.stdout.strip()}"))


def test_the_plugin_costs_a_session_nothing_that_does_not_use_it(python, tmp_path):
    (tmp_path / "test_nothing.py").write_text("import os\ndef test_nothing():\n    assert 'REDIRECT_EMULATOR_CONTROL' not in os.environ\n")
    environment = {**os.environ, "REDIRECT_EMULATOR_BINARY": "/does/not/exist"}
    ended = run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=tmp_path, env=environment)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_package_is_typed(python):
    where = run(python, "-c", "import redirect_emulator, pathlib; print(pathlib.Path(redirect_emulator.__file__).parent)").stdout.strip()
    assert os.path.exists(f"{where}/py.typed")
