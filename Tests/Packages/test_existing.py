"""An app in a process of its own, which knows the connection string of `default` alone, and tests in another: as containers have it."""

import json
import os
import re
import socket
import subprocess
import urllib.request

import pytest
from support import GUIDES, free_port, start, wait_until

APP = re.search(r"^```python app.py\n(.*?)^```$", (GUIDES / "TheWholeCall.md").read_text(), re.DOTALL | re.MULTILINE)[1]

TESTS = """
import os
import pytest

WEBHOOK = os.environ["WEBHOOK"]


def test_it_rings_and_the_app_redirects(acs):
    assert acs.name == "default" and acs.requests() == []
    call = acs.ring(WEBHOOK, caller="+14255550199", rings_for="20s")
    acs.verify(within="20s", where={"call": call["id"]}, caller="redirected", redirects=1, deliveries=1, app_knows=True)
    assert f"{call['id']}  redirected: " in acs.story()
    acs.advance("5m")


@pytest.mark.scenario("rules: [{ name: down, respond: { status: 503 } }]")
def test_a_bad_day_is_this_tests_alone(acs):
    call = acs.ring(WEBHOOK, rings_for="1s")
    acs.verify(within="20s", where={"call": call["id"]}, caller="lost", rules=["down"])


def test_what_was_before_is_gone(acs):
    assert (acs.requests(), acs.calls(), acs.rules()) == ([], [], [])
    acs.ring(WEBHOOK, rings_for="20s")
    acs.verify(within="20s", caller="redirected")
    acs.reset()
    assert acs.calls() == []


def test_a_failure_leads_to_the_page_which_stays(acs):
    call = acs.ring(WEBHOOK, rings_for="20s")
    acs.verify(within="20s", where={"call": call["id"]}, caller="lost")


def test_the_fixture_of_the_emulator_finds_it_too(redirect_emulator):
    acs = redirect_emulator.existing(access_key=os.environ["KEY"])
    assert acs.name == "default" and len(acs.calls()) == 1
"""

NODE = """
import assert from "node:assert";
import { EmulatorError, existing, start } from "redirect-emulator";

const acs = await existing();
assert.equal(acs.name, "default");
await acs.reset();
await acs.scenario("rules: [{ name: once, attempts: 1, respond: { status: 403 } }]");
const call = await acs.ring(process.env.WEBHOOK, { from: "+14255550199", ringsFor: "1s" });
await acs.verify({ caller: "lost", rules: ["once"] }, { where: { call: call.id }, within: "20s" });
await acs.reset();
const second = await acs.ring(process.env.WEBHOOK, { ringsFor: "20s" });
await acs.verify({ caller: "redirected", redirects: 1 }, { where: { call: second.id }, within: "20s" });
assert.equal((await acs.story()).split(":")[0], `${second.id}  redirected`);
await assert.rejects(acs.verify({ redirects: 2 }), /; see http\\S*calls.c\\d+$/m);
await acs.close();
const emulator = await start();
const same = await emulator.existing({ accessKey: acs.accessKey });
assert.deepEqual((await same.calls()).map((one) => one.verdict), ["redirected"]);
await assert.rejects(emulator.existing({ name: "defalt" }), (error) =>
  error instanceof EmulatorError && error.message.startsWith("there is no resource 'defalt'. Did you mean 'default'?"));
await assert.rejects(emulator.existing({ accessKey: "x" }), /no resource has this access key/);
"""


@pytest.fixture(scope="module")
def app(python, tmp_path_factory):
    """The guide's app beside an emulator that was started with a scenario; the environment of tests that know where both are."""
    folder = tmp_path_factory.mktemp("app")
    (folder / "scenario.yaml").write_text("rules: [{ name: before, attempts: 99, respond: { status: 500 } }]\n")
    os.environ["REDIRECT_EMULATOR_BINARY"] = str(python.parent / "redirect-emulator")
    try:
        emulator = start(folder, "--control-port", "0", "--scenario", folder / "scenario.yaml")
    finally:
        del os.environ["REDIRECT_EMULATOR_BINARY"]
    control = emulator.ready["controlEndpoint"]
    port = free_port()
    (folder / "app.py").write_text(APP.replace("8080", str(port)))
    ca = folder / "fetched.pem"
    ca.write_bytes(urllib.request.urlopen(f"{control}/ca.pem", timeout=10).read())
    knows = {"COMMUNICATION_SERVICES_CONNECTION_STRING": emulator.connection_string, "REQUESTS_CA_BUNDLE": str(ca)}
    with subprocess.Popen([python, "app.py"], cwd=folder, env={**os.environ, **knows}) as running:
        wait_until(lambda: listens(port))
        yield {
            "REDIRECT_EMULATOR_CONTROL": control, "XDG_CACHE_HOME": str(folder / "cache"), "KEY": emulator.access_key,
            "WEBHOOK": f"http://127.0.0.1:{port}/api/incomingCall",
        }  # fmt: skip
        running.terminate()
    assert emulator.stop() == 0


def listens(port):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def test_pytest_uses_the_resource_default(app, python, tmp_path):
    (tmp_path / "test_app.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\nredirect_emulator_resource = default\n")
    command = [python, "-m", "pytest", "-p", "no:cacheprovider", "test_app.py"]
    ended = subprocess.run(command, cwd=tmp_path, env={**os.environ, **app}, capture_output=True, text=True, timeout=120)
    said = ended.stdout + ended.stderr
    assert re.search("^=+ 1 failed, 4 passed", ended.stdout.splitlines()[-1]), said
    # It is not removed with the test, so that what leads to it is not dead.
    link = re.search(r" See http://\S+/_emulator/#/default/calls/(c\d+)$", said, re.MULTILINE)
    assert link, said
    call = json.load(urllib.request.urlopen(f"{app['REDIRECT_EMULATOR_CONTROL']}/calls/{link[1]}", timeout=10))
    assert call["verdict"] == "redirected"
    scenario = json.load(urllib.request.urlopen(f"{app['REDIRECT_EMULATOR_CONTROL']}/scenario", timeout=10))
    assert [rule["name"] for rule in scenario["rules"]] == ["before"]


def test_workers_that_would_share_a_resource_fail_the_test(app, python, tmp_path):
    (tmp_path / "test_app.py").write_text("def test_it(acs):\n    pass\n")
    command = [python, "-m", "pytest", "-p", "no:cacheprovider", "--acs-resource", "default", "-n", "2", "test_app.py"]
    ended = subprocess.run(command, cwd=tmp_path, env={**os.environ, **app}, capture_output=True, text=True, timeout=120)
    said = "2 workers would all reset the resource 'default'"
    assert ended.returncode == 1 and said in ended.stdout and "pytest_plugin.py" not in ended.stdout, ended.stdout + ended.stderr


def test_the_helper_for_node_uses_the_resource_default(app, project):
    (project / "existing.mjs").write_text(NODE)
    ended = subprocess.run(
        ["node", "existing.mjs"], cwd=project, env={**os.environ, **app}, capture_output=True, text=True, timeout=120
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


IN_DRILL = """
import assert from "node:assert";
import { CallAutomationClient } from "@azure/communication-call-automation";
import { EmulatorError, existing, resource, start } from "redirect-emulator";

await assert.rejects(start({ control: "http://127.0.0.1:4010" }), /'http:..127.0.0.1:4010' is not an address of a control API; expected .*_emulator/);
const acs = await existing();
await acs.reset();
if (process.env.REDIRECT_EMULATOR_DAY) {
  const why = (what) => `${what} of the drill's day 'throttled twice' in the resource 'default', for all tests that follow. Use resource() in this test, `;
  await assert.rejects(acs.scenario({}), (error) => error instanceof EmulatorError && error.message.startsWith(why("scenario() would replace the rules")));
  await assert.rejects(acs.badDay("slow"), (error) => error instanceof EmulatorError && error.message.startsWith(why("badDay() would replace the rules")));
  await assert.rejects(acs.advance("1s"), (error) => error instanceof EmulatorError && error.message.startsWith(why("advance() would move the clock")));
  const own = await resource();
  await own.badDay("slow");
  await own.close();
}
await acs.client(CallAutomationClient).redirectCall("eyJhbGciOi", { targetParticipant: { phoneNumber: "+14255550123" } });
await acs.verify({ operations: 1, statuses: [429, 429, 204] });
assert.equal((await acs.calls()).length, 1);
await acs.reset();
assert.deepEqual([await acs.requests(), await acs.operations(), await acs.calls()], [[], [], []]);
await acs.close();
"""


@pytest.mark.parametrize("name", ["drill", "exec"])
def test_the_helper_for_node_leaves_the_rules_as_they_are(project, tmp_path, name):
    code = IN_DRILL if name == "drill" else re.sub(r"await acs.reset\(\);\n(assert.deepEqual.*\n)?", "", IN_DRILL)
    (project / "drilled.mjs").write_text(code)
    (tmp_path / "day.yaml").write_text("rules: [{ name: busy, attempts: 1..2, respond: { status: 429, retryAfter: 100ms } }]\n")
    options = ["--day", "throttled twice"] if name == "drill" else ["--scenario", tmp_path / "day.yaml", "--require-rules"]
    ended = subprocess.run(
        ["node_modules/.bin/redirect-emulator", name, *options, "--", "node", "drilled.mjs"],
        cwd=project, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr


GUIDE = re.search(r"^```python test_rings.py\n(.*?)^```$", (GUIDES / "InYourStack.md").read_text(), re.DOTALL | re.MULTILINE)[1]


def test_the_guides_test_with_pytest_passes(app, python, tmp_path):
    (tmp_path / "test_rings.py").write_text(GUIDE.replace("http://app:8080/api/incomingCall", app["WEBHOOK"]))
    command = [python, "-m", "pytest", "-p", "no:cacheprovider", "--acs-resource", "default", "test_rings.py"]
    ended = subprocess.run(command, cwd=tmp_path, env={**os.environ, **app}, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0 and "1 passed" in ended.stdout, ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("name", "command", "passed"),
    [
        ("rings.test.mjs", ["node_modules/.bin/vitest", "run", "--root", "."], r"Tests\s+1 passed"),
        ("rings.node.test.mjs", ["node", "--test", "--test-concurrency=1"], r"pass 1\b"),
    ],
    ids=["vitest", "node"],
)
def test_the_guides_test_for_node_passes(app, project, name, command, passed):
    text = (project / name).read_text()
    file = project / f"own.{name}"
    file.write_text(text.replace("http://127.0.0.1:8080/api/incomingCall", app["WEBHOOK"]))
    environment = {**os.environ, **app, "NO_COLOR": "1"}
    ended = subprocess.run([*command, file.name], cwd=project, env=environment, capture_output=True, text=True, timeout=120)
    file.unlink()
    assert ended.returncode == 0 and re.search(passed, ended.stdout), ended.stdout + ended.stderr
