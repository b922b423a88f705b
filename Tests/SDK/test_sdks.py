"""The official SDKs of four languages, put through the same cases: each does what is written down in fixtures/sdks."""

import concurrent.futures

import pytest
import support
from azure.core.pipeline.transport import RequestsTransport
from sdks import LANGUAGES, cases, parts
from sdks.drivers import Drivers

pytestmark = [pytest.mark.sdks, pytest.mark.timeout(420)]
AT_ONCE = 24


@pytest.fixture(scope="session")
def ready():
    """Per language: None, or why it cannot be run here."""
    reasons = {}
    for language in LANGUAGES:
        try:
            reasons[language] = parts.prepare(language) and None
        except parts.Skipped as skipped:
            reasons[language] = str(skipped)
    return reasons


@pytest.fixture(scope="session")
def results(request, ready, tmp_path_factory):
    """All cases that were asked for, run side by side: they wait more than they work. The longest are begun first."""
    chosen = [item.callspec.params["case"] for item in request.session.items if "case" in getattr(item, "fixturenames", [])]
    chosen = sorted((case for case in chosen if not ready[case.language] and possible(case)), key=lambda case: -case.get("limit", 0))
    folder = tmp_path_factory.mktemp("sdks")
    tls = folder / "tls"
    (folder / "first").mkdir()
    assert support.start(folder / "first", "--tls-dir", tls).stop() == 0
    drivers = Drivers(str(tls / "ca.pem"), folder)
    pool = concurrent.futures.ThreadPoolExecutor(AT_ONCE)
    futures = {
        (case.language, case.group, case.name): pool.submit(cases.run, case, drivers, tls, folder / f"case-{number}")
        for number, case in enumerate(chosen)
    }
    yield futures
    pool.shutdown(cancel_futures=True)
    drivers.end()


def possible(case):
    """Whether the parts have what the case needs beside the language's SDK."""
    return "httpClient" not in case.options or (parts.prepare("java") / "jars-new").is_dir()


ALL = cases.all_cases()


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.language}-{case.group}-{case.name}")
def test_an_sdk_does_what_is_written_down(case, ready, results, recording, record_property):
    record_property("language", case.language)
    if ready[case.language]:
        pytest.skip(f"{case.language}: {ready[case.language]}")
    if not possible(case):
        pytest.skip("java: jars-new, with the other HTTP clients, is among the offline parts only")
    seen = results[case.language, case.group, case.name].result()
    if recording is not None:
        recording.setdefault(case.language, {}).setdefault(case.group, {})[case.name] = seen
        return
    known = cases.recorded(case.language)["cases"].get(case.group, {}).get(case.name)
    assert known is not None, f"nothing is written down; seen {seen}"
    ranges = known.get("pauses")
    if ranges is not None:
        measured = seen.pop("pauses")
        assert len(measured) == len(ranges), measured
        # Rounded to hundredths, and measured where the requests arrive. A busy machine is late, and early only with a time-out, which
        # begins before the connection is made.
        early = 20 if case.group == "time-outs" else 0.02
        assert all(least - early <= pause <= most + 5 for pause, (least, most) in zip(measured, ranges)), measured
        known = {name: value for name, value in known.items() if name != "pauses"}
    assert seen == known


def test_pythons_time_out_is_five_minutes():
    """Longer than a test can wait, so the transport itself is asked."""
    configuration = RequestsTransport().connection_config
    assert (configuration.timeout, configuration.read_timeout) == (300, 300)
