"""--report and --journal: what a run leaves behind."""

import json
import os
import stat

from support import run


def test_reports_and_journal_are_written_also_when_the_command_failed(tmp_path):
    files = {form: tmp_path / f"calls.{form}" for form in ("html", "json", "md")}
    journal = tmp_path / "journal.jsonl"
    options = [word for path in files.values() for word in ("--report", path)]
    call = 'curl -sS "$REDIRECT_EMULATOR_ENDPOINT/calling/callConnections:redirect?api-version=2026-03-12" -H "Authorization: Bearer $REDIRECT_EMULATOR_TOKEN" -H "Content-Type: application/json" -d "$BODY"'
    body = '{"incomingCallContext":"a","target":{"kind":"phoneNumber","phoneNumber":{"value":"+14255550123"}}}'
    ended = run("exec", *options, "--journal", journal, "--", "sh", "-c", f"BODY='{body}'; {call}; BODY='{{}}'; {call}; exit 7")
    assert ended.returncode == 7, ended
    assert f" See {files['html']}#/default/calls/r2" in ended.stderr, ended
    data = json.loads(files["json"].read_text())
    assert [c["verdict"] for c in data["resources"][0]["calls"]] == ["refused", "redirected"]
    assert "1 redirected, 1 refused." in files["md"].read_text()
    page = files["html"].read_text()
    assert page.startswith("<!doctype html>") and 'id="data"' in page
    entries = [json.loads(line) for line in journal.read_text().splitlines()]
    assert [(e["seq"], e["status"]) for e in entries] == [(1, 204), (2, 400)]
    assert "***" in entries[0]["raw"]


def test_what_may_not_be_written_is_refused_before_anything_runs(tmp_path):
    fifo = tmp_path / "calls.html"
    os.mkfifo(fifo)
    for options, status, words in [
        (["--report", "calls.txt"], 64, "expected a name that ends in .html, .json or .md"),
        (["--report", fifo], 73, "a FIFO, expected a plain file"),
        (["--journal", tmp_path], 73, "a folder"),
    ]:
        ended = run("exec", *options, "--", "touch", tmp_path / "ran")
        assert ended.returncode == status and words in ended.stderr, (options, ended)
        assert not (tmp_path / "ran").exists()
    assert stat.S_ISFIFO(fifo.stat().st_mode)
    # The command may make the folder of a report, which is written at the end.
    report = tmp_path / "none" / "calls.md"
    assert run("exec", "--report", report, "--", "mkdir", report.parent).returncode == 0
    assert report.exists()
    assert run("exec", "--report", tmp_path / "gone" / "calls.md", "--", "true").returncode == 73
