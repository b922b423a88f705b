"""An emulator of a test's own, and clients that send what a test says."""

import email.utils
import json
import os
import pathlib
import signal
import socket
import subprocess
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("REDIRECT_EMULATOR_BINARY", str(ROOT / ".build/release/redirect-emulator"))
PATH = "/calling/callConnections:redirect?api-version=2026-03-12"


def repeatable(**more):
    """Headers of a call's first try; the same ones are for its retries."""
    return {"Repeatability-Request-ID": str(uuid.uuid4()), "Repeatability-First-Sent": email.utils.formatdate(usegmt=True), **more}


def redirect_body(target="+14255550123", context="eyJhbGciOi" * 8):
    return json.dumps({"incomingCallContext": context, "target": {"kind": "phoneNumber", "phoneNumber": {"value": target}}})


class Answer:
    def __init__(self, raw):
        self.raw = raw
        line, _, rest = raw.partition(b"\r\n")
        parts = line.split(b" ")
        self.status = int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else None
        head, _, self.body = rest.partition(b"\r\n\r\n")
        self.headers = {k.lower().decode(): v.strip().decode() for k, _, v in (field.partition(b":") for field in head.split(b"\r\n"))}

    @property
    def json(self):
        return json.loads(self.body)


class Emulator:
    def __init__(self, *options, folder, port=0):
        self.options, self.folder = options, folder
        self.begin(port)

    def begin(self, port):
        command = [BINARY, "serve", "--port", str(port), "--log-level", "error", *self.options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=(self.folder / "log").open("ab"), text=True)
        lines = {}
        for line in self.process.stdout:
            name, _, value = line.strip().partition(" ")
            lines[name] = value
            if line.startswith("ready on "):
                break
        assert "ready" in lines, (self.folder / "log").read_text()
        self.page = lines.get("page")
        self.origin = lines["ready"].removeprefix("on ")
        self.port = int(self.origin.rsplit(":", 1)[1])
        self.control = lines.get("control", "").removesuffix("/_emulator")
        self.key = self.options[self.options.index("--control-key") + 1] if "--control-key" in self.options else None
        self.token = self.api("GET", "/resources/default").json["token"]

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
        self.process.wait(20)

    def kill(self):
        self.process.kill()
        self.process.wait(20)

    def send(self, raw, *, port=None):
        """Sends bytes, and returns all that comes until the other side ends."""
        with socket.create_connection(("127.0.0.1", port or self.port), timeout=20) as peer:
            peer.sendall(raw)
            received = b""
            try:
                while part := peer.recv(65536):
                    received += part
                    final = received
                    while final.startswith(b"HTTP/1.1 1") and b"\r\n\r\n" in final:
                        final = final.partition(b"\r\n\r\n")[2]
                    head, end, body = final.partition(b"\r\n\r\n")
                    length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), None)
                    if end and length is not None and len(body) >= length or end and b" 204 " in head.split(b"\r\n")[0]:
                        break
            except ConnectionResetError:
                pass
            return Answer(received)

    @staticmethod
    def message(method, path, body="", headers=None, host="127.0.0.1"):
        body = body.encode() if isinstance(body, str) else body
        fields = {"Host": host, "Content-Length": str(len(body)), **(headers or {})}
        head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items()) + "\r\n"
        return head.encode("utf-8", "surrogateescape") + body

    def request(self, headers=None, body=None, path=PATH, token=None, method="POST"):
        """The bytes of a redirect."""
        fields = {"Authorization": "Bearer " + (token or self.token), "Content-Type": "application/json", **(headers or {})}
        return self.message(method, path, redirect_body() if body is None else body, fields)

    def redirect(self, headers=None, body=None, path=PATH, token=None):
        return self.send(self.request(headers, body, path, token))

    def api(self, method, path, body="", content_type="application/json", **headers):
        body = body if isinstance(body, (str, bytes)) else json.dumps(body)
        fields = {"Content-Type": content_type} if body else {}
        if self.key:
            fields["x-emulator-key"] = self.key
        port = int(self.control.rsplit(":", 1)[1]) if self.control else self.port
        return self.send(self.message(method, "/_emulator" + path, body, {**fields, **headers, "Connection": "close"}), port=port)

    def scenario(self, text):
        answer = self.api("PUT", "/scenario", text, "application/yaml")
        assert answer.status == 200, answer.body
        return answer.json

    def calls(self):
        return self.api("GET", "/calls?limit=1000").json["calls"]
