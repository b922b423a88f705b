"""A careful app: it tries while the call rings, waits as long as it is asked to, and answers the webhook what is true."""

import json
import os
import ssl
import threading
import time
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from azure.communication.callautomation import CallAutomationClient, PhoneNumberIdentifier
from azure.core.exceptions import AzureError, HttpResponseError

PATIENCE = 8  # seconds for one delivery: the next one, after a 500, has to come while the call rings
client = CallAutomationClient.from_connection_string(
    os.environ["COMMUNICATION_SERVICES_CONNECTION_STRING"], retry_total=0, connection_timeout=1, read_timeout=1
)


def wait_of(headers):
    """The seconds that a response asks to wait; None where it asks for none."""
    if value := headers.get("retry-after-ms"):
        return int(value) / 1000
    value = headers.get("Retry-After", "")
    if not value:
        return None
    return int(value) if value.isdigit() else parsedate_to_datetime(value).timestamp() - time.time()


def redirect(context):
    """Returns the status for Event Grid: 200 when another delivery cannot help, 500 when it may."""
    ends, pause = time.monotonic() + PATIENCE, 0.3
    while time.monotonic() < ends:
        asked, seen = None, []
        try:
            client.redirect_call(
                context, PhoneNumberIdentifier("+14255550123"), raw_response_hook=lambda it: seen.append(it.http_response)
            )
            # A response that was cut can look whole to Python. This field is the last that the service's own has.
            if "Repeatability-Result" in seen[0].headers:
                return 200
        except HttpResponseError as error:
            code = getattr(error.error, "code", None)
            if code == "8528":  # redirected already: by a try whose response was lost, or by somebody else
                return 200
            if 400 <= (error.status_code or 500) < 500 and error.status_code not in (408, 429) and code != "8519":
                print(f"not redirected: {error}", flush=True)  # the same request again would be refused again
                return 200
            asked = wait_of(error.response.headers) if error.response else None
        except AzureError as error:
            if isinstance(cause_of(error), ssl.SSLCertVerificationError):
                return 500
        time.sleep(max(0, pause if asked is None else asked + 0.05))
        pause = min(2 * pause, 4)
    return 500


def cause_of(error):
    """The innermost reason of an error."""
    while inner := getattr(error, "inner_exception", None) or getattr(error, "reason", None) or next(
        (each for each in error.args if isinstance(each, Exception)), None
    ):
        error = inner
    return error


events = {}  # of each event a lock, and what its redirects came to


def redirect_once(event):
    """The same for an event that may be delivered twice, also at the same moment: its copy waits, and redirects only after a 500."""
    lock, statuses = events.setdefault(event["id"], (threading.Lock(), []))
    with lock:
        if 200 not in statuses:
            statuses.append(redirect(event["data"]["incomingCallContext"]))
        return statuses[-1]


class Webhook(BaseHTTPRequestHandler):
    def do_POST(self):
        status, body = 200, b""
        for event in json.loads(self.rfile.read(int(self.headers["Content-Length"]))):
            if event["eventType"] == "Microsoft.EventGrid.SubscriptionValidationEvent":
                body = json.dumps({"validationResponse": event["data"]["validationCode"]}).encode()
            else:
                status = max(status, redirect_once(event))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


ThreadingHTTPServer.request_queue_size = 128
ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8080"))), Webhook).serve_forever()
