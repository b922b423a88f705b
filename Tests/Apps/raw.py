"""Small clients over raw sockets: `python raw.py KIND` ends in one verdict each."""

import sys

from call import advance, pair, ring, rules, send

BUSY = {"name": "busy", "respond": {"status": 503}}
CUT = {"name": "cut", "attempts": 1, "after": "execution", "fault": "reset"}


def redirected():
    send(ring())


def after_tries():
    rules({**BUSY, "ofCall": "1..2"})
    call, headers = ring(), pair()
    while send(call, headers=headers) != 204:
        pass


def twice_by_a_new_id():
    call = {"incomingCallContext": "one for all tests"}
    for _ in range(2):
        send(call, headers={**pair(), "x-ms-client-request-id": "one"})


def again_refused():
    call = ring()
    send(call, headers=pair())
    send(call, headers=pair())


def told_an_error():
    rules({"name": "lied to", "after": "execution", "respond": {"status": 503}})
    send(ring(), headers=pair())
    advance("31s")


def cut_response():
    rules(CUT)
    send(ring(), headers=pair())
    advance("31s")


def cut_then_a_new_id():
    rules({**CUT, "ofCall": 1})
    call = ring()
    send(call, headers=pair())
    send(call, headers=pair())


def refused():
    send(None, body={"incomingCallContext": "a"})


def unsigned():
    send(ring(), token="nonsense")
    advance("31s")


def throttled_once():
    rules({"name": "throttled", "respond": {"status": 429, "retryAfter": "1s"}})
    send({"incomingCallContext": "a"}, headers=pair())
    advance("7s")


def too_early():
    rules({"name": "throttled", "attempts": 1, "respond": {"status": 429, "retryAfter": "9s"}})
    call, headers = ring(), pair()
    send(call, headers=headers)
    send(call, headers=headers)


def too_late():
    call = ring()
    advance("34s")
    send(call)


def slow_beyond_the_ring():
    rules({"name": "slow", "delay": "300ms", "before": "execution"})
    send(ring(ringsFor="100ms"))


def gave_up():
    rules(BUSY)
    call, headers = ring(), pair()
    for _ in range(4):
        send(call, headers=headers)
    advance("31s")


def silent():
    ring()
    advance("31s")


def rejected():
    call = ring()
    send(call, "reject", {"incomingCallContext": call["incomingCallContext"], "callRejectReason": "busy"})


def answered():
    call = ring()
    body = {"incomingCallContext": call["incomingCallContext"], "callbackUri": "https://app.example/events"}
    send(call, "answer", body)


if __name__ == "__main__":
    globals()[sys.argv[1]]()
