"""The official SDK over https, as it insists on with a connection string or a token."""

import concurrent.futures
import socket
import ssl
import subprocess
import urllib.parse

import pytest
from azure.communication.callautomation import CallAutomationClient
from azure.communication.callautomation.aio import CallAutomationClient as AsyncCallAutomationClient
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ServiceRequestError
from support import CONTEXT, TARGETS, USER, AsyncToken, Token, run

ONCE = {"retry_total": 0}
targets = pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())


def test_one_port_serves_both_protocols(shared):
    http, https = urllib.parse.urlsplit(shared.endpoint), urllib.parse.urlsplit(shared.https_endpoint)
    assert (http.scheme, https.scheme, http.port) == ("http", "https", https.port)


@targets
def test_a_connection_string_and_the_ca_in_the_environment_are_enough(shared, monkeypatch, target):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", shared.ca_file)
    with CallAutomationClient.from_connection_string(shared.connection_string, **ONCE) as client:
        client.redirect_call(CONTEXT, target)


def test_the_ca_can_be_given_to_the_client(shared):
    options = {"connection_verify": shared.ca_file, **ONCE}
    with CallAutomationClient.from_connection_string(shared.connection_string, **options) as client:
        client.redirect_call(CONTEXT, USER)


@targets
async def test_the_async_client_takes_the_ca_the_same_way(shared, target):
    options = {"connection_verify": shared.ca_file, **ONCE}
    async with AsyncCallAutomationClient.from_connection_string(shared.connection_string, **options) as client:
        await client.redirect_call(CONTEXT, target)


def test_without_the_ca_nothing_is_sent(emulator):
    with CallAutomationClient.from_connection_string(emulator.connection_string, **ONCE) as client:
        with pytest.raises(ServiceRequestError, match="CERTIFICATE_VERIFY_FAILED"):
            client.redirect_call(CONTEXT, USER)
    assert emulator.journal() == []


async def test_without_the_ca_the_async_client_sends_nothing_either(emulator):
    async with AsyncCallAutomationClient.from_connection_string(emulator.connection_string, **ONCE) as client:
        with pytest.raises(ServiceRequestError, match="CERTIFICATE_VERIFY_FAILED"):
            await client.redirect_call(CONTEXT, USER)
    assert emulator.journal() == []


@pytest.mark.parametrize("name", ["localhost", "tests.localhost", "127.0.0.1"])
def test_the_certificate_is_right_for_every_name_of_this_machine(shared, name):
    context = ssl.create_default_context(cafile=shared.ca_file)
    with context.wrap_socket(
        socket.create_connection((shared.host, shared.port), timeout=10), server_hostname=name
    ) as tls:
        assert tls.version() in ("TLSv1.2", "TLSv1.3")


def test_a_token_credential_works_over_https(shared):
    credential = Token(shared.token)
    with CallAutomationClient(shared.https_endpoint, credential, connection_verify=shared.ca_file, **ONCE) as client:
        for _ in range(3):
            client.redirect_call(CONTEXT, USER)
    assert credential.asked == 1


async def test_an_async_token_credential_works_over_https(shared):
    options = {"connection_verify": shared.ca_file, **ONCE}
    async with AsyncCallAutomationClient(shared.https_endpoint, AsyncToken(shared.token), **options) as client:
        await client.redirect_call(CONTEXT, USER)


def test_a_forged_token_is_an_authentication_error(shared):
    head, claims, _ = shared.token.split(".")
    credential = Token(f"{head}.{claims}.AAAA")
    with CallAutomationClient(shared.https_endpoint, credential, connection_verify=shared.ca_file, **ONCE) as client:
        with pytest.raises(ClientAuthenticationError) as raised:
            client.redirect_call(CONTEXT, USER)
    assert (raised.value.status_code, raised.value.error.code) == (401, "Denied")


def test_a_token_without_voip_is_forbidden(shared):
    credential = Token(run("token", "--scope", "chat").stdout.split()[-1])
    with CallAutomationClient(shared.https_endpoint, credential, connection_verify=shared.ca_file, **ONCE) as client:
        with pytest.raises(HttpResponseError) as raised:
            client.redirect_call(CONTEXT, USER)
    assert (raised.value.status_code, raised.value.error.code) == (403, "7504")


def test_http_and_https_clients_share_the_port_at_the_same_time(shared):
    def redirect(number):
        if number % 2:
            client = CallAutomationClient(shared.endpoint, AzureKeyCredential(shared.access_key), **ONCE)
        else:
            options = {"connection_verify": shared.ca_file, **ONCE}
            client = CallAutomationClient.from_connection_string(shared.connection_string, **options)
        with client:
            for _ in range(10):
                client.redirect_call(CONTEXT, USER)
        return True

    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        assert all(pool.map(redirect, range(12)))


def test_curl_trusts_the_ca_file(shared):
    body = '{"incomingCallContext":"%s","target":{"rawId":"%s"}}' % (CONTEXT, USER.raw_id)
    answered = subprocess.run(
        [
            *("curl", "--silent", "--show-error", "--max-time", "20", "--cacert", shared.ca_file),
            *("--write-out", "%{http_code} %{http_version}", "--data-binary", body),
            *("--header", f"Authorization: Bearer {shared.token}", "--header", "Content-Type: application/json"),
            f"{shared.https_endpoint}/calling/callConnections:redirect?api-version=2026-03-12",
        ],
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert answered.stdout == "204 1.1", answered.stderr


def test_a_ca_kept_in_a_directory_is_used_again(start_emulator, tmp_path):
    first = start_emulator("--tls-dir", tmp_path / "tls")
    authority = open(first.ca_file).read()
    assert first.stop() == 0
    second = start_emulator("--tls-dir", tmp_path / "tls")
    assert open(second.ca_file).read() == authority
    options = {"connection_verify": second.ca_file, **ONCE}
    with CallAutomationClient.from_connection_string(second.connection_string, **options) as client:
        client.redirect_call(CONTEXT, USER)
    for file in (tmp_path / "tls").iterdir():
        if b"PRIVATE KEY" in file.read_bytes():
            assert file.stat().st_mode & 0o777 == 0o600, file
