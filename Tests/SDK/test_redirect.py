"""The official SDK redirects calls over http, with the access key."""

import asyncio
import concurrent.futures
import datetime
import email.utils
import uuid

import pytest
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ServiceRequestError,
)
from azure.core.credentials import AzureKeyCredential
from support import CONTEXT, NEWEST, PREVIEWS, TARGETS, USER, VERSIONS, Token, host_of, now, repeatability, run, seen
from azure.communication.callautomation import CallAutomationClient

targets = pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
versions = pytest.mark.parametrize("version", VERSIONS)

# A wrong call is answered once; no test waits for retries that it does not test.
ONCE = {"retry_total": 0}


def at(minutes):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    return email.utils.format_datetime(moment, usegmt=True)


@targets
@versions
def test_every_kind_of_target_is_redirected_in_every_version(shared, version, target):
    responses = []
    with shared.client(api_version=version, **ONCE) as client:
        client.redirect_call(CONTEXT, target, raw_response_hook=seen(responses))
    assert [response.status_code for response in responses] == [204]


@targets
@versions
async def test_the_async_client_redirects_them_too(shared, version, target):
    responses = []
    async with shared.async_client(api_version=version, **ONCE) as client:
        await client.redirect_call(CONTEXT, target, raw_response_hook=seen(responses))
    assert [response.status_code for response in responses] == [204]


def test_a_success_is_a_204_without_body_or_framing(shared):
    responses = []
    with shared.client() as client:
        client.redirect_call(CONTEXT, USER, raw_response_hook=seen(responses), request_id="3c4e9d5e-test")
    headers = {name.lower(): value for name, value in responses[0].headers.items()}
    assert responses[0].content == b""
    assert not headers.keys() & {"content-type", "content-length", "transfer-encoding"}
    assert headers["repeatability-result"] == "accepted"
    assert headers["x-ms-client-request-id"] == "3c4e9d5e-test"
    assert uuid.UUID(headers["x-microsoft-skype-chain-id"])
    assert email.utils.parsedate_to_datetime(headers["date"])
    assert "x-ms-error-code" not in headers


def test_one_client_redirects_many_calls_on_its_connection(shared):
    with shared.client(**ONCE) as client:
        for _ in range(200):
            client.redirect_call(CONTEXT, USER)


def test_clients_in_many_threads_are_all_answered(shared):
    def redirect(_):
        with shared.client(**ONCE) as client:
            for _ in range(10):
                client.redirect_call(CONTEXT, USER)
        return True

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert all(pool.map(redirect, range(16)))


async def test_one_async_client_redirects_many_calls_at_once(shared):
    async with shared.async_client(**ONCE) as client:
        await asyncio.gather(*(client.redirect_call(CONTEXT, USER) for _ in range(100)))


@pytest.mark.parametrize("length", [1, 1024, 8 * 1024, 64 * 1024])
def test_contexts_of_any_length_are_taken(shared, length):
    with shared.client(**ONCE) as client:
        client.redirect_call("H4sI" + "A" * length, USER)


def test_a_wrong_key_is_an_authentication_error_with_the_services_code(shared):
    client = CallAutomationClient(shared.endpoint, AzureKeyCredential("d3Jvbmcga2V5"), **ONCE)
    with client, pytest.raises(ClientAuthenticationError) as raised:
        client.redirect_call(CONTEXT, USER)
    error = raised.value
    assert error.status_code == 401
    assert error.error.code == "7509"
    assert error.error.message.startswith("HMAC-SHA256 validation failed")
    assert error.response.headers["WWW-Authenticate"] == "Bearer, HMAC-SHA256"
    assert error.response.headers["x-ms-error-code"] == "7509"


async def test_a_wrong_key_is_an_authentication_error_for_the_async_client_too(shared):
    client = shared.async_client(**ONCE)
    client._client._config.authentication_policy._access_key = AzureKeyCredential("d3Jvbmcga2V5")
    async with client:
        with pytest.raises(ClientAuthenticationError) as raised:
            await client.redirect_call(CONTEXT, USER)
    assert (raised.value.status_code, raised.value.error.code) == (401, "7509")


def test_a_version_that_is_not_served_is_refused_with_the_list_of_those_that_are(shared):
    with shared.client(api_version="2022-01-01", **ONCE) as client, pytest.raises(HttpResponseError) as raised:
        client.redirect_call(CONTEXT, USER)
    error = raised.value
    assert (error.status_code, error.error.code) == (400, "UnsupportedApiVersionValue")
    assert "2022-01-01" in error.error.message and NEWEST in error.error.message
    served = [version.strip() for version in error.response.headers["api-supported-versions"].split(",")]
    assert sorted(served) == sorted(VERSIONS + PREVIEWS)


def test_an_empty_context_is_refused_by_name(shared):
    with shared.client(**ONCE) as client, pytest.raises(HttpResponseError) as raised:
        client.redirect_call("", USER)
    error = raised.value
    assert (error.status_code, error.error.code, error.error.target) == (400, "8523", "incomingCallContext")
    assert error.model.error.code == "8523"
    assert error.model.error.message == error.error.message


def test_the_same_pair_again_is_answered_again_and_another_target_with_it_is_refused(shared):
    pair = repeatability(str(uuid.uuid4()), now())
    responses = []
    with shared.client(**ONCE) as client:
        for _ in range(3):
            client.redirect_call(CONTEXT, USER, headers=dict(pair), raw_response_hook=seen(responses))
        with pytest.raises(HttpResponseError) as raised:
            client.redirect_call(
                CONTEXT, TARGETS["phone number"], headers=dict(pair), raw_response_hook=seen(responses)
            )
    assert [response.status_code for response in responses] == [204, 204, 204, 400]
    results = [response.headers["Repeatability-Result"] for response in responses]
    assert results == ["accepted", "accepted", "accepted", "rejected"]
    assert raised.value.error.message


@pytest.mark.parametrize(
    ("request_id", "first_sent", "status"),
    [
        ("not-a-uuid", now(), 400),
        (str(uuid.uuid4()), "yesterday", 400),
        (str(uuid.uuid4()), "2026-11-23T10:00:00Z", 400),
        (str(uuid.uuid4()), at(-60), 412),
        (str(uuid.uuid4()), at(60), 412),
    ],
    ids=["not a UUID", "not a date", "a date of another form", "an hour ago", "in an hour"],
)
def test_a_repeatability_pair_that_cannot_be_held_to_is_rejected(shared, request_id, first_sent, status):
    with shared.client(**ONCE) as client, pytest.raises(HttpResponseError) as raised:
        client.redirect_call(CONTEXT, USER, headers=repeatability(request_id, first_sent))
    assert raised.value.status_code == status
    assert raised.value.response.headers["Repeatability-Result"] == "rejected"
    assert raised.value.error.code and raised.value.error.message


def test_parallel_repeats_of_one_pair_get_the_answer_or_409(shared):
    pair = repeatability(str(uuid.uuid4()), now())

    def redirect(_):
        with shared.client(**ONCE) as client:
            try:
                client.redirect_call(CONTEXT, USER, headers=dict(pair))
                return 204
            except ResourceExistsError as error:
                return error.status_code

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        statuses = set(pool.map(redirect, range(8)))
    assert 204 in statuses and statuses <= {204, 409}


def test_a_token_credential_over_http_is_stopped_by_the_sdk_itself(shared):
    client = CallAutomationClient(shared.endpoint, Token(shared.token), **ONCE)
    with client, pytest.raises(ServiceRequestError, match="not permitted for non-TLS"):
        client.redirect_call(CONTEXT, USER)


def body(**members):
    return {"incomingCallContext": CONTEXT, "target": {"rawId": USER.raw_id}, **members}


@pytest.mark.parametrize(
    ("request_options", "status", "code"),
    [
        ({"query": ""}, 400, "MissingApiVersionParameter"),
        ({"query": "?api-version="}, 400, "MissingApiVersionParameter"),
        ({"query": f"?api-version={NEWEST}&api-version={NEWEST}"}, 400, "InvalidQueryParameterValue"),
        ({"query": "?api-version=tomorrow"}, 400, "UnsupportedApiVersionValue"),
        ({"path": "/calling/callConnections:connect"}, 404, None),
        ({"path": "/calling/callConnections"}, 404, None),
        ({"method": "GET", "body": b""}, 405, None),
        ({"method": "PUT"}, 405, None),
        ({"token": False}, 401, "Denied"),
        ({"token": False, "Authorization": "Basic dXNlcjpwYXNz"}, 401, "Denied"),
        ({"token": False, "Authorization": "Bearer not.a.token"}, 401, "Denied"),
        ({"token": False, "Authorization": "HMAC-SHA256 SignedHeaders=&Signature="}, 401, "7509"),
        ({"Content_Type": "text/plain"}, 415, None),
        ({"Content_Type": None}, 415, None),
        ({"body": b"{"}, 400, "8523"),
        ({"body": b"[]"}, 400, "8523"),
        ({"body": b'{"incomingCallContext": "\xff"}'}, 400, "8523"),
        ({"body": {"target": {"rawId": USER.raw_id}}}, 400, "8523"),
        ({"body": {"incomingCallContext": CONTEXT}}, 400, "8523"),
        ({"body": body(incomingCallContext=7)}, 400, "8523"),
        ({"body": body(target={})}, 400, "8523"),
        ({"body": body(target={"kind": "phoneNumber"})}, 400, "8523"),
        ({"body": body(target={"communicationUser": {}})}, 400, "8523"),
        ({"body": body(target={"kind": "phoneNumber", "communicationUser": {"id": USER.raw_id}})}, 400, "8523"),
        (
            {"body": body(target={"communicationUser": {"id": USER.raw_id}, "phoneNumber": {"value": "+14255550123"}})},
            400,
            "8523",
        ),
        ({"Repeatability_Request_ID": str(uuid.uuid4())}, 400, None),
        ({"Repeatability_First_Sent": now()}, 400, None),
    ],
)
def test_a_wrong_request_gets_the_services_kind_of_error(shared, request_options, status, code):
    answer = shared.redirect(**request_options)
    assert answer.status == status, answer.body
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.error["message"]
    assert answer.headers["x-ms-error-code"] == answer.error["code"]
    assert code in (None, answer.error["code"])
    assert status != 405 or answer.headers["Allow"] == "POST"
    assert status != 401 or answer.headers["WWW-Authenticate"] == "Bearer, HMAC-SHA256"


def test_several_faults_are_all_named_with_their_paths(shared):
    answer = shared.redirect(body={"incomingCallContext": "", "target": {"communicationUser": {"id": 7}}})
    named = {detail["target"] for detail in answer.error["details"]}
    assert {"incomingCallContext", "target.communicationUser.id"} <= named


@pytest.mark.parametrize("version", VERSIONS + PREVIEWS)
def test_every_version_tolerates_another_member_at_the_top_and_the_journal_names_it(emulator, version):
    assert emulator.redirect(body=body(customContext={}), query=f"?api-version={version}").status == 204
    assert [entry["ignored"] for entry in emulator.journal()] == [["customContext"]]


def test_strict_refuses_another_member_at_the_top_in_the_newest_version(start_emulator):
    emulator = start_emulator("--strict")
    answer = emulator.redirect(body=body(customContext={}))
    assert (answer.status, answer.error["code"], answer.error["target"]) == (400, "8523", "customContext")
    assert emulator.redirect(body=body(customContext={}), query=f"?api-version={VERSIONS[-2]}").status == 204


@pytest.mark.parametrize("version", PREVIEWS)
def test_the_previews_that_beta_sdks_pin_are_served(shared, version):
    with shared.client(api_version=version, **ONCE) as client:
        client.redirect_call(CONTEXT, USER)


def test_another_preview_is_refused_with_the_option_that_serves_it(shared, start_emulator):
    with shared.client(api_version="2022-04-07-preview", **ONCE) as client, pytest.raises(HttpResponseError) as raised:
        client.redirect_call(CONTEXT, USER)
    assert "--api-version 2022-04-07-preview" in raised.value.error.message
    emulator = start_emulator("--api-version", "2022-04-07-preview")
    with emulator.client(api_version="2022-04-07-preview", **ONCE) as client:
        client.redirect_call(CONTEXT, USER)


def test_the_command_lines_token_opens_the_operation(shared):
    printed = run("token", "--scope", "voip")
    assert printed.returncode == 0, printed.stderr
    token = printed.stdout.split()[-1]
    assert shared.redirect(token=False, Authorization=f"Bearer {token}").status == 204
    assert shared.redirect(token=False, Authorization=token).status == 204


def test_a_token_without_voip_is_forbidden(shared):
    token = run("token", "--scope", "chat").stdout.split()[-1]
    answer = shared.redirect(token=False, Authorization=f"Bearer {token}")
    assert (answer.status, answer.error["code"]) == (403, "7504")


def test_any_credential_will_do_where_none_is_checked(start_emulator):
    emulator = start_emulator("--auth", "any")
    client = CallAutomationClient(emulator.endpoint, AzureKeyCredential("d3Jvbmcga2V5"), **ONCE)
    with client:
        client.redirect_call(CONTEXT, USER)
    assert emulator.redirect(token=False).status == 401
    assert start_emulator("--auth", "none").redirect(token=False).status == 204


def test_an_access_key_of_ones_own_replaces_the_development_key(start_emulator, shared):
    emulator = start_emulator("--access-key", "bXkgb3duIGtleQ==")
    assert emulator.access_key == "bXkgb3duIGtleQ=="
    with emulator.client(**ONCE) as client:
        client.redirect_call(CONTEXT, USER)
    with CallAutomationClient(emulator.endpoint, AzureKeyCredential(shared.access_key), **ONCE) as client:
        with pytest.raises(ClientAuthenticationError):
            client.redirect_call(CONTEXT, USER)


def test_only_the_versions_asked_for_are_served(start_emulator):
    emulator = start_emulator("--api-version", "2025-06-15", "--api-version", "2026-03-12")
    with emulator.client(api_version="2025-06-15", **ONCE) as client:
        client.redirect_call(CONTEXT, USER)
    with emulator.client(api_version="2023-03-06", **ONCE) as client, pytest.raises(HttpResponseError) as raised:
        client.redirect_call(CONTEXT, USER)
    assert raised.value.error.code == "UnsupportedApiVersionValue"


def test_a_newer_sdk_works_where_versions_are_not_checked(start_emulator):
    emulator = start_emulator("--skip-api-version-check")
    with emulator.client(api_version="2031-01-15", **ONCE) as client:
        client.redirect_call(CONTEXT, USER)
    assert emulator.redirect(query="?api-version=tomorrow").status == 400


def test_the_ready_file_tells_what_a_client_needs_and_goes_at_the_end(start_emulator):
    emulator = start_emulator()
    members = "version pid host port endpoint httpsEndpoint connectionString accessKey token caFile controlEndpoint pageEndpoint"
    assert {*members.split(), "httpsConnectionString", "httpConnectionString"} <= emulator.ready.keys()
    assert emulator.connection_string == f"endpoint={emulator.https_endpoint}/;accesskey={emulator.access_key}"
    assert emulator.ready["httpsConnectionString"] == emulator.connection_string
    assert emulator.ready["httpConnectionString"] == emulator.connection_string.replace("https:", "http:")
    assert emulator.ready["pid"] == emulator.process.pid
    assert emulator.endpoint == f"http://{emulator.host}:{emulator.port}"
    assert host_of(emulator.https_endpoint) == emulator.host
    file = emulator.log.with_name("ready.json")
    assert file.exists()
    assert emulator.stop() == 0
    assert not file.exists()
