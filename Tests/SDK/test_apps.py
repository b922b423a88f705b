"""Small clients that each end in one verdict: `redirect-emulator exec -- python Tests/Apps/KIND.py`."""

import json
import re
import subprocess
import sys

import pytest

from support import ROOT, binary

APPS = ROOT / "Tests" / "Apps"
TIME = r"[\d.]+ m?s"
ONE_PAIR = "Send one pair of Repeatability-Request-ID"
SAME_ID = "When no good response comes, send the try again"
NOTHING = None

# client, kind, verdict, the story (a pattern), the beginning of the advice
CLIENTS = [
    ("raw", "redirected", "redirected", rf"Redirected after ringing for {TIME}, by try 1\.", NOTHING),
    (
        "raw", "after_tries", "redirected",
        rf"Redirected after ringing for {TIME}, by try 3; the 2 tries before it got 503\.", NOTHING,
    ),
    (
        "raw", "twice_by_a_new_id", "redirectedTwice",
        r"Redirected 2 times: try 1 and try 2 took effect, each with a Repeatability-Request-ID of its own\.", ONE_PAIR,
    ),
    (
        "raw", "again_refused", "redirected",
        rf"Redirected after ringing for {TIME}, by try 1\. Then your app redirected the call again, and try 2 was "
        r"refused: 400 8528, the call is redirected already\.",
        "Redirect a call once.",
    ),
    (
        "raw", "told_an_error", "redirectedUnknown",
        rf"Redirected after ringing for {TIME}, but your app does not know: try 1 got 503, and it did not try again\.",
        SAME_ID,
    ),
    (
        "raw", "cut_response", "redirectedUnknown",
        rf"Redirected after ringing for {TIME}, but your app does not know: try 1 got no response \(reset\), and it did "
        r"not try again\.",
        SAME_ID,
    ),
    (
        "raw", "cut_then_a_new_id", "redirectedUnknown",
        rf"Redirected after ringing for {TIME}, but your app does not know: try 1 got no response \(reset\), and the try "
        r"after it got 400 8528, which says that the call is redirected already\.",
        "Treat 8528 after a try without a response as done",
    ),
    (
        "raw", "refused", "refused",
        r"Refused: your app sent 1 try, which was refused with 400 8523: target is required .*\. Nobody tried again\.",
        "Correct the body.",
    ),
    (
        "raw", "unsigned", "lost",
        r"Caller lost: it rang 30 s\. Your app sent 1 try, which was refused with 401 Denied: .*\. It had not tried again when the ring ended, [\d.]+ s later\.",
        "Use the resource's connection string or a valid token",
    ),
    (
        "raw", "throttled_once", "lost",
        r"Caller lost: your app sent 1 try, which got 429 and was asked to wait 1 s\. It has not tried again\.",
        "Wait as long as Retry-After or retry-after-ms says, then try again.",
    ),
    (
        "raw", "too_early", "redirected",
        rf"Redirected after ringing for {TIME}, by try 2; the try before it got 429\. Try 2 came {TIME} after a response "
        r"that asked for 9 s\.",
        "Wait as long as Retry-After or retry-after-ms says before the next try.",
    ),
    (
        "raw", "too_late", "lost",
        r"Caller lost: it rang 30 s, and the redirect came 4(\.\d)? s too late\.", "Redirect while the call rings",
    ),
    (
        "raw", "slow_beyond_the_ring", "lost",
        rf"Caller lost: it rang 0\.1 s, and the redirect came {TIME} too late\.", "Redirect while the call rings",
    ),
    (
        "raw", "gave_up", "lost",
        rf"Caller lost: it rang 30 s\. Your app sent 4 tries in {TIME}, all 503\. It had not tried again when the ring ended, [\d.]+ s later\.",
        "Keep trying while it rings.",
    ),
    ("raw", "silent", "lost", r"Caller lost: it rang 30 s, and your app sent nothing\.", "See that your app gets"),
    ("raw", "rejected", "rejected", rf"Rejected after ringing for {TIME}: your app turned the call down\.", NOTHING),
    ("raw", "answered", "answered", rf"Answered after ringing for {TIME}: your app took the call itself\.", NOTHING),
    ("sdk", "redirected", "redirected", rf"Redirected after ringing for {TIME}, by try 1\.", NOTHING),
    (
        "sdk", "after_tries", "redirected",
        rf"Redirected after ringing for {TIME}, by try 3; the 2 tries before it got 503\.", NOTHING,
    ),
    (
        "sdk", "gave_up", "lost",
        rf"Caller lost: it rang 30 s\. Your app sent 2 tries in {TIME}, all 503\. It had not tried again when the ring ended, [\d.]+ s later\.",
        "Keep trying while it rings.",
    ),
    ("sdk", "rejected", "rejected", rf"Rejected after ringing for {TIME}: your app turned the call down\.", NOTHING),
    ("sdk", "answered", "answered", rf"Answered after ringing for {TIME}: your app took the call itself\.", NOTHING),
]

# Runs the client, and prints what the emulator then has of its calls.
CALLS = """
import json, subprocess, sys
sys.path.insert(0, sys.argv[1])
status = subprocess.run([sys.executable, *sys.argv[2:]]).returncode
from call import control
print("\\n" + json.dumps(control("GET", "/calls")["calls"]))
sys.exit(status)
"""


@pytest.mark.parametrize("client, kind, verdict, story, advice", CLIENTS, ids=lambda value: str(value)[:20])
def test_a_client_ends_in_its_verdict(client, kind, verdict, story, advice):
    ran = subprocess.run(
        [binary(), "exec", "--log-level", "error", "--", sys.executable, "-c", CALLS, APPS, APPS / f"{client}.py", kind],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    (call,) = json.loads(ran.stdout.strip().splitlines()[-1])
    assert call["verdict"] == verdict, call
    assert re.fullmatch(story, call["story"]), call["story"]
    assert (call["advice"] or "").startswith(advice or "") and (call["advice"] is None) == (advice is None), call["advice"]
    report = ran.stderr.strip().splitlines()
    if verdict == "redirected":
        assert re.match(r"\d+ requests?: ", report[-1]), report
    else:
        assert f"{call['id']}: {call['story'].removeprefix('Caller lost: ')}" in report[-1], report
