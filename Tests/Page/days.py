"""What clients did, and what the page has to say of it: (name, what is done, title, kinds of the tries, words of the story)."""

import socket
import threading
import time

from emulator import redirect_body, repeatable


def tries(emulator, scenario, *, times=1, same=True, pause=0.0, body=None):
    emulator.scenario(scenario)
    headers = repeatable(**{"x-ms-client-request-id": repeatable()["Repeatability-Request-ID"]})
    for n in range(times):
        if n:
            time.sleep(pause)
            if not same:
                headers |= repeatable()
        emulator.redirect(headers, body)


THROTTLED = "rules: [{name: throttled twice, attempts: 1..2, respond: {status: 429, retryAfter: 100ms}}]"
LOST = "rules: [{name: lost response, attempts: 1, after: execution, fault: reset}]"

DAYS = [
    ("once", lambda e: tries(e, "{}"), "Redirected once", ["executed"], "Redirected"),
    ("throttled", lambda e: tries(e, THROTTLED, times=3, pause=0.11), "Redirected once", ["ruled", "ruled", "executed"], "try 3"),
    ("too early", lambda e: tries(e, THROTTLED, times=3, pause=0.01), "Redirected once", ["ruled", "ruled", "executed"], "try 3"),
    ("same id", lambda e: tries(e, LOST, times=2), "Redirected once", ["lost", "repeated"], "Redirected"),
    ("new id", lambda e: tries(e, LOST, times=2, same=False), "Redirected twice", ["lost", "lost"], "Redirected 2 times"),
    ("cut", lambda e: tries(e, "rules: [{name: cut, attempts: 1, after: execution, fault: {truncate: {atBytes: 40}}}]", times=2), "Redirected once", ["lost", "repeated"], "Redirected"),
    ("lost request", lambda e: tries(e, "rules: [{name: lost request, attempts: 1, fault: reset}]", times=2), "Redirected once", ["dropped", "executed"], "try 2"),
    ("refused", lambda e: tries(e, "{}", body='{"incomingCallContext":"","target":{"kind":"phoneNumber"}}'), "Refused", ["refused"], "efused"),
    ("unavailable", lambda e: tries(e, "rules: [{name: down, attempts: 1, respond: {status: 503}}]", times=2), "Redirected once", ["ruled", "executed"], "try 2"),
    ("never again", lambda e: tries(e, "rules: [{name: forbidden, respond: {status: 403}}]"), "Never redirected", ["ruled"], "403"),
    ("unknown", lambda e: (tries(e, LOST), later(e)), "Redirected, response lost", ["lost"], ""),
    ("lost", lambda e: (tries(e, "rules: [{name: down, respond: {status: 503, retryAfter: 1s}}]"), later(e)), "Never redirected", ["ruled"], "503"),
    ("waiting", lambda e: tries(e, "rules: [{name: down, respond: {status: 503, retryAfter: 9s}}]"), "In progress", ["ruled"], ""),
    ("answered", lambda e: e.redirect(path="/calling/callConnections:answer?api-version=2026-03-12", body='{"incomingCallContext":"a","callbackUri":"https://example.org/"}'), "Answered by the app", ["executed"], ""),
]


def later(emulator):
    """Waits until the call's verdict is final: what a client may still do is over by then."""
    answer = emulator.api("GET", "/calls?limit=1&within=9s")
    assert answer.status == 200, answer.body


def steady(emulator, rate, seconds):
    """Calls in one connection, this many a second. Returns how many."""
    number = rate * seconds
    requests = [emulator.request(repeatable(), redirect_body(f"+1425{n % 10000000:07d}", "a context")) for n in range(number)]
    with socket.create_connection(("127.0.0.1", emulator.port), timeout=60) as peer:
        reader = threading.Thread(target=lambda: [None for _ in iter(lambda: peer.recv(1 << 20), b"")])
        reader.start()
        begin, sent = time.monotonic(), 0
        while sent < number:
            due = min(number, int((time.monotonic() - begin) * rate) + 1)
            peer.sendall(b"".join(requests[sent:due]))
            sent = due
            time.sleep(0.01)
        peer.shutdown(socket.SHUT_WR)
        reader.join()
    return number


def many(emulator, number):
    """Calls in one connection, as fast as they go."""
    data = b"".join(emulator.request(repeatable(), redirect_body(f"+1425{n % 10000000:07d}", "a context")) for n in range(number))
    with socket.create_connection(("127.0.0.1", emulator.port), timeout=60) as peer:
        sender = threading.Thread(target=peer.sendall, args=(data,))
        sender.start()
        seen = 0
        rest = b""
        while seen < number:
            rest += peer.recv(1 << 20)
            seen += rest.count(b"\r\n\r\n")
            rest = rest[-3:]
        sender.join()
