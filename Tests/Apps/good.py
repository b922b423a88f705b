"""A good app: it redirects every call, answers 200 when that is done, and 500 when the event should be delivered again."""

import webhook
from azure.core.exceptions import AzureError, HttpResponseError

redirect = webhook.redirects()


def incoming_call(data):
    try:
        redirect(data["incomingCallContext"])
    except HttpResponseError as error:
        # Redirected by an earlier delivery, or nobody calls any more: another delivery would not help.
        done = getattr(error.error, "code", None) in ("8528", "8522")
        return 200 if done else 500
    except AzureError:
        return 500
    return 200


webhook.serve(incoming_call)
