"""6 time, 9 connections that end, 10 tabs; calls come by themselves."""

import signal
import time

from days import tries
from emulator import redirect_body, repeatable
from playwright.sync_api import expect


def test_06_time(emulator, open_page):
    emulator.scenario("rules: [{name: busy, attempts: 1..2, respond: {status: 429, retryAfter: 400ms}}]")
    headers = repeatable()
    emulator.redirect(headers)
    time.sleep(0.45)
    emulator.redirect(headers)
    emulator.api("PUT", "/clock", {"offset": "2m"})
    time.sleep(0.1)
    emulator.redirect(headers)
    page = open_page(emulator.page)
    expect(page.locator(".note.ok")).to_contain_text("asked 400 ms")
    expect(page.locator(".note.bad")).to_contain_text("of 400 ms asked")
    (call,) = emulator.calls()
    pauses = [a["pauseMs"] for a in call["attempts"]][1:]
    assert pauses[0] >= 400 and 100 <= pauses[1] < 400
    # The ticks are where the next tries came, within a pixel, whatever the clock was set to.
    width = page.evaluate("document.querySelector('.rule .track').getBoundingClientRect().width")
    places = page.evaluate("[...document.querySelectorAll('.lane .came, .lane .bar')].map(e => [e.className, e.getBoundingClientRect().left - e.parentNode.getBoundingClientRect().left])")
    bars = [left for name, left in places if name.startswith("bar")]
    came = [left for name, left in places if name.startswith("came")]
    assert all(abs(tick - bar) <= 2 for tick, bar in zip(came, bars[1:])), places
    begins = [0.0]
    for before, pause in zip(call["attempts"], pauses):
        begins.append(begins[-1] + before["durationMs"] + pause)
    end = max(begin + a["durationMs"] + (a["retryAfterMs"] or 0) for begin, a in zip(begins, call["attempts"]))
    for begin, bar in zip(begins, bars):
        assert abs(bar - begin / (end * 1.04) * width) <= 2, (begin, bar)
    expect(page.locator("#view-clock")).to_contain_text("+2 min")
    # Where it was moved is said, in the row and between the tries.
    expect(page.locator(".call .marks")).to_contain_text("clock +2 min")
    expect(page.locator(".note.bad")).to_contain_text("clock +2 min")
    jumps = page.evaluate("[...document.querySelectorAll('.lane')].map(lane => lane.querySelectorAll('.jump').length)")
    assert jumps == [0, 0, 0, 1]


def test_09_connection_ends(emulator, open_page):
    emulator.redirect(repeatable(), redirect_body("+14255550101"))
    page = open_page(emulator.page, allowed=["Failed to load resource", "net::"])
    page.locator(".call").click()
    expect(page.locator("#pane")).to_contain_text("All checks passed")
    expect(page.locator(".live")).to_have_attribute("data-s", "live")
    port = emulator.port
    emulator.kill()
    expect(page.locator(".live")).to_have_attribute("data-s", "lost")
    expect(page.get_by_role("alert")).to_contain_text("has not responded")
    # What was received stays, and can be read.
    page.locator("#tab-request").click()
    expect(page.locator("#pane")).to_contain_text("+14255550101")
    emulator.begin(port)
    expect(page.locator(".banner")).to_contain_text("was started again", timeout=10000)
    page.get_by_role("button", name="Show the run before").click()
    expect(page.locator(".call")).to_have_count(1)
    page.get_by_role("button", name="Put it away").click()
    emulator.redirect(repeatable(), redirect_body("+14255550202"))
    expect(page.locator(".call")).to_have_count(1)
    expect(page.locator(".call")).to_contain_text("+14255550202")
    # A call that came while nobody listened is there afterwards, once.
    emulator.process.send_signal(signal.SIGSTOP)
    emulator.process.send_signal(signal.SIGCONT)
    emulator.redirect(repeatable(), redirect_body("+14255550303"))
    expect(page.locator(".call")).to_have_count(2)


def test_10_tabs(emulator, open_page, browser):
    context = browser.new_context()
    try:
        pages = [open_page(emulator.page, context=context) for _ in range(8)]
        for page in pages:
            expect(page.locator(".live")).to_have_attribute("data-s", "live")
        emulator.redirect(repeatable())
        for page in pages:
            expect(page.locator(".call")).to_have_count(1)
        spent = pages[7].evaluate("async () => { const t = performance.now(); await (await fetch('/_emulator/health')).text(); return performance.now() - t; }")
        assert spent < 1000
        leaders = [page for page in pages if page.evaluate("live.isLeader")]
        assert len(leaders) == 1
        leaders[0].close()
        rest = [page for page in pages if page not in leaders]
        begin = time.monotonic()
        while not any(page.evaluate("live.isLeader") for page in rest):
            assert time.monotonic() - begin < 2
        emulator.redirect(repeatable())
        for page in rest:
            expect(page.locator(".call")).to_have_count(2)
    finally:
        context.close()


def test_live(emulator, open_page):
    """Calls come by themselves; what is chosen stays, and a pause counts them."""
    page = open_page(emulator.page)
    tries(emulator, "rules: [{name: t, attempts: 1, respond: {status: 429, retryAfter: 100ms}}]", times=2, pause=0.15, body=redirect_body("+14255550101"))
    expect(page.locator(".call")).to_have_count(1)
    page.locator("#c-r1").click()
    expect(page.locator(".det h2")).to_have_text("Redirected once")
    page.keyboard.press("p")
    emulator.redirect(repeatable())
    expect(page.locator(".live")).to_contain_text("1 waiting")
    expect(page.locator(".call")).to_have_count(1)
    page.keyboard.press("p")
    expect(page.locator(".call")).to_have_count(2)
    expect(page.locator(".det")).to_contain_text("+14255550101")


def test_marks(emulator, open_page):
    """What was changed is said of the next call, and which rule hit a call is said of it."""
    page = open_page(emulator.page)
    expect(page.locator(".live")).to_have_attribute("data-s", "live")
    tries(emulator, "rules: [{name: busy, attempts: 1, respond: {status: 503}}]", times=2)
    marks = page.locator("#c-r1 .marks")
    expect(marks).to_contain_text("busy")
    expect(marks).to_contain_text("rules changed")
    expect(page.locator("#try-1 .mk")).to_have_text("busy")
    expect(page.locator("#try-2 .mk")).to_have_count(0)
    emulator.api("PUT", "/clock", {"offset": "6m"})
    expect(page.locator("#view-clock")).to_contain_text("+6 min")
    emulator.redirect(repeatable())
    expect(page.locator(".call").first.locator(".marks")).to_contain_text("clock +6 min")
    emulator.api("DELETE", "/requests")
    expect(page.locator(".call")).to_have_count(0)
    emulator.redirect(repeatable())
    expect(page.locator(".call .marks")).to_contain_text("journal cleared")
    # It is said of one call only.
    emulator.redirect(repeatable())
    expect(page.locator(".call")).to_have_count(2)
    expect(page.locator(".call .mk", has_text="journal cleared")).to_have_count(1)


def test_11_any_request_leads_to_its_call(emulator, open_page):
    tries(emulator, "rules: [{name: busy, attempts: 1..2, respond: {status: 503}}]", times=3)
    page = open_page(f"{emulator.page}#/default/calls/r2")
    expect(page.locator(".det h2")).to_have_text("Redirected once")
    expect(page.locator("#try-2")).to_have_attribute("aria-checked", "true")
    assert page.evaluate("location.hash") == "#/default/calls/r1/2"
