"""The page as a document: 1 loads clean, 2 the policy is true, 3 what clients sent stays text, 11 addresses, 12 the key."""

import base64
import hashlib
import http.server
import json
import re
import threading

import pytest
from emulator import redirect_body, repeatable
from playwright.sync_api import expect

FIELDS = {
    "content-type": "text/html; charset=utf-8",
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


def test_01_loads_clean(emulator, open_page):
    responses = {}
    page = open_page(emulator.page)
    page.on("response", lambda response: responses.setdefault(response.url, response))
    page.reload()
    expect(page.get_by_text("Waiting for the first request")).to_be_visible()
    expect(page.locator(".live")).to_have_attribute("data-s", "live")
    response = responses[emulator.page]
    assert response.status == 200
    assert {name: response.headers.get(name) for name in FIELDS} == FIELDS
    assert not [url for url in responses if "favicon" in url]
    assert emulator.api("GET", "/requests").json["requests"] == []


def test_02_policy_is_true(emulator, open_page):
    page = open_page(emulator.page, allowed=["Content Security Policy", "TrustedHTML", "TrustedScript", "Trusted Type"])
    html = emulator.api("GET", "/").body.decode()
    answer = emulator.api("GET", "/")
    for element in ("script", "style"):
        (content,) = re.findall(f"<{element}>(.*?)</{element}>", html, re.S)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in answer.headers["content-security-policy"]
    refused = page.evaluate(
        """() => {
          const seen = {};
          try { document.body.innerHTML = '<b>x</b>'; seen.markup = true; } catch { seen.markup = false; }
          const script = document.createElement('script');
          try { script.text = 'window.ran = true'; document.body.append(script); } catch {}
          const box = document.createElement('div');
          box.setAttribute('style', 'color: rgb(1, 2, 3)');
          document.body.append(box);
          seen.script = !!window.ran;
          seen.style = getComputedStyle(box).color === 'rgb(1, 2, 3)';
          return seen;
        }"""
    )
    assert refused == {"markup": False, "script": False, "style": False}


PAYLOADS = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
    "</script><script>alert(1)</script>",
    "\u202egnp.exe",
    "${alert(1)}{{alert(1)}}",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_03_text_stays_text(emulator, open_page, payload):
    emulator.scenario(json.dumps({"rules": [{"name": payload, "match": {"target": {"id": "*"}}, "attempts": 1, "respond": {"status": 429}}]}))
    header = payload if payload.isascii() else payload.encode().decode("latin-1")
    identifier = {"kind": "unknown", "rawId": "8:acs:" + payload}
    bodies = [
        json.dumps({"incomingCallContext": payload, "target": identifier}),
        redirect_body("+14255550123", payload * 20),
        json.dumps({"incomingCallContext": payload, "target": {"kind": payload, payload: payload}, payload: 1}),
    ]
    for number, body in enumerate(bodies):
        emulator.redirect(repeatable(**{"User-Agent": header, "x-ms-client-request-id": f"{header}{number}", "X-Odd": header}), body)
    emulator.send(emulator.message("GET", "/" + payload.encode("ascii", "ignore").decode().replace(" ", "%20") + "?q=" + "a", "", {"X": "y"}))
    emulator.redirect({"Repeatability-Request-ID": header, "Repeatability-First-Sent": header})
    page = open_page(emulator.page)
    page.locator(".call").first.wait_for()
    calls = page.locator(".call").count()
    assert calls >= len(bodies)
    for index in range(calls):
        page.locator(".call").nth(index).click()
        for tab in page.get_by_role("tab").all():
            tab.click()
            expect(page.locator("#pane")).not_to_contain_text("Loading")
        assert page.locator("img, iframe, object, svg:not([aria-hidden])").count() == 0
    for view in ("rules", "ring", "clock", "connect"):
        page.locator(f"#view-{view}").click()
        page.locator("main").wait_for()
        assert page.locator("img, iframe, object, svg:not([aria-hidden])").count() == 0
    page.locator("#view-rules").click()
    visible = payload.replace("\u202e", "\\u{202e}")
    expect(page.locator("#cards")).to_contain_text(visible)


def test_11_addresses(emulator, start, open_page, browser):
    emulator.scenario("rules: [{name: throttled, attempts: 1..2, respond: {status: 429}}]")
    headers = repeatable()
    for _ in range(3):
        emulator.redirect(headers)
    page = open_page(emulator.page)
    page.locator(".call").first.click()
    page.locator("#try-2").click()
    page.locator("#tab-request").click()
    address = page.evaluate("location.href")
    assert re.search(r"#/default/calls/r1/2/request$", address), address
    other = open_page(address)
    expect(other.locator("#try-2")).to_have_attribute("aria-checked", "true")
    expect(other.locator("#tab-request")).to_have_attribute("aria-selected", "true")
    expect(other.locator("#pane")).to_contain_text("POST /calling/callConnections:redirect")
    for view, heading in (("rules", "Rules"), ("ring", "Ring your app"), ("clock", "Clock"), ("connect", "Connect")):
        viewed = open_page(f"{emulator.page}#/default/{view}")
        expect(viewed.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    # Views are entries of the history; calls and tries are not.
    page.locator("#view-rules").click()
    page.locator("#view-clock").click()
    page.go_back()
    expect(page.get_by_role("heading", name="Scenario", exact=True)).to_be_visible()
    page.go_back()
    expect(page.locator("#try-2")).to_have_attribute("aria-checked", "true")
    page.go_forward()
    expect(page.get_by_role("heading", name="Scenario", exact=True)).to_be_visible()
    # The link of the API is an address of the page.
    linked = open_page(emulator.calls()[0]["link"])
    expect(linked.locator(".det h2")).to_contain_text("Redirected once")
    missing = open_page(f"{emulator.page}#/default/calls/r999", allowed=["404"])
    expect(missing.locator(".det h2")).to_contain_text("Call r999 is not in the journal")
    strange = emulator.send(emulator.message("GET", "/_emulator/", "", {}, host="example.org"))
    assert strange.status == 403


class Foreign(http.server.BaseHTTPRequestHandler):
    """A page of another site, with a link to the live page, an image, a form and a frame of the emulator's."""

    target = ""

    def do_GET(self):
        body = f"""<!doctype html><title>other</title><a id=link href="{self.target}">page</a>
        <form id=form method=post action="{self.target.removesuffix('/')}/reset"><input name=a value=b></form>
        <iframe id=frame src="{self.target}"></iframe>""".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def test_11_other_sites(emulator, browser):
    emulator.redirect(repeatable())
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Foreign)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    # Another site by name: one port of localhost is another origin of the same site.
    Foreign.target = emulator.page
    context = browser.new_context()
    try:
        page = context.new_page()
        page.goto(f"http://localhost:{server.server_port}/")
        refused = page.evaluate("async target => { try { return (await fetch(target + 'calls', {mode: 'cors'})).status; } catch { return 'refused'; } }", emulator.page)
        assert refused == "refused"
        assert page.frame_locator("#frame").locator(".top").count() == 0
        with page.expect_navigation():
            page.evaluate("document.getElementById('form').submit()")
        assert "ForeignOrigin" in page.content()
        assert len(emulator.calls()) == 1
        page.goto(f"http://localhost:{server.server_port}/")
        page.locator("#link").click()
        expect(page.locator(".call")).to_have_count(1)
    finally:
        context.close()
        server.shutdown()


def test_12_key(start, open_page):
    emulator = start("--control-key", "open sesame")
    emulator.redirect(repeatable())
    page = open_page(emulator.page, allowed=["401"])
    expect(page.get_by_role("heading", name="This emulator asks for its control key")).to_be_visible()
    assert "default" not in page.inner_text("body") and "+1425" not in page.inner_text("body")
    page.locator("#key").fill("wrong")
    page.get_by_role("button", name="Open").click()
    expect(page.locator("#keyerror")).to_contain_text("That is not the key")
    page.locator("#key").fill("open sesame")
    page.get_by_role("button", name="Open").click()
    expect(page.locator(".call")).to_have_count(1)
    page.locator(".call").click()
    page.get_by_role("button", name="Link").click()
    assert "sesame" not in page.evaluate("navigator.clipboard.readText()")
    assert "sesame" not in page.evaluate("JSON.stringify(localStorage) + location.href")
    assert "sesame" not in page.content()
    other = open_page(emulator.page + "#key=open%20sesame")
    expect(other.locator(".call")).to_have_count(1)
    assert "sesame" not in other.evaluate("location.href")
    assert emulator.page == emulator.page.split("#")[0] and "sesame" not in emulator.page
