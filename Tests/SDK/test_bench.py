"""The bench's arithmetic and its judgement, without a load; and one short run of it."""

import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
import types

import bench
import callgrind
import calls
import compare
import load
import peers
import pytest
import resident
import shipped
import support
import tables

BENCH = support.ROOT / "fixtures" / "bench"

WRK = """Running 2s test @ http://127.0.0.1:4010
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     0.86ms  380.12us   6.19ms   81.20%
  Latency Distribution
     50%  801.00us
     99%    {p99}
  150000 requests in {took}, 33.12MB read
{more}Requests/sec:  75000.50
"""


def rounds(*microseconds, p99=1.0):
    return [load.Load(one, 50_000, p99, 100_000) for one in microseconds]


class Canned(bench.Bench):
    """A bench whose rounds are made up."""

    def __init__(self, token=9.0, key=11.0, p99=1.2, dropped=0):
        self.rows, self.raw = [], {}
        self.taken = {
            shipped.NGINX: rounds(10, 10, 10), shipped.TOKEN: rounds(token, token, token, p99=p99), shipped.KEY: rounds(key, key, key)}
        self.dropped = dropped

    def say(self, text):
        pass

    def checking_nginx(self):
        return types.SimpleNamespace(port=1)

    def shipped(self):
        return types.SimpleNamespace(port=1, ready={"token": "t", "accessKey": "a2V5"}, metric=lambda name: self.dropped)

    def take_turns(self, contestants):
        assert set(contestants) == set(self.taken)
        return self.taken


@pytest.mark.parametrize(
    "measured, missed",
    [
        ({}, []),
        ({"token": 9.5, "key": 11.5, "p99": 1.3}, []),
        ({"token": 9.6}, [f"CPU per request: {shipped.TOKEN}"]),
        ({"key": 11.6}, [f"CPU per request: {shipped.KEY}"]),
        ({"p99": 1.31}, [f"p99: {shipped.TOKEN}"]),
        ({"dropped": 1}, ["log lines dropped meanwhile"]),
    ],
    ids=["all met", "just met", "token", "access key", "p99", "dropped lines"],
)
def test_a_gate_that_is_missed_is_named_and_ends_with_status_1(measured, missed):
    canned = Canned(**measured)
    shipped.gates(canned)
    assert [row.name for row in canned.rows if row.met is False] == missed
    assert tables.status(canned.rows) == (1 if missed else 0)
    assert tables.table(canned.rows).count("**not met**") == len(missed)


def test_rows_of_which_none_was_judged_end_with_status_1():
    assert tables.status([]) == tables.status([tables.Row("shown", "1")]) == 1
    assert tables.status([tables.Row("shown", "1"), tables.Row("judged", "1", "≤ 1", True)]) == 0


def test_a_ratio_is_the_median_of_each_rounds_own():
    # In the second round the machine was slow, for both.
    found = load.ratio(rounds(9, 20, 11), rounds(10, 20, 10))
    assert (found.value, found.low, found.high) == (1.0, pytest.approx(0.95), pytest.approx(1.05))
    assert str(found) == "1.00 × (0.95 to 1.05)"
    assert str(load.ratio(rounds(9), rounds(10))) == "0.90 ×"


def test_more_requests_a_second_are_better_and_less_of_all_else():
    canned = Canned()
    canned.judge_ratio("a", rounds(1), rounds(1), 0.8, of="per_second")
    canned.judge_ratio("b", [load.Load(1, 39_000, 1, 1)], rounds(1), 0.8, of="per_second")
    canned.judge_difference("c", rounds(10, 12, 14), rounds(9, 11, 13), 1)
    canned.judge_difference("d", rounds(10, 13, 16), rounds(9, 11, 13), 1)
    canned.judge_ratio("e", rounds(1), rounds(1), None)
    assert [row.met for row in canned.rows] == [True, False, True, False, None]
    assert canned.rows[3].value == "13.00 µs, +2.00 µs (+1.50 to +2.50)"


@pytest.mark.parametrize("p99, milliseconds", [("950.00us", 0.95), ("1.58ms", 1.58), ("1.20s", 1200), ("0.50m", 30_000)])
def test_what_wrk_printed_is_read(p99, milliseconds):
    assert load.read_wrk(WRK.format(p99=p99, took="2.00s", more=""), 2) == (150_000, 75_000.5, pytest.approx(milliseconds))


@pytest.mark.parametrize("more", ["  Non-2xx or 3xx responses: 1\n", "  Socket errors: connect 0, read 1, write 0, timeout 0\n"])
def test_a_load_of_which_a_response_was_not_204_is_no_measurement(more):
    with pytest.raises(SystemExit, match="not every response was 204"):
        load.read_wrk(WRK.format(p99="1.00ms", took="2.10s", more=more), 2)


@pytest.mark.parametrize("took", ["3.50s", "2.77m"])
def test_a_load_that_was_stopped_for_a_while_is_no_measurement(took):
    with pytest.raises(load.Stopped, match=f"wrk was to run for 2 s, and took {took}"):
        load.read_wrk(WRK.format(p99="1.00ms", took=took, more="  Socket errors: connect 0, read 0, write 0, timeout 64\n"), 2)


def test_bodies_have_the_length_that_they_are_named_for():
    for length in (1_500, 100_000, 1_000_000):
        body = calls.body_of(length, 7)
        assert len(body.encode()) == length
        assert json.loads(body)["target"]["phoneNumber"]["value"] == "+14255550007"


def test_each_request_by_access_key_has_a_signature_of_its_own():
    requests = {calls.with_access_key(4010, "a2V5", content).partition("Signature=")[2][:44] for content in calls.BODIES}
    assert len(requests) == len(calls.BODIES) == 64
    assert len({len(content) for content in calls.BODIES}) == 1


def test_instructions_of_a_request_are_what_the_longer_series_had_more():
    short, long = (callgrind.total(f"events: Ir\nfn=(1)\n12 7\n\ntotals: {count}\n") for count in (5_000_000, 205_000_000))
    assert callgrind.per_request(short, long, first=300, second=4_300) == 50_000
    with pytest.raises(SystemExit, match="no sum"):
        callgrind.total("events: Ir\nfn=(1)\n12 7\n")


@pytest.mark.parametrize("after, is_met", [(49_000, True), (51_000, True), (51_001, False)])
def test_two_percent_more_instructions_are_too_many(after, is_met):
    row = compare.row("a request", 50_000, after)
    assert row.met is is_met
    assert tables.status([row]) == (0 if is_met else 1)


def test_a_peer_that_is_not_there_is_named_with_the_reason(monkeypatch):
    node = peers.PEERS[0]
    monkeypatch.setattr(peers, "PEERS", (node,))
    monkeypatch.setattr(peers.shutil, "which", lambda name: None)
    canned = Canned()
    canned.taken = {peers.TOKEN: rounds(10), peers.KEY: rounds(12)}
    emulator = canned.shipped()
    emulator.control = lambda *call: {"version": "1.0"}
    canned.shipped = lambda: emulator
    lines = peers.measure(canned).splitlines()
    assert lines[-1] == "| Node's http | skipped: node is not on the PATH | | | | | |"
    assert "| emulator, access key | 12.0 µs | 1.20 × |" in lines[-2]


def test_memory_on_the_way_is_shown_four_times():
    way = [(number, number * 10) for number in range(20, 520, 50)]
    assert resident.thinned(way, 500) == [(120, 1200), (220, 2200), (320, 3200), (420, 4200)]
    assert resident.thinned([(600, 1)], 500) == [(600, 1)] * 4


@pytest.mark.parametrize("measured, is_met", [([50, 41, 39], True), ([50], False)])
def test_memory_is_given_back_when_it_is_within_its_time(monkeypatch, measured, is_met):
    monkeypatch.setattr(resident.time, "sleep", lambda seconds: None)
    canned, sizes = Canned(), [one * resident.MIB for one in measured]
    last = resident.given_back(canned, "given back", lambda: sizes.pop(0) if len(sizes) > 1 else sizes[0], 40, 0.05)
    assert last == measured[-1] * resident.MIB
    assert [row.met for row in canned.rows] == [is_met]


class AcceptsAll(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.send_header("x-ms-client-request-id", self.headers["x-ms-client-request-id"])
        self.send_header("Repeatability-Result", "accepted")
        self.end_headers()

    def log_message(self, *arguments):
        pass


def test_a_peer_that_does_not_check_is_not_measured():
    with http.server.HTTPServer(("127.0.0.1", 0), AcceptsAll) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            with pytest.raises(SystemExit, match="blind: no api-version got 204, expected 400"):
                peers.check("blind", server.server_port)
        finally:
            server.shutdown()


@pytest.mark.skipif(os.cpu_count() < 2, reason="the bench needs two CPUs")
def test_a_short_run_prints_and_keeps_its_table(tmp_path):
    path = os.environ["PATH"] + ":/usr/sbin"
    for program in ("wrk", "nginx", "openssl", "taskset"):
        if not shutil.which(program, path=path):
            pytest.skip(f"{program} is not there; scripts/bench installs it")
    done = subprocess.run(
        [sys.executable, str(BENCH / "measure.py"), "--quick", "--only", "rules", "--binary", support.binary(), "--results", str(tmp_path)],
        env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=50)
    assert done.returncode == 0, done.stderr
    assert "| CPU per request: 1,000 rules, none matches |" in done.stdout
    [kept] = tmp_path.glob("*.md")
    assert kept.read_text().strip() == done.stdout.strip()
    [raw] = tmp_path.glob("*.json")
    assert all(loads[0]["requests"] > 100 for loads in json.loads(raw.read_text()).values())
