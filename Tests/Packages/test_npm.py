"""npm's packages, installed offline into a project that has the SDK and the runners; each file of tests of InYourStack, NodeHelper and
Drill is run as it is there."""

import json
import os
import re
import shutil
import subprocess

import pytest
from conftest import built, javascript
from support import GUIDES, free_port, wait_until


def run(folder, *command, environment=None, timeout=120):
    return subprocess.run(
        [*map(str, command)], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout,
        env={**os.environ, "NO_COLOR": "1", **(environment or {})},
    )  # fmt: skip


def test_npx_runs_the_program_with_its_status_and_its_signals(project):
    version = run(project, "npx", "--offline", "redirect-emulator", "--version")
    assert version.returncode == 0 and re.fullmatch(r"\d+\.\d+\.\d+\n", version.stdout), version.stderr
    assert run(project, "npx", "--offline", "redirect-emulator", "--prot", "1").returncode == 64
    exec_ = run(project, "node_modules/.bin/redirect-emulator", "exec", "--", "sh", "-c", "exit 7")
    assert exec_.returncode == 7, exec_.stderr
    program = ["node_modules/.bin/redirect-emulator", "serve", "--port", "0"]
    with subprocess.Popen(program, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as serving:
        for line in serving.stdout:
            if line.startswith("ready on "):
                break
        serving.terminate()
        assert serving.wait(20) == 0


@pytest.mark.parametrize(
    ("file", "runner"),
    [
        ("first.test.mjs", ["node_modules/.bin/vitest", "run", "--root", "."]),
        ("vitest.test.mjs", ["node_modules/.bin/vitest", "run", "--root", "."]),
        ("node.test.mjs", ["node", "--test"]),
        ("app.test.mjs", ["node", "--test"]),
        ("webhook.test.mjs", ["node_modules/.bin/vitest", "run", "--root", "."]),
        ("jest.test.cjs", ["node_modules/.bin/jest", "--rootDir", ".", "--testMatch", "**/*.test.cjs"]),
    ],
)
@pytest.mark.parametrize("below_exec", [False, True], ids=["alone", "inside exec"])
def test_the_guides_tests_pass_with_each_runner(project, file, runner, below_exec):
    before = ["node_modules/.bin/redirect-emulator", "exec", "--"] if below_exec else []
    ended = run(project, *before, *runner, file)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    passed = r"Tests\s+1 passed|# pass 1\b|Tests:\s+1 passed|pass 1\b"
    assert re.search(passed, ended.stdout + ended.stderr), ended.stdout + ended.stderr
    if below_exec:
        assert re.search(r"^[1-9]\d* requests?: ", ended.stderr, re.MULTILINE), ended.stderr


def test_the_guides_app_is_tested_with_jest_as_the_guide_says(project):
    code = (project / "webhook.test.mjs").read_text()
    file = project / "webhook-jest.test.mjs"
    file.write_text(code.replace('"vitest"', '"@jest/globals"'))
    runner = ["node_modules/.bin/jest", "--rootDir", "."]
    ended = run(project, *runner, file.name, environment={"NODE_OPTIONS": "--experimental-vm-modules"})
    file.unlink()
    assert ended.returncode == 0 and re.search(r"Tests:\s+1 passed", ended.stderr), ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("app", "said"),
    [("setInterval(() => {}, 1000);", "the app printed no address within 1 s"), ("", "the app ended before it printed its address")],
    ids=["silent", "ended"],
)
@pytest.mark.parametrize("runner", [["node", "--test"], ["node_modules/.bin/vitest", "run", "--root", "."]], ids=["node", "vitest"])
def test_an_app_that_prints_no_address_fails_the_guides_test(project, tmp_path, runner, app, said):
    (tmp_path / "node_modules").symlink_to(project / "node_modules")
    shorter = (project / "start-app.mjs").read_text().replace("10_000", "1000").replace("10 s", "1 s")
    name = "app.test.mjs" if runner[0] == "node" else "webhook.test.mjs"
    for file, code in (("start-app.mjs", shorter), (name, (project / name).read_text()), ("webhook.mjs", app)):
        (tmp_path / file).write_text(code)
    ended = run(tmp_path, *runner, name, timeout=60)
    assert ended.returncode == 1 and said in ended.stdout + ended.stderr, ended.stdout + ended.stderr


def test_the_app_of_the_whole_call_prints_its_address_for_the_guides_test(project, tmp_path):
    (tmp_path / "node_modules").symlink_to(project / "node_modules")
    port = str(free_port())
    (tmp_path / "webhook.mjs").write_text(javascript(GUIDES / "TheWholeCall.md")["app.mjs"].replace("8080", port))
    for name in ("start-app.mjs", "app.test.mjs"):
        (tmp_path / name).write_text((project / name).read_text())
    ended = run(tmp_path, "node", "--test", "app.test.mjs")
    # It answers 200 after an error, so the caller is lost on this day.
    assert ended.returncode == 1 and "then answered the webhook 200, so Event Grid does not deliver again" in ended.stdout, ended.stdout


def test_the_guides_test_is_run_in_a_drill(project):
    command = re.search(r"^    (npx redirect-emulator drill) (-- npx vitest run \S+)$", (GUIDES / "Drill.md").read_text(), re.MULTILINE)
    ended = run(project, *command[1].split(), "--day", "throttled twice", "--day", "response lost", *command[2].split())
    assert ended.returncode == 0 and "2 days passed" in ended.stdout, ended.stdout + ended.stderr


def test_npm_ci_installs_the_committed_packages(tmp_path):
    files = [built("redirect-emulator-[0-9]*.[0-9].tgz"), built("redirect-emulator-linux-x64-*.tgz")]
    for file in files:
        shutil.copy(file, tmp_path)
    (tmp_path / "package.json").write_text("{}")
    for command in (["install", "--save-dev", *(f"./{file.name}" for file in files)], ["ci"]):
        ended = run(tmp_path, "npm", *command, "--offline", "--no-audit", "--no-fund", environment={"npm_config_cache": str(tmp_path / "cache")})
        assert ended.returncode == 0, ended.stdout + ended.stderr
    assert run(tmp_path, "npx", "--offline", "redirect-emulator", "--version").returncode == 0


SCRIPT = """
import assert from "node:assert";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { CallAutomationClient } from "@azure/communication-call-automation";
import { EmulatorError, VerificationError, resource, start } from "redirect-emulator";

const target = { targetParticipant: { phoneNumber: "+14255550123" } };
const acs = await resource({ name: "Größe: a test" });
assert.match(acs.name, /^gr-e-a-test-[0-9a-f]{8}$/);
assert.equal(acs.connectionString, `endpoint=${acs.httpsEndpoint}/;accesskey=${acs.accessKey}`);
assert.equal(acs.environment.ACS_CONNECTION_STRING, acs.connectionString);
assert.equal(acs.environment.REDIRECT_EMULATOR_CONTROL, acs.control);
const client = acs.client(CallAutomationClient);

await assert.rejects(acs.scenario("rules:\\n  - name: x\\n    atempts: 1\\n    respond: { status: 429 }\\n"), (error) =>
  error instanceof EmulatorError && /^scenario:3:5: .*Did you mean 'attempts'/.test(error.message));
await assert.rejects(acs.scenario(undefined), /^EmulatorError: the argument of scenario\\(\\) is YAML as a text, the path of a file, or a value; it is undefined$/);
const isADay = /^EmulatorError: 'throttled-twice' is not a scenario; a bad day is loaded with badDay\\('throttled twice'\\)$/;
await assert.rejects(acs.scenario("throttled-twice"), isADay);
await assert.rejects(resource({ scenario: "throttled-twice" }), isADay);
await assert.rejects(acs.scenario("nothing.yaml"), /there is no scenario file nothing.yaml; it was looked for in \\//);
await assert.rejects(acs.verify({ exectued: 1 }), /no member 'exectued'. Did you mean 'executed'/);

await client.redirectCall("eyJhbGciOi", target);
await assert.rejects(acs.verify({ operations: 2 }), (error) =>
  error instanceof VerificationError && /^operations: expected 2, saw 1\\nwhat became of the calls:\\n  r1  redirected: .*\\n {6}#1  [0-9:.]+  204\\nto look at it in a browser, keep it as a file: resource\\(\\{ keep: "reports" \\}\\)$/.test(error.message));
assert.deepEqual((await acs.requests()).map((entry) => entry.status), [204]);
assert.deepEqual((await acs.operations()).map((operation) => operation.executed), [1]);
assert.deepEqual((await acs.calls()).map((call) => call.verdict), ["redirected"]);
const [first, second] = [await acs.advance("6m"), await acs.advance("1.5s")];
assert.ok(new Date(second) - new Date(first) >= 1500);
await assert.rejects(acs.advance("soon"), /'soon' is not a duration/);

const call = await acs.ring(undefined, { from: "+14255550199", context: "short" });
await assert.rejects(acs.ring(undefined, { schema: "eventGrid" }), /schema: only with the URL of a webhook/);
await assert.rejects(acs.ring(undefined, { ringFor: "1s" }), /^EmulatorError: ring\\(\\) has no option 'ringFor'. Did you mean 'ringsFor'\\? It has from, to, /);
await assert.rejects(acs.ring("http://127.0.0.1:1/", { caller: "+14255550199" }), /no option 'caller'. Did you mean 'from'\\?/);
await assert.rejects(acs.ring({ from: "+14255550199" }), /the first argument of ring\\(\\) is the URL of a webhook/);
await assert.rejects(acs.ring("ftp://app/"), /^EmulatorError: the URL of the webhook must be a URL of http or https/);
await assert.rejects(acs.ring("http://127.0.0.1:1/", { redeliverAfter: "x" }), /^EmulatorError: redeliverAfter: Expected a duration/);
await assert.rejects(acs.verify({ executed: 1 }, { wher: {} }), /verify\\(\\) has no option 'wher'. Did you mean 'where'\\? It has where, within/);
await assert.rejects(acs.close({ strickt: true }), /close\\(\\) has no option 'strickt'. Did you mean 'strict'\\?/);
await assert.rejects(resource({ ownNumber: [] }), /resource\\(\\) has no option 'ownNumber'. Did you mean 'ownNumbers'\\?/);
await assert.rejects(start({ arg: [] }), /start\\(\\) has no option 'arg'. Did you mean 'args'\\?/);
await client.redirectCall(call.incomingCallContext, target).catch((error) => assert.equal(error.statusCode, 401));
await acs.verify({ redirects: "0..1" }, { where: { call: call.id } });
await acs.close({ strict: true });

const day = await resource();
await day.badDay("throttled twice");
await day.client(CallAutomationClient).redirectCall("eyJhbGciOi", target);
await day.verify({ statuses: [429, 429, 204] });
await day.close({ strict: true });
const other = await resource();
const alone = /^EmulatorError: the rule 'expired' is for connections, and such rules act only in the resource 'default': .* Use existing\\(\\)/;
const ofConnections = { connections: [{ name: "expired", fault: { tls: { certificate: "expired" } } }] };
await assert.rejects(other.scenario(ofConnections), alone);
await assert.rejects(resource({ scenario: ofConnections }), alone);
await assert.rejects(other.badDay("connection refused twice"), /rules act only in the resource 'default'/);
await other.close();
await assert.rejects(acs.badDay(), /^EmulatorError: the first argument of badDay\\(\\) is the name of a bad day. There are 'a perfect day', /);
assert.throws(() => acs.client(), /^EmulatorError: the first argument of client\\(\\) is the SDK's class, as in client\\(CallAutomationClient\\)/);
await assert.rejects(acs.badDay("throttled thrice"), /there is no bad day 'throttled thrice'. Did you mean 'throttled twice'\\? There are 'a perfect day', .*'throttled twice'/);

const ringing = await resource();
const app = ringing.client(CallAutomationClient);
const webhook = createServer((request, response) => {
  let text = "";
  request.on("data", (part) => (text += part)).on("end", () => {
    response.writeHead(200).end();
    for (const event of JSON.parse(text)) app.redirectCall(event.data.incomingCallContext, target);
  });
});
await new Promise((resolve) => webhook.listen(0, "127.0.0.1", resolve));
const rung = await ringing.ring(`http://127.0.0.1:${webhook.address().port}/events`, { from: "+14255550199", ringsFor: "30s" });
await ringing.verify({ caller: "redirected", deliveries: 1 }, { where: { call: rung.id }, within: "20s" });
// The story is in the message of the check, so it is not said again.
await assert.rejects(ringing.verify({ caller: "lost" }, { where: { call: rung.id } }), ({ message }) =>
  message.split("Redirected after ringing").length === 2 && /\\n  c1  redirected\\n {6}#1  [0-9:.]+  204\\n/.test(message));
webhook.close();
await ringing.close({ strict: true });

const kept = await resource({ name: "kept", keep: "reports/of tests" });
await kept.client(CallAutomationClient).redirectCall("eyJhbGciOi", target);
const file = join(process.cwd(), "reports/of tests", `${kept.name}.html`);
await assert.rejects(kept.verify({ executed: 2 }), (error) => error.message.endsWith(`\\nkept, to be opened in a browser: ${file}`));
assert.match(readFileSync(file, "utf8"), /^<!doctype html>.*eyJhbGciOi/is);
await kept.close();

const strict = await resource();
await strict.scenario({ rules: [{ name: "never", attempts: 9, respond: { status: 429 } }] });
await strict.client(CallAutomationClient).redirectCall("eyJhbGciOi", target);
await assert.rejects(strict.close({ strict: true }), /the rule 'never' never fired\\nstrict: nothing asserted request \\d+: POST/);

await assert.rejects(start({ args: ["--threads", "0"] }), /did not start; it said: error: --threads 0: expected a whole number/);
const keyed = await start({ args: ["--control-key", "secret"] });
await (await keyed.resource()).close();
await keyed.stop();
console.log("done", acs.emulator.program.child.pid);
"""


def test_the_helper_does_what_its_guide_says_and_its_emulator_ends_with_the_process(project):
    (project / "script.mjs").write_text(SCRIPT)
    ended = run(project, "node", "script.mjs")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    word, pid = ended.stdout.split()
    assert word == "done"
    wait_until(lambda: not os.path.exists(f"/proc/{pid}"))


RINGS = """
import assert from "node:assert";
import { createServer } from "node:http";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { resource } from "redirect-emulator";

const require = createRequire(import.meta.url);
const folder = dirname(require.resolve("redirect-emulator"));
const { ringOf } = require(join(folder, "days.js"));
for (const file of readdirSync(join(folder, "days"))) {
  const { from, ...others } = ringOf(readFileSync(join(folder, "days", file), "utf8"));
  assert.match(from, /^(\\+|8:acs:|anonymous$)/, file);
  assert.deepEqual(Object.keys(others).filter((name) => name !== "validate"), [], file);
}

const seen = [];
const webhook = createServer((request, response) => {
  let text = "";
  request.on("data", (part) => (text += part)).on("end", () => {
    for (const event of JSON.parse(text)) seen.push(event.data.from?.kind ?? event.data.from?.rawId ?? event.eventType);
    response.writeHead(200).end();
  });
});
await new Promise((resolve) => webhook.listen(0, "127.0.0.1", resolve));
const to = `http://127.0.0.1:${webhook.address().port}/`;
const acs = await resource();
await acs.badDay("caller is a user");
await acs.ring(to);
await acs.verify({ deliveries: 1, caller: "lost" }, { within: "10s" }).catch(() => {});
await acs.ring(to, { from: "+14255550199", ringsFor: "1s" });
await acs.badDay("webhook validated first");
await acs.ring(to, { ringsFor: "1s" });
await acs.verify({ caller: "lost" }, { within: "20s" }).catch(() => {});
await acs.ring();
assert.deepEqual(seen, ["communicationUser", "phoneNumber", "Microsoft.EventGrid.SubscriptionValidationEvent"], seen);
await acs.close();
webhook.close();
"""


def test_calls_ring_as_a_bad_day_says(project):
    (project / "rings.mjs").write_text(RINGS)
    ended = run(project, "node", "rings.mjs")
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_an_address_left_over_from_an_emulator_that_ended_is_said_to_be_one(project):
    (project / "left.mjs").write_text('import { resource } from "redirect-emulator"; await resource();')
    ended = run(project, "node", "left.mjs", environment={"REDIRECT_EMULATOR_CONTROL": "http://127.0.0.1:1/_emulator"})
    assert ended.returncode == 1
    assert "REDIRECT_EMULATOR_CONTROL names an emulator that does not run; unset it" in ended.stderr, ended.stderr


@pytest.mark.parametrize("address", ["127.0.0.1:4999", "localhost:4999/_emulator", "4010", "foo", "http://127.0.0.1:4010"])
def test_an_address_that_is_no_control_apis_is_refused(project, address):
    (project / "wrong.mjs").write_text('import { existing } from "redirect-emulator"; await existing();')
    ended = run(project, "node", "wrong.mjs", environment={"REDIRECT_EMULATOR_CONTROL": address})
    assert ended.returncode == 1
    assert f"'{address}' is not an address of a control API; expected http://HOST:PORT/_emulator" in ended.stderr, ended.stderr


OF_ANOTHER = """
import assert from "node:assert";
import { existing } from "redirect-emulator";

const acs = await existing();
const own = `so these tests have an emulator of their own at ${acs.endpoint}. An app that runs already uses another one: run eval "$(npx redirect-emulator env)" first, in the shell of the tests.`;
await assert.rejects(acs.verify({ redirects: 1 }), ({ message }) => message.includes(own) && message.includes(process.argv[2]));
await assert.rejects(acs.ring("http://app:8080/"), ({ message }) => message.includes("--ring-allow app allows it, or REDIRECT_EMULATOR_RING_ALLOW=app.\\n") && message.endsWith(own));
const request = { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" };
await fetch(`${acs.endpoint}/calling/callConnections:redirect?api-version=2023-03-06`, request);
await assert.rejects(acs.verify({ executed: 1 }), ({ message }) => !message.includes("REDIRECT_EMULATOR_CONTROL"));
"""


@pytest.mark.parametrize(
    ("control", "said"),
    [(None, "REDIRECT_EMULATOR_CONTROL is not set, "), ("on", "REDIRECT_EMULATOR_CONTROL is 'on', which is no address, ")],
)
def test_an_existing_resource_without_requests_in_the_tests_own_emulator_is_said_to_be_there(project, control, said):
    (project / "another.mjs").write_text(OF_ANOTHER)
    ended = run(project, "node", "another.mjs", said, environment={"REDIRECT_EMULATOR_CONTROL": control} if control else None)
    assert ended.returncode == 0, ended.stdout + ended.stderr


ONE_CLIENT = """
import assert from "node:assert";
import { CallAutomationClient } from "@azure/communication-call-automation";
import { resource } from "redirect-emulator";

const target = { targetParticipant: { phoneNumber: "+14255550123" } };
const first = await resource();
const client = first.client(CallAutomationClient);
await first.close();
const before = await resource();
await client.redirectCall("eyJhbGciOi", target).catch((error) => assert.equal(error.statusCode, 401));
const second = await resource();
await assert.rejects(second.verify({ executed: 1 }), ({ message }) => !message.includes("'default'"));
await client.redirectCall("eyJhbGciOi", target).catch((error) => assert.equal(error.statusCode, 401));
const why = " since this test made its resource. If they are your app's, it made its client before that, with another key.";
await assert.rejects(before.verify({ executed: 1 }), ({ message }) => message.includes(`The resource 'default' got 2 requests${why}`));
await assert.rejects(second.verify({ executed: 1 }), ({ message }) => message.includes(`The resource 'default' got 1 request${why}`));
await second.scenario({ rules: [{ name: "never", attempts: 1, respond: { status: 429 } }] });
await assert.rejects(second.close({ strict: true }), ({ message }) => message.includes("'never' never fired\\nThe resource 'default' got 1 request"));
"""


def test_requests_that_came_to_default_instead_are_said_with_their_number(project):
    (project / "one-client.mjs").write_text(ONE_CLIENT)
    ended = run(project, "node", "one-client.mjs")
    assert ended.returncode == 0, ended.stdout + ended.stderr


TOO_SHORT = """
import { createServer } from "node:http";
import { once } from "node:events";
import { afterEach, test } from "RUNNER";
import { resource } from "redirect-emulator";

const acs = await resource();
const webhook = createServer(() => {}).listen(0, "127.0.0.1");
await once(webhook, "listening");
afterEach(async () => {
  await acs.close();
  webhook.closeAllConnections();
  webhook.close();
});

test("its time is too short", async () => {
  await acs.ring(`http://127.0.0.1:${webhook.address().port}/`, { ringsFor: "20s" });
  await acs.verify({ caller: "redirected" }, { within: "20s" });
}, 1000);
"""


@pytest.mark.parametrize(
    ("module", "runner"),
    [
        ("vitest", ["node_modules/.bin/vitest", "run", "--root", "."]),
        ("@jest/globals", ["node_modules/.bin/jest", "--rootDir", ".", "--testMatch", "**/*.test.mjs"]),
    ],
    ids=["vitest", "jest"],
)
def test_a_test_that_ends_before_its_verify_shows_the_story(project, module, runner):
    file = project / "short.test.mjs"
    file.write_text(TOO_SHORT.replace("RUNNER", module))
    ended = run(project, *runner, file.name, environment={"NODE_OPTIONS": "--experimental-vm-modules"})
    file.unlink()
    assert ended.returncode == 1
    said = "The test ended before its verify did: await is missing before verify, or the test needs more time, in Vitest and Jest as the third argument: test(name, fn, 60_000)\n"
    assert f"{said}what became of the calls:\n  c1  ringing: Ringing for " in ended.stderr, ended.stdout + ended.stderr


def test_the_helper_alone_says_which_file_was_not_installed(project, tmp_path):
    package = tmp_path / "node_modules" / "redirect-emulator"
    shutil.copytree(project / "node_modules" / "redirect-emulator", package)
    version = json.loads((package / "package.json").read_text())["version"]
    ended = run(tmp_path, "node", package / "bin.js", "--version")
    assert ended.returncode == 71
    assert f"install both, npm install --save-dev ./redirect-emulator-{version}.tgz ./redirect-emulator-linux-x64-{version}.tgz" in ended.stderr


def test_every_member_of_the_interface_is_typed(project):
    package = project / "node_modules" / "redirect-emulator"
    script = """
      import * as helper from "redirect-emulator";
      const members = Object.fromEntries(Object.entries(helper).map(([name, value]) => [
        name, value.prototype ? Object.getOwnPropertyNames(value.prototype) : []]));
      console.log(JSON.stringify(members));
    """
    (project / "members.mjs").write_text(script)
    members = json.loads(run(project, "node", "members.mjs").stdout)
    types = (package / "index.d.ts").read_text()
    for name, own in members.items():
        assert re.search(rf"^export (class|function) {name}\b", types, re.MULTILINE), name
        for member in own:
            assert member == "constructor" or re.search(rf"^  (readonly )?{member}[(:<]", types, re.MULTILINE), (name, member)
    manifest = json.loads((package / "package.json").read_text())
    assert manifest["optionalDependencies"] == {"@redirect-emulator/linux-x64": manifest["version"]}
