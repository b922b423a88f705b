"""The report: the page with its data inside, opened as a file, without the emulator."""

import json
import pathlib
import subprocess
import sys

from days import LOST, THROTTLED, tries
from emulator import BINARY, redirect_body, repeatable
from playwright.sync_api import expect

PAYLOAD = "</script><img src=x onerror=alert(1)><!--"


def test_report_opens_without_the_emulator(start, open_page, tmp_path):
    file = tmp_path / "calls.html"
    emulator = start("--report", str(file))
    tries(emulator, THROTTLED, times=3, pause=0.11, body=redirect_body("+14255550107"))
    tries(emulator, LOST, times=2, same=False)
    emulator.redirect(repeatable(**{"User-Agent": PAYLOAD}), json.dumps({"incomingCallContext": PAYLOAD, "target": {"kind": "unknown", "rawId": "8:" + PAYLOAD}}))
    other = emulator.api("POST", "/resources", {"name": "other"}).json
    emulator.redirect(repeatable(), "{}", token=other["token"])
    emulator.stop()
    page = open_page(f"file://{file}")
    expect(page.locator("#res-other .n.bad")).to_contain_text("1")
    expect(page.locator(".call")).to_have_count(3)
    expect(page.locator(".live")).to_contain_text("Report")
    page.locator("#c-r1").click()
    expect(page.locator(".det h2")).to_have_text("Redirected once")
    page.locator("#try-2").click()
    page.locator("#tab-request").click()
    expect(page.locator("#pane")).to_contain_text("+14255550107")
    page.locator("#tab-changes").click()
    expect(page.locator("#pane")).to_contain_text("kept, as it must be")
    page.locator(".call").first.click()
    expect(page.locator(".facts")).to_contain_text(PAYLOAD)
    assert page.locator("img, iframe, object").count() == 0
    page.locator("#view-rules").click()
    expect(page.locator("#cards")).to_contain_text("lost response")


def test_report_button_saves_the_file(emulator, open_page, tmp_path):
    emulator.redirect(repeatable())
    page = open_page(emulator.page)
    page.locator(".call").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save a report").click()
    assert download.value.suggested_filename == "redirect-emulator-default.html"
    download.value.save_as(tmp_path / "calls.html")
    other = open_page(f"file://{tmp_path}/calls.html")
    expect(other.locator(".call")).to_have_count(1)


APP = pathlib.Path(__file__).parents[1] / "Apps" / "redirecting.py"


def test_report_of_a_drill_opens_with_its_days(open_page, tmp_path):
    file = tmp_path / "drill.html"
    days = [word for day in ("a perfect day", "call gone", "burst") for word in ("--day", day)]
    ended = subprocess.run([BINARY, "drill", *days, "--report", file, "--", "sh", "-c", f"echo '{PAYLOAD}'; {sys.executable} {APP} careless"], capture_output=True, timeout=50)
    assert ended.returncode == 1, ended.stderr
    page = open_page(f"file://{file}")
    expect(page.locator("#view-drill")).to_have_attribute("aria-current", "page")
    expect(page.locator(".days tbody tr")).to_have_count(3)
    expect(page.locator(".days .failed")).to_contain_text("call gone")
    expect(page.locator(".days .notTested")).to_contain_text("It needs --ring URL")
    page.get_by_role("button", name="call gone").click()
    expect(page.locator(".day")).to_contain_text("has 4 tries; expected 1")
    page.locator(".day summary").click()
    expect(page.locator(".day pre")).to_contain_text(PAYLOAD)
    assert page.locator("img, iframe, object").count() == 0
    page.get_by_role("link", name="Its calls and requests").click()
    expect(page.locator(".call")).to_have_count(1)
    page.locator(".call").click()
    expect(page.locator(".det h2")).to_contain_text("Never redirected")
    page.locator("#view-drill").click()
    expect(page.locator(".days tbody tr")).to_have_count(3)
