"""What the small clients have in common: the emulator of `redirect-emulator exec`, and one request over a raw socket."""

import json
import os
import socket
import urllib.request
import uuid
from email.utils import formatdate
from urllib.parse import urlsplit

ENDPOINT = urlsplit(os.environ["REDIRECT_EMULATOR_ENDPOINT"])
CONTROL = os.environ["REDIRECT_EMULATOR_CONTROL"]
TOKEN = os.environ["REDIRECT_EMULATOR_TOKEN"]


def control(method, path, body=None):
    """A call of the control API."""
    request = urllib.request.Request(CONTROL + path, method=method)
    data = None if body is None else json.dumps(body).encode()
    request.add_header("Content-Type", "application/json")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, data, timeout=20) as response:
        text = response.read()
    return json.loads(text) if text else None


def ring(**wanted):
    """Makes a call ring."""
    return control("POST", "/calls", {"context": "short", **wanted})


def rules(*written):
    """Replaces the rules."""
    control("PUT", "/scenario", {"rules": list(written)})


def advance(time):
    """Moves the resource's clock forward."""
    control("PUT", "/clock", {"offset": time})


def pair():
    """A repeatability pair, for all tries of one call."""
    return {
        "Repeatability-Request-ID": str(uuid.uuid4()),
        "Repeatability-First-Sent": formatdate(usegmt=True),
    }


def send(call, operation="redirect", body=None, headers=None, token=TOKEN, leaves=False):
    """Sends one request; returns the response's status, or None where no whole head of one came."""
    if body is None:
        body = {"incomingCallContext": call["incomingCallContext"], "target": {"rawId": "4:+14255550123"}}
    content = json.dumps(body).encode()
    lines = [
        f"POST /calling/callConnections:{operation}?api-version=2026-03-12 HTTP/1.1",
        f"Host: {ENDPOINT.netloc}",
        f"Authorization: Bearer {token}",
        "Content-Type: application/json",
        f"Content-Length: {len(content)}",
        "Connection: close",
    ] + [f"{name}: {value}" for name, value in (headers or {}).items()]
    with socket.create_connection((ENDPOINT.hostname, ENDPOINT.port), timeout=20) as connection:
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + content)
        if leaves:
            return None
        response = b""
        try:
            while part := connection.recv(65536):
                response += part
        except ConnectionResetError:
            pass
    head, _, _ = response.partition(b"\r\n\r\n")
    words = head.split(b" ", 2)
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else None
