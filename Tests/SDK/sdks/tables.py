"""Writes the tables of the guides that say what an SDK does, from fixtures/sdks.

Usage: .venv/bin/python Tests/SDK/sdks/tables.py [--check]

A table is between `<!-- sdks: NAME [ARGUMENT] -->` and `<!-- sdks: end -->`. With --check nothing is written; the status is 1 where
a page would change. What the SDKs do is written down by pytest Tests/SDK/test_sdks.py --record-sdks, which asks the SDKs themselves.
"""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import support
from sdks import LANGUAGES, cases, days

NAMES = {"python": "Python", "javascript": "JavaScript", "java": "Java", "dotnet": ".NET"}
PAGES = sorted(support.GUIDES.glob("*.md"))
MARKED = re.compile(r"(?<=\n)<!-- sdks: (?!end)(.+?) -->\n.*?<!-- sdks: end -->\n", re.DOTALL)
# The rows that tell the SDKs apart best.
TELLING = [
    ("the response is lost: `after: execution, fault: reset`", "lost response", "`reset`"),
    ("429 without `Retry-After`", "statuses", "429 Too Many Requests"),
    ("the 204 has a line that is not a header: `badHeader`", "lost response", "`badHeader`"),
    ("103 comes before the 204: `interim`", "right but strange", "`interim`"),
    ("no response ever comes: `hang`", "time-outs", "`hang` without a time-out of one's own"),
]


def known(language, group):
    return cases.recorded(language)["cases"].get(group, {})


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"|{'|'.join(f' {cell} ' if cell != '---' else cell for cell in line)}|\n" for line in lines)


def error(outcome):
    """What is raised: its type, and the status and code that it has."""
    raised = outcome.get("error")
    if raised is None:
        return ""
    parts = [f"`{raised['type']}`", *(str(raised[name]) for name in ("status", "code") if raised[name])]
    return " ".join(parts)


def cell(outcome, calls=1):
    """An outcome in a few words."""
    if outcome is None:
        return "–"
    result, tries = outcome["result"], outcome.get("tries", 0)
    many = f", {tries} tries" if tries > calls else ""
    if result == "redirected":
        # One pause alone is the default time-out, and worth its number.
        apart = f", {int(outcome['pauses'][0][0])} s apart" if len(outcome.get("pauses", [])) == 1 else ""
        return f"redirected{many}{apart}"
    if result.startswith("waits"):
        return f"**waits**, {'although redirected' if 'redirected' in result else 'longer than 100 s'}"
    if result == "not offered":
        return "not offered"
    words = result if result == "lost" else f"**{result}**"
    raised = error(outcome)
    return f"{words}{many}{': ' + raised if raised else ''}"


def members_of(name):
    group = next(group for group in cases.groups() if group["group"] == name)
    return group, list(cases.expanded(group))


def matrix(name):
    group, rows = members_of(name)
    lines = []
    for row in rows:
        outcomes = [known(language, name).get(row["name"]) for language in LANGUAGES]
        lines.append([row["name"].replace("|", "\\|"), *(cell(outcome, row.get("calls", 1)) for outcome in outcomes)])
    return table([group.get("title", name), *NAMES.values()], lines)


def telling():
    rows = []
    for words, group, name in TELLING:
        calls = next(row for row in members_of(group)[1] if row["name"] == name).get("calls", 1)
        rows.append([words, *(cell(known(language, group).get(name), calls) for language in LANGUAGES)])
    return table(["what happens", *NAMES.values()], rows)


def ran():
    return table(["", "what was run"], [[NAMES[language], cases.recorded(language)["ran"]] for language in LANGUAGES])


def ways(language):
    rows = []
    for name, outcome in known(language, "ways in").items():
        works = "works" if outcome["result"] == "redirected" else f"does not: {error(outcome)}"
        rows.append([name, works])
    return table(["way in", "result"], rows)


def proxies(language):
    return table(["variables", "result"], [[name, cell(outcome)] for name, outcome in known(language, "proxies").items()])


def errors(language):
    rows = [[name, error(outcome)] for name, outcome in known(language, "errors").items()]
    return table(["what is wrong", "what is raised, with its status and code"], rows)


def clients(language):
    """What each HTTP client makes of the same faults: a case's name is the fault, and behind the last comma the client."""
    rows = {}
    for name, outcome in known(language, "HTTP clients").items():
        fault, _, client = name.rpartition(", ")
        rows.setdefault(fault, {})[client] = cell(outcome)
    names = list(next(iter(rows.values())))
    return table(["what happens, once", *names], [[fault, *(found[name] for name in names)] for fault, found in rows.items()])


def listed(found):
    return ", ".join(found)


def numbers(names):
    return listed(name.split()[0] for name in names)


def retries(language):
    rows = []

    def row(what, names, does):
        if names:
            rows.append([f"{what}{names}", does])

    plain, asked = known(language, "statuses"), known(language, "statuses with Retry-After")
    again = lambda outcome: outcome["tries"] > 1
    row("", numbers(name for name in plain if again(plain[name])), "tries again")
    row("", numbers(name for name in plain if not again(plain[name])), "raises at once")
    waited = [name for name in asked if again(asked[name]) and asked[name]["honoursRetryAfter"]]
    sooner = [name for name in asked if again(asked[name]) and not asked[name]["honoursRetryAfter"]]
    row("with `Retry-After`: ", numbers(waited), "tries again after that time")
    row("with `Retry-After`: ", numbers(sooner), "tries again, sooner than it was asked to")
    row("with `Retry-After`: ", numbers(name for name in asked if not again(asked[name])), "raises at once")
    forms = known(language, "forms of Retry-After")
    for name, outcome in forms.items():
        if "waited" in outcome or "no time" in name:
            what = name.replace("no time", "a `Retry-After` that is not a time").replace("retry-after-ms", "`retry-after-ms` alone").replace("x-ms-`", "`x-ms-")
            rows.append([what, "tries again after that time" if outcome.get("waited") else "tries again" if again(outcome) else f"raises at once: {error(outcome)}"])
    faults = known(language, "lost once")
    row("", listed(name for name in faults if again(faults[name])), "tries again")
    row("", listed(name for name in faults if not again(faults[name])), "raises at once")
    first = known(language, "first connection")
    first = {name: outcome for name, outcome in first.items() if outcome.get("tries") != 1 or outcome["result"] != "redirected"}
    row("the first connection: ", listed(name for name in first if first[name]["result"] == "redirected"), "tries again")
    row("the first connection: ", listed(name for name in first if first[name]["result"] != "redirected"), "raises at once")
    always, signed = known(language, "retries")["503 always"], known(language, "retries")["503 always, with Retry-After of 1 s"]
    spans = [f"{least:g}" if least == most else f"{least:g} to {most:g}" for least, most in always["pauses"]]
    rows.append(["how often, without `Retry-After`", f"{always['tries']} tries, with pauses of {', '.join(spans)} s"])
    rows.append(["each try", "is signed again" if signed["signedAnew"] else "has the first try's signature and date"])
    late = known(language, "retries")["a wait that ends 5 minutes after the first try"]
    rows.append(["a wait that ends 5 minutes after the first try", cell(late)])
    return table(["what happens", "what the SDK does by default"], rows)


def got(day):
    """What the callers of a day got; bold where the app failed it."""
    if day["verdict"] == "notTested":
        return "not tested"
    return f"**{day['callers']}**" if day["verdict"] == "failed" else day["callers"]


def days_of_drill():
    known = days.recorded()
    rows = []
    for name in known["python"]["careful"]:
        careful = dict.fromkeys(got(known[language]["careful"][name]) for language in days.LANGUAGES)
        rows.append([name, *(got(known[language]["careless"][name]) for language in days.LANGUAGES), " / ".join(careful)])
    return table(["day", *(f"careless, {NAMES[language]}" for language in days.LANGUAGES), "careful, each"], rows)


def stories_of_drill():
    """Why the careless apps failed: one row for those of a day that have the same story."""
    known = days.recorded()
    rows = {}
    for name in known["python"]["careless"]:
        for language in days.LANGUAGES:
            if story := known[language]["careless"][name].get("story"):
                rows.setdefault((name, story), []).append(NAMES[language])
    return table(["day", "app", "story"], [[name, listed(names), story.replace("|", "\\|")] for (name, story), names in rows.items()])


TABLES = {
    "days": days_of_drill, "stories": stories_of_drill,
    "matrix": matrix, "telling": telling, "ran": ran, "ways": ways, "proxies": proxies, "errors": errors, "retries": retries,
    "clients": clients,
}


def written(page):
    """The page with its tables as the data has them."""

    def replace(match):
        name, _, argument = match.group(1).partition(" ")
        made = TABLES[name](argument) if argument else TABLES[name]()
        return f"<!-- sdks: {match.group(1)} -->\n{made}<!-- sdks: end -->\n"

    return MARKED.sub(replace, page)


def main(arguments):
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 64
    changed = []
    for page in PAGES:
        text = page.read_text()
        if (new := written(text)) != text:
            changed.append(page)
            if not arguments:
                page.write_text(new)
    for page in changed:
        print(f"{page.relative_to(support.ROOT)}: {'is not what fixtures/sdks says; run without --check' if arguments else 'written'}", file=sys.stderr)
    return 1 if changed and arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
