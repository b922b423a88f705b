"""Two apps that are rung: `python rung.py careful|careless PORT` takes IncomingCall events and redirects their calls."""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import redirecting

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


def careful(event):
    """Redirects the event's call; returns the status for Event Grid: 500 has the event delivered again."""
    context = event["data"]["incomingCallContext"]
    call = CALLS.of(context)
    with call.lock:
        if call.outcome is None:
            call.outcome = redirecting.careful(context, call.pair, PATIENCE)
    return 500 if call.outcome is None else 200


def careless(event):
    """Reads a phone number of every caller, and says that all is well before it knows."""
    event["data"]["from"]["phoneNumber"]["value"].removeprefix("+")
    redirecting.careless(event["data"]["incomingCallContext"])
    return 200


HANDLE = {"careful": careful, "careless": careless}[sys.argv[1]]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, body = 200, b""
        for event in content:
            if event["eventType"] == "Microsoft.EventGrid.SubscriptionValidationEvent" and HANDLE is careful:
                body = json.dumps({"validationResponse": event["data"]["validationCode"]}).encode()
            else:
                status = max(status, HANDLE(event))
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


Server(("127.0.0.1", int(sys.argv[2])), Handler).serve_forever()
