"""A small client with the official SDK: `python sdk.py KIND` ends in one verdict each."""

import os
import sys

from azure.communication.callautomation import CallAutomationClient, CommunicationUserIdentifier
from azure.core.exceptions import HttpResponseError

from call import advance, ring, rules

USER = CommunicationUserIdentifier("8:acs:00000000-0000-4000-8000-4d0000000010_0000000e-1234")


def client(**options):
    return CallAutomationClient.from_connection_string(
        os.environ["COMMUNICATION_SERVICES_CONNECTION_STRING"], **options
    )


def redirect(call, **options):
    try:
        client(**options).redirect_call(call["incomingCallContext"], USER)
    except HttpResponseError as error:
        print(error.status_code)


def redirected():
    redirect(ring(context="real"))


def after_tries():
    rules({"name": "busy", "attempts": "1..2", "respond": {"status": 503, "retryAfter": "100ms"}})
    redirect(ring())


def gave_up():
    rules({"name": "busy", "respond": {"status": 503}})
    redirect(ring(), retry_total=1, retry_backoff_factor=0.1)
    advance("31s")


def rejected():
    client().reject_call(ring()["incomingCallContext"], call_reject_reason="busy")


def answered():
    client().answer_call(ring()["incomingCallContext"], "https://app.example/events")


if __name__ == "__main__":
    globals()[sys.argv[1]]()
