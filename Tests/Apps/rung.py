"""Three apps at which calls ring: `python rung.py careful|careless|background PORT` takes IncomingCall events and redirects their calls."""

import sys
import threading
import time

import redirecting
import webhook

PATIENCE = 8  # seconds that one delivery is worked on: the next one, after a failure, has to come while the call rings


class Calls:
    """What is known of each call, so that an event that is delivered twice is worked on once."""

    def __init__(self):
        self.lock = threading.Lock()
        self.known = {}

    def of(self, context):
        with self.lock:
            return self.known.setdefault(context, Known())


class Known:
    def __init__(self):
        self.lock = threading.Lock()
        self.pair = redirecting.pair()
        self.outcome = None


CALLS = Calls()


def careful(data):
    """Redirects the call of an event's data; returns the status for Event Grid: 500 has the event delivered again."""
    context = data["incomingCallContext"]
    call = CALLS.of(context)
    with call.lock:
        if call.outcome is None:
            call.outcome = redirecting.careful(context, call.pair, PATIENCE)
    return 500 if call.outcome is None else 200


def careless(data):
    """Reads a phone number of every caller, and says that all is well before it knows."""
    data["from"]["phoneNumber"]["value"].removeprefix("+")
    redirecting.careless(data["incomingCallContext"])
    return 200


def background(data):
    """Takes the event at once, and redirects in a thread of its own, which takes its time."""

    def work():
        time.sleep(1.5)
        context = data["incomingCallContext"]
        with CALLS.of(context).lock:
            redirecting.careful(context, CALLS.of(context).pair, redirecting.RING, pause=1.5)

    threading.Thread(target=work, daemon=True).start()
    return 200


way = sys.argv[1]
webhook.serve({"careful": careful, "careless": careless, "background": background}[way], port=sys.argv[2], validates=way == "careful")
