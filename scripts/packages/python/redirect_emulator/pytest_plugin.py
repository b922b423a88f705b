"""pytest's plug-in: the fixtures `redirect_emulator` and `acs`, their markers, and what a report says of a test that uses them."""

from __future__ import annotations

import os
import pathlib
import re
import sys
from typing import TYPE_CHECKING, Any, Generator, Iterator, Optional

import pytest

# All else is imported where it is used: pytest loads this file in every session, most of which do not use it.
if TYPE_CHECKING:
    from . import Emulator, Resource

ACS = pytest.StashKey["Resource"]()
# What the variables were before the session's emulator was started.
ENVIRONMENT = pytest.StashKey[pytest.MonkeyPatch]()
EMULATOR = pytest.StashKey["Emulator"]()
SECTION = "redirect-emulator: what became of the calls"
SECTION_OF_VARIABLES = "redirect-emulator: a variable is missing"
NO_VARIABLES = (
    "No emulator's variables are set here: use the fixture acs in the test, and in a fixture that makes the client. If your app makes"
    " its client at its import, or the test makes it in setup_method, run pytest --acs-resource default."
)
# The variables by which apps find a connection string: what `redirect-emulator exec` sets.
CONNECTION_STRINGS = (
    "COMMUNICATION_SERVICES_CONNECTION_STRING", "ACS_CONNECTION_STRING", "AZURE_ACS_CONNECTION_STRING", "ACS_CONNECTIONSTRING",
    "ACSCONNECTIONSTRING", "AcsConnectionString", "ACSConnectionString", "COMMUNICATION_SAMPLES_CONNECTION_STRING",
    "ACS_ACSCONNECTIONSTRING", "ConnectionStrings__ACSConnectionString", "AZURE_COMMUNICATION_CONNECTION_STRING",
    "COMMUNICATION_CONNECTION_STRING",
)  # fmt: skip
# What a report of a test carries from xdist's worker to the process that writes the files.
CARRIED = "redirect_emulator_evidence"
REPORTS = (".json", ".md", ".html")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("redirect-emulator")
    group.addoption(
        "--acs-report", metavar="FILE", action="append", default=[],
        help="write what became of the calls of each test with the fixture acs: .json, .md or .html; repeatable",
    )  # fmt: skip
    group.addoption(
        "--acs-resource", metavar="NAME",
        help="acs is the resource of this name, which exists and is reset before each test, such as default; the variables name it from the"
        " start, before tests are imported: for an app that makes its client once, or that runs already",
    )  # fmt: skip
    group.addoption(
        "--acs-keep", metavar="FOLDER",
        help="keep what the emulator saw in each failed test as a file there, to be opened in a browser",
    )  # fmt: skip
    parser.addini("redirect_emulator_resource", "what --acs-resource says where that is not given", default="")
    parser.addini("redirect_emulator_args", "further options of `redirect-emulator serve`", type="args", default=[])
    parser.addini("redirect_emulator_strict", "whether each test is strict, as acs(strict=True) makes one", type="bool", default=False)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, Any, Any]:
    """An app that makes its client when it is imported finds the resource of `--acs-resource`, also where a conftest imports it."""
    _set_the_variables(early_config)
    try:
        return (yield)
    except Exception as error:
        if _lacks_a_variable(str(error)):
            sys.stderr.write(NO_VARIABLES + "\n")
        raise


def _set_the_variables(early_config: pytest.Config) -> None:
    """Those of the resource of `--acs-resource`, for the whole session."""
    asked = early_config.known_args_namespace
    name = _name_of_existing(asked, early_config)
    if not name or asked.help or asked.version:
        return
    from . import EmulatorError

    environment = pytest.MonkeyPatch()
    early_config.add_cleanup(environment.undo)
    try:
        resource = _emulator(early_config).existing(name)
    except EmulatorError as error:
        message = str(error)
    else:
        for variable, value in resource.environment.items():
            environment.setenv(variable, value)
        early_config.stash[ENVIRONMENT] = environment
        return
    raise pytest.UsageError(message)


def _name_of_existing(options: Any, config: pytest.Config) -> str:
    name: str = options.acs_resource or config.getini("redirect_emulator_resource")
    return name


def _emulator(config: pytest.Config) -> Emulator:
    """The emulator of this session, which ends with it."""
    from . import Emulator

    emulator = config.stash.get(EMULATOR, None)
    if emulator is None:
        emulator = config.stash[EMULATOR] = Emulator(config.getini("redirect_emulator_args"))
        config.add_cleanup(emulator.stop)
        _trust_in_aiohttp(emulator.ca_file)
    return emulator


def _leave_to_the_workers(config: pytest.Config) -> None:
    """With pytest-xdist, tests run in its workers. Each has an emulator of its own, and would take this process's for one to share."""
    environment = config.stash.get(ENVIRONMENT, None)
    if environment is not None and config.getoption("dist", "no") != "no":
        environment.undo()
        config.stash[EMULATOR].stop()


def pytest_configure(config: pytest.Config) -> None:
    _leave_to_the_workers(config)
    config.addinivalue_line("markers", "scenario(text_or_path): the scenario of this test's acs: YAML, or the path of a file")
    config.addinivalue_line("markers", "bad_day(name): a day that `redirect-emulator drill` knows, as the scenario of this test's acs")
    for name in config.getoption("--acs-report"):
        if pathlib.Path(name).suffix not in REPORTS:
            raise pytest.UsageError(f"--acs-report {name}: expected a file that ends in {', '.join(REPORTS)}")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Results(config), "redirect-emulator-results")


@pytest.fixture(scope="session")
def redirect_emulator(request: pytest.FixtureRequest) -> Emulator:
    """The emulator: the one that REDIRECT_EMULATOR_CONTROL names, else one of this session's, or of this xdist worker's, own."""
    emulator: Emulator = _or_fail(_emulator, request.config)
    return emulator


@pytest.fixture
def acs(
    redirect_emulator: Emulator, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Resource]:
    """A resource of the test's own, or the one of `--acs-resource`. Meanwhile the variables that `redirect-emulator exec` sets name it."""
    existing = _name_of_existing(request.config.option, request.config)
    has_own_rules = redirect_emulator.day_of_drill and _has_a_marker(request.node)
    resource = _of_test(redirect_emulator, request, "" if has_own_rules else existing)
    try:
        for name, value in resource.environment.items():
            monkeypatch.setenv(name, value)
        request.node.stash[ACS] = resource
        yield resource
    finally:
        resource.close()


def _of_test(emulator: Emulator, request: pytest.FixtureRequest, existing: str) -> Resource:
    """The resource of a test, with the rules of its marker. With rules for connections it is `default`, where alone they act."""
    resource: Resource
    if existing:
        resource = _or_fail(_existing, emulator, existing, request.config)
    else:
        resource = _or_fail(emulator.resource, request.node.name)
    resource.folders = [request.path.parent, request.config.rootpath]
    resource.strict = request.config.getini("redirect_emulator_strict")
    try:
        refused = _or_fail(_load_the_rules_of_a_marker, resource, request.node)
    except BaseException:
        resource.close()
        raise
    if not refused:
        return resource
    resource.close()
    if emulator.day_of_drill:
        from ._resource import LEAVE_OUT

        pytest.fail(f"{refused} {LEAVE_OUT}", pytrace=False)
    if existing or not emulator.is_own:
        pytest.fail(f"{refused} Others may use that resource. If not, run pytest --acs-resource default.", pytrace=False)
    return _of_test(emulator, request, "default")


def _load_the_rules_of_a_marker(resource: Resource, node: Any) -> Optional[str]:
    """Returns why the resource cannot have them, where another one can."""
    from . import RulesForConnectionsError

    for name, load in {"scenario": resource.scenario, "bad_day": resource.bad_day}.items():
        marker = node.get_closest_marker(name)
        if marker:
            _bind_or_fail(name, load, marker)
            try:
                load(*marker.args, **marker.kwargs)
            except RulesForConnectionsError as error:
                return error.why
    return None


@pytest.fixture(autouse=True)
def _acs_of_a_marker(request: pytest.FixtureRequest) -> None:
    """A test with a marker of `acs` has that fixture, also where it does not name it: else nothing would happen on its bad day."""
    own = [mark.name for mark in request.node.own_markers if mark.name in ("scenario", "bad_day")]
    if len(set(own)) > 1:
        pytest.fail("pytest.mark.scenario and pytest.mark.bad_day: a test has one scenario, so use one of the two", pytrace=False)
    _fail_for_a_near_name(request)
    if _has_a_marker(request.node):
        request.getfixturevalue("acs")


def _fail_for_a_near_name(request: pytest.FixtureRequest) -> None:
    """Fails a test with a misspelled marker of `acs`: pytest warns at most, and the test would pass on a perfect day."""
    names = {mark.name for mark in request.node.iter_markers()}
    if not names:
        return
    known = {re.split("[:( ]", line, maxsplit=1)[0] for line in request.config.getini("markers")}
    for name in sorted(names - known):
        from ._names import did_you_mean

        meant = did_you_mean(name, ("scenario", "bad_day"))
        if meant:
            message = f"pytest.mark.{name}: there is no marker {name!r}.{meant} If it is a marker of your own, register it in pytest.ini"
            pytest.fail(message, pytrace=False)


def _has_a_marker(node: Any) -> bool:
    """Whether a test has a marker that brings rules: in a drill they would replace those of the day."""
    return any(node.get_closest_marker(name) for name in ("scenario", "bad_day"))


def _existing(emulator: Emulator, name: str, config: pytest.Config) -> Resource:
    from . import EmulatorError

    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    if workers > 1 and not emulator.is_own:
        raise EmulatorError(f"{workers} workers would all reset the resource {name!r}: run these tests without pytest-xdist, or with -n 0")
    resource = emulator.existing(name)
    if resource.of_drill:
        resource.begin()
    else:
        resource.reset()
    return resource


def _bind_or_fail(name: str, load: Any, marker: pytest.Mark) -> None:
    """Fails the test where a marker has arguments that its function does not take."""
    import inspect

    from ._names import did_you_mean

    signature = inspect.signature(load)
    unknown = next((keyword for keyword in marker.kwargs if keyword not in signature.parameters), None)
    if name == "scenario" and not any(marker.args) and not marker.kwargs:
        pytest.fail("pytest.mark.scenario: it has no scenario; expected YAML, or the path of a file", pytrace=False)
    try:
        signature.bind(*marker.args, **marker.kwargs)
    except TypeError as error:
        meant = did_you_mean(unknown, signature.parameters) if unknown else ""
        message = f"pytest.mark.{name}: {error}.{meant} It takes {', '.join(signature.parameters)}"
    else:
        return
    pytest.fail(message, pytrace=False)


def _or_fail(call: Any, *arguments: Any, **keywords: Any) -> Any:
    """Calls, and fails the test with the emulator's words alone: a traceback through this plug-in would hide them."""
    from . import EmulatorError, VerificationError

    try:
        return call(*arguments, **keywords)
    except (EmulatorError, VerificationError) as error:
        message = str(error)
    pytest.fail(message, pytrace=False)


def _trust_in_aiohttp(ca_file: str) -> None:
    """aiohttp reads SSL_CERT_FILE once, when it is imported. Where a test's module did that already, its context learns of the CA."""
    context = getattr(sys.modules.get("aiohttp.connector"), "_SSL_CONTEXT_VERIFIED", None)
    if context is not None:
        context.load_verify_locations(ca_file)


def _lacks_a_variable(text: str) -> bool:
    """Whether an error's text says that a variable is missing which only the emulator sets."""
    found = re.search(r"KeyError: '(\w+)'", text)
    if not found or found[1] in os.environ:
        return False
    return found[1].startswith("REDIRECT_EMULATOR_") or found[1] in CONNECTION_STRINGS


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.failed and _lacks_a_variable(report.longreprtext):
        report.sections.append((SECTION_OF_VARIABLES, NO_VARIABLES))
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    result = yield
    resource = item.stash.get(ACS, None)
    if resource is not None and resource.strict:
        _or_fail(resource.check_strict)
    elif resource is not None:
        _warn_of_a_day_without_its_fault(item, resource)
    return result


def _warn_of_a_day_without_its_fault(item: pytest.Item, resource: Resource) -> None:
    """A test passed, and may only seem to survive its bad day, or its scenario. The days of a drill are for the drill to judge."""
    if (resource.day is None and not item.get_closest_marker("scenario")) or resource.emulator.day_of_drill:
        return
    from . import EmulatorError
    from ._story import never_happened

    try:
        never = never_happened(resource.day, resource.rules())
    except EmulatorError:
        # The test's section says so.
        return
    if never:
        item.warn(pytest.PytestWarning(f"{never}, so the test says nothing about it"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    resource = item.stash.get(ACS, None)
    if resource is None and report.failed and _lacks_a_variable(report.longreprtext):
        report.sections.append((SECTION_OF_VARIABLES, NO_VARIABLES))
    # The fixture's end removes the resource, and with it what it saw.
    if resource is not None and call.when == "call" and not report.skipped:
        from ._control import EmulatorError
        from ._story import evidence, text

        try:
            seen = evidence(resource)
        except EmulatorError as error:
            report.sections.append((SECTION, f"not known: {error}\n{resource.emulator.log()[-2000:]}"))
        else:
            lines = [text(seen)]
            if report.failed and not resource.is_kept:
                lines.append(_kept(item, resource))
            report.sections.append((SECTION, "\n".join(lines)))
            setattr(report, CARRIED, {"test": report.nodeid, "outcome": report.outcome, **seen})
    return report


def _kept(item: pytest.Item, resource: Resource) -> str:
    """Where what the emulator saw in a failed test is, when the emulator has gone; or how to keep it."""
    from ._control import EmulatorError

    folder = item.config.getoption("--acs-keep")
    if not folder and resource.of_drill:
        return "The drill's report has the calls of each failed day: redirect-emulator drill --report drill.html …"
    if not folder:
        return "The emulator forgets this with the test. To look at it in a browser, run again with --acs-keep FOLDER."
    name = re.sub("[^A-Za-z0-9_.]+", "-", item.nodeid).strip("-.")
    try:
        # A file's name has 255 bytes at most; the end of a long one tells tests apart.
        return f"Kept, to be opened in a browser: {resource.report(item.config.invocation_params.dir / folder / f'{name[-200:]}.html')}"
    except (EmulatorError, OSError) as error:
        return f"It could not be kept in {folder}: {error}"


class Results:
    """What the process does that shows the results, and no worker of xdist: JUnit's file, and those of `--acs-report`."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._tests: list[dict[str, Any]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        seen = getattr(report, CARRIED, None)
        if seen is None:
            return
        self._tests.append(seen)
        if not self._config.getoption("xmlpath", None):
            return
        import xml.etree.ElementTree as ElementTree

        from _pytest.junitxml import bin_xml_escape, xml_key

        # pytest itself writes captured output only where `junit_logging` asks for it.
        junit = self._config.stash.get(xml_key, None)
        if junit is not None:
            element = ElementTree.Element("system-out")
            element.text = bin_xml_escape(next(content for title, content in report.sections if title == SECTION))
            junit.node_reporter(report).append(element)

    def pytest_sessionfinish(self) -> None:
        from ._report import write

        for name in self._config.getoption("--acs-report"):
            write(self._config.invocation_params.dir / name, self._tests)
