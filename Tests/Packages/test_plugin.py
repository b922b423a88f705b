"""pytest's plug-in as it is installed: tests that people write, run by pytest in a process of its own, with the real SDK."""

import json
import os
import re
import subprocess
import textwrap
import xml.etree.ElementTree

import pytest
from support import ROOT

HEAD = """
import asyncio
import os
import pytest
from azure.communication.callautomation import CallAutomationClient, PhoneNumberIdentifier
from azure.communication.callautomation.aio import CallAutomationClient as AsyncClient
from azure.core.exceptions import HttpResponseError

TARGET = PhoneNumberIdentifier("+14255550123")
THROTTLED = "rules: [{ name: throttled, attempts: 1..2, respond: { status: 429, retryAfter: 1s } }]"


def app(context="eyJhbGciOi", **options):
    with CallAutomationClient.from_connection_string(os.environ["COMMUNICATION_SERVICES_CONNECTION_STRING"], **options) as client:
        client.redirect_call(context, TARGET)


async def async_app():
    async with AsyncClient.from_connection_string(os.environ["COMMUNICATION_SERVICES_CONNECTION_STRING"]) as client:
        await client.redirect_call("eyJhbGciOi", TARGET)


"""


@pytest.fixture
def session(python, tmp_path):
    """Runs tests in a session of their own: `session(code, options…)` has its status, its output and its counts."""

    def run(code, *options, before=(), environment=None, head=HEAD):
        (tmp_path / "test_app.py").write_text(head + textwrap.dedent(code))
        command = [*before, python, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:randomly", *options, "test_app.py"]
        ended = subprocess.run(
            [*map(str, command)], cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
            env={**os.environ, **(environment or {})},
        )  # fmt: skip
        ended.output = ended.stdout + ended.stderr
        counts = re.findall(r"(\d+) (passed|failed|error)", ended.stdout.splitlines()[-1]) if ended.stdout else []
        ended.counts = {word: int(number) for number, word in counts}
        return ended

    return run


def test_the_sync_and_the_async_client_find_the_tests_resource(session):
    ended = session(
        """
        import aiohttp  # before there is an emulator: its context has been made

        def test_sync(acs):
            app()
            acs.verify(operations=1, executed=1, statuses=[204])

        def test_async(acs):
            asyncio.run(async_app())
            acs.verify(operations=1, executed=1, statuses=[204])

        @pytest.mark.asyncio
        async def test_async_in_the_tests_own_loop(acs):
            app_runs = asyncio.ensure_future(async_app())
            await acs.verify_async(within="10s", executed=1, final_status=204)
            await app_runs

        def test_clients_that_trust_the_emulator(acs, monkeypatch):
            for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "COMMUNICATION_SERVICES_CONNECTION_STRING"):
                monkeypatch.delenv(name)
            acs.client().redirect_call("eyJhbGciOi", TARGET)

            async def redirect():
                async with acs.async_client() as client:
                    await client.redirect_call("eyJhbGciOi", TARGET)

            asyncio.run(redirect())
            acs.verify(operations=2, executed=1)
        """
    )
    assert ended.counts == {"passed": 4}, ended.output


def test_a_resource_has_what_a_test_needs_and_the_environment_is_as_before_behind_it(session):
    ended = session(
        """
        before = dict(os.environ)

        def test_members(acs, redirect_emulator):
            assert acs.name.startswith("test-members-")
            assert acs.connection_string == f"endpoint={acs.https_endpoint}/;accesskey={acs.access_key}"
            assert acs.http_connection_string == f"endpoint={acs.endpoint}/;accesskey={acs.access_key}"
            assert acs.endpoint.startswith("http://127.0.0.1:") and acs.token.count(".") == 2
            assert open(acs.ca_file).read().startswith("-----BEGIN CERTIFICATE-----")
            assert os.environ["ACS_CONNECTION_STRING"] == acs.connection_string
            assert os.environ["REDIRECT_EMULATOR_CONTROL"] == redirect_emulator.control.url + "/resources/" + acs.name
            assert os.environ["REDIRECT_EMULATOR_TOKEN"] == acs.token
            app()
            assert [entry["status"] for entry in acs.requests()] == [204]
            assert [operation["executed"] for operation in acs.operations()] == [1]
            assert [call["verdict"] for call in acs.calls()] == ["redirected"]
            one = redirect_emulator.control.ask("GET", "/resources/" + acs.name)
            assert one["name"] == acs.name

        def test_behind_it(redirect_emulator):
            assert {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"} == {
                k: v for k, v in before.items() if k != "PYTEST_CURRENT_TEST"}
            assert [r["name"] for r in redirect_emulator.control.ask("GET", "/resources")["resources"]] == ["default"]
        """
    )
    assert ended.counts == {"passed": 2}, ended.output


def test_scenarios_come_from_markers_texts_files_and_values(session, tmp_path):
    (tmp_path / "days").mkdir()
    (tmp_path / "days" / "down.yaml").write_text("rules: [{ name: down, attempts: 1, respond: { status: 503, retryAfter: 1s } }]\n")
    ended = session(
        """
        @pytest.mark.scenario(THROTTLED)
        def test_text(acs):
            app()
            acs.verify(statuses=[429, 429, 204], executed=1, honours_retry_after=True, stable_repeatability=True)

        @pytest.mark.scenario("days/down.yaml")
        def test_file(acs):
            app()
            acs.verify(statuses=[503, 204], rules=["down"], spacing={"at_least": "1s"})

        def test_values(acs):
            acs.scenario(rules=[{"name": "refused", "respond": {"status": 403}}], seed=7)
            with pytest.raises(HttpResponseError):
                app()
            acs.verify(final_status=403, where={"target": "+1425*"})
            assert acs.rules()[0]["fired"] == 1
        """
    )
    assert ended.counts == {"passed": 3}, ended.output


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ('"rules:\\n  - name: x\\n    atempts: 1\\n    respond: { status: 429 }\\n"', "scenario:3:5: .*'atempts'.*Did you mean 'attempts'"),
        ('"wrong.yaml"', "wrong.yaml:1:9: "),
        ('"nothing.yaml"', "there is no scenario file nothing.yaml; it was looked for in /"),
    ],
)
def test_a_wrong_scenario_fails_the_test_with_its_place_and_no_traceback(session, tmp_path, given, said):
    (tmp_path / "wrong.yaml").write_text("rules: [{ name: x }]\n")
    ended = session(f"@pytest.mark.scenario({given})\ndef test_it(acs):\n    app()\n")
    assert ended.counts == {"error": 1}, ended.output
    assert re.search(said, ended.stdout), ended.output
    assert "pytest_plugin.py" not in ended.stdout, ended.output


def test_bad_days_are_loaded_by_their_names(session):
    ended = session(
        """
        @pytest.mark.bad_day("throttled twice")
        def test_name(acs):
            acs(strict=True)
            app()
            acs.verify(statuses=[429, 429, 204], executed=1)

        def test_file(acs):
            acs.bad_day("throttled-twice")
            acs(strict=True)

        @pytest.mark.bad_day("throttled thrice")
        def test_wrong(acs):
            pass
        """
    )
    assert ended.counts == {"passed": 1, "failed": 1, "error": 1}, ended.output
    assert "strict: no rule of the bad day 'throttled-twice' fired" in ended.stdout
    said = "there is no bad day 'throttled thrice'. Did you mean 'throttled twice'\\? There are 'a perfect day', .*, 'throttled twice', "
    assert re.search(said, ended.stdout), ended.output


def test_every_bad_day_of_the_program_is_one_of_the_plugins(session):
    names = re.findall("^  name: (.*)$", "".join(path.read_text() for path in sorted((ROOT / "fixtures/days").glob("*.yaml"))), re.MULTILINE)
    assert len(names) > 20
    code = f"@pytest.mark.parametrize('name', {names!r})\ndef test_day(acs, name):\n    assert acs.bad_day(name)['rules'] is not None\n"
    ended = session(code, "--acs-resource", "default")
    assert ended.counts == {"passed": len(names)}, ended.output


def test_calls_ring_as_the_bad_day_says(session):
    code = """
        import http.server, threading
        import yaml
        from redirect_emulator import _days, _names

        @pytest.mark.parametrize("path", sorted(_days.FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
        def test_section(path):
            said = yaml.safe_load(path.read_text())["day"]["ring"]
            expected = {_names.option_of_ring(name): value for name, value in said.items() if name not in ("count", "atATime")}
            found = _days.ring(path.read_text())
            assert found == expected and set(found) <= {*_names.OF_CALL, *_names.OF_DELIVERY}

        @pytest.fixture
        def webhook():
            class Webhook(http.server.BaseHTTPRequestHandler):
                def do_POST(self):
                    self.rfile.read(int(self.headers["Content-Length"]))
                    kinds.append(self.headers["aeg-event-type"])
                    self.send_response(200)
                    self.send_header("Content-Length", "0")
                    self.end_headers()

            kinds = []
            with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Webhook) as server:
                threading.Thread(target=server.serve_forever, daemon=True).start()
                yield f"http://127.0.0.1:{server.server_port}/", kinds
                server.shutdown()

        @pytest.mark.bad_day("anonymous caller")
        def test_caller(acs):
            assert acs.ring()["from"] == "4:anonymous"
            assert acs.ring(caller="+14255550100")["from"] == "4:+14255550100"
            acs.reset()
            assert acs.ring()["from"] != "4:anonymous"

        @pytest.mark.bad_day("caller is a user")
        def test_user(acs):
            assert acs.ring()["from"].startswith("8:acs:")
            acs.scenario("rules: []")
            assert not acs.ring()["from"].startswith("8:acs:")

        @pytest.mark.bad_day("webhook validated first")
        def test_validated(acs, webhook):
            url, kinds = webhook
            call = acs.ring(url, max_deliveries=1, rings_for="1s")
            acs.verify(within="5s", where={"call": call["id"]}, caller="lost")
            assert kinds == ["SubscriptionValidation"]
            call = acs.ring(url, max_deliveries=1, rings_for="1s", validate=False)
            acs.verify(within="5s", where={"call": call["id"]}, caller="lost")
            assert kinds == ["SubscriptionValidation", "Notification"]
            acs.ring()
    """
    ended = session(code)
    assert set(ended.counts) == {"passed"} and ended.counts["passed"] > 20, ended.output


def test_a_test_that_passes_without_its_bad_days_fault_is_warned_of(session, python, tmp_path):
    code = """
        @pytest.mark.bad_day("slow")
        def test_nothing(acs):
            pass

        @pytest.mark.bad_day("throttled twice")
        def test_fault(acs):
            app()

        @pytest.mark.bad_day("burst")
        def test_day_without_rules(acs):
            app()

        @pytest.mark.scenario("rules: [{ name: late, attempts: 9, respond: { status: 503 } }]")
        def test_scenario(acs):
            app()
    """
    ended = session(code)
    said = "bad day 'slow': its fault never happened, so the test says nothing about it"
    assert ended.counts == {"passed": 4} and ended.stdout.count("its fault never happened") == 1, ended.output
    assert ended.stdout.count("PytestWarning: none of the scenario's rules fired, so the test says nothing about it") == 1, ended.output
    assert f"PytestWarning: {said}" in ended.stdout, ended.output
    assert session(code, "-W", "error:bad day:pytest.PytestWarning").counts == {"failed": 1, "passed": 3}
    strict = session(code, "-o", "redirect_emulator_strict=true", "-k", "nothing")
    assert strict.counts == {"failed": 1} and said not in strict.stdout, strict.output
    drill = [python.parent / "redirect-emulator", "drill", "--day", "a perfect day", "--report", tmp_path / "drill.json", "--"]
    session(code, "--acs-resource", "default", before=drill)
    assert said not in (tmp_path / "drill.json").read_text()


@pytest.mark.parametrize("marker", ["scenario", "scenario()", "scenario('')"])
def test_a_marker_without_its_scenario_fails_the_test(session, marker):
    ended = session(f"@pytest.mark.{marker}\ndef test_it(acs):\n    app()\n")
    said = "pytest.mark.scenario: it has no scenario; expected YAML, or the path of a file"
    assert ended.counts == {"error": 1} and said in ended.stdout and "pytest_plugin.py" not in ended.stdout, ended.output


def test_a_missing_variable_of_the_emulators_says_how_it_is_set(session, tmp_path):
    said = (
        "No emulator's variables are set here: use the fixture acs in the test, and in a fixture that makes the client. If your app makes"
        " its client at its import, or the test makes it in setup_method, run pytest --acs-resource default."
    )
    ended = session(
        """
        from redirect_emulator import pytest_plugin

        @pytest.fixture(scope="session")
        def once():
            return os.environ["REDIRECT_EMULATOR_ACCESS_KEY"]

        def test_call():
            app()

        def test_fixture(once, acs):
            pass

        def test_other():
            os.environ["DATABASE"]

        def test_names(acs):
            names = {name for name, value in acs.environment.items() if value == acs.connection_string}
            assert names == set(pytest_plugin.CONNECTION_STRINGS)
            del os.environ["ACS_CONNECTION_STRING"]
            os.environ["ACS_CONNECTION_STRING"]
        """
    )
    assert ended.counts == {"failed": 3, "error": 1} and ended.stdout.count(said) == 2, ended.output
    assert not re.search(f"DATABASE(.|\n)*{re.escape(said)}", ended.stdout), ended.output
    ended = session("client = os.environ['ACS_CONNECTION_STRING']\n")
    assert ended.counts == {"error": 1} and ended.stdout.count(said) == 1, ended.output
    (tmp_path / "conftest.py").write_text("import os\nos.environ['COMMUNICATION_SERVICES_CONNECTION_STRING']\n")
    ended = session("")
    assert ended.returncode == 4 and ended.stderr.count(said) == 1, ended.output
    assert session("def test_it():\n    pass\n", "--acs-resource", "default").counts == {"passed": 1}


CONNECTIONS = ["certificate expired", "certificate of a wrong host", "certificate of an unknown CA", "connection refused twice"]


def test_rules_for_connections_act_on_the_test_that_is_marked_and_on_no_other(session):
    days = [
        f"""
@pytest.mark.bad_day({day!r})
def test_{n}(acs):
    before = os.environ["COMMUNICATION_SERVICES_CONNECTION_STRING"]
    assert (acs.name, before) == ("default", acs.connection_string)
    try:
        app(retry_total=3)
    except AzureError:
        pass
    assert acs.rules()[0]["fired"] >= 1

def test_behind_{n}(acs, redirect_emulator):
    assert acs.name != "default" and redirect_emulator.existing().rules() == []
    app()
    acs.verify(operations=1, executed=1, attempts=1)
"""
        for n, day in enumerate(CONNECTIONS)
    ]
    own = """
@pytest.mark.scenario("connections: [{ name: once, connections: 1, fault: refuse }]")
def test_scenario():
    app()
    assert False
"""
    ended = session("from azure.core.exceptions import AzureError\n" + "".join(days) + own)
    assert ended.counts == {"passed": 8, "failed": 1}, ended.output
    assert "rule 'once': fired 1 time\n" in ended.stdout and "REDIRECT_EMULATOR_CONTROL is not set" not in ended.stdout, ended.output


OF_CONNECTIONS = """
@pytest.mark.bad_day("certificate expired")
def test_marked(acs):
    app()

def test_called(acs):
    acs.bad_day("certificate expired")

def test_made(redirect_emulator):
    redirect_emulator.resource("one", scenario={"connections": [{"name": "refused", "fault": "refuse"}]})
"""


def test_rules_for_connections_are_refused_where_they_would_do_nothing(session, python, tmp_path):
    why = " is for connections. Its faults happen only in the resource 'default', since a connection to an address belongs to no resource yet. "
    leave_out = 'In a drill, leave this test out, since it has a marker: pytest -m "not bad_day and not scenario"'
    advice = "Give the test the marker bad_day or scenario instead: it then uses 'default'. Or run pytest --acs-resource default."
    ended = session(OF_CONNECTIONS, before=[python.parent / "redirect-emulator", "exec", "--"])
    assert ended.counts == {"error": 1, "failed": 2}, ended.output
    assert f"the rule 'expired'{why}Others may use that resource. If not, run pytest --acs-resource default.\n" in ended.stdout, ended.output
    for rule in ("expired", "refused"):
        assert f"E   redirect_emulator.RulesForConnectionsError: the rule '{rule}'{why}{advice}" in re.sub("E +", "E   ", ended.stdout)
    assert "_resource.py" not in ended.stdout and "_emulator.py" not in ended.stdout, ended.output
    drill = [python.parent / "redirect-emulator", "drill", "--day", "a perfect day", "--report", tmp_path / "drill.json", "--"]
    session(OF_CONNECTIONS, "--acs-resource", "default", before=drill)
    output = json.loads((tmp_path / "drill.json").read_text())["days"][0]["output"]
    assert f"the rule 'expired'{why}{leave_out}\n" in output, output


def test_a_failing_test_says_what_the_emulator_saw(session):
    ended = session(
        """
        def test_it(acs):
            acs.scenario(THROTTLED)
            app()
            acs.verify(statuses=[204], executed=2)
        """
    )
    assert ended.counts == {"failed": 1}, ended.output
    said = re.search("^E +redirect_emulator.VerificationError: (.*)\nE +(.*)$", ended.stdout, re.MULTILINE)
    assert said and re.match("executed: expected 2, but operation .* was executed 1 time$", said[1]), ended.output
    assert re.match(r"statuses: expected \[204\], but operation .* had \[429, 429, 204\]$", said[2]), ended.output
    assert "_resource.py" not in ended.stdout, ended.output
    section = ended.stdout.split("redirect-emulator: what became of the calls")[1]
    assert "r1  redirected: Redirected, by try 3; the 2 tries before it got 429." in section
    assert re.search(r"#1  \d\d:\d\d:\d\d\.\d{3}  429  code 8516  rule 'throttled'  asked to wait 1 s\n", section), section
    assert "rule 'throttled': fired 2 times" in section
    # The emulator ends with the session: its page's address would lead nowhere.
    assert "http://" not in ended.stdout and "run again with --acs-keep FOLDER" in section, ended.output


def test_what_a_failed_test_saw_is_kept_as_a_file(session, tmp_path):
    code = """
        @pytest.mark.parametrize("name", ["a/b", "x" * 300])
        def test_it(acs, name):
            app()
            acs.verify(executed=2)

        def test_good(acs):
            app()
    """
    ended = session(code, "--acs-keep", "kept/here")
    assert ended.counts == {"failed": 2, "passed": 1}, ended.output
    files = re.findall("^Kept, to be opened in a browser: (/.*[.]html)$", ended.stdout, re.MULTILINE)
    assert sorted(files) == sorted(map(str, (tmp_path / "kept" / "here").iterdir())) and len(files) == 2, ended.output
    for file in files:
        page = open(file).read()
        assert page[:15].lower() == "<!doctype html>" and "eyJhbGciOi" in page
    (tmp_path / "file").write_text("")
    ended = session(code, "--acs-keep", "file")
    assert ended.counts == {"failed": 2, "passed": 1} and "It could not be kept in file: " in ended.stdout, ended.output


SPEAKS = [
    ("acs.ring(ring_for='1s')", "TypeError: ring() got an unexpected keyword argument 'ring_for'. Did you mean 'rings_for'? It has to, caller, "),
    ("acs.ring(from_='+14255550199')", "unexpected keyword argument 'from_'. Did you mean 'caller'?"),
    ("acs.ring(rings_for='soon')", "EmulatorError: rings_for: Expected a duration such as "),
    ("acs.ring(caller='nobody')", "EmulatorError: 'caller' must be a number such as "),
    ("acs.ring('ftp://app/')", "EmulatorError: 'to' must be a URL of http or https"),
    ("acs.ring('http://127.0.0.1:1/', redeliver_after='x')", "EmulatorError: redeliver_after: Expected a duration"),
    ("acs.verify(exectued=1)", "TypeError: verify() got an unexpected keyword argument 'exectued'. Did you mean 'executed'?"),
    ("acs.verify(status=204)", "Did you mean 'final_status'?"),
    ("acs.verify(final_status='ok')", "EmulatorError: final_status: Expected a whole number, found 'ok'."),
    ("acs.verify(spacing={'at_lest': '1s'})", "TypeError: spacing has no member 'at_lest'. Did you mean 'at_least'? It has at_least, at_most."),
    ("acs.verify(executed=1, where={'requestid': ''})", "TypeError: where has no member 'requestid'. Did you mean 'request_id'?"),
    ("acs.verify(within=5, executed=1)", "EmulatorError: within: Expected a duration such as 250ms, 1.5s, 2m or 1h, found 5."),
    ("acs.verify(within='5', executed=1)", "EmulatorError: within: Expected a duration such as 250ms, 1.5s, 2m or 1h, found '5'."),
    ("acs.advance(3)", "EmulatorError: duration: Expected a duration such as 250ms, 1.5s, 2m or 1h, found 3."),
    ("acs.ring(rings_for=3)", "EmulatorError: rings_for: Expected a duration such as 250ms, 1.5s, 2m or 1h, found the number 3."),
    ("acs.verfiy()", "AttributeError: 'Resource' object has no attribute 'verfiy'. Did you mean 'verify'?"),
    ("redirect_emulator.exsting()", "AttributeError: 'Emulator' object has no attribute 'exsting'. Did you mean 'existing'?"),
    ("acs.verify(executed=1)", "ask with verify(within='10s', …)"),
    ("acs.verify()", "EmulatorError: verify() expects nothing: say what, as in "),
    ("acs.verify(final_status=204)", "VerificationError: final_status: expected 204, but no operation was found"),
    ("acs.verify(app_knows=True)", "VerificationError: app_knows: expected True, but no call was found"),
    ("redirect_emulator.resource('x', own_number=[])", "TypeError: resource() got an unexpected keyword argument 'own_number'. Did you mean 'own_numbers'?"),
    ("redirect_emulator.existing('defalt')", "EmulatorError: there is no resource 'defalt'. Did you mean 'default'? There are 'default'"),
]


def test_errors_have_pythons_names_and_near_ones(session):
    tests = [f"def test_{n}(acs, redirect_emulator):\n    {code}\n" for n, (code, _) in enumerate(SPEAKS)]
    ended = session("\n".join(tests), "--tb=short")
    assert ended.counts == {"failed": len(SPEAKS)}, ended.output
    parts = re.split(r"^_+ test_\d+ _+$", ended.stdout, flags=re.MULTILINE)[1:]
    for (code, said), part in zip(SPEAKS, parts):
        assert said in part, f"{code}: {part}"
        # The test's own line is the last one of the traceback.
        assert "_resource.py" not in part and "_emulator.py" not in part and "_names.py" not in part, part


def test_a_marker_that_is_not_one_says_what_was_meant(session):
    ended = session(
        """
        @pytest.mark.scenario(rule=[])
        def test_keyword(acs):
            pass

        @pytest.mark.bad_day
        def test_without(acs):
            pass
        """
    )
    assert ended.counts == {"error": 2}, ended.output
    assert "pytest.mark.scenario: got an unexpected keyword argument 'rule'. Did you mean 'rules'? It takes text_or_path, rules, " in ended.stdout
    assert "pytest.mark.bad_day: missing a required argument: 'name'. It takes name" in ended.stdout, ended.output


def test_a_marker_brings_the_fixture(session):
    ended = session(
        """
        @pytest.mark.bad_day("throttled twice")
        def test_it():
            app()
            assert False

        @pytest.mark.bad_day("slow")
        def test_other():
            assert False
        """
    )
    assert ended.counts == {"failed": 2}, ended.output
    assert "rule 'throttled, in a test': fired 2 times" in ended.stdout, ended.output
    assert ended.stdout.count("rule '") == ended.stdout.count("rule 'throttled, in a test'"), ended.output
    assert "bad day 'slow': its fault never happened" in ended.stdout, ended.output


def test_a_request_that_comes_when_its_test_has_ended_is_told_below_the_next(session):
    ended = session(
        """
        late = []

        def test_first(acs):
            late.append(acs.connection_string)

        def test_second(acs):
            with CallAutomationClient.from_connection_string(late[0], connection_verify=acs.ca_file) as client:
                client.redirect_call("eyJhbGciOi", TARGET)
        """
    )
    assert ended.counts == {"passed": 1, "failed": 1}, ended.output
    assert re.search(r"an earlier test.* the last one was 'test-first-[0-9a-f]{8}'", ended.stdout), ended.output
    assert "Or your app kept a client that it made in an earlier test: make it again in each test, or run pytest --acs-resource" in ended.stdout


def test_a_misspelled_marker_fails_its_test_with_the_near_name(session, tmp_path):
    code = """
        @pytest.mark.bad_days("throttled twice")
        def test_day():
            pass

        @pytest.mark.scenarios("rules: []")
        def test_scenario(acs):
            pass

        @pytest.mark.slow
        @pytest.mark.parametrize("n", [1])
        def test_others(n):
            pass
    """
    ended = session(code)
    assert ended.counts == {"error": 2, "passed": 1}, ended.output
    assert "pytest.mark.bad_days: there is no marker 'bad_days'. Did you mean 'bad_day'?" in ended.stdout, ended.output
    assert "pytest.mark.scenarios: there is no marker 'scenarios'. Did you mean 'scenario'?" in ended.stdout, ended.output
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    bad_days(names): ours\n    scenarios\n")
    ended = session(code)
    assert ended.counts == {"passed": 3}, ended.output


def test_a_test_has_one_scenario(session):
    ended = session(
        """
        @pytest.mark.scenario("rules: []")
        @pytest.mark.bad_day("slow")
        def test_both():
            pass
        """
    )
    assert ended.counts == {"error": 1}, ended.output
    assert "pytest.mark.scenario and pytest.mark.bad_day: a test has one scenario" in ended.stdout, ended.output


def test_a_reset_in_a_drill_leaves_the_days_rules_and_what_it_saw(session, python, tmp_path):
    code = """
        def test_one(acs):
            acs.reset()
            app("a")
            acs.verify(operations=1, executed=1)
            acs.reset()
            assert acs.requests() == acs.calls() == []
    """
    drill = [python.parent / "redirect-emulator", "drill", "--day", "throttled twice", "--report", tmp_path / "drill.json", "--"]
    ended = session(code, "--acs-resource", "default", before=drill)
    day = json.loads((tmp_path / "drill.json").read_text())["days"][0]
    assert ended.returncode == 0 and (day["verdict"], day["tries"]) == ("passed", 3), ended.output


def test_a_test_cannot_change_a_drills_day_for_the_others(session, python, tmp_path):
    code = """
        def test_scenario(acs):
            acs.scenario(rules=[])

        def test_day(redirect_emulator):
            redirect_emulator.existing().bad_day("slow")

        def test_clock(acs):
            acs.advance("6m")

        def test_good(acs, redirect_emulator):
            with redirect_emulator.resource("other") as other:
                redirect_emulator.existing(other.name).bad_day("slow")
            acs(strict=True)
            app()
            acs.verify(statuses=[429, 429, 204])
            acs.reset()
    """
    drill = [python.parent / "redirect-emulator", "drill", "--day", "throttled twice", "--report", tmp_path / "drill.json", "--"]
    session(code, "--acs-resource", "default", before=drill)
    output = json.loads((tmp_path / "drill.json").read_text())["days"][0]["output"]
    assert "3 failed, 1 passed" in output, output
    for what in ("scenario() would replace the rules", "bad_day() would replace the rules", "advance() would move the clock"):
        said = f"EmulatorError: in a drill, {what} of the day 'throttled twice' for all tests. Mark the test with pytest.mark.bad_day"
        assert said in output, output
    assert "_resource.py" not in output, output


def test_a_marked_test_that_no_request_reaches_in_a_drill_is_to_be_left_out(session, python, tmp_path):
    (tmp_path / "service.py").write_text(SERVICE)
    code = """
        import service

        @pytest.mark.bad_day("throttled twice")
        def test_it(acs):
            service.redirect()
            acs.verify(executed=1)

        @pytest.mark.scenario("rules: []")
        def test_ringing(acs):
            call = acs.ring(rings_for="1s")
            with pytest.raises(HttpResponseError):
                service.client.redirect_call(call["incomingCallContext"], TARGET)
            acs.verify(within="5s", caller="redirected")
    """
    drill = [python.parent / "redirect-emulator", "drill", "--day", "a perfect day", "--report", tmp_path / "drill.json", "--"]
    session(code, "--acs-resource", "default", before=drill)
    output = json.loads((tmp_path / "drill.json").read_text())["days"][0]["output"]
    leave_out = 'In a drill, leave this test out, since it has a marker: pytest -m "not bad_day and not scenario"'
    assert f"1 request came to the resource 'default' meanwhile. Your app uses that one. {leave_out}.\n" in output, output
    assert f"({leave_out})" in output and "pytest --acs-resource default" not in output, output


def test_an_app_that_reads_another_variable_is_given_it(session, python):
    code = """
        def test_advice(acs):
            acs.ring(rings_for="100ms")
            acs.verify(within="5s", caller="redirected")
    """
    ended = session(code)
    advice = '(for another variable: monkeypatch.setenv("NAME", acs.connection_string))'
    assert ended.counts == {"failed": 1} and advice in ended.stdout and "--set NAME" not in ended.stdout, ended.output
    code = """
        def test_it(acs):
            assert os.environ["MY_ACS"] == acs.connection_string
    """
    before = [python.parent / "redirect-emulator", "exec", "--set", "MY_ACS={connectionString}", "--"]
    ended = session(code, before=before)
    assert ended.counts == {"passed": 1}, ended.output


@pytest.mark.parametrize(
    ("day", "rules"),
    [("throttled twice", ["rule 'throttled, in a test': fired 2 times"]), ("a perfect day", [])],
)
def test_a_failed_test_in_a_drill_shows_the_rules_that_fired_and_where_its_calls_are_kept(session, python, tmp_path, day, rules):
    code = "def test_it(acs):\n    app()\n    assert False\n"
    command = [python.parent / "redirect-emulator", "drill", "--day", day, "--report", tmp_path / "drill.json", "--"]
    session(code, "--acs-resource", "default", before=command)
    output = json.loads((tmp_path / "drill.json").read_text())["days"][0]["output"]
    assert re.findall("^(?:rule|bad day) .*$", output, re.MULTILINE) == rules, output
    assert "The drill's report has the calls of each failed day: redirect-emulator drill --report drill.html" in output, output
    assert "The emulator forgets" not in output, output


def test_a_resource_that_a_test_did_not_change_keeps_its_counters(session, python, tmp_path):
    (tmp_path / "bad-day.yaml").write_text("rules: [{ name: busy, attempts: 1, respond: { status: 429, retryAfter: 100ms } }]\n")
    code = """
        def test_one(redirect_emulator):
            with redirect_emulator.existing() as acs:
                acs.client().redirect_call("eyJhbGciOi", TARGET)
                acs.verify(statuses=[429, 204])
    """
    command = [python.parent / "redirect-emulator", "exec", "--scenario", tmp_path / "bad-day.yaml", "--require-rules", "--"]
    ended = session(code, before=command)
    assert ended.returncode == 0 and "1 passed" in ended.stdout, ended.output


def test_a_drill_runs_tests_with_the_fixture_where_that_is_the_resource_default(session, python, tmp_path):
    code = """
        def test_one(acs):
            app("a")
            acs.verify(operations=1, executed=1, final_status=204)

        @pytest.mark.bad_day("slow")
        def test_with_a_day_of_its_own(acs):
            assert acs.name != "default"

        def test_two(acs):
            app("b")
            acs.verify(operations=1, executed=1, final_status=204)
            assert len(acs.calls()) == len(acs.requests()) - 2 == 1
    """
    drill = [python.parent / "redirect-emulator", "drill", "--day", "throttled twice", "--report", tmp_path / "drill.json", "--"]
    ended = session(code, "--acs-resource", "default", before=drill)
    day = json.loads((tmp_path / "drill.json").read_text())["days"][0]
    assert ended.returncode == 0 and (day["verdict"], day["tries"]) == ("passed", 6), ended.output
    ended = session(code, before=drill)
    assert ended.returncode == 1 and "no request to the resource 'default'" in ended.output, ended.output
    assert "It made the resource 'test-one-" in ended.output and "pytest --acs-resource default" in ended.output


SERVICE = """
import os
from azure.communication.callautomation import CallAutomationClient, PhoneNumberIdentifier

client = CallAutomationClient.from_connection_string(os.environ["COMMUNICATION_SERVICES_CONNECTION_STRING"])


def redirect():
    client.redirect_call("eyJhbGciOi", PhoneNumberIdentifier("+14255550123"))
"""
OF_SERVICE = """
import service

def test_one(acs):
    service.redirect()
    acs.verify(operations=1, executed=1)

def test_two(acs, redirect_emulator):
    service.redirect()
    acs.verify(operations=1, executed=1)
    print("own" if redirect_emulator.is_own else "found")
"""


@pytest.mark.parametrize("imported_by", ["the test's file", "conftest.py"])
@pytest.mark.parametrize(
    ("options", "before", "kind"),
    [
        (["--acs-resource", "default", "-s"], [], "own"),
        (["-o", "redirect_emulator_resource=default", "-s"], [], "own"),
        (["--acs-resource", "default", "-n", "2", "-rP"], [], "own"),
        (["--acs-resource", "default", "-s"], ["exec"], "found"),
    ],
    ids=["alone", "by the setting", "in workers", "inside exec"],
)
def test_an_app_that_makes_its_client_once_finds_the_resource_when_it_is_imported(session, python, tmp_path, imported_by, options, before, kind):
    (tmp_path / "service.py").write_text(SERVICE)
    if imported_by == "conftest.py":
        (tmp_path / "conftest.py").write_text("import service\n")
    ended = session(OF_SERVICE, *options, before=[python.parent / "redirect-emulator", *before, "--"] if before else [], head="")
    assert ended.counts == {"passed": 2} and re.search(rf"\b{kind}$", ended.stdout, re.MULTILINE), ended.output


def test_a_drill_runs_an_app_that_makes_its_client_once(session, python, tmp_path):
    (tmp_path / "service.py").write_text(SERVICE)
    drill = [python.parent / "redirect-emulator", "drill", "--day", "throttled twice", "--report", tmp_path / "drill.json", "--"]
    ended = session(OF_SERVICE, "--acs-resource", "default", before=drill, head="")
    day = json.loads((tmp_path / "drill.json").read_text())["days"][0]
    assert ended.returncode == 0 and (day["verdict"], day["tries"]) == ("passed", 6), ended.output


def test_the_variables_of_the_session_end_with_it(python, tmp_path):
    (tmp_path / "test_nothing.py").write_text("def test_nothing():\n    pass\n")
    code = (
        "import os, pytest\nos.environ.pop('PYTEST_CURRENT_TEST')\nbefore = dict(os.environ)\n"
        "for option in ['default', 'defalt']:\n"
        "    print(int(pytest.main(['-q', '-p', 'no:cacheprovider', '--acs-resource', option])))\n"
        "    assert dict(os.environ) == before\n"
    )
    ended = subprocess.run([python, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0 and re.findall(r"^\d$", ended.stdout, re.MULTILINE) == ["0", "4"], ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("resource", "environment", "said"),
    [
        ("defalt", {}, "ERROR: there is no resource 'defalt'. Did you mean 'default'? There are 'default'"),
        ("default", {"REDIRECT_EMULATOR_BINARY": "/does/not/exist"}, "ERROR: /does/not/exist: No such file or directory"),
        ("default", {"REDIRECT_EMULATOR_CONTROL": "foo"}, "ERROR: 'foo' is not an address of a control API"),
        (
            "default",
            {"REDIRECT_EMULATOR_CONTROL": "http://127.0.0.1:1/_emulator"},
            "ERROR: REDIRECT_EMULATOR_CONTROL names an emulator that does not run; unset it, or start that emulator. GET http",
        ),
    ],
)
def test_a_resource_that_cannot_be_had_ends_the_session_with_the_emulators_words(session, resource, environment, said):
    ended = session("", "--acs-resource", resource, environment=environment)
    assert ended.returncode == 4 and said in ended.stderr and "Traceback" not in ended.output, ended.output
    for option in ("--help", "--version"):
        assert session("", "--acs-resource", resource, option, environment=environment).returncode == 0


def test_a_test_without_requests_says_where_they_came_and_where_the_emulator_listens(session, python, tmp_path):
    code = """
        @pytest.fixture(scope="session")
        def once(redirect_emulator):
            acs = redirect_emulator.existing("default")
            return acs.client()

        def test_nothing(acs):
            assert False

        def test_once(acs, once):
            once.redirect_call("eyJhbGciOi", TARGET)
            once.redirect_call("eyJhbGciOj", TARGET)
            assert False

        def test_of_another_resource(acs, once):
            call = acs.ring(rings_for="30s")
            with pytest.raises(HttpResponseError):
                once.redirect_call(call["incomingCallContext"], TARGET)
            assert False

        def test_without_a_file(acs, once):
            assert "run pytest --acs-resource default" not in acs.story()
    """
    for before in ([], [python.parent / "redirect-emulator", "exec", "--"]):
        ended = session(code, before=before)
        assert ended.counts == {"failed": 3, "passed": 1}, ended.output
        nothing, once, other = ended.stdout.split("redirect-emulator: what became of the calls")[1:4]
        listens = r"\nThis test's emulator listens at https://127.0.0.1:\d+: COMMUNICATION_SERVICES_CONNECTION_STRING has it.\n"
        assert re.search("No request reached this test's resource." + listens, nothing), ended.output
        meanwhile = (
            " came to the resource 'default' meanwhile. If your app makes its client once, for all tests, run pytest --acs-resource default."
        )
        assert re.search(re.escape("No request reached this test's resource.\n2 requests" + meanwhile) + listens, once), ended.output
        assert "It sent 1 redirect for this call with the access key of the resource 'default'" in other, ended.output
        assert "\n1 request" + meanwhile in other and "redirect-emulator ring" not in other, ended.output
        assert "belongs to no test's resource" not in ended.stdout, ended.output


def test_tests_that_started_an_emulator_of_their_own_say_so_where_an_app_runs_already(session):
    ended = session(
        """
        def test_story(acs):
            acs.ring("http://127.0.0.1:1/", rings_for="100ms", max_deliveries=1)
            acs.verify(within="20s", caller="redirected")

        def test_url(acs):
            acs.ring("http://app:8080/")
        """,
        "--acs-resource", "default",
    )  # fmt: skip
    assert ended.counts == {"failed": 2}, ended.output
    said = (
        r"REDIRECT_EMULATOR_CONTROL is not set, so these tests have an emulator of their own at http://127.0.0.1:\d+\. An app that runs already"
        r' uses another one: run eval "\$\(redirect-emulator env\)" first, in the shell of the tests\.$'
    )
    story, url = re.split(r"^_+ test_url _+$", ended.stdout, flags=re.MULTILINE)
    assert re.search(f"^E +{said}", story, re.MULTILINE) and re.search(f"^{said}", story, re.MULTILINE), ended.output
    assert re.search(rf"--ring-allow.*\nE +{said}", url, re.MULTILINE) and "_control.py" not in url, ended.output


def test_tests_whose_app_met_a_rule_or_a_failed_handshake_are_not_told_that_it_uses_another_emulator(session):
    ended = session(
        """
        import certifi

        @pytest.mark.scenario("connections: [{ name: once, connections: 1, fault: refuse }]")
        def test_rule(acs):
            with pytest.raises(Exception):
                app()
            acs.verify(executed=1)

        def test_trust(acs):
            with pytest.raises(Exception):
                app(connection_verify=certifi.where())
            acs.verify(executed=1)
        """,
        "--acs-resource", "default", "--tb=short",
    )  # fmt: skip
    assert ended.counts == {"failed": 2} and ended.stdout.count("No request reached") == 2, ended.output
    assert "REDIRECT_EMULATOR_CONTROL is not set" not in ended.stdout, ended.output


@pytest.mark.parametrize("control", ["127.0.0.1:4010", "localhost:4010/_emulator", "4010", "foo", "http://127.0.0.1:port/_emulator"])
def test_a_control_address_that_is_not_one_is_refused(session, control):
    ended = session("def test_it(acs):\n    pass\n", environment={"REDIRECT_EMULATOR_CONTROL": control})
    said = f"{control!r} is not an address of a control API; expected http://HOST:PORT/_emulator"
    assert ended.counts == {"error": 1} and said in ended.stdout, ended.output


@pytest.mark.parametrize("control", ["", "on", "off"])
def test_a_setting_of_the_program_is_not_an_address(session, control):
    ended = session("def test_it(acs):\n    app()\n", environment={"REDIRECT_EMULATOR_CONTROL": control})
    assert ended.counts == {"passed": 1}, ended.output


def test_a_failing_test_says_what_did_not_get_as_far_as_its_resource(session):
    ended = session(
        """
        import ssl, urllib.request

        def test_trust(acs):
            urllib.request.urlopen(acs.https_endpoint, context=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))

        def test_key(acs):
            key = "bm90IHRoZSBrZXk="
            client = CallAutomationClient.from_connection_string(f"endpoint={acs.https_endpoint}/;accesskey={key}")
            client.redirect_call("eyJhbGciOi", TARGET)
        """
    )
    assert ended.counts == {"failed": 2}, ended.output
    assert "a connection failed: The client does not trust the emulator's CA (alert unknown_ca)" in ended.stdout
    assert re.search(r"request \d+ belongs to no test's resource: 401 \S", ended.stdout), ended.output


STRICT = """
@pytest.mark.scenario("rules: [{ name: never, attempts: 9, respond: { status: 429 } }]")
def test_a_rule_that_never_fired(acs):
    app()
    acs.verify(executed=1)

def test_a_request_that_nothing_asserted(acs):
    app()

def test_a_request_that_another_question_asserted(acs):
    app()
    with pytest.raises(HttpResponseError):
        app("")
    acs.verify(where={"status": 204}, executed=1)

@pytest.mark.scenario(THROTTLED)
def test_all_asserted(acs):
    app()
    acs.verify(executed=1)
    app()
    assert len(acs.requests()) == 6

def test_by_call(acs):
    call = acs.ring(caller="+14255550199", context="short")
    app(call["incomingCallContext"])
    acs.verify(where={"from": "+14255550199"}, caller="redirected")
"""


def test_a_strict_test_fails_where_a_rule_never_fired_or_nothing_asserted_a_request(session, tmp_path):
    assert session(STRICT).counts == {"passed": 5}
    (tmp_path / "pytest.ini").write_text("[pytest]\nredirect_emulator_strict = true\n")
    ended = session(STRICT)
    assert ended.counts == {"failed": 3, "passed": 2}, ended.output
    assert "strict: the rule 'never' never fired" in ended.stdout
    assert "strict: nothing asserted request 1: POST /calling/callConnections:redirect, 204" in ended.stdout
    assert "strict: nothing asserted request 2: POST /calling/callConnections:redirect, 400" in ended.stdout
    (tmp_path / "pytest.ini").unlink()
    ended = session("def test_it(acs):\n    acs(strict=True)\n    app()\n")
    assert ended.counts == {"failed": 1} and "strict: nothing asserted request 1" in ended.stdout, ended.output


def test_workers_of_xdist_have_an_emulator_each_and_make_one_report(session, tmp_path):
    ended = session(
        """
        @pytest.mark.parametrize("n", range(8))
        def test_parallel(acs, redirect_emulator, n):
            app()
            acs.verify(operations=1, executed=1)
            assert n != 7, redirect_emulator.control.url
        """,
        "-n", "2", "--acs-report", "out/calls.json", "--junitxml", "junit.xml",
    )  # fmt: skip
    assert ended.counts == {"passed": 7, "failed": 1}, ended.output
    tests = json.loads((tmp_path / "out" / "calls.json").read_text())["tests"]
    assert {test["test"] for test in tests} == {f"test_app.py::test_parallel[{n}]" for n in range(8)}
    assert [[call["verdict"] for call in test["calls"]] for test in tests] == [["redirected"]] * 8
    cases = xml.etree.ElementTree.parse(tmp_path / "junit.xml").getroot().iter("testcase")
    assert [case.findtext("system-out")[:15] for case in cases] == ["r1  redirected:"] * 8


def test_reports_are_written_as_their_suffixes_say(session, tmp_path):
    code = """
        def test_good(acs):
            app()

        def test_bad(acs):
            acs.scenario(rules=[{"name": "<b>", "respond": {"status": 403}}])
            app()
    """
    options = [f"--acs-report={name}" for name in ("calls.json", "calls.md", "calls.html")]
    ended = session(code, *options, "--junitxml=junit.xml", "-o", "junit_logging=all")
    assert ended.counts == {"passed": 1, "failed": 1}, ended.output
    good, bad = json.loads((tmp_path / "calls.json").read_text())["tests"]
    assert (good["outcome"], bad["outcome"], bad["rules"]) == ("passed", "failed", [{"name": "<b>", "fired": 1}])
    markdown = (tmp_path / "calls.md").read_text()
    assert "| test_app.py::test_good | passed | redirected |\n| test_app.py::test_bad | failed | " in markdown
    page = (tmp_path / "calls.html").read_text()
    assert page.count("<details") == 2 and "rule &#x27;&lt;b&gt;&#x27;: fired 1 time" in page and "<b>" not in page
    case = list(xml.etree.ElementTree.parse(tmp_path / "junit.xml").getroot().iter("testcase"))[1]
    assert any("rule '<b>': fired 1 time" in element.text for element in case.findall("system-out"))
    wrong = session(code, "--acs-report", "calls.txt")
    assert wrong.returncode == 4 and "--acs-report calls.txt: expected a file that ends in .json, .md, .html" in wrong.stderr


JOINED = """
def test_it(acs, redirect_emulator):
    assert not redirect_emulator.is_own
    app()
    acs.verify(executed=1)
    print("control", redirect_emulator.control.url)
"""


def test_below_exec_the_tests_use_that_emulator(session, python):
    ended = session(JOINED, "-s", before=[python.parent / "redirect-emulator", "exec", "--"])
    assert ended.counts == {"passed": 1}, ended.output
    assert "\n1 request: 1 executed" in ended.stderr, ended.stderr


def test_an_emulator_that_runs_already_is_used_and_left_running(session, python, tmp_path):
    code = "import sys; from redirect_emulator import Emulator\nwith Emulator() as e:\n    print(e.control.url, flush=True); sys.stdin.read()"
    with subprocess.Popen([python, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        url = holder.stdout.readline().strip()
        environment = {"REDIRECT_EMULATOR_CONTROL": f"{url}/resources/outer", "XDG_CACHE_HOME": str(tmp_path / "cache")}
        for _ in range(2):
            ended = session(JOINED, "-s", environment=environment)
            assert ended.counts == {"passed": 1} and f"control {url}\n" in ended.stdout, ended.output
        holder.stdin.close()
        assert holder.wait(20) == 0


def test_an_emulator_that_does_not_start_is_told_with_its_own_words(session, tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\nredirect_emulator_args = --threads 0\n")
    ended = session("def test_it(acs):\n    pass\n")
    assert ended.counts == {"error": 1} and "error: --threads 0: expected a whole number" in ended.stdout, ended.output
    ended = session("def test_it(acs):\n    pass\n", environment={"REDIRECT_EMULATOR_BINARY": "/does/not/exist"})
    assert ended.counts == {"error": 1} and "/does/not/exist: No such file or directory" in ended.stdout, ended.output


def test_options_and_the_clock(session, tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\nredirect_emulator_args = --control-key secret --strict\n")
    ended = session(
        """
        import time
        from azure.core.credentials import AccessToken

        def test_it(acs, monkeypatch):
            class Credential:
                def get_token(self, *scopes, **options):
                    return AccessToken(acs.token, int(time.time()) + 3600)

            client = CallAutomationClient(acs.https_endpoint, Credential())
            client.redirect_call("eyJhbGciOi", TARGET)
            first, second = acs.advance("30m"), acs.advance("31m")
            assert first < second
            with pytest.raises(HttpResponseError) as raised:
                client.redirect_call("eyJhbGciOi", TARGET)
            assert raised.value.status_code == 401
            acs.verify(operations=2, where={"after": 0})
            with pytest.raises(Exception, match="Expected a duration .*, found 'soon'"):
                acs.advance("soon")
            with pytest.raises(Exception, match="no member 'atempts'. Did you mean 'attempts'"):
                acs.scenario(rules=[{"name": "x", "atempts": 1, "respond": {"status": 429}}])
        """
    )
    assert ended.counts == {"passed": 1}, ended.output


RING = """
import http.server
import json
import threading


@pytest.fixture
def webhook():
    class Webhook(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            events = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()
            for event in events:
                app(event["data"]["incomingCallContext"])

        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Webhook) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/api/events"
        server.shutdown()


def test_the_app_redirects_the_call_that_rings(acs, webhook):
    call = acs.ring(webhook, caller="+14255550199", rings_for="30s", schema="eventGrid", redeliver_after="2s", max_deliveries=2)
    acs.verify(within="20s", where={"call": call["id"]}, caller="redirected", redirects=1, deliveries=1, app_knows=True)
    assert acs.calls()[0]["deliveries"][0]["status"] == 200


def test_an_app_that_fails_loses_the_caller(acs):
    call = acs.ring("http://127.0.0.1:1/nobody", rings_for="100ms", max_deliveries=1)
    acs.verify(within="20s", where={"call": call["id"]}, caller="lost")
"""


def test_the_apps_webhook_gets_the_call_that_rings(session):
    ended = session(RING)
    assert ended.counts == {"passed": 2}, ended.output
