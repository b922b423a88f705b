"""An app's own DefaultAzureCredential gets its token of the emulator, with no change in the app."""

import asyncio
import os
import subprocess
import sys
import time

import pytest
from azure.communication.callautomation import CallAutomationClient
from azure.communication.callautomation.aio import CallAutomationClient as AsyncCallAutomationClient
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import DefaultAzureCredential, ManagedIdentityCredential
from azure.identity.aio import DefaultAzureCredential as AsyncDefaultAzureCredential
from support import CONTEXT, USER, binary, run

SCOPE = "https://communication.azure.com//.default"
# Written as an app is: nothing in it knows of an emulator but the endpoint, which is its configuration.
APP = """
import os, sys
from azure.communication.callautomation import CallAutomationClient, CommunicationUserIdentifier
from azure.identity import DefaultAzureCredential

client = CallAutomationClient(os.environ["REDIRECT_EMULATOR_HTTPS_ENDPOINT"], DefaultAzureCredential())
client.redirect_call("some context", CommunicationUserIdentifier("8:acs:a_b"))
"""


@pytest.fixture
def found(monkeypatch):
    """Sets what exec sets, for credentials made in this process."""

    def find(emulator, header=None):
        monkeypatch.setenv("IDENTITY_ENDPOINT", emulator.ready["identityEndpoint"])
        monkeypatch.setenv("IDENTITY_HEADER", header or emulator.ready["identityHeader"])

    return find


def test_an_app_below_exec_redirects_with_its_default_credential():
    ended = run("exec", "--log-format", "json", "--", sys.executable, "-c", APP)
    assert ended.returncode == 0, ended.stderr
    assert "1 request: 1 executed" in ended.stderr


@pytest.mark.parametrize("credential", [DefaultAzureCredential, ManagedIdentityCredential])
def test_a_credential_gets_a_token_that_redirects(emulator, found, credential):
    found(emulator)
    with credential() as given:
        client = CallAutomationClient(emulator.endpoint, given)
        client.redirect_call(CONTEXT, USER, enforce_https=False)
        assert given.get_token(SCOPE).expires_on >= time.time() + 3600
    assert [entry["auth"]["scheme"] for entry in emulator.journal()] == ["entra"]


def test_an_async_credential_does_too(emulator, found):
    found(emulator)

    async def redirect():
        async with (
            AsyncDefaultAzureCredential() as given,
            AsyncCallAutomationClient(emulator.endpoint, given) as client,
        ):
            await client.redirect_call(CONTEXT, USER, enforce_https=False)

    asyncio.run(redirect())
    emulator.verify(executed=1)


def test_a_client_id_chooses_the_resource(emulator, found):
    found(emulator)
    resource = emulator.resource(name="one")
    ids = emulator.control("GET", "/resources/one").json["resourceId"]
    with ManagedIdentityCredential(client_id=ids) as given:
        CallAutomationClient(emulator.endpoint, given).redirect_call(CONTEXT, USER, enforce_https=False)
    assert (len(resource.journal()), len(emulator.journal())) == (1, 0)


@pytest.mark.parametrize(
    "scope, header, named", [(SCOPE, "wrong", "IDENTITY_HEADER"), ("https://vault.azure.net/.default", None, "--identity off")]
)
def test_a_refusal_is_told_at_once_with_the_emulators_words(emulator, found, scope, header, named):
    found(emulator, header)
    tries = []
    with ManagedIdentityCredential(raw_response_hook=tries.append) as given, pytest.raises(ClientAuthenticationError) as refused:
        given.get_token(scope)
    assert named in str(refused.value)
    assert len(tries) == 1


@pytest.mark.parametrize(
    "options, environment, expected",
    [
        ([], {}, True),
        (["--identity", "off"], {}, False),
        (["--control", "off"], {}, False),
        ([], {"IDENTITY_ENDPOINT": "http://user.example"}, False),
        ([], {"IDENTITY_HEADER": "users"}, False),
        ([], {"AZURE_CLIENT_SECRET": "users"}, False),
    ],
)
def test_exec_sets_an_identity_only_where_the_user_has_none(options, environment, expected):
    dump = "import os; print([os.environ.get(n) for n in ('IDENTITY_ENDPOINT', 'IDENTITY_HEADER', 'REDIRECT_EMULATOR_CONTROL')])"
    ended = run("exec", *options, "--", sys.executable, "-c", dump, env={**os.environ, **environment})
    assert ended.returncode == 0, ended.stderr
    endpoint, header, control = eval(ended.stdout)
    if expected:
        assert endpoint == control + "/identity" and header
        assert header not in ended.stderr
    else:
        assert [endpoint, header] == [environment.get("IDENTITY_ENDPOINT"), environment.get("IDENTITY_HEADER")]


def test_an_outer_execs_identity_does_not_count():
    dump = "import os; print(os.environ['IDENTITY_ENDPOINT'] == os.environ['REDIRECT_EMULATOR_CONTROL'] + '/identity')"
    ended = run("exec", "--", binary(), "exec", "--", sys.executable, "-c", dump)
    assert ended.stdout.strip() == "True", ended.stderr


@pytest.mark.parametrize("source", ["--control", "--ready-file"])
def test_env_tells_it_of_an_emulator_that_runs(emulator, tmp_path, source):
    ready = emulator.log.parent / "ready.json"
    ended = run(
        "env",
        *([source, emulator.ready["controlEndpoint"]] if source == "--control" else [source, ready]),
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)},
    )
    assert ended.returncode == 0, ended.stderr
    script = ended.stdout + "\nexec " + sys.executable + " -c \"$0\""
    subprocess.run(["sh", "-c", script, APP], check=True, timeout=30)
    assert emulator.ready["identityHeader"] not in emulator.log.read_text()
    emulator.verify(executed=1)
