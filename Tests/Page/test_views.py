"""13 what is copied and the other views work; 14 everybody can use the page."""

import json
import re
import subprocess
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from days import LOST, THROTTLED, tries
from emulator import BINARY, redirect_body, repeatable
from playwright.sync_api import expect


def copied(page, name):
    """What "Copy as" puts into the clipboard."""
    page.evaluate("navigator.clipboard.writeText('nothing')")
    page.locator("#copyas").click()
    page.locator(f"#copy-{name}").click()
    expect(page.locator(".toast")).to_have_text("Copied")
    # The toast of an earlier copy may still be there.
    return page.evaluate("""async () => {
      for (;;) {
        const text = await navigator.clipboard.readText();
        if (text !== "nothing") return text;
        await new Promise(requestAnimationFrame);
      }
    }""")


def shell(text):
    return subprocess.run(["bash", "-c", text], capture_output=True, text=True, timeout=30)


def test_13_copies_work(emulator, open_page, tmp_path):
    tries(emulator, THROTTLED, times=3, pause=0.11, body=redirect_body("+14255550142"))
    page = open_page(emulator.page)
    expect(page.locator(".det h2")).to_contain_text("Redirected once")
    # This try again gets the response of the first time, and executes nothing.
    again = shell(copied(page, "curl"))
    assert re.match("HTTP/1.1 204", again.stdout), again
    assert len(emulator.calls()) == 1 and emulator.calls()[0]["verdict"] == "redirected"
    expect(page.locator("#try-4")).to_be_visible()
    anew = shell(copied(page, "curlnew"))
    assert re.match("HTTP/1.1 429", anew.stdout), anew
    assert len(emulator.calls()) == 2
    page.locator("#c-r1").click()
    expect(page.locator("#try-4")).to_be_visible()
    report = emulator.api("POST", "/verify", copied(page, "verify"))
    assert report.status == 200, report.body
    assertion = json.loads(copied(page, "verify"))
    assert assertion["expect"]["statuses"] == [429, 429, 204, 204]
    rules = copied(page, "scenario")
    file = tmp_path / "rules.yaml"
    file.write_text(rules)
    checked = subprocess.run([BINARY, "check", str(file)], capture_output=True, text=True)
    assert checked.returncode == 0, checked
    emulator.scenario(rules)
    headers = repeatable()
    assert [emulator.redirect(headers, redirect_body("+14255550142")).status for _ in range(3)] == [429, 429, 204]
    assert emulator.redirect(repeatable(), redirect_body("+14255550143")).status == 204
    assert copied(page, "link").endswith("#/default/calls/r1")
    assert json.loads(copied(page, "json"))["seq"]
    compile(copied(page, "pytest"), "test", "exec")


def test_13_rules_that_never_fired(emulator, open_page):
    page = open_page(emulator.page + "#/default/rules")
    emulator.scenario("rules: [{name: only teams, match: {target: {id: '8:orgid:*'}}, respond: {status: 500}}, {name: busy, attempts: 2, respond: {status: 503}}]")
    expect(page.locator("#view-rules")).to_contain_text("2 never fired")
    tries(emulator, "rules: [{name: only teams, match: {target: {id: '8:orgid:*'}}, respond: {status: 500}}, {name: busy, attempts: 2, respond: {status: 503}}]", times=2)
    # The counters follow the calls, also in the tab's name.
    expect(page.locator("#view-rules")).to_contain_text("1 never fired")
    expect(page.locator("#cards")).to_contain_text("fired 1×")
    page.reload()
    card = page.locator(".card.warn")
    expect(card).to_contain_text("Request #1 came nearest, but this does not hold: match.target.id")
    card.get_by_text("Its call").click()
    expect(page.locator(".det h2")).to_have_text("Redirected once")


def test_13_sends_again(emulator, start, open_page):
    tries(emulator, LOST, body=redirect_body("+14255550142"))
    page = open_page(emulator.page)
    page.locator("#copyas").click()
    page.locator("#sendagain").click()
    # The same request id: the call is redirected no second time.
    expect(page.locator(".det h2")).to_have_text("Redirected once")
    expect(page.locator("#try-2 .t")).to_have_class("t repeated")
    emulator.scenario("{}")
    page.locator("#copyas").click()
    page.locator("#sendnew").click()
    expect(page.locator(".call")).to_have_count(2)
    calls = emulator.calls()
    assert [call["verdict"] for call in calls] == ["redirected", "redirected"]
    assert [len(call["attempts"]) for call in calls] == [1, 2]
    assert calls[0]["target"] == calls[1]["target"]
    # The control API has a port of its own there: the page can reach no other.
    apart = start("--control-port", "0")
    apart.redirect(repeatable())
    other = open_page(apart.page)
    other.locator("#copyas").click()
    expect(other.locator("#copy-curl")).to_be_visible()
    expect(other.locator("#sendagain")).to_have_count(0)


def test_13_rules(emulator, open_page):
    emulator.scenario(THROTTLED)
    emulator.redirect(repeatable())
    page = open_page(emulator.page + "#/default/rules", allowed=["400"])
    expect(page.locator("#cards")).to_contain_text("fired 1×")
    area = page.locator("#scenario")
    expect(area).to_have_value(re.compile("throttled twice"))
    area.fill("rules:\n  - name: a\n    respnd: { status: 429 }\n  - name: b\n    attempts: none\n  - nam: c\n")
    page.get_by_role("button", name="Load", exact=True).click()
    expect(page.locator("#errs")).to_contain_text("Nothing was loaded, the old rules stay.")
    buttons = page.locator("#errs li button")
    assert buttons.count() >= 3
    where = buttons.first.inner_text().split(":")
    buttons.first.click()
    place = area.evaluate("a => a.value.slice(0, a.selectionStart).split('\\n')")
    assert [len(place), len(place[-1]) + 1] == [int(n) for n in where]
    assert emulator.api("GET", "/scenario").json["rules"][0]["fired"] == 1
    page.locator("#example").select_option("Throttled twice")
    page.get_by_role("button", name="Load", exact=True).click()
    expect(page.locator("#cards")).to_contain_text("never fired")
    assert emulator.api("GET", "/scenario").json["rules"][0]["attempts"] == "1..2"
    page.get_by_role("button", name="Remove all").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.locator("#cards")).to_contain_text("There is no rule")


def test_13_clock(emulator, open_page):
    headers = repeatable()
    emulator.redirect(headers)
    page = open_page(emulator.page + "#/default/clock")
    page.get_by_role("button", name="Past the window").click()
    expect(page.locator("#view-clock")).to_contain_text("+5 min")
    assert emulator.redirect(headers).status == 412
    page.get_by_role("button", name="Back to real time").click()
    expect(page.locator("main")).to_contain_text("real time")
    # The clock is read in milliseconds.
    assert abs(time.time() - time.mktime(time.strptime(emulator.api("GET", "/clock").json["now"][:19] + " UTC", "%Y-%m-%dT%H:%M:%S %Z")) + time.timezone) < 5


def test_13_connect(emulator, open_page, tmp_path):
    page = open_page(emulator.page + "#/default/connect")
    page.get_by_role("tab", name="curl").click()
    expect(page.locator("#lang pre")).to_contain_text("curl -i")
    assert re.match("HTTP/1.1 204", shell(page.locator("#lang pre").inner_text()).stdout)
    page.get_by_role("tab", name="Environment").click()
    expect(page.locator("#lang pre")).to_contain_text("export COMMUNICATION")
    lines = page.locator("#lang pre").inner_text()
    shown = subprocess.run(["bash", "-c", lines + '\ncurl -sf --cacert "$SSL_CERT_FILE" "$(echo "$COMMUNICATION_SERVICES_CONNECTION_STRING" | sed "s/endpoint=//;s/;.*//")_emulator/health"'], capture_output=True, text=True, cwd=tmp_path)
    assert '"status":"ready"' in shown.stdout, shown


def test_13_first_request(emulator, open_page):
    page = open_page(emulator.page, allowed=["429"])
    page.get_by_role("button", name="Throttled twice").click()
    expect(page.locator(".toast")).to_contain_text("Loaded: Throttled twice")
    page.get_by_role("button", name="Send it from this page").click()
    expect(page.locator(".call")).to_have_count(1)
    expect(page.locator(".call .t")).to_have_text("429")


SIZES = [(1440, 900), (900, 800), (320, 700)]
VIEWS = ["calls", "calls/r3/1/request", "calls/r3/2/changes", "rules", "ring", "clock", "connect"]


def crowd(emulator):
    """Something of each kind."""
    emulator.redirect(repeatable(), redirect_body("+14255550101"))
    tries(emulator, "{}", body='{"incomingCallContext":"","target":{"kind":"phoneNumber"}}')
    tries(emulator, LOST, times=2, same=False, body=redirect_body("+14255550103"))
    tries(emulator, THROTTLED, times=3, pause=0.05)
    tries(emulator, LOST, times=2)
    tries(emulator, "rules: [{name: forbidden, respond: {status: 403}}]")
    tries(emulator, LOST)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_14_axe(emulator, open_page, pictures, theme):
    empty = open_page(emulator.page, color_scheme=theme)
    expect(empty.get_by_role("button", name="Send it from this page")).to_be_visible()
    found = [("empty", Axe().run(empty).response["violations"])]
    empty.screenshot(path=pictures / f"empty-{theme}.png")
    crowd(emulator)
    for width, height in SIZES:
        page = open_page(emulator.page, color_scheme=theme, width=width, height=height)
        for view in VIEWS:
            page.goto(f"{emulator.page}#/default/{view}")
            page.locator("#main").wait_for()
            page.wait_for_function("() => !document.body.innerText.includes('Loading…')")
            page.wait_for_timeout(50)
            found.append((f"{view} {width}", Axe().run(page).response["violations"]))
            page.screenshot(path=pictures / f"{view.replace('/', '-')}-{width}-{theme}.png")
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (view, wide)
    summary = [(view, v["id"], [n["html"][:200] for n in v["nodes"][:3]], v["nodes"][0].get("failureSummary", "")[:300]) for view, violations in found for v in violations]
    assert not summary, json.dumps(summary, indent=1)


def test_14_keyboard(emulator, open_page):
    tries(emulator, THROTTLED, times=4, pause=0.01, body=redirect_body("+14255550109"))
    tries(emulator, "rules: [{name: lost, attempts: 1..2, after: execution, fault: reset}]", times=3, same=False, body=redirect_body("+14255550110"))
    tries(emulator, "{}", body="{}")
    page = open_page(emulator.page)
    page.locator(".call").first.wait_for()
    # From the start to "copy curl of the third try of the second problem" without a mouse.
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("n")
    expect(page.locator(".det h2")).to_have_text("Refused")
    page.keyboard.press("n")
    expect(page.locator(".det h2")).to_have_text(re.compile("Redirected"))
    page.keyboard.press("3")
    expect(page.locator("#try-3")).to_be_focused()
    expect(page.locator("#try-3")).to_have_attribute("aria-checked", "true")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("c")
    expect(page.locator(".toast")).to_have_text("Copied")
    assert "curl -i" in page.evaluate("navigator.clipboard.readText()")
    page.keyboard.press("Escape")
    expect(page.locator("#calls")).to_be_focused()
    page.keyboard.press("End")
    expect(page.locator(".det")).to_contain_text("+14255550109")
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page.get_by_role("heading", name="Scenario", exact=True)).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Tab")
    page.get_by_role("switch", name="Single-key shortcuts").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page.get_by_role("heading", name="Scenario", exact=True)).to_be_visible()


def test_14_forced_colours_and_still(emulator, open_page, pictures):
    crowd(emulator)
    page = open_page(emulator.page, forced_colors="active", reduced_motion="reduce")
    page.locator(".call").first.wait_for()
    assert page.evaluate("getComputedStyle(document.querySelector('.live .dot'), '::after').animationName") == "none"
    assert page.evaluate("getComputedStyle(document.querySelector('.call[aria-selected=true]') || document.querySelector('.lane[aria-checked=true]')).outlineStyle") == "solid"
    page.screenshot(path=pictures / "forced-colours.png")


def test_pictures_of_states(start, open_page, pictures):
    """For people to look at; the states of the views are in the pictures of the checks above."""
    emulator = start()
    crowd(emulator)
    page = open_page(emulator.page, allowed=["net::", "404"])

    def picture(name, selector, text):
        expect(page.locator(selector)).to_contain_text(text)
        page.screenshot(path=pictures / f"state-{name}.png")

    page.locator("#chip-redirectedTwice").click()
    picture("bad", ".det h2", "Redirected twice")
    page.locator("#copyas").click()
    picture("menu", "#copies", "scenario rules")
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    emulator.redirect(repeatable())
    picture("paused", ".live", "1 waiting")
    page.keyboard.press("p")
    page.locator("#find").fill("nothing has this")
    picture("filtered", ".det", "No call fits the filter")
    page.goto(f"{emulator.page}#/default/calls/r99")
    picture("gone", ".det h2", "not in the journal")
    page.get_by_role("button", name="Show the newest call").click()
    expect(page.locator("#pane")).to_contain_text("All checks passed")
    emulator.kill()
    picture("lost", ".banner", "has not responded")
    locked = start("--control-key", "secret")
    page = open_page(locked.page, allowed=["401"])
    picture("key", ".hello", "asks for its control key")
