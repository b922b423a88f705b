"""README's picture of the page: a morning of an app that keeps trying on most days, and gives up on one.

It is made again by `scripts/test --page`, as .results/page/readme.png; copied by hand to Documentation.docc/Resources/page.png.
"""

import http.server
import json
import re
import threading
import time
from contextlib import contextmanager

from emulator import redirect_body, repeatable
from playwright.sync_api import expect

AGENT = "azsdk-python-communication-callautomation/1.5.0 Python/3.12.3 (Linux-6.8.0-x86_64-with-glibc2.39)"
FAULTS = [
    ("+14255550140", "rules: []", 1),
    ("+14255550141", "rules: [{name: throttled twice, attempts: 1..2, respond: {status: 429, retryAfter: 300ms}}]", 3),
    ("+14255550142", "rules: [{name: lost response, attempts: 1, after: execution, fault: reset}]", 2),
    ("+14255550143", "rules: [{name: down for a moment, attempts: 1, respond: {status: 503}}]", 2),
    ("+14255550144", "rules: [{name: down, respond: {status: 503}}]", 4),
]


@contextmanager
def app(emulator, tries):
    """A webhook that redirects each call with this many tries, and then always answers 200."""

    class Webhook(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            (event,) = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            headers = repeatable(**{"User-Agent": AGENT})
            for n in range(tries):
                time.sleep(0.31 * n)
                emulator.redirect(headers, redirect_body("+14255550123", event["data"]["incomingCallContext"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *words):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Webhook) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/api/incomingCall"
        server.shutdown()


def test_the_page_shows_a_caller_that_was_lost(emulator, open_page, pictures):
    for caller, scenario, tries in FAULTS:
        emulator.scenario(scenario)
        with app(emulator, tries) as webhook:
            rung = emulator.api("POST", "/calls", {"from": caller, "ringsFor": "5s", "deliver": {"url": webhook, "redeliverAfter": "1s"}})
            assert rung.status == 201, rung.body
            assert emulator.api("GET", "/calls?limit=1&within=9s").status == 200
    assert [call["verdict"] for call in reversed(emulator.calls())] == ["redirected"] * 4 + ["lost"]
    page = open_page(emulator.page, width=1360, height=680)
    page.locator(".call").first.click()
    expect(page.locator(".det h2")).to_have_text(re.compile("Never redirected|Caller lost"))
    expect(page.locator(".advice")).to_contain_text("Answer the webhook 500")
    page.screenshot(path=pictures / "readme.png")
