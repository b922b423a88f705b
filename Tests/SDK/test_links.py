"""README and the guides are read as plain Markdown: every link leads to a file or a heading that exists, and every guide is found."""

import re

import pytest
from support import GUIDES, ROOT

PAGES = [ROOT / "README.md", *sorted(GUIDES.glob("*.md"))]
BLOCK = re.compile(r"^```.*?^```$|^    [^\n]*$", re.DOTALL | re.MULTILINE)


def prose(page):
    """The text without blocks of code and code in lines."""
    return re.sub(r"`[^`\n]*`", "", BLOCK.sub("", page.read_text()))


def anchors(page):
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", BLOCK.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def targets(page):
    text = prose(page)
    definitions = dict(re.findall(r"^\[([^\]]+)\]: (\S+)$", text, re.MULTILINE))
    body = re.sub(r"^\[[^\]]+\]: \S+$", "", text, flags=re.MULTILINE)
    found = re.findall(r"\]\(([^)\s]+)\)", body)
    short = [name for name in re.findall(r"\[([A-Z][A-Za-z]+)\](?![(:\[])", body)]
    return found, short, definitions


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_somewhere(page):
    found, short, definitions = targets(page)
    assert set(short) == set(definitions), "names in brackets, and where they lead"
    assert "<doc:" not in page.read_text(), "links such as <doc:Calls> lead nowhere on GitHub; write [Calls](Calls.md)"
    for target in [*found, *definitions.values()]:
        if target.startswith(("http://", "https://")):
            continue
        name, _, anchor = target.partition("#")
        to = (page.parent / name).resolve() if name else page
        assert to.is_file(), f"{page.name}: {target} does not exist"
        if anchor:
            assert anchor in anchors(to), f"{page.name}: {to.name} has no heading for #{anchor}; it has {sorted(anchors(to))}"


@pytest.mark.parametrize("page", ["README.md", "RedirectEmulator.md"])
def test_every_guide_is_linked_from_the_start(page):
    start = next(path for path in PAGES if path.name == page)
    found, _, definitions = targets(start)
    linked = {target.rpartition("/")[2].removesuffix(".md") for target in [*found, *definitions.values()]}
    assert {path.stem for path in PAGES[1:]} - {"RedirectEmulator"} <= linked


@pytest.mark.parametrize("page", PAGES[1:], ids=lambda page: page.stem)
def test_each_guide_begins_with_what_the_reader_can_do_after_it(page):
    title, empty, first = page.read_text().split("\n")[:3]
    assert title.startswith("# ") and not empty
    assert first.startswith("After this page") or page.stem == "RedirectEmulator", first


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_row_is_left_out_of_its_table(page):
    lines = page.read_text().splitlines()
    for number, (before, line) in enumerate(zip(["", *lines], lines), start=1):
        # A blank line ends a table: a row behind it is shown as text, unless it begins another table.
        if line.startswith("|") and not before.startswith("|"):
            assert re.fullmatch(r"\|[-| :]+\|", lines[number]), f"{page.name}:{number}: {line[:60]}"
