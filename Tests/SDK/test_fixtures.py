"""The whole requests of fixtures/requests are answered as their README says; what is generated is what its generator makes."""

import pathlib
import re
import subprocess
import sys

import pytest
from sdks import tables
from support import REQUESTS

FILES = sorted(REQUESTS.glob("*.http"))


def test_the_files_are_what_their_generator_makes():
    made = subprocess.run([sys.executable, REQUESTS / "make.py", "--check"], capture_output=True, text=True, timeout=60)
    assert made.returncode == 0, made.stderr


def test_the_guides_tables_are_what_fixtures_sdks_says():
    made = subprocess.run([sys.executable, tables.__file__, "--check"], capture_output=True, text=True, timeout=60)
    assert made.returncode == 0, made.stderr


def test_what_is_installed_for_these_tests_is_pinned_with_hashes_and_has_what_they_ask_for():
    folder = pathlib.Path(__file__).parent
    pinned = re.findall(r"^(\S+==\S+)[^\n]*\\\n    --hash=sha256:", (folder / "requirements.txt").read_text(), re.MULTILINE)
    asked = re.findall(r"^[^#\s]+$", (folder / "requirements.in").read_text(), re.MULTILINE)
    assert len(asked) > 10 and {one.lower() for one in asked} <= set(pinned)


@pytest.fixture(scope="module")
def emulator_of_that_day(shared):
    shared.control("PUT", "/clock", {"now": "2026-11-23T10:00:00Z"}, expect=200)
    return shared


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_request_as_a_client_sends_it_is_answered_with_204(emulator_of_that_day, file):
    data = file.read_bytes()
    answer = emulator_of_that_day.send(data)
    assert answer.status == 204, answer.body
    expected = "accepted" if b"repeatability-request-id" in data.lower() else None
    assert answer.headers["Repeatability-Result"] == expected


@pytest.mark.parametrize(
    "file", [file for file in FILES if b"HMAC-SHA256" in file.read_bytes()], ids=lambda file: file.stem
)
def test_a_signed_request_whose_body_was_changed_is_denied(emulator_of_that_day, file):
    data = file.read_bytes()
    assert data.count(b"H4sI") == 1
    answer = emulator_of_that_day.send(data.replace(b"H4sI", b"H4sJ"))
    assert (answer.status, answer.error["code"]) == (401, "7509")


@pytest.mark.parametrize(
    "file", [file for file in FILES if b"HMAC-SHA256" in file.read_bytes()], ids=lambda file: file.stem
)
def test_a_signed_request_of_another_day_is_denied(start_emulator, file):
    emulator = start_emulator()
    emulator.control("PUT", "/clock", {"now": "2026-11-23T10:05:01Z"}, expect=200)
    answer = emulator.send(file.read_bytes())
    assert (answer.status, answer.error["code"]) == (401, "7509")
