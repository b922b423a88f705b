"""Two ways to redirect a call with Python's own library: a careful one, and a careless one that many apps begin with.

`python redirecting.py careful|careless [COUNT]` redirects one call, or more, as a test run does; its exit status says whether
that went well. With APP_TOKEN it uses that user's token, else the access key.
"""

import base64
import hashlib
import hmac
import http.client
import json
import os
import ssl
import sys
import time
import urllib.request
import uuid
from email.utils import formatdate, parsedate_to_datetime
from urllib.parse import urlsplit

CONNECTION = dict(
    part.split("=", 1) for part in os.environ["COMMUNICATION_SERVICES_CONNECTION_STRING"].split(";") if part
)
ENDPOINT = urlsplit(CONNECTION["endpoint"])
PATH = "/calling/callConnections:redirect?api-version=2026-03-12"
TARGET = {"rawId": "4:+14255550123"}
RING = 28  # seconds that a call rings, less what a try takes


def pair():
    """What makes every try of one call the same request."""
    return {"Repeatability-Request-ID": str(uuid.uuid4()), "Repeatability-First-Sent": formatdate(usegmt=True)}


token = os.environ.get("APP_TOKEN")


def new_token():
    """Asks for another token, as an app asks its own service for one."""
    global token
    request = urllib.request.Request(os.environ["REDIRECT_EMULATOR_CONTROL"] + "/tokens", b"{}")
    request.add_header("Content-Type", "application/json")
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=5) as response:
        token = json.load(response)["token"]


def send(context, headers, trust, timeout):
    """Sends one try; returns status, headers and body. Raises OSError or HTTPException where no whole response came."""
    body = json.dumps({"incomingCallContext": context, "target": TARGET}).encode()
    headers = dict(headers, **{"Content-Type": "application/json"})
    if token:
        headers["Authorization"] = "Bearer " + token
    else:
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        date = formatdate(usegmt=True)
        text = f"POST\n{PATH}\n{date};{ENDPOINT.netloc};{digest}"
        key = base64.b64decode(CONNECTION["accesskey"])
        signature = base64.b64encode(hmac.digest(key, text.encode(), "sha256")).decode()
        headers["x-ms-date"] = date
        headers["x-ms-content-sha256"] = digest
        headers["Authorization"] = (
            "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=" + signature
        )
    connection = http.client.HTTPSConnection(ENDPOINT.hostname, ENDPOINT.port, timeout=timeout, context=trust)
    try:
        connection.request("POST", PATH, body, headers)
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def wait_of(headers):
    """The seconds that a response asks to wait; None where it asks for none."""
    if value := headers.get("retry-after-ms"):
        return int(value) / 1000
    value = headers.get("Retry-After")
    if value is None:
        return None
    return float(value) if value.isdigit() else max(0, parsedate_to_datetime(value).timestamp() - time.time())


def code_of(body):
    """The code of an error; None where the body is not an error of the service's."""
    try:
        return json.loads(body)["error"]["code"]
    except (ValueError, KeyError, TypeError):
        return None


def careful(context, headers=None, patience=RING, pause=0.3):
    """Tries for as long as the call rings, with one pair, and waits as long as it is asked to.

    Returns True for a call that is redirected, False where no other try can help, and None where one may.
    """
    trust = ssl.create_default_context()
    headers = headers or pair()
    began = time.monotonic()
    renewed = False
    while time.monotonic() - began < patience:
        asked = None
        try:
            status, answered, body = send(context, headers, trust, timeout=1)
        except ssl.SSLCertVerificationError:
            return False
        except (OSError, http.client.HTTPException):
            pass
        else:
            code = code_of(body)
            # A response that was cut can look whole to Python: the service's own field says that it is.
            if 200 <= status < 300 and answered.get("Repeatability-Result") == "accepted" or code == "8528":
                return True
            if status == 401 and token and not renewed:
                new_token()
                renewed = True
                continue
            if 400 <= status < 500 and status not in (408, 429) and code != "8519":
                return False
            asked = wait_of(answered)
        time.sleep(pause if asked is None else asked + 0.01)
        pause = min(2 * pause, 4)
    return None


def careless(context):
    """Tries once, and three times more at once, each time as a new request; trusts everybody; never looks at the time."""
    trust = ssl._create_unverified_context()
    call = {"x-ms-client-request-id": str(uuid.uuid4())}  # SDKs keep it over the tries of one call
    for _ in range(4):
        try:
            status, _, _ = send(context, pair() | call, trust, timeout=None)
            if 200 <= status < 300:
                return True
        except (OSError, http.client.HTTPException):
            pass
    return False


WAYS = {"careful": careful, "careless": careless}

if __name__ == "__main__":
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    went_well = [WAYS[sys.argv[1]](f"H4sIAAAA{number}") for number in range(count)]
    sys.exit(0 if all(went_well) else 1)
