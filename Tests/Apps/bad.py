"""Apps as they should not be, each in one way: `python bad.py KIND`."""

import os
import sys
import threading

import webhook
from azure.core.exceptions import HttpResponseError

redirects = webhook.redirects(retry_total=0)


def redirect(data):
    redirects(data["incomingCallContext"])


def fails_with(status):
    """Answers with a status when the redirect fails, and never tries again by itself."""

    def incoming_call(data):
        try:
            redirect(data)
        except HttpResponseError:
            return status
        return 200

    return incoming_call


def answers_nothing(data):
    redirect(data)


def dies(data):
    try:
        redirect(data)
    except HttpResponseError:
        os._exit(1)
    return 200


def sends_nothing(data):
    return 200


def redirects_twice(data):
    """Answers at once and redirects in the background, two times."""
    for _ in range(2):
        threading.Thread(target=fails_with(200), args=[data]).start()
    return 200


KINDS = {
    "answers_200": fails_with(200),
    "answers_400": fails_with(400),
    "answers_500": fails_with(500),
    "answers_503": fails_with(503),
    "answers_nothing": answers_nothing,
    "dies": dies,
    "redirects_twice": redirects_twice,
    "sends_nothing": sends_nothing,
}

webhook.serve(KINDS[sys.argv[1]])
