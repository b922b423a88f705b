import collections
import os
import signal

import pytest
import support
from sdks import LANGUAGES, cases

# Neither a proxy nor somebody's certificates or emulator settings may decide what is tested here.
FOREIGN = {
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NODE_EXTRA_CA_CERTS",
    "NO_PROXY",
    "JAVA_TOOL_OPTIONS",
    "IDENTITY_ENDPOINT",
    "IDENTITY_HEADER",
}
for name in list(os.environ):
    own = name.startswith("REDIRECT_EMULATOR_") and name not in ("REDIRECT_EMULATOR_BINARY", "REDIRECT_EMULATOR_SDK_PARTS")
    if own or name.upper() in FOREIGN or name.startswith("AZURE_"):
        del os.environ[name]

# A parent may have set these to be ignored, and the emulator would ignore them, too.
for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, signal.SIG_DFL)


@pytest.fixture
def start_emulator(tmp_path_factory):
    """Starts emulators with the options given; each must end with status 0 when it is stopped."""
    running = []

    def start(*options, **keywords):
        running.append(support.start(tmp_path_factory.mktemp("emulator"), *options, **keywords))
        return running[-1]

    yield start
    statuses = [emulator.stop() for emulator in running]
    assert all(status == 0 for status in statuses), [emulator.log.read_text() for emulator in running]


@pytest.fixture
def emulator(start_emulator):
    """An emulator of the test's own, with the default settings."""
    return start_emulator()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One emulator for the tests of a file that leave nothing behind."""
    emulator = support.start(tmp_path_factory.mktemp("shared"))
    yield emulator
    assert emulator.stop() == 0, emulator.log.read_text()


def pytest_addoption(parser):
    parser.addoption("--record-sdks", action="store_true", help="write down what the SDKs do in fixtures/sdks, instead of asserting it")
    parser.addoption("--record-days", action="store_true", help="write down what the apps get on the days of drill in fixtures/sdks/days.json")
    parser.addoption("--every-day", action="store_true", help="run the apps of all languages on all days of drill")


@pytest.fixture(scope="session")
def recording(request):
    """Outcomes to be written down, by language, group and case; None where they are asserted."""
    if not request.config.getoption("--record-sdks"):
        yield None
        return
    outcomes = {}
    yield outcomes
    for language, seen in outcomes.items():
        cases.write_down(language, seen)


def pytest_terminal_summary(terminalreporter):
    """Per language: how many of the cases that its SDK was put through had the outcome that is written down."""
    passed, all_of_them, skipped = collections.Counter(), collections.Counter(), set()
    for outcome in ("passed", "failed", "error", "skipped"):
        for report in terminalreporter.stats.get(outcome, []):
            language = dict(getattr(report, "user_properties", [])).get("language")
            if language is None or (report.when != "call" and outcome == "passed"):
                continue
            if outcome == "skipped":
                skipped.add(language)
                continue
            all_of_them[language] += 1
            passed[language] += outcome == "passed"
    if all_of_them or skipped:
        counts = [
            f"{name} {passed[name]}/{all_of_them[name]}" if name in all_of_them else f"{name} skipped"
            for name in LANGUAGES
            if name in skipped or name in all_of_them
        ]
        terminalreporter.write_line(", ".join(counts))
