"""6 time, 7 many tries, 9 connections that end, 10 tabs, 15 the page does not disturb."""

import json
import signal
import time

from days import many, tries
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


def test_07_many_tries(start, open_page):
    emulator = start("--journal-limit", "100000", "--journal-bytes", "1GiB", "--max-memory", "2GiB")
    many(emulator, 50000)
    page = open_page(emulator.page)
    begin = time.monotonic()
    page.reload()
    page.locator(".call").first.wait_for()
    first = time.monotonic() - begin
    page.evaluate(
        """() => {
          window.long = [];
          new PerformanceObserver(list => window.long.push(...list.getEntries().map(e => e.duration))).observe({type: 'longtask', buffered: true});
        }"""
    )
    vp = page.locator("#calls")
    vp.evaluate("e => { e.scrollTop = 58 * 60; }")
    page.wait_for_timeout(300)
    under = "() => { const r = document.querySelector('#calls').getBoundingClientRect(); return document.elementFromPoint(r.x + 100, r.y + 150).closest('.call').id; }"
    before = page.evaluate(under)
    many(emulator, 2000)
    expect(page.locator(".pill")).to_contain_text("2\u2009000 new calls", timeout=20000)
    assert page.evaluate(under) == before
    for _ in range(10):
        vp.evaluate("e => { e.scrollTop = e.scrollHeight; }")
        page.wait_for_timeout(100)
    assert page.locator(".call").count() <= 60
    expect(page.locator(".foot")).to_contain_text("calls")
    long = page.evaluate("window.long")
    heap = page.evaluate("performance.memory.usedJSHeapSize")
    print(json.dumps({"first": first, "long": long, "heap": heap}))
    assert heap < 150e6


def test_09_connection_ends(emulator, open_page):
    emulator.redirect(repeatable(), redirect_body("+14255550101"))
    page = open_page(emulator.page, allowed=["Failed to load resource", "net::"])
    page.locator(".call").click()
    expect(page.locator("#pane")).to_contain_text("All checks passed")
    expect(page.locator(".live")).to_have_attribute("data-s", "live")
    port = emulator.port
    emulator.kill()
    expect(page.locator(".live")).to_have_attribute("data-s", "lost")
    expect(page.get_by_role("alert")).to_contain_text("does not respond")
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


def test_15_does_not_disturb(start, open_page):
    seen = []
    for watched in (False, True):
        emulator = start("--control-port", "0")
        emulator.scenario("seed: 7\nrules:\n  - {name: noise, chance: 30%, respond: {status: 503}}\nconnections:\n  - {name: refused, chance: 20%, fault: refuse}\n")
        if watched:
            page = open_page(emulator.page, allowed=["404"])
            expect(page.locator(".live")).to_have_attribute("data-s", "live")
        statuses = []
        for _ in range(60):
            try:
                statuses.append(emulator.redirect(repeatable()).status)
            except OSError:
                statuses.append(None)
        seen.append(statuses)
        if watched:
            expect(page.locator(".call").first).to_be_visible()
            # Idle, it asks nothing.
            emulator.api("DELETE", "/requests")
            expect(page.locator(".call")).to_have_count(0)
            page.wait_for_timeout(500)
            asked = []
            page.on("request", lambda request: asked.append(request.url))
            page.wait_for_timeout(3000)
            assert len(asked) <= 1, asked
    assert seen[0] == seen[1]


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
