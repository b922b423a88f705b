"""What the official SDK does on its bad days: each ready scenario, asserted through operations and verify."""

import contextlib
import email.utils
import time

import pytest
from azure.communication.callautomation import CallAutomationClient
from azure.communication.callautomation.aio import CallAutomationClient as AsyncCallAutomationClient
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ServiceRequestError,
    ServiceResponseError,
    ServiceResponseTimeoutError,
)
from support import CONTEXT, SCENARIOS, USER, Token, run, seen

ONCE = {"retry_total": 0}

# By default the SDK repeats no POST whose connection failed. With this a call asks for it.
REPEAT_POST = {"retry_on_methods": ["POST"]}

NAMES = [
    "throttled-twice",
    "lost-request",
    "lost-response",
    "slow-but-fine",
    "down-for-10s",
    "flaky-20-percent",
    "resets-mid-response",
    "gateway-html",
    "expired-certificate",
    "token-expires-mid-run",
    "retry-after-date",
    "live-headers",
    "live-version-not-deployed",
    "chaos",
]


@pytest.fixture
def during(start_emulator):
    """An emulator with one of the ready scenarios."""
    return lambda name, *options: start_emulator("--scenario", SCENARIOS / f"{name}.yaml", *options)


def redirect(emulator, options=None, **call):
    """One redirect by the sync client, with the SDK's own retries unless `options` say otherwise."""
    with emulator.client(**(options or {})) as client:
        client.redirect_call(CONTEXT, USER, **call)


async def redirect_async(emulator, options=None, **call):
    async with emulator.async_client(**(options or {})) as client:
        await client.redirect_call(CONTEXT, USER, **call)


def statuses(operation):
    return [attempt["status"] for attempt in operation["attempts"]]


@pytest.mark.parametrize("name", NAMES)
def test_a_ready_scenario_passes_the_check_and_has_a_plan(name):
    file = SCENARIOS / f"{name}.yaml"
    checked = run("check", file)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    planned = run("plan", file, "--requests", "20")
    assert planned.returncode == 0 and planned.stdout.strip(), planned.stderr
    assert planned.stdout == run("plan", file, "--requests", "20").stdout


@pytest.mark.parametrize("name", NAMES)
def test_a_ready_scenario_can_be_put_as_well(emulator, name):
    rules = emulator.load((SCENARIOS / f"{name}.yaml").read_text()).json
    assert rules["rules"] or rules["connections"]


def test_throttled_twice_is_waited_out_and_redirected_once(during):
    emulator = during("throttled-twice")
    redirect(emulator)
    assert statuses(emulator.operation()) == [429, 429, 204]
    emulator.verify(
        operations=1, attempts=3, executed=1, statuses=[429, 429, 204], honoursRetryAfter=True, stableRepeatability=True
    )


def test_the_live_services_headers_are_no_trouble_for_the_sdk(during):
    emulator = during("live-headers")
    responses = []
    redirect(emulator, raw_response_hook=seen(responses))
    (response,) = responses
    headers = {name.lower(): value for name, value in response.headers.items()}
    assert response.status_code == 204 and headers["x-cache"] == "CONFIG_NOCACHE"
    assert headers["x-azure-ref"] and headers["strict-transport-security"]
    assert "repeatability-result" not in headers
    with pytest.raises(HttpResponseError) as raised:
        redirect(emulator, ONCE)
    assert raised.value.status_code == 404
    assert "x-ms-error-code" not in raised.value.response.headers
    emulator.verify(where={"status": 204}, operations=1, executed=1)


def test_a_version_that_is_not_deployed_is_a_404_without_a_code(during):
    emulator = during("live-version-not-deployed")
    with pytest.raises(HttpResponseError) as raised:
        redirect(emulator, {**ONCE, "api_version": "2025-08-15-preview"})
    assert raised.value.status_code == 404
    assert "x-ms-error-code" not in raised.value.response.headers
    emulator.verify(operations=1, executed=0, finalStatus=404)


async def test_throttled_twice_is_waited_out_by_the_async_client(during):
    emulator = during("throttled-twice")
    await redirect_async(emulator)
    emulator.verify(operations=1, attempts=3, executed=1, statuses=[429, 429, 204], honoursRetryAfter=True)


def test_a_client_without_retries_gives_up_at_the_first_429(during):
    emulator = during("throttled-twice")
    with pytest.raises(HttpResponseError) as raised:
        redirect(emulator, ONCE)
    assert raised.value.status_code == 429 and raised.value.error.code
    assert "Retry-After" in raised.value.response.headers
    emulator.verify(operations=1, attempts=1, executed=0, finalStatus=429)


def test_a_lost_request_is_not_repeated_by_default_and_nothing_was_redirected(during):
    emulator = during("lost-request")
    with pytest.raises(ServiceResponseError):
        redirect(emulator)
    emulator.verify(operations=1, attempts=1, executed=0)


def test_a_lost_request_that_is_repeated_is_redirected_by_the_repetition(during):
    emulator = during("lost-request")
    redirect(emulator, **REPEAT_POST)
    attempts = emulator.operation()["attempts"]
    assert [attempt["executed"] for attempt in attempts] == [False, True]
    emulator.verify(attempts=2, executed=1, finalStatus=204, stableRepeatability=True)


def test_a_lost_answer_is_not_repeated_by_default_though_the_call_was_redirected(during):
    emulator = during("lost-response")
    with pytest.raises(ServiceResponseError):
        redirect(emulator)
    emulator.verify(operations=1, attempts=1, executed=1)


def test_a_lost_answer_that_is_asked_for_again_is_replayed_and_not_redirected_again(during):
    emulator = during("lost-response")
    redirect(emulator, **REPEAT_POST)
    attempts = emulator.operation()["attempts"]
    assert [attempt["executed"] for attempt in attempts] == [True, False]
    emulator.verify(attempts=2, executed=1, finalStatus=204, stableRepeatability=True)


@pytest.mark.parametrize("name", ["lost-request", "lost-response"])
async def test_the_async_clients_exception_does_not_tell_the_two_apart(during, name):
    emulator = during(name)
    with pytest.raises(ServiceRequestError):
        await redirect_async(emulator)
    await redirect_async(emulator, **REPEAT_POST)
    assert [operation["executed"] for operation in emulator.operations()] == [int(name == "lost-response"), 1]


def test_slow_but_fine_is_waited_for(during):
    emulator = during("slow-but-fine")
    began = time.monotonic()
    for _ in range(5):
        redirect(emulator)
    elapsed = time.monotonic() - began
    entries = emulator.journal()
    assert [entry["status"] for entry in entries] == [204] * 5
    assert all(entry["rule"] and 0 < entry["durationMs"] <= elapsed * 1000 for entry in entries)
    assert len({round(entry["durationMs"], 1) for entry in entries}) > 1
    emulator.verify(operations=5, attempts=1, executed=1)


def test_an_impatient_client_gives_up_on_slow_but_fine(during):
    emulator = during("slow-but-fine")
    with pytest.raises(ServiceResponseTimeoutError):
        redirect(emulator, read_timeout=0.001)
    assert len(emulator.operation()["attempts"]) == 1


def test_down_for_10_seconds_is_down_until_the_resources_clock_says_otherwise(during):
    emulator = during("down-for-10s")
    with pytest.raises(HttpResponseError) as raised:
        redirect(emulator, ONCE)
    assert raised.value.status_code == 503
    emulator.control("PUT", "/clock", {"offset": "11s"}, expect=200)
    redirect(emulator, ONCE)
    assert [operation["executed"] for operation in emulator.operations()] == [0, 1]


def test_three_retries_are_all_that_the_sdk_makes_while_it_is_down(during):
    emulator = during("down-for-10s")
    with pytest.raises(HttpResponseError) as raised:
        redirect(emulator)
    assert raised.value.status_code == 503
    emulator.verify(operations=1, attempts=4, executed=0, finalStatus=503, stableRepeatability=True)


def test_flaky_20_percent_fails_the_same_requests_each_time(during):
    emulator = during("flaky-20-percent")

    def outcomes():
        with emulator.client(**ONCE) as client:
            for _ in range(60):
                try:
                    client.redirect_call(CONTEXT, USER)
                    yield True
                except AzureError:
                    yield False

    first = list(outcomes())
    assert 3 <= first.count(False) <= 25
    emulator.control("POST", "/reset", expect=204)
    assert list(outcomes()) == first


def test_flaky_20_percent_is_survived_by_a_client_that_repeats(during):
    emulator = during("flaky-20-percent")
    with emulator.client(retry_backoff_factor=0, retry_status=8, retry_read=8, retry_connect=8) as client:
        for _ in range(40):
            client.redirect_call(CONTEXT, USER, **REPEAT_POST)
    operations = emulator.operations()
    assert len(operations) == 40
    assert [operation["executed"] for operation in operations] == [1] * 40
    assert any(len(operation["attempts"]) > 1 for operation in operations)
    emulator.verify(operations=40, executed=1, finalStatus=204, stableRepeatability=True)


def test_an_answer_that_is_reset_midway_is_raised_and_not_repeated(during):
    emulator = during("resets-mid-response")
    with pytest.raises(AzureError):
        redirect(emulator)
    (attempt,) = emulator.operation()["attempts"]
    assert attempt["end"] == "reset"


async def test_an_answer_that_is_reset_midway_is_raised_by_the_async_client(during):
    emulator = during("resets-mid-response")
    with pytest.raises(AzureError):
        await redirect_async(emulator)
    assert len(emulator.operation()["attempts"]) == 1


def test_a_gateways_html_is_an_error_without_code_and_not_repeated(during):
    emulator = during("gateway-html")
    with pytest.raises(HttpResponseError) as raised:
        redirect(emulator)
    assert raised.value.status_code == 502
    assert raised.value.error is None
    assert "<html" in str(raised.value).lower()
    emulator.verify(operations=1, attempts=1, executed=0, finalStatus=502)


def test_an_expired_certificate_is_refused_before_anything_is_sent(during):
    emulator = during("expired-certificate")
    options = {"connection_verify": emulator.ca_file, **ONCE}
    with CallAutomationClient.from_connection_string(emulator.connection_string, **options) as client:
        with pytest.raises(ServiceRequestError, match="certificate has expired"):
            client.redirect_call(CONTEXT, USER)
    assert emulator.operations() == []


async def test_an_expired_certificate_is_refused_by_the_async_client(during):
    emulator = during("expired-certificate")
    options = {"connection_verify": emulator.ca_file, **ONCE}
    async with AsyncCallAutomationClient.from_connection_string(emulator.connection_string, **options) as client:
        with pytest.raises(ServiceRequestError, match="certificate has expired"):
            await client.redirect_call(CONTEXT, USER)
    assert emulator.operations() == []


def test_a_token_that_expires_mid_run_is_asked_for_anew_by_the_next_call(during):
    emulator = during("token-expires-mid-run")
    credential = Token(emulator.token)
    outcomes = []
    with CallAutomationClient(emulator.https_endpoint, credential, connection_verify=emulator.ca_file) as client:
        for _ in range(20):
            try:
                client.redirect_call(CONTEXT, USER)
                outcomes.append(204)
            except ClientAuthenticationError as error:
                outcomes.append(error.status_code)
                break
        assert (outcomes[0], outcomes[-1], credential.asked) == (204, 401, 1)
        # The 401 made the SDK drop its token; it raised at once all the same.
        try:
            client.redirect_call(CONTEXT, USER)
        except ClientAuthenticationError:
            pass
    assert credential.asked == 2
    assert len(emulator.operations()[len(outcomes) - 1]["attempts"]) == 1


def test_a_retry_after_that_is_a_date_is_waited_for(during):
    emulator = during("retry-after-date")
    responses = []
    with emulator.client(**ONCE) as client, pytest.raises(HttpResponseError) as raised:
        client.redirect_call(CONTEXT, USER)
    date = raised.value.response.headers["Retry-After"]
    assert email.utils.parsedate_to_datetime(date) is not None and date.endswith("GMT")
    emulator.control("POST", "/reset", expect=204)
    redirect(emulator, raw_response_hook=seen(responses))
    assert responses[-1].status_code == 204
    assert len(emulator.operation()["attempts"]) > 1
    emulator.verify(operations=1, executed=1, finalStatus=204, honoursRetryAfter=True, stableRepeatability=True)


def test_chaos_never_redirects_twice_and_always_ends(during):
    emulator = during("chaos")
    began, answered = time.monotonic(), 0
    with emulator.client(retry_backoff_factor=0.05) as client:
        for _ in range(40):
            try:
                client.redirect_call(CONTEXT, USER, read_timeout=1, timeout=5, **REPEAT_POST)
                answered += 1
            except AzureError:
                pass
            if time.monotonic() - began > 40:
                break
    assert answered > 0
    operations = emulator.operations()
    assert all(operation["executed"] <= 1 for operation in operations)
    assert sum(operation["executed"] for operation in operations) >= answered
    assert emulator.control("GET", "/health", expect=200).json["status"] == "ready"


def test_a_bad_scenario_is_refused_whole_and_the_old_one_stays(emulator, tmp_path):
    emulator.load("rules:\n  - { name: teapot, attempts: 1, respond: { status: 418 } }\n")
    bad = "rules:\n  - name: misspelt\n    atempts: 1\n    respond: { status: 503 }\n"
    refused = emulator.control("PUT", "/scenario", bad.encode(), "application/yaml", expect=400)
    assert refused.error["code"] == "InvalidScenario"
    assert refused.error["details"][0]["line"] == 3 and "attempts" in refused.error["details"][0]["message"]
    with pytest.raises(HttpResponseError) as raised:
        redirect(emulator)
    assert raised.value.status_code == 418
    file = tmp_path / "bad.yaml"
    file.write_text(bad)
    for command in (["check", file], ["serve", "--port", "0", "--scenario", file]):
        ended = run(*command)
        assert ended.returncode == 65
        assert f"{file}:3:" in ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("status", "retried"),
    [(408, False), (429, False), (500, True), (502, False), (503, True), (504, True), (400, False)],
)
def test_which_statuses_the_sdk_tries_again_without_retry_after(emulator, status, retried):
    emulator.load(f"rules:\n  - {{ name: once, attempts: 1, respond: {{ status: {status} }} }}\n")
    if retried:
        redirect(emulator)
    else:
        with pytest.raises(HttpResponseError) as raised:
            redirect(emulator)
        assert raised.value.status_code == status
        assert raised.value.error.code and raised.value.error.message
    assert statuses(emulator.operation()) == ([status, 204] if retried else [status])


@pytest.mark.parametrize("status", [400, 404, 409, 429, 502, 503])
def test_with_retry_after_the_sdk_tries_any_error_again(emulator, status):
    emulator.load(f"rules:\n  - {{ name: once, attempts: 1, respond: {{ status: {status}, retryAfter: 1s }} }}\n")
    redirect(emulator)
    emulator.verify(statuses=[status, 204], executed=1, honoursRetryAfter=True, spacing={"atLeast": "0.95s"})


def test_a_retry_after_in_milliseconds_is_how_long_but_not_whether(emulator):
    emulator.load("rules:\n  - { name: once, attempts: 1, respond: { status: 503, retryAfterMs: 300 } }\n")
    redirect(emulator)
    emulator.verify(statuses=[503, 204], spacing={"atLeast": "0.28s", "atMost": "5s"})
    emulator.control("POST", "/reset", expect=204)
    emulator.load("rules:\n  - { name: once, attempts: 1, respond: { status: 429, retryAfterMs: 300 } }\n")
    with pytest.raises(HttpResponseError):
        redirect(emulator)
    emulator.verify(statuses=[429])


def test_the_sdk_backs_off(emulator):
    emulator.load("rules:\n  - { name: down, respond: { status: 503 } }\n")
    with pytest.raises(HttpResponseError):
        redirect(emulator, {"retry_backoff_factor": 0.2})
    emulator.verify(operations=1, statuses=[503, 503, 503, 503], executed=0, backsOff=True)


def test_each_try_is_signed_anew_and_is_otherwise_the_same(emulator):
    emulator.load("rules:\n  - { name: once, attempts: 1, respond: { status: 503, retryAfter: 2s } }\n")
    redirect(emulator)
    first, second = emulator.journal()
    assert [entry["status"] for entry in (first, second)] == [503, 204]
    assert [entry["repeatability"]["attempt"] for entry in (first, second)] == [1, 2]
    fields = [{name.lower(): value for name, value in headers_of(entry)} for entry in (first, second)]
    changed = {name for name in fields[0] if fields[0][name] != fields[1].get(name)}
    assert "x-ms-date" in changed
    assert changed <= {"x-ms-date", "authorization"}


def headers_of(entry):
    headers = entry["headers"]
    return (
        headers.items()
        if isinstance(headers, dict)
        else [tuple(one.values()) if isinstance(one, dict) else one for one in headers]
    )


@pytest.mark.parametrize(
    ("fault", "raises"),
    [
        ("reset", ServiceResponseError),
        ("empty", ServiceResponseError),
        ("{ hang: { for: 30s } }", ServiceResponseTimeoutError),
        ("garbage", ServiceResponseError),
        ("badStatusLine", ServiceResponseError),
    ],
)
def test_a_connection_that_fails_is_raised_once_and_repeated_only_when_asked(emulator, fault, raises):
    emulator.load(f"rules:\n  - {{ name: once, attempts: 1, fault: {fault} }}\n")
    with pytest.raises(raises):
        redirect(emulator, read_timeout=1)
    redirect(emulator, read_timeout=1, **REPEAT_POST)
    operations = emulator.operations()
    assert [len(operation["attempts"]) for operation in operations] == [1, 2]
    assert [operation["executed"] for operation in operations] == [0, 1]


# What the clients make of a 204 that goes wrong, of a call that was redirected: None is success. Sync over https, sync over
# http, async over https.
BROKEN_204 = {
    "truncate": (None, None, ServiceRequestError),
    "{ truncate: { atBytes: 12 } }": (None, None, ServiceRequestError),
    "{ reset: { afterBytes: 60 } }": (None, ServiceResponseError, ServiceRequestError),
    "badHeader": (None, None, ServiceResponseError),
    "wrongLength": (None, None, None),
    "duplicateLength": (ServiceResponseError,) * 3,
}


def raised(how):
    return contextlib.nullcontext() if how is None else pytest.raises(how)


@pytest.mark.parametrize("fault", BROKEN_204)
async def test_what_the_clients_make_of_a_204_that_goes_wrong(emulator, fault):
    emulator.load(f"rules:\n  - {{ name: broken, after: execution, fault: {fault} }}\n")
    sync_https, sync_http, async_https = BROKEN_204[fault]
    trusting = {"connection_verify": emulator.ca_file}
    key = AzureKeyCredential(emulator.access_key)
    with raised(sync_https), CallAutomationClient(emulator.https_endpoint, key, **trusting) as client:
        client.redirect_call(CONTEXT, USER)
    with raised(sync_http), CallAutomationClient(emulator.endpoint, key) as client:
        client.redirect_call(CONTEXT, USER)
    with raised(async_https):
        async with AsyncCallAutomationClient(emulator.https_endpoint, key, **trusting) as client:
            await client.redirect_call(CONTEXT, USER)
    assert [operation["executed"] for operation in emulator.operations()] == [1, 1, 1]
