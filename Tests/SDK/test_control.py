"""The control API, beside the official SDK at work."""

import concurrent.futures
import http.client
import json
import subprocess
import sys
import threading
import time
import uuid

import pytest
from azure.communication.callautomation import CallAutomationClient
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
)
from prometheus_client.parser import text_string_to_metric_families
from support import CONTEXT, NEWEST, TARGETS, USER, now, repeatability, seen

ONCE = {"retry_total": 0}

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
]


def test_health_says_ready(shared):
    health = shared.control("GET", "/health", expect=200).json
    assert health["status"] == "ready"
    assert health["version"] == shared.ready["version"]
    assert health["uptimeSeconds"] >= 0
    assert shared.ready["controlEndpoint"].startswith(shared.endpoint)


def test_resources_driven_side_by_side_never_see_each_other(emulator):
    resources = [emulator.resource(name=f"team-{number}") for number in range(8)]
    calls = {resource.name: 20 + number for number, resource in enumerate(resources)}
    pair = repeatability(str(uuid.uuid4()), now())
    together = threading.Barrier(len(resources))

    def drive(resource):
        together.wait(20)
        with resource.client(**ONCE) as client:
            # The same pair with another context in each resource: a shared memory would refuse all but one of them.
            client.redirect_call(resource.name, USER, headers=dict(pair))
            for number in range(calls[resource.name] - 1):
                client.redirect_call(f"{resource.name} {number}", USER)

    with concurrent.futures.ThreadPoolExecutor(len(resources)) as pool:
        list(pool.map(drive, resources))
    for resource in resources:
        entries = resource.journal("?limit=1000")
        assert len(entries) == calls[resource.name]
        assert all(resource.name in str(entry["body"]) and entry["resource"] == resource.name for entry in entries)
        resource.verify(operations=calls[resource.name], attempts=1, executed=1)
    assert emulator.journal() == []


async def test_an_async_client_is_told_apart_by_its_key_as_well(emulator):
    one, other = emulator.resource(), emulator.resource()
    async with one.async_client(**ONCE) as client:
        await client.redirect_call(CONTEXT, USER)
    assert [len(resource.operations()) for resource in (one, other, emulator)] == [1, 0, 0]


def test_a_token_finds_its_resource(emulator):
    resource = emulator.resource(name="with-tokens")
    made = resource.control("POST", "/tokens", {"scopes": ["voip"], "expiresIn": "1h"}, expect=200).json
    assert made["user"] and made["expiresOn"]
    assert emulator.redirect(token=False, Authorization=f"Bearer {made['token']}").status == 204
    assert emulator.redirect(token=False, Authorization=f"Bearer {resource.token}").status == 204
    assert (len(resource.journal()), len(emulator.journal())) == (2, 0)


def test_a_removed_resource_answers_with_its_journal_and_its_key_no_longer_works(emulator):
    resource = emulator.resource(name="short-lived")
    with resource.client(**ONCE) as client:
        client.redirect_call(CONTEXT, USER)
        removed = emulator.control("DELETE", "/resources/short-lived", expect=200).json
        assert [entry["status"] for entry in removed["requests"]] == [204]
        with pytest.raises(ClientAuthenticationError):
            client.redirect_call(CONTEXT, USER)
    assert emulator.control("GET", "/resources/short-lived").status == 404


def test_a_resource_can_have_settings_of_its_own(emulator):
    strict = emulator.resource(name="strict", apiVersions=[NEWEST], strict=True, calls="registered")
    with strict.client(api_version="2025-06-15", **ONCE) as client, pytest.raises(HttpResponseError) as raised:
        client.redirect_call(CONTEXT, USER)
    assert raised.value.error.code == "UnsupportedApiVersionValue"
    with strict.client(**ONCE) as client, pytest.raises(ResourceNotFoundError) as raised:
        client.redirect_call(CONTEXT, USER)
    assert raised.value.error.code == "8522"
    with emulator.client(api_version="2025-06-15", **ONCE) as client:
        client.redirect_call(CONTEXT, USER)


def test_the_journal_keeps_what_the_client_sent_and_no_secret(emulator):
    with emulator.client(**ONCE) as client:
        client.redirect_call(CONTEXT, TARGETS["phone number"], request_id="my-own-id")
    (entry,) = emulator.journal()
    assert entry["clientRequestId"] == "my-own-id"
    assert entry["target"] == {"kind": "phoneNumber", "id": "+14255550123"}
    assert (entry["status"], entry["executed"], entry["apiVersion"], entry["method"]) == (204, True, NEWEST, "POST")
    assert entry["repeatability"]["result"] == "accepted" and entry["repeatability"]["attempt"] == 1
    assert entry["failed"] is None and entry["end"] == "answered"
    whole = emulator.control("GET", f"/requests/{entry['seq']}", expect=200)
    assert "POST /calling/callConnections:redirect" in whole.json["raw"]
    assert b"Signature=" not in whole.body.replace(b"Signature=***", b"")


def test_why_a_call_was_refused_stands_in_the_journal_and_not_on_the_wire(emulator):
    client = CallAutomationClient(emulator.endpoint, AzureKeyCredential("d3Jvbmcga2V5"), **ONCE)
    with client, pytest.raises(ClientAuthenticationError):
        client.redirect_call(CONTEXT, USER)
    (entry,) = emulator.journal("?status=401")
    assert entry["failed"]["stage"] and entry["failed"]["message"]
    assert entry["executed"] is False
    assert emulator.journal("?status=204") == []


def test_an_operation_groups_the_tries_with_one_pair(emulator):
    pair = repeatability(str(uuid.uuid4()), now())
    with emulator.client(**ONCE) as client:
        for _ in range(3):
            client.redirect_call(CONTEXT, USER, headers=dict(pair))
    operation = emulator.operation()
    assert operation["requestId"] == pair["Repeatability-Request-ID"]
    assert operation["executed"] == 1
    assert [attempt["status"] for attempt in operation["attempts"]] == [204, 204, 204]
    assert [attempt["executed"] for attempt in operation["attempts"]] == [True, False, False]
    emulator.verify(
        operations=1, attempts=3, executed=1, statuses=[204, 204, 204], finalStatus=204, stableRepeatability=True
    )


@pytest.mark.parametrize(
    ("wrong", "check"),
    [
        ({"operations": 2}, "operations"),
        ({"operations": "3..9"}, "operations"),
        ({"attempts": 1}, "attempts"),
        ({"executed": 0}, "executed"),
        ({"statuses": [429, 204]}, "statuses"),
        ({"finalStatus": 503}, "finalStatus"),
        ({"spacing": {"atLeast": "1h"}}, "spacing"),
    ],
)
def test_an_expectation_that_does_not_hold_is_417_with_what_was_seen(emulator, wrong, check):
    pair = repeatability(str(uuid.uuid4()), now())
    with emulator.client(**ONCE) as client:
        client.redirect_call(CONTEXT, USER, headers=dict(pair))
        client.redirect_call(CONTEXT, USER, headers=dict(pair))
    answer = emulator.control("POST", "/verify", {"expect": wrong}, expect=417).json
    assert answer["passed"] is False
    (failed,) = [one for one in answer["checks"] if not one["passed"]]
    assert failed["name"].startswith(check)
    assert failed["message"]
    assert "expected" in failed and "seen" in failed


def test_verify_looks_only_where_it_is_told_to(emulator):
    with emulator.client(**ONCE) as client:
        client.redirect_call(CONTEXT, USER)
        client.redirect_call(CONTEXT, TARGETS["phone number"])
    emulator.verify(where={"target": "+14255550123"}, operations=1, executed=1)
    emulator.verify(operations=2)


def test_a_verdict_on_a_journal_that_lost_entries_is_incomplete(start_emulator):
    emulator = start_emulator("--journal-limit", "5")
    with emulator.client(**ONCE) as client:
        for _ in range(8):
            client.redirect_call(CONTEXT, USER)
    listed = emulator.control("GET", "/requests", expect=200).json
    assert (len(listed["requests"]), listed["dropped"]) == (5, 3)
    answer = emulator.control("POST", "/verify", {"expect": {"operations": 8}}).json
    assert (answer["passed"], answer["incomplete"]) == (False, True)


@pytest.mark.parametrize(
    "body",
    [{"now": "9999-12-31T23:59:59Z"}, {"now": "1969-12-31T23:59:59Z"}, {"offset": "2000000h"}, {"offset": "-2000000h"}],
)
def test_a_time_that_the_clock_cannot_show_is_refused(emulator, body):
    answer = emulator.control("PUT", "/clock", body)
    assert answer.status == 400 and "2200" in answer.error["message"]
    assert emulator.control("GET", "/clock", expect=200).json["offset"] == "0s"


def test_the_clock_decides_about_tokens_and_repeatability(emulator):
    token = emulator.control("POST", "/tokens", {"scopes": ["voip"], "expiresIn": "10m"}, expect=200).json["token"]
    bearer = {"token": False, "Authorization": f"Bearer {token}"}
    assert emulator.redirect(**bearer).status == 204
    clock = emulator.control("PUT", "/clock", {"offset": "11m"}, expect=200).json
    assert clock["offset"] == "660s" and clock["now"].endswith("Z")
    assert emulator.redirect(**bearer).status == 401
    with emulator.client(**ONCE) as client, pytest.raises(ClientAuthenticationError):
        client.redirect_call(CONTEXT, USER)  # its x-ms-date is eleven minutes old by that clock
    emulator.control("PUT", "/clock", {"offset": "0s"}, expect=200)
    assert emulator.redirect(**bearer).status == 204


def test_only_registered_calls_ring_where_that_is_asked_for(start_emulator):
    emulator = start_emulator("--calls", "registered")
    ringing = emulator.control("POST", "/calls", {"ringsFor": "30s"}, expect=201).json["incomingCallContext"]
    with emulator.client(**ONCE) as client:
        with pytest.raises(ResourceNotFoundError) as raised:
            client.redirect_call(CONTEXT, USER)
        assert raised.value.error.code == "8522"
        client.redirect_call(ringing, USER)
        with pytest.raises(HttpResponseError) as raised:
            client.redirect_call(ringing, USER)
        assert (raised.value.status_code, raised.value.error.code) == (400, "8528")
    late = emulator.control("POST", "/calls", {"incomingCallContext": "late", "ringsFor": "30s"}, expect=201).json
    assert late["incomingCallContext"] == "late"
    emulator.control("PUT", "/clock", {"offset": "31s"}, expect=200)
    with emulator.client(**ONCE) as client, pytest.raises(ResourceNotFoundError):
        client.redirect_call("late", USER)


def test_a_registered_call_is_taken_once_also_where_any_call_rings(emulator):
    call = emulator.control("POST", "/calls", {}, expect=201).json
    responses = []
    with emulator.client(**ONCE) as client:
        client.redirect_call(call["incomingCallContext"], USER, raw_response_hook=seen(responses))
        with pytest.raises(HttpResponseError) as raised:
            client.redirect_call(call["incomingCallContext"], USER)
        assert (raised.value.status_code, raised.value.error.code) == (400, "8528")
        for _ in range(2):
            client.redirect_call(CONTEXT, USER)
    assert responses[0].headers["X-Microsoft-Skype-Chain-ID"] == call["correlationId"]
    assert raised.value.response.headers["X-Microsoft-Skype-Chain-ID"] == call["correlationId"]


def test_parallel_redirects_of_one_call_redirect_it_once(start_emulator):
    emulator = start_emulator("--calls", "registered")
    emulator.control("POST", "/calls", {"incomingCallContext": CONTEXT, "ringsFor": "5m"}, expect=201)

    def redirect(_):
        with emulator.client(**ONCE) as client:
            try:
                client.redirect_call(CONTEXT, USER)
                return 204
            except (ResourceExistsError, HttpResponseError) as error:
                assert error.error.code in ("8519", "8528")
                return error.status_code

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(redirect, range(16)))
    assert statuses.count(204) == 1 and set(statuses) <= {204, 400, 409}


def test_reset_forgets_all_but_the_scenario(emulator):
    emulator.load("rules:\n  - { name: always, respond: { status: 400 } }\n")
    with emulator.client(**ONCE) as client, pytest.raises(HttpResponseError):
        client.redirect_call(CONTEXT, USER)
    emulator.control("PUT", "/clock", {"offset": "1h"}, expect=200)
    emulator.control("POST", "/reset", expect=204)
    assert emulator.journal() == []
    assert emulator.control("GET", "/clock", expect=200).json["offset"] == "0s"
    (rule,) = emulator.control("GET", "/scenario", expect=200).json["rules"]
    assert (rule["name"], rule["matched"], rule["fired"]) == ("always", 0, 0)
    emulator.control("POST", "/reset?scenario=clear", expect=204)
    assert emulator.control("GET", "/scenario", expect=200).json["rules"] == []


def test_the_journal_can_be_paged_through_while_calls_come_in(emulator):
    total, read, done = 1500, [], threading.Event()

    def page():
        after = 0
        while True:
            finished = done.is_set()
            answer = emulator.control("GET", f"/requests?limit=100&after={after}", expect=200).json
            read.extend(entry["seq"] for entry in answer["requests"])
            if answer["requests"]:
                after = answer["requests"][-1]["seq"]
            elif finished:
                return

    def redirect(_):
        with emulator.client(**ONCE) as client:
            for _ in range(total // 5):
                client.redirect_call(CONTEXT, USER)

    reader = threading.Thread(target=page)
    reader.start()
    try:
        with concurrent.futures.ThreadPoolExecutor(5) as pool:
            list(pool.map(redirect, range(5)))
    finally:
        done.set()
        reader.join(30)
    assert not reader.is_alive()
    assert len(read) == total and read == sorted(set(read))


def test_each_request_is_an_event(emulator):
    connection = http.client.HTTPConnection(emulator.host, emulator.port, timeout=15)
    connection.request("GET", "/_emulator/events", headers={"Accept": "text/event-stream"})
    stream = connection.getresponse()
    assert (stream.status, stream.headers.get_content_type()) == (200, "text/event-stream")
    with emulator.client(**ONCE) as client:
        client.redirect_call(CONTEXT, USER)
    fields = {}
    while "data" not in fields or "id" not in fields:
        name, _, value = stream.readline().decode().strip().partition(": ")
        fields[name] = value
    connection.close()
    entry = json.loads(fields["data"])
    assert fields["event"] == "request"
    assert (str(entry["seq"]), entry["status"]) == (fields["id"], 204)


def test_metrics_are_read_by_prometheus_own_parser_and_count_right(emulator):
    with emulator.client(**ONCE) as client:
        for _ in range(5):
            client.redirect_call(CONTEXT, USER)
        with pytest.raises(HttpResponseError):
            client.redirect_call("", USER)
    answer = emulator.request("GET", "/metrics")
    assert answer.status == 200
    assert answer.headers.get_content_type() == "text/plain"
    families = list(text_string_to_metric_families(answer.body.decode()))
    assert families
    for family in families:
        assert family.documentation and family.type != "unknown", family.name
        for sample in family.samples:
            assert sample.value == sample.value and (sample.value >= 0 or family.type == "gauge"), sample
    names = [family.name for family in families]
    assert len(set(names)) == len(names)
    by_status = {}
    for family in families:
        for sample in family.samples:
            if "status" in sample.labels and family.type == "counter" and sample.name.endswith("_total"):
                by_status[sample.labels["status"]] = by_status.get(sample.labels["status"], 0) + sample.value
    assert by_status.get("204") == 5 and by_status.get("400") == 1, by_status
    for family in (family for family in families if family.type == "histogram"):
        buckets = [sample.value for sample in family.samples if sample.name.endswith("_bucket")]
        count = [sample.value for sample in family.samples if sample.name.endswith("_count")]
        assert buckets and sum(count) >= 6, family.name


@pytest.mark.timeout(150)
def test_schemathesis_finds_the_operation_as_its_openapi_document_says(emulator, tmp_path):
    """Two minutes at most: no server error, and no response that the document does not describe."""
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{emulator.endpoint}/_emulator/openapi.json"),
            *("--url", emulator.endpoint, "--header", f"Authorization: Bearer {emulator.token}"),
            *("--checks", ",".join(CHECKS)),
            *("--max-examples", "200", "--max-time", "60", "--seed", "20261123", "--request-timeout", "10"),
            *("--phases", "examples,coverage,fuzzing", "--no-color"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stdout[-6000:] + ended.stderr[-2000:]
    assert emulator.control("GET", "/health", expect=200).json["status"] == "ready"


def test_the_openapi_document_is_of_31_and_names_the_operation(emulator):
    document = emulator.control("GET", "/openapi.json", expect=200).json
    assert document["openapi"].startswith("3.1.")
    assert "post" in document["paths"]["/calling/callConnections:redirect"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "emulator.example"},
        {"Origin": "https://example.com"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_strangers_are_refused(shared, headers):
    assert shared.control("GET", "/requests", headers=headers).status == 403


def test_a_control_key_is_asked_for_and_the_operation_needs_none(start_emulator):
    emulator = start_emulator("--control-key", "open sesame")
    assert emulator.control("GET", "/requests").status in (401, 403)
    assert emulator.control("GET", "/requests", headers={"x-emulator-key": "open sesame"}).status == 200
    with emulator.client(**ONCE) as client:
        client.redirect_call(CONTEXT, USER)


def test_the_control_api_can_be_off(start_emulator):
    emulator = start_emulator("--control", "off")
    assert emulator.control("GET", "/health").status == 404
    with emulator.client(**ONCE) as client:
        client.redirect_call(CONTEXT, USER)


@pytest.mark.parametrize(
    ("method", "path", "body", "named"),
    [
        ("POST", "/resources", {"apiVersion": ["2026-03-12"]}, "apiVersions"),
        ("POST", "/verify", {"expect": {"attempt": 1}}, "attempts"),
        ("POST", "/calls", {"ringFor": "30s"}, "ringsFor"),
        ("PUT", "/clock", {"ofset": "1s"}, "offset"),
        ("POST", "/tokens", {"scope": ["voip"]}, "scopes"),
    ],
)
def test_an_unknown_member_is_refused_with_the_nearest_right_one(shared, method, path, body, named):
    answer = shared.control(method, path, body, expect=400)
    assert named in answer.error["message"]


def test_a_hundred_resources_are_made_and_told_apart_quickly(emulator):
    began = time.monotonic()
    resources = [emulator.resource() for _ in range(100)]
    assert len({resource.access_key for resource in resources}) == 100
    for resource in resources[::10]:
        with resource.client(**ONCE) as client:
            client.redirect_call(CONTEXT, USER)
        assert len(resource.journal()) == 1
    assert time.monotonic() - began < 10
