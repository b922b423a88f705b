"""What the careless and the careful app of each language get on each day of `drill`: fixtures/sdks/days.json."""

import fcntl
import json
import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[3]
FILE = ROOT / "fixtures" / "sdks" / "days.json"
LANGUAGES = ["python", "javascript", "java"]
APPS = ["careless", "careful"]


def recorded():
    """What was written down: of each language and app, and of each day, `verdict`, `callers` and a failed one's `story`."""
    return json.loads(FILE.read_text()) if FILE.exists() else {}


def that_differ(known):
    """The days on which not all languages get the same."""
    first = known["python"]
    return [name for name in first["careful"] if any(known[language][app][name] != first[app][name] for language in LANGUAGES for app in APPS)]


def write_down(language, app, seen):
    """Writes what an app got, a line a day. Several processes may do so at once."""
    folder = os.open(FILE.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        known = recorded()
        known.setdefault(language, {})[app] = seen
        lines = []
        for language in (each for each in LANGUAGES if each in known):
            apps = []
            for app in (each for each in APPS if each in known[language]):
                each_day = [f"      {json.dumps(name)}: {json.dumps(day, ensure_ascii=False)}" for name, day in known[language][app].items()]
                apps.append(f"    {json.dumps(app)}: {{\n" + ",\n".join(each_day) + "\n    }")
            lines.append(f"  {json.dumps(language)}: {{\n" + ",\n".join(apps) + "\n  }")
        FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    finally:
        os.close(folder)
