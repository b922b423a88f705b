"""What the apps share: a webhook as public samples have it, which takes the validation and every event of a delivery."""

import http.server
import json
import os
import ssl

from azure.communication.callautomation import CallAutomationClient, PhoneNumberIdentifier

TARGET = PhoneNumberIdentifier("+14255550199")


def client(**options):
    return CallAutomationClient.from_connection_string(os.environ["COMMUNICATION_SERVICES_CONNECTION_STRING"], **options)


def serve(incoming_call):
    """Serves until it is killed. `incoming_call` gets an event's data and returns the status to answer with, or None to answer nothing."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.path.partition("?")[0] != "/api/incomingCall":
                return self.answer(404)
            status = 200
            for event in json.loads(body):
                if event["eventType"] == "Microsoft.EventGrid.SubscriptionValidationEvent":
                    return self.answer(200, {"validationResponse": event["data"]["validationCode"]})
                if event["eventType"] == "Microsoft.Communication.IncomingCall":
                    status = incoming_call(event["data"])
            if status is not None:
                self.answer(status)

        def answer(self, status, content=None):
            text = json.dumps(content).encode() if content is not None else b""
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8080"))), Handler)
    if "TLS_CERT" in os.environ:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.environ["TLS_CERT"], os.environ["TLS_KEY"])
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.serve_forever()
