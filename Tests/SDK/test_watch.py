"""Scenario files while the emulator runs: --scenario, --watch, plan and what is said at the end."""

import json
import re
import subprocess
import time

from support import run

THROTTLED = "rules: [{ name: throttled, respond: { status: 429 } }]\n"
DOWN = "rules: [{ name: down, respond: { status: 503 } }]\n"


def becomes(emulator, status, seconds=10):
    deadline = time.monotonic() + seconds
    while (seen := emulator.redirect().status) != status and time.monotonic() < deadline:
        time.sleep(0.02)
    return seen


def test_a_watched_file_is_loaded_anew_and_a_bad_one_leaves_the_rules(start_emulator, tmp_path):
    file = tmp_path / "day.yaml"
    file.write_text(THROTTLED)
    emulator = start_emulator("--scenario", file, "--watch")
    assert emulator.redirect().status == 429
    file.write_text("rules: [{ nmae: x }]\n")
    deadline = time.monotonic() + 10
    while "stay as they were" not in emulator.log.read_text() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert f"{file}:1:" in emulator.log.read_text()
    assert emulator.redirect().status == 429
    new = tmp_path / "day.yaml.new"
    new.write_text(DOWN)
    new.rename(file)
    assert becomes(emulator, 503) == 503


def test_several_files_are_one_scenario_with_rules_in_order(start_emulator, tmp_path):
    first, second = tmp_path / "first.yaml", tmp_path / "second.json"
    first.write_text("rules: [{ name: first only, attempts: 1, calls: 1, respond: { status: 429 } }]\n")
    second.write_text(json.dumps({"rules": [{"name": "then", "respond": {"status": 503}}]}))
    emulator = start_emulator("--scenario", first, "--scenario", second)
    assert [emulator.redirect().status for _ in range(3)] == [429, 503, 503]


def test_a_bad_file_is_65_with_its_place_and_what_was_meant(tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_text("rules:\n  - name: x\n    respnod: { status: 429 }\n")
    for command in [("serve", "--port", "0", "--scenario", file), ("check", file), ("plan", file)]:
        ended = run(*command)
        assert ended.returncode == 65, ended
        assert f"{file}:3:5: " in ended.stdout + ended.stderr and "respond" in ended.stdout + ended.stderr


def test_the_plan_is_what_the_server_does(start_emulator, tmp_path):
    file = tmp_path / "day.yaml"
    file.write_text("seed: 7\nrules: [{ name: flaky, chance: 30%, respond: { status: 503 } }]\n")
    planned = run("plan", file, "--requests", "50").stdout
    # What several requests in a row get is one line: `4–5  204, executed`.
    lines = re.findall(r"(?m)^ +(\d+)(?:–(\d+))?  (.*)$", planned)
    expected = [503 if "503" in text else 204 for first, last, text in lines for _ in range(int(first), int(last or first) + 1)]
    assert len(expected) == 50 and set(expected) == {204, 503}, planned
    emulator = start_emulator("--scenario", file, "--threads", "2")
    assert [emulator.redirect().status for _ in range(50)] == expected


def test_rules_that_never_fired_are_named_at_the_end(start_emulator, tmp_path):
    file = tmp_path / "day.yaml"
    file.write_text("rules: [{ name: never so, attempts: 99, respond: { status: 503 } }]\n")
    emulator = start_emulator("--scenario", file)
    emulator.redirect()
    assert emulator.stop() == 0
    assert "1 request: 1 executed, 0 repeated, 0 rejected, 0 ruled, 0 unread, 0 faults fired; never fired: never so" in emulator.log.read_text()
