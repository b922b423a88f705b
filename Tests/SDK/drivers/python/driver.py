"""Redirects calls with the Python SDK: a JSON object a line is read, a JSON object a line is written. See sdks/drivers.py."""

import asyncio
import json
import os
import sys
import threading
import time

from azure.communication.callautomation import (
    CallAutomationClient,
    CommunicationUserIdentifier,
    MicrosoftTeamsAppIdentifier,
    MicrosoftTeamsUserIdentifier,
    PhoneNumberIdentifier,
    TeamsExtensionUserIdentifier,
    UnknownIdentifier,
)
from azure.communication.callautomation.aio import CallAutomationClient as AsyncCallAutomationClient
from azure.core.credentials import AccessToken, AzureKeyCredential
from azure.core.pipeline.transport import AioHttpTransport, RequestsTransport
from azure.identity import DefaultAzureCredential
from azure.identity.aio import DefaultAzureCredential as AsyncDefaultAzureCredential

kept = {}
output = threading.Lock()


class Counting(RequestsTransport):
    """The SDK's own transport, and how often it was used: once for each try."""

    def __init__(self, **options):
        super().__init__(**options)
        self.tries = 0

    def send(self, request, **options):
        self.tries += 1
        return super().send(request, **options)


class AsyncCounting(AioHttpTransport):
    def __init__(self, **options):
        super().__init__(**options)
        self.tries = 0

    async def send(self, request, **options):
        self.tries += 1
        return await super().send(request, **options)


class FixedToken:
    def __init__(self, token):
        self.token = token

    def get_token(self, *scopes, **options):
        return AccessToken(self.token, int(time.time()) + 3600)


class AsyncFixedToken(FixedToken):
    async def get_token(self, *scopes, **options):
        return super().get_token(*scopes, **options)


def identifier(target):
    kind, members = target["kind"], {name: value for name, value in target.items() if name != "kind"}
    cloud = {"cloud": members["cloud"].upper()} if "cloud" in members else {}
    if kind == "communicationUser":
        return CommunicationUserIdentifier(members["id"])
    if kind == "phoneNumber":
        raw_id = {"raw_id": members["rawId"]} if "rawId" in members else {}
        return PhoneNumberIdentifier(members["value"], **raw_id)
    if kind == "microsoftTeamsUser":
        return MicrosoftTeamsUserIdentifier(members["userId"], is_anonymous=members.get("isAnonymous", False), **cloud)
    if kind == "microsoftTeamsApp":
        return MicrosoftTeamsAppIdentifier(members["appId"], **cloud)
    if kind == "teamsExtensionUser":
        ids = {"user_id": members["userId"], "tenant_id": members["tenantId"], "resource_id": members["resourceId"]}
        return TeamsExtensionUserIdentifier(**ids, **cloud)
    return UnknownIdentifier(members["rawId"])


def client(call):
    """The client that the call asks for, with its transport: the one kept under its name, or a new one."""
    name = call.get("keep")
    if name in kept:
        return kept[name]
    asynchronous = call.get("client") == "async"
    options = {}
    if "timeoutMs" in call:
        options |= {"connection_timeout": call["timeoutMs"] / 1000, "read_timeout": call["timeoutMs"] / 1000}
    transport = (AsyncCounting if asynchronous else Counting)(**options)
    options = {"transport": transport}
    if "apiVersion" in call:
        options["api_version"] = call["apiVersion"]
    if "retries" in call:
        options["retry_total"] = call["retries"]
    kind = AsyncCallAutomationClient if asynchronous else CallAutomationClient
    if call["credential"] in ("connectionString", "environment"):
        text = call.get("connectionString") or os.environ["COMMUNICATION_SERVICES_CONNECTION_STRING"]
        made = kind.from_connection_string(text, **options)
    elif call["credential"] == "key":
        made = kind(call["endpoint"].rstrip("/"), AzureKeyCredential(call["accessKey"]), **options)
    elif call["credential"] == "identity":
        credential = (AsyncDefaultAzureCredential if asynchronous else DefaultAzureCredential)()
        made = kind(call["endpoint"].rstrip("/"), credential, **options)
    else:
        credential = (AsyncFixedToken if asynchronous else FixedToken)(call["token"])
        made = kind(call["endpoint"].rstrip("/"), credential, **options)
    if name:
        kept[name] = made, transport
    return made, transport


def outcome(call):
    transport, before = None, 0
    try:
        made, transport = client(call)
        before = transport.tries
        options = {"retry_on_methods": ["POST"]} if call.get("repeatPosts") else {}
        if call.get("client") == "async":
            asyncio.run(made.redirect_call(call["context"], identifier(call["target"]), **options))
        else:
            made.redirect_call(call["context"], identifier(call["target"]), **options)
        answer = {"ok": True, "status": 204}
    except Exception as error:
        detail = getattr(error, "error", None)
        answer = {
            "ok": False,
            "status": getattr(error, "status_code", None),
            "code": getattr(detail, "code", None),
            "message": str(error),
            "type": type(error).__name__,
        }
    return {**answer, "tries": transport.tries - before if transport else 0}


def run(call):
    answer = json.dumps({"id": call.get("id"), **outcome(call)})
    with output:
        print(answer, flush=True)


calls = []
for line in sys.stdin:
    # Daemons: a call that waits for ever does not keep this program alive.
    calls.append(threading.Thread(target=run, args=[json.loads(line)], daemon=True))
    calls[-1].start()
for call in calls:
    call.join()
