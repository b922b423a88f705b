"""A careless app: it redirects as its SDK does by default, and always says that all is well."""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from azure.communication.callautomation import CallAutomationClient, PhoneNumberIdentifier

client = CallAutomationClient.from_connection_string(os.environ["COMMUNICATION_SERVICES_CONNECTION_STRING"])


class Webhook(BaseHTTPRequestHandler):
    def do_POST(self):
        for event in json.loads(self.rfile.read(int(self.headers["Content-Length"]))):
            caller = event["data"]["from"]["phoneNumber"]["value"]
            try:
                client.redirect_call(event["data"]["incomingCallContext"], PhoneNumberIdentifier("+14255550123"))
            except Exception as error:
                print(f"{caller} was not redirected: {error}", flush=True)
        self.send_response(200)
        self.end_headers()


ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Webhook).serve_forever()
