"""The careless and the careful app of each language on the days of `drill`: each does what fixtures/sdks/days.json says.

`scripts/test --all` runs Python's two apps on all days, and the others on the days on which the languages differ; `--drill-all` runs
all of them on all days. With `--record-days` what they do is written down instead.
"""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest
from sdks import days, parts
from support import ROOT, free_port, run

pytestmark = [pytest.mark.drill, pytest.mark.timeout(900)]
APPS = ROOT / "Tests" / "Apps" / "drill"
FAST_START = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]


def command(language, app, tmp_path):
    """What starts an app of a language."""
    if language == "python":
        return [sys.executable, APPS / f"{app}.py"]
    where = parts.prepare(language)
    if language == "javascript":
        # Node looks for packages beside the program.
        shutil.copy(APPS / f"{app}.mjs", tmp_path)
        (tmp_path / "node_modules").symlink_to(where / "node_modules")
        return ["node", tmp_path / f"{app}.mjs"]
    path = f"{where}/jars/*{os.pathsep}{tmp_path}"
    name = app.capitalize()
    compiled = ["javac", "-nowarn", "-d", tmp_path, "-cp", path, APPS / f"{name}.java"]
    subprocess.run(compiled, check=True, timeout=120)
    return ["java", *FAST_START, "-cp", path, name]


def told(day):
    """What is compared of a day: without what another run says in another way."""
    kept = {"verdict": day["verdict"], "callers": day["callers"]}
    if day["verdict"] == "failed":
        stories = [f"{call['story']} {call['advice'] or ''}".strip() for call in day["calls"] if call["verdict"] != "redirected"]
        # Of an app that ended, the story depends on whether the next delivery came before that was seen.
        ended = [finding for finding in day["findings"] if finding.startswith("The app ended")]
        text = (ended or stories or [" ".join(day["findings"])])[0]
        kept["story"] = re.sub(r"\b[\d.]+ m?s\b", "… s", re.sub(r"\bTry \d", "Try …", text))
    return kept


@pytest.mark.parametrize("app", days.APPS)
@pytest.mark.parametrize("language", days.LANGUAGES)
def test_an_app_gets_on_each_day_what_is_written_down(language, app, tmp_path, request, record_property):
    record_property("language", language)
    try:
        words = command(language, app, tmp_path)
    except parts.Skipped as skipped:
        pytest.skip(f"{language}: {skipped}")
    known = days.recorded()
    records = request.config.getoption("--record-days")
    every = records or request.config.getoption("--every-day") or language == "python"
    chosen = [] if every else days.that_differ(known)
    port = free_port()
    report = tmp_path / "drill.json"
    ended = run(
        "drill", *[word for name in chosen for word in ("--day", name)], "--report", report,
        "--ring", f"http://127.0.0.1:{port}/api/incomingCall", "--", *words,
        env={**os.environ, "PORT": str(port)}, timeout=850,
    )  # fmt: skip
    assert ended.returncode in (0, 1), ended.stderr
    drilled = json.loads(report.read_text())["days"]
    seen = {day["name"]: told(day) for day in drilled}
    if records:
        days.write_down(language, app, seen)
        return
    assert seen == {name: day for name, day in known[language][app].items() if every or name in chosen}, ended.stdout
    assert ended.returncode == (1 if any(day["verdict"] == "failed" for day in drilled) else 0)
