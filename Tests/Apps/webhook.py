"""What the apps at which calls ring share: a webhook as in public samples, which takes the validation and every event of a delivery."""

import http.server
import json
import os
import ssl


def redirects(**options):
    """A function that redirects the call of a context with the SDK's client, which has these options."""
    # Imported here: an app that speaks without the SDK starts in a fraction of the time.
    from azure.communication.callautomation import CallAutomationClient, PhoneNumberIdentifier

    client = CallAutomationClient.from_connection_string(os.environ["COMMUNICATION_SERVICES_CONNECTION_STRING"], **options)
    return lambda context: client.redirect_call(context, PhoneNumberIdentifier("+14255550199"))


def serve(incoming_call, port=None, validates=True):
    """Serves until it is killed, on PORT of the environment or 8080 where no port is given.

    `incoming_call` gets an event's data and returns the status to answer with, or None to answer nothing. Of several events the
    worst status counts. An app that does not validate takes every event for one of a call.
    """

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.path.partition("?")[0] != "/api/incomingCall":
                return self.answer(404)
            statuses = [200]
            for event in json.loads(body):
                if validates and event["eventType"] == "Microsoft.EventGrid.SubscriptionValidationEvent":
                    return self.answer(200, {"validationResponse": event["data"]["validationCode"]})
                if not validates or event["eventType"] == "Microsoft.Communication.IncomingCall":
                    statuses.append(incoming_call(event["data"]))
            if None not in statuses:
                self.answer(max(statuses))

        def answer(self, status, content=None):
            text = json.dumps(content).encode() if content is not None else b""
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *arguments):
            pass

    class Server(http.server.ThreadingHTTPServer):
        # A burst of calls comes with a connection each.
        request_queue_size = 128

    server = Server(("127.0.0.1", int(port or os.environ.get("PORT", "8080"))), Handler)
    if "TLS_CERT" in os.environ:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.environ["TLS_CERT"], os.environ["TLS_KEY"])
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.serve_forever()
