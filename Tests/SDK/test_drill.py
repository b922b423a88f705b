"""`redirect-emulator drill -- COMMAND`: a command is run once for each bad day, and judged by what the emulator saw."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import xml.etree.ElementTree

import pytest
from support import GUIDES, ROOT, binary, free_port, run

WEBHOOK = ROOT / "Tests" / "Apps" / "rung.py"
CARELESS_APP = ROOT / "Tests" / "Apps" / "drill" / "careless.py"
REDIRECTING = ROOT / "Tests" / "Apps" / "redirecting.py"
SKIPPED = {
    "token revoked", "token expired", "event delivered twice", "event delivered late", "event delivered again",
    "anonymous caller", "caller is a user", "webhook validated first", "burst",
}  # fmt: skip


def drill(tmp_path, *options, command=(sys.executable, REDIRECTING, "careful"), status=0, timeout=150, **more):
    report = tmp_path / "drill.json"
    ended = run("drill", *options, "--report", report, "--", *command, timeout=timeout, **more)
    assert ended.returncode == status, ended.stdout + ended.stderr
    days = {day["name"]: day for day in json.loads(report.read_text())["days"]}
    return days, ended


def named(*days):
    return [word for day in days for word in ("--day", day)]


def test_the_list_has_a_line_for_each_of_30_days():
    listed = run("drill", "--list").stdout.splitlines()
    assert len(listed) == 30
    assert all("  transient  " in line or "  permanent  " in line or "  attack     " in line for line in listed)


@pytest.mark.timeout(280)
def test_a_careful_app_passes_the_days_that_its_tests_can_meet(tmp_path):
    skipped = {"unavailable for the whole ring", "flaky 20 percent"}
    names = [line.split("  ")[0] for line in run("drill", "--list").stdout.splitlines()]
    days, _ = drill(tmp_path, *named(*(name for name in names if name not in skipped)))
    assert {name for name, day in days.items() if day["verdict"] == "notTested"} == SKIPPED
    assert {name for name, day in days.items() if day["verdict"] == "failed"} == set()


CARELESS = {
    "a perfect day": None,
    "throttled twice": "after a response that asked for 1 s",
    "response lost": "was redirected 4 times",
    "certificate expired": "must not trust",
    "certificate of a wrong host": "must not trust",
    "certificate of an unknown CA": "must not trust",
    "call gone": "has 4 tries; expected 1",
    "silent for ever": "had not ended after 4s",
}


def test_a_careless_app_fails_the_days_that_it_is_careless_about(tmp_path):
    days, ended = drill(
        tmp_path, *named(*CARELESS), "--day-timeout", "4s", command=(sys.executable, REDIRECTING, "careless"), status=1
    )
    for name, finding in CARELESS.items():
        found = " ".join(days[name]["findings"])
        assert (days[name]["verdict"] == "failed" and finding in found) if finding else not found, (name, days[name])
    assert ended.stdout.splitlines()[-1].startswith("1 day passed, 7 failed, 0 not tested; failed: ")


def test_a_day_about_tokens_is_tested_where_the_app_uses_one(tmp_path):
    options = ["--set", "APP_TOKEN={token}", *named("token expired")]
    days, _ = drill(tmp_path, *options, command=(sys.executable, REDIRECTING, "careful", "3"))
    day = days["token expired"]
    assert (day["verdict"], day["callers"], day["tries"]) == ("passed", "3 redirected", 4), day


def test_a_day_of_ones_own_is_run_from_its_file(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(
        "day: { name: mine, about: It is busy once., kind: transient, expect: { redirects: 1, attempts: 2 } }\n"
        "rules: [{ name: busy, attempts: 1, respond: { status: 503 } }]\n"
    )
    days, _ = drill(tmp_path, "--days", file)
    assert [(day["name"], day["verdict"], day["tries"]) for day in days.values()] == [("mine", "passed", 2)]
    file.write_text("rules: []\n")
    ended = run("drill", "--days", file, "--", "true")
    assert ended.returncode == 65 and "has no section 'day'" in ended.stderr, ended.stderr


def test_days_that_are_not_tested_count_with_all_tested(tmp_path):
    drill(tmp_path, *named("a perfect day", "burst"))
    drill(tmp_path, *named("a perfect day", "burst"), "--all-tested", status=1)


def test_a_drill_in_which_no_day_was_tested_is_not_as_expected(tmp_path):
    _, ended = drill(tmp_path, *named("burst", "a perfect day"), command=("true",), status=1)
    assert ended.stdout.endswith("0 days passed, 0 failed, 2 not tested; expected at least one that is tested\n"), ended.stdout


def test_a_command_that_uses_another_resource_is_told_which(tmp_path):
    make = (
        "import os, urllib.request as r; r.urlopen(r.Request(os.environ['REDIRECT_EMULATOR_CONTROL'] + '/resources', "
        "b'{\"name\": \"own\"}', {'Content-Type': 'application/json'}))"
    )
    days, _ = drill(tmp_path, *named("a perfect day", "slow"), command=(sys.executable, "-c", make), status=1)
    for day in days.values():
        assert "no request to the resource 'default'" in day["findings"][0] and "'own'" in day["findings"][0], day


def test_an_app_whose_webhook_has_another_path_is_told_on_every_day(tmp_path):
    port = free_port()
    serve = "import http.server, sys; http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()"
    command = (sys.executable, "-c", serve, port)
    days, _ = drill(tmp_path, "--ring", f"http://127.0.0.1:{port}/x", *named("slow"), command=command, status=1)
    assert "Your app sent nothing, and answered delivery 2, the last one, with 501." in days["slow"]["findings"][0], days


def test_the_junit_report_is_xml_with_a_case_for_each_day(tmp_path):
    report = tmp_path / "drill.xml"
    command = ["sh", "-c", "printf '<&\\001\\377'; exit 3"]
    ended = run("drill", *named("a perfect day", "burst"), "--report", report, "--", *command)
    assert ended.returncode == 1, ended.stdout
    suite = xml.etree.ElementTree.parse(report).getroot().find("testsuite")
    assert suite.get("skipped") == "2" and len(suite) == 2
    command[2] = "python3 %s careful; printf '<&\\001\\377'; exit 3" % REDIRECTING
    ended = run("drill", *named("a perfect day"), "--report", report, "--", *command)
    assert ended.returncode == 1
    case = xml.etree.ElementTree.parse(report).getroot().find("testsuite").find("testcase")
    assert "expected 0" in case.find("failure").get("message")
    assert case.find("system-out").text.startswith("<&")


def ring(tmp_path, way, *options, **more):
    port = free_port()
    command = (sys.executable, WEBHOOK, way, port)
    return drill(tmp_path, "--ring", f"http://127.0.0.1:{port}/api/incomingCall", *options, command=command, **more)


@pytest.mark.timeout(280)
@pytest.mark.parametrize("keep", [[], ["--keep"]])
def test_a_careful_app_that_is_rung_passes_all_days(tmp_path, keep):
    days, _ = ring(tmp_path, "careful", *keep, timeout=250)
    assert len(days) == 30
    assert {name for name, day in days.items() if day["verdict"] == "failed"} == set()
    # It signs its requests with the access key.
    assert {name for name, day in days.items() if day["verdict"] == "notTested"} == {"token expired", "token revoked"}
    assert days["burst"]["callers"] == "50 redirected"
    # 12 s that are idle are skipped, and the ring that nobody answers.
    assert days["event delivered late"]["durationMs"] < 10_000
    assert days["call gone"]["durationMs"] < 15_000


RUNG_CARELESS = {
    "throttled twice", "throttled until a date", "throttled for milliseconds", "unavailable for the whole ring",
    "response cut", "silent for ever", "certificate expired", "certificate of a wrong host",
    "certificate of an unknown CA", "call gone", "signature skewed", "already redirected", "event delivered again",
    "caller is a user", "webhook validated first",
}  # fmt: skip


@pytest.mark.timeout(280)
def test_a_careless_app_that_is_rung_fails_the_days_that_it_is_careless_about(tmp_path):
    days, ended = ring(tmp_path, "careless", status=1, timeout=200)
    assert {name for name, day in days.items() if day["verdict"] == "failed"} == RUNG_CARELESS
    # 40 first tries, 8 second ones, 2 third ones and 1 fourth one, whichever calls they are about.
    assert days["flaky 20 percent"]["tries"] == 51
    story = " ".join(call["story"] for call in days["event delivered again"]["calls"])
    assert "then answered the webhook 200, so Event Grid does not deliver again" in story
    assert "KeyError: 'phoneNumber'" in days["caller is a user"]["output"]
    assert "KeyError: 'phoneNumber'" in ended.stdout


BACKGROUND = ("throttled until a date", "unavailable twice", "being redirected by another", "flaky 20 percent")


@pytest.mark.timeout(200)
def test_an_app_that_redirects_after_it_took_the_event_is_waited_for(tmp_path):
    days, _ = ring(tmp_path, "background", *named(*BACKGROUND), timeout=150)
    assert {name: day["verdict"] for name, day in days.items()} == dict.fromkeys(BACKGROUND, "passed")


def test_time_that_was_skipped_is_said_where_an_app_in_the_background_may_have_used_it(tmp_path):
    days, ended = ring(tmp_path, "careless", *named("event delivered again", "caller is a user", "call gone"), status=1)
    assert {name: "skippedMs" in day for name, day in days.items()} == {
        "event delivered again": True, "caller is a user": False, "call gone": False,
    }  # fmt: skip
    said = "after the app had answered the event of the day event delivered again. If the app redirects in the background, run it again"
    assert ended.stdout.count(said) == 1 and ended.stdout.count("--no-skip") == 1, ended.stdout


TWICE = """
import sys
sys.path.insert(0, sys.argv[2])
import webhook
from azure.core.exceptions import HttpResponseError
redirects = webhook.redirects(retry_total=0)
def twice(data):
    redirects(data["incomingCallContext"])
    try:
        redirects(data["incomingCallContext"])
    except HttpResponseError:
        pass
    return 200
webhook.serve(twice, port=sys.argv[1])
"""


def test_an_app_that_redirects_each_call_twice_is_told_so(tmp_path):
    port = free_port()
    days, ended = drill(
        tmp_path, "--ring", f"http://127.0.0.1:{port}/api/incomingCall", *named("a perfect day", "burst"),
        command=(sys.executable, "-c", TWICE, port, ROOT / "Tests" / "Apps"),
    )  # fmt: skip
    assert {day["verdict"] for day in days.values()} == {"passed"}
    assert len(re.findall(r"  ok, with advice$", ended.stdout, re.MULTILINE)) == 2, ended.stdout
    assert ended.stdout.count("Redirect a call once.") == 1 and "The same advice on: burst." in ended.stdout, ended.stdout


def test_a_command_that_sends_nothing_and_does_not_end_may_be_an_app(tmp_path):
    _, ended = drill(
        tmp_path, *named("a perfect day", "call gone"), "--day-timeout", "11s", command=["sleep", "600"], status=1
    )
    assert ended.stderr.count("If it is an app, let calls ring at it: --ring URL") == 1, ended.stderr


def test_time_that_is_idle_is_not_skipped_where_the_app_asks_for_that(tmp_path):
    days, _ = ring(tmp_path, "careful", *named("event delivered late"), "--no-skip")
    assert days["event delivered late"]["durationMs"] >= 12_000


DIES = """
import http.server, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self): os._exit(3)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
HANGS = DIES.replace("os._exit(3)", "__import__('time').sleep(600)")


@pytest.mark.parametrize("options", [[], ["--no-skip"]], ids=["skip", "no-skip"])
def test_the_story_of_an_app_that_ends_at_the_event_says_that_it_was_gone(tmp_path, options):
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    days, _ = drill(tmp_path, "--ring", url, *named("a perfect day"), *options, command=(sys.executable, "-c", DIES, port), status=1)
    day = days["a perfect day"]
    assert day["findings"] == ["The app ended with status 3 before it was stopped."], day
    (call,) = day["calls"]
    assert call["story"] == (
        "Caller lost: it rang 30 s. Your app sent nothing, and closed the connection of delivery 1 without a response. "
        "At delivery 2 it was gone: connection refused."
    ), call
    assert call["deliveries"] == 2 and day["durationMs"] < 15_000, day


def test_the_story_of_a_day_that_was_stopped_says_how_long_it_rang(tmp_path):
    port = free_port()
    options = ["--no-skip", "--day-timeout", "3s", *named("a perfect day")]
    days, _ = drill(
        tmp_path, "--ring", f"http://127.0.0.1:{port}/", *options, command=(sys.executable, "-c", HANGS, port), status=1
    )
    (call,) = days["a perfect day"]["calls"]
    assert re.match(r"Ringing for [123][.\d]* s of 30 s\. Delivery 1 of its event has no response yet\.", call["story"]), call


def test_a_call_that_a_test_left_ringing_rang_as_long_as_the_test_ran(tmp_path):
    left = (
        "import os, urllib.request as r; r.urlopen(r.Request(os.environ['REDIRECT_EMULATOR_CONTROL'] + '/calls', "
        "b'{}', {'Content-Type': 'application/json'})); import time; time.sleep(0.5); "
        f"import runpy, sys; sys.argv = ['x', 'careful']; runpy.run_path({str(REDIRECTING)!r}, run_name='__main__')"
    )
    days, _ = drill(tmp_path, *named("throttled twice"), command=(sys.executable, "-c", left))
    (story,) = [call["story"] for call in days["throttled twice"]["calls"] if call["id"] == "c1"]
    assert re.match(r"Caller lost: it rang \d\.\d s, and your app sent nothing for this call\.", story), story


@pytest.mark.parametrize(
    ("command", "options", "finding"),
    [
        (["sh", "-c", "echo no jar; exit 1"], [], "The app ended with status 1 before it accepted a connection at http://127.0.0.1:"),
        (["sleep", "600"], ["--ready-timeout", "1s"], "accepted no connection at http://127.0.0.1:"),
    ],
)
def test_an_app_that_never_takes_a_connection_fails_the_day(tmp_path, command, options, finding):
    with socket.socket() as taken:
        # A port that is bound and not listened on is nobody else's.
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        days, ended = drill(tmp_path, "--ring", url, *options, command=command, status=1)
    (day,) = days.values()
    assert finding in day["findings"][0] and ended.stdout.count("The end of its output:") == ("no jar" in command[-1])
    assert ended.stdout.endswith(
        "0 days passed, 1 failed, 0 not tested, 29 not run since no call can ring at the app; failed: a perfect day\n"
    ), ended.stdout


def test_an_app_that_was_started_for_all_days_and_has_ended_is_not_drilled_further(tmp_path):
    port = free_port()
    options = ["--ring", f"http://127.0.0.1:{port}/", "--keep", *named("a perfect day", "slow", "burst")]
    days, ended = drill(tmp_path, *options, command=(sys.executable, "-c", DIES, port), status=1)
    assert list(days) == ["a perfect day"] and "2 not run since no call can ring at the app" in ended.stdout, ended.stdout


def test_a_port_that_is_taken_already_is_said(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        ended = run("drill", "--ring", url, "--", "true")
    assert ended.returncode == 69 and "something accepts connections there already" in ended.stderr, ended.stderr


@pytest.mark.parametrize(
    ("options", "status", "message"),
    [
        (["--day", "throtled twice", "--", "true"], 64, "did you mean 'throttled twice'?"),
        (["--day", "call-gon", "--", "true"], 64, "did you mean 'call gone'?"),
        (["--day", "response", "--", "true"], 64, "did you mean 'response lost' or 'response cut'?"),
        (["--day", "throtled", "--", "true"], 64, "'throttled until a date' or 'throttled for milliseconds'?"),
        (["--day", "an eclipse", "--", "true"], 64, "no day has this name; drill --list shows them all"),
        (["--report", "x.txt", "--", "true"], 64, ".html, .json, .md or .xml"),
        (["--ring", "ftp://x", "--", "true"], 64, "expected a URL of http or https"),
        (["--keep", "--", "true"], 64, "expected --ring with it"),
        (["--watch", "--", "true"], 64, "--watch"),
        (["--report", "/dev/full/x.json", "--", "true"], 73, "--report"),
        (["--day", "a perfect day", "--", "/no/such/command"], 127, "/no/such/command"),
        (["--day", "burst", "--day", "a perfect day", "--", "/no/such/command"], 127, "/no/such/command"),
        ([], 64, "no command: expected -- and a command"),
    ],
)
def test_what_cannot_be_done_is_said_before_a_day_is_run(options, status, message):
    ended = run("drill", *options)
    assert ended.returncode == status and message in ended.stderr, ended.stderr
    assert ended.stdout == ""


def plain(line):
    """A line of a report without what another run has otherwise: times, and how columns are filled."""
    return re.sub(r"\s+", " ", re.sub(r"\b[\d.]+ ?m?s\b", "… s", line)).strip()


@pytest.mark.timeout(150)
@pytest.mark.parametrize("page", [ROOT / "README.md", GUIDES / "Drill.md"], ids=lambda page: page.name)
def test_the_report_of_a_careless_app_is_as_the_page_shows_it(page):
    """The page's lines come in this order; `[…]` is the rest of a line."""
    ((shown,),) = [re.findall(r"^```text\n(day +the caller .*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE)]
    shown = [line for line in shown.splitlines() if line]
    days = [line.split("  ")[0] for line in shown[1:] if re.search(r"  (ok.*|FAILED|not tested.*)$", line)]
    assert len(days) >= 4
    port = free_port()
    ended = run(
        "drill", *named(*days), "--ring", f"http://127.0.0.1:{port}/api/incomingCall", "--", sys.executable, CARELESS_APP,
        env={**os.environ, "PORT": str(port)}, timeout=140,
    )  # fmt: skip
    assert ended.returncode == 1, ended.stderr
    printed = iter([plain(line) for line in ended.stdout.splitlines()])
    for line in map(plain, shown):
        begin = line.removesuffix("[…]")
        assert any(seen == line or begin != line and seen.startswith(begin) for seen in printed), f"{line}\n{ended.stdout}"


def test_the_report_for_people_has_the_failed_days_and_their_requests(tmp_path):
    reports = [tmp_path / f"drill.{form}" for form in ("html", "md", "json")]
    options = [word for report in reports for word in ("--report", report)]
    drill(tmp_path, *named("a perfect day", "call gone", "burst"), *options, command=(sys.executable, REDIRECTING, "careless"), status=1)
    page, markdown, data = (report.read_text() for report in reports)
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    model = json.loads(found[1])
    assert model["drill"] == json.loads(data)
    (day,) = model["resources"]
    assert day["name"] == "call gone" and [request["status"] for request in day["requests"]] == [404] * 4
    assert "Signature=***" in json.dumps(day["requests"])
    assert "| call gone | lost | 4 | **failed** |" in markdown and "has 4 tries; expected 1" in markdown
    assert "| a perfect day | redirected | 1 | ok |" in markdown and "| burst |  |  | not tested: " in markdown


def test_a_signal_ends_the_drill_and_all_that_the_command_started(tmp_path):
    pid = tmp_path / "pid"
    command = ["sh", "-c", f"sleep 600 & echo $! > {pid}.part; mv {pid}.part {pid}; wait"]
    process = subprocess.Popen([binary(), "drill", "--day", "a perfect day", "--", *command], stdout=subprocess.PIPE)
    while not pid.exists():
        assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    # Standard output is at its end when nobody is left who has it; the command does not have it.
    process.communicate(timeout=20)
    assert process.returncode == 128 + signal.SIGTERM
    assert not is_running(int(pid.read_text()))


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(") ", 1)[1][0] != "Z"
    except FileNotFoundError:
        return False
