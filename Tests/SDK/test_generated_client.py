"""A client that a public generator makes from the control API's document speaks to the emulator."""

import importlib
import json
import subprocess
import sys

import pytest


@pytest.fixture
def generated(tmp_path, monkeypatch, shared):
    """A module of the client, by its name, and the client."""
    document = tmp_path / "openapi-control.json"
    document.write_text(json.dumps(shared.control("GET", "/openapi-control.json").json))
    made = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", "generate", "--path", document, "--meta", "none",
         "--output-path", tmp_path / "generated_control"],
        capture_output=True, text=True, timeout=60)
    said = made.stdout + made.stderr
    assert made.returncode == 0, said
    # What it warns of but a second media type, which it does not have, or a linter that is not there, is lost.
    assert "Unable to process" not in said and "Failure to process" not in said, said
    monkeypatch.syspath_prepend(tmp_path)
    yield lambda name: importlib.import_module("generated_control." + name)
    for name in [name for name in sys.modules if name.startswith("generated_control")]:
        del sys.modules[name]


def test_a_generated_client_speaks_to_the_emulator(generated, shared):
    with generated("client").Client(base_url=shared.endpoint) as client:
        resource = generated("api.resources.make_resource").sync(
            client=client, body=generated("models.resource_request").ResourceRequest(name="generated"))
        assert resource.name == "generated" and resource.token

        call = generated("api.tokens_calls_clock.register_call_of_resource").sync(
            "generated", client=client, body=generated("models.call_request").CallRequest(from_="+14255550199"))
        assert call.verdict == "ringing" and call.from_ == "4:+14255550199"
        generated("api.tokens_calls_clock.set_clock_of_resource").sync(
            "generated", client=client, body=generated("models.clock_request").ClockRequest(offset="31s"))
        calls = generated("api.tokens_calls_clock.list_calls_of_resource").sync("generated", client=client)
        assert [call.verdict for call in calls.calls] == ["lost"] and calls.calls[0].story.startswith("Caller lost")

        requests = generated("api.journal.list_requests_of_resource").sync("generated", client=client, limit=5)
        assert requests.requests == []
        missing = generated("api.resources.get_resource").sync_detailed("gone", client=client)
        assert missing.status_code == 404 and missing.parsed.error.code == "NoSuchResource"
        removed = generated("api.resources.remove_resource").sync_detailed("generated", client=client)
        assert removed.status_code == 200
