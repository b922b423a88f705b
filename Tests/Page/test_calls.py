"""The calls: 4 verdicts, 5 bytes, 8 what was dropped, the list and its filter."""

import re

import pytest
from days import DAYS, LOST, many, tries
from emulator import redirect_body, repeatable
from playwright.sync_api import expect


@pytest.mark.parametrize("name,send,title,kinds,story", DAYS, ids=[day[0] for day in DAYS])
def test_04_verdicts(emulator, open_page, name, send, title, kinds, story):
    send(emulator)
    (call,) = emulator.calls()
    page = open_page(emulator.page)
    expect(page.locator(".det h2")).to_have_text(title)
    expect(page.locator(".call .v").first).to_have_text(re.compile(f"^{title}( after \\d tries)?$"))
    tokens = page.locator(".tl .t").evaluate_all("list => list.map(t => t.className.slice(2))")
    assert tokens == kinds
    # The story is the emulator's own.
    assert page.locator(".say").first.inner_text() == call["story"]
    assert story in call["story"]
    if call["advice"]:
        expect(page.locator(".advice")).to_contain_text(call["advice"])
    broken = page.locator(".strip .early").all_inner_texts()
    assert bool(broken) == (name == "too early"), broken
    if name == "refused":
        expect(page.locator(".strip").first).to_contain_text("body · 8523")


def test_04_title_counts_problems(emulator, open_page):
    page = open_page(emulator.page)
    expect(page).to_have_title("default · redirect-emulator")
    tries(emulator, LOST, times=2, same=False)
    tries(emulator, "{}", body="{}")
    expect(page).to_have_title("✗ 2 · default · redirect-emulator")


FAULTS = [
    "reset", "{reset: {afterBytes: 20}}", "empty", "{truncate: {atBytes: 30}}", "{truncate: {at: 50%}}", "{garbage: {bytes: 64}}",
    "badStatusLine", "badHeader", "notJSON", "badJSON", "wrongLength", "badChunk", "duplicateLength", "bodyOn204", "http10", "closeAfter", "interim", "wrongContentType", "badGzip",
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_05_bytes(emulator, open_page, fault):
    emulator.scenario(f"rules: [{{name: odd, attempts: 1, respond: {{status: 503}}, fault: {fault}}}]" if "204" not in fault else f"rules: [{{name: odd, attempts: 1, after: execution, fault: {fault}}}]")
    sent = emulator.request(repeatable(**{"User-Agent": "a client"}))
    received = emulator.send(sent).raw
    page = open_page(f"{emulator.page}#/default/calls/r1/1/request")
    pre = page.locator("#pane pre")
    expect(pre).to_be_visible()
    context = page.locator("#context")
    if context.count():
        context.click()
    text = pre.inner_text()
    # The token's signature is taken out before anything is kept.
    expected = re.sub(r"(Authorization: Bearer [^.]+\.[^.]+\.).*", r"\1***", sent.decode().replace("\r\n", "\n"))
    assert text == expected
    entry = emulator.api("GET", "/requests/1").json
    page.locator("#tab-answer").click()
    pane = page.locator("#pane")
    if not entry.get("answer"):
        expect(pane).to_contain_text(str(entry["status"]) if entry["status"] else "No response")
        return
    answer = entry["answer"]
    if not received:
        expect(pane).to_contain_text(re.compile("No byte|✂"))
    elif answer.get("raw") is not None:
        shown = pane.locator("pre").inner_text().split(" ✂")[0]
        try:
            text = received.decode()
        except UnicodeDecodeError:
            return
        plain = re.sub(r"\\x[0-9a-f]{2}|\\u\{[0-9a-f]+\}", "", shown)
        assert plain.split() == re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", text).split()
    else:
        shown = pane.locator("pre").inner_text()
        found = bytes.fromhex("".join(re.findall(r"^[0-9a-f]{4}  ((?:[0-9a-f]{2} )+)", shown, re.M)).replace(" ", ""))
        assert found == received[:512]


def test_08_dropped(start, open_page):
    emulator = start("--journal-limit", "100")
    many(emulator, 250)
    page = open_page(emulator.page)
    expect(page.locator("#view-calls")).to_contain_text("100")
    expect(page.locator(".foot")).to_contain_text("100 calls")
    expect(page.locator(".foot")).to_contain_text("150 older requests not kept")
    gone = open_page(f"{emulator.page}#/default/calls/r10", allowed=["404"])
    expect(gone.locator(".det h2")).to_contain_text("Call r10 is not in the journal")
    gone.get_by_role("button", name="Show the newest call").click()
    expect(gone.locator(".det h2")).to_contain_text("Redirected once")


FILTERS = [
    ("target:+1425555010*", 2), ("status:4xx", 1), ("status:429", 0), ("rule:lost*", 1), ("end:rst", 1), ("stage:body", 1), ("verdict:refused", 1),
    ("14255550102", 1), ("target:*0102 status:204", 0), ("nothing at all", 0), ("client:walker", 1),
]  # fmt: skip


def test_filter(emulator, open_page):
    emulator.redirect(repeatable(**{"User-Agent": "walker/1"}), redirect_body("+14255550101"))
    tries(emulator, LOST, body=redirect_body("+14255550102"))
    tries(emulator, "{}", body="{}")
    page = open_page(emulator.page)
    expect(page.locator(".call")).to_have_count(3)
    for text, number in FILTERS:
        page.locator("#find").fill(text)
        expect(page.locator(".foot")).to_contain_text(f"{number} of 3 calls")
        expect(page.locator(".call")).to_have_count(number)
    page.locator("#find").fill("")
    page.locator("#chip-refused").click()
    expect(page.locator(".call")).to_have_count(1)
    assert "v=refused" in page.evaluate("location.hash")
    page.reload()
    expect(page.locator(".call")).to_have_count(1)
