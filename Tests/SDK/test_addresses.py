"""Addresses as clients on other hosts meet them: whom certificates are valid for, and what connection strings say."""

import json
import pathlib
import socket
import ssl
import subprocess
import sys
import time

import pytest
from support import run

WITHIN = 20
# Documentation addresses (RFC 5737, RFC 3849): in a namespace of the test's own they are a machine's.
OWN = "192.0.2.7"
LATER = "192.0.2.8"
OWN6 = "2001:db8::7"


def names(emulator, address, expected=None):
    """Connects to an address as a client that was given it does, and returns the certificate's names.

    `expected` is what the certificate has to be valid for. Python sends no SNI for an address."""
    context = ssl.create_default_context(cafile=emulator.ready["caFile"])
    with socket.create_connection((address, emulator.port), timeout=WITHIN) as raw:
        with context.wrap_socket(raw, server_hostname=expected or address) as tls:
            return [name for _, name in tls.getpeercert()["subjectAltName"]]


def test_the_address_that_a_connection_came_to_is_in_its_certificate(start_emulator):
    emulator = start_emulator("--host", "0.0.0.0")
    first = names(emulator, "127.0.0.1")
    assert "127.0.0.2" not in first
    # The names of the default certificate stay, for a client that checks another one.
    assert set(names(emulator, "127.0.0.2")) == {"127.0.0.2", *first}
    assert names(emulator, "127.0.0.2", expected="localhost")
    assert "0.0.0.0" not in first and len(set(first)) == len(first)


def test_openssl_accepts_the_certificate_of_an_address(start_emulator):
    emulator = start_emulator("--host", "::")
    for address in ["127.0.0.3", "127.0.0.1", "[::1]"]:
        ended = subprocess.run(
            ["openssl", "s_client", "-connect", f"{address}:{emulator.port}", "-noservername", "-brief"]
            + ["-CAfile", emulator.ca_file, "-verify_return_error", "-verify_ip", address.strip("[]")],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=WITHIN,
        )
        assert ended.returncode == 0 and "Verification: OK" in ended.stderr, ended.stderr


def test_further_names_are_in_the_certificate(start_emulator):
    options = ["--tls-name", OWN, "--tls-name", "*.example.com", "--tls-name", "https://[2001:DB8::7]:4010/"]
    emulator = start_emulator(*options, "--public-url", "https://203.0.113.9:8443")
    for expected in [OWN, OWN6, "203.0.113.9"]:
        assert names(emulator, "127.0.0.1", expected=expected)
    assert "*.example.com" in names(emulator, "127.0.0.1")
    assert names(emulator, "127.0.0.1", expected="by.sni.example.org") == ["by.sni.example.org"]
    with pytest.raises(ssl.SSLCertVerificationError):
        names(emulator, "127.0.0.1", expected=LATER)


INSIDE = """
import json, pathlib, subprocess, sys
sys.path.insert(0, sys.argv[1])
import support, test_addresses as tests

def ip(*words):
    subprocess.run(["ip", *words], check=True)

ip("link", "set", "lo", "up")
ip("address", "add", tests.OWN + "/32", "dev", "lo")
ip("address", "add", tests.OWN6 + "/128", "dev", "lo", "nodad")
seen = {}
for host in ["127.0.0.1", "0.0.0.0", "::"]:
    folder = pathlib.Path(sys.argv[2]) / ("host " + host)
    folder.mkdir()
    emulator = support.start(folder, "--host", host)
    seen[host] = {"127.0.0.1": tests.names(emulator, "127.0.0.1" if host != "::" else "::1")}
    if host != "127.0.0.1":
        ip("address", "add", tests.LATER + "/32", "dev", "lo")
        for address in [tests.OWN, tests.LATER] + [tests.OWN6] * (host == "::"):
            seen[host][address] = tests.names(emulator, address)
            emulator.host = address
            made = emulator.request("GET", "/_emulator/resources/default").json
            shown = f"[{address}]" if ":" in address else address
            assert made["connectionString"].startswith(f"endpoint=https://{shown}:{emulator.port}/;"), made
        ip("address", "delete", tests.LATER + "/32", "dev", "lo")
    assert emulator.stop() == 0
print(json.dumps(seen))
"""


def test_the_machines_addresses_are_in_the_certificate_and_later_ones_as_they_are_used(tmp_path):
    try:
        subprocess.run(["unshare", "-rn", "ip", "link"], capture_output=True, check=True, timeout=WITHIN)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this machine allows no network namespaces")
    ended = subprocess.run(
        ["unshare", "-rn", sys.executable, "-c", INSIDE, str(pathlib.Path(__file__).parent), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=3 * WITHIN,
    )
    assert ended.returncode == 0, ended.stderr
    for host, certificates in json.loads(ended.stdout).items():
        for address, found in certificates.items():
            assert {OWN, "127.0.0.1", "localhost"} <= set(found), (host, address)
            assert (LATER in found) == (address == LATER), (host, address)
            assert not {"0.0.0.0", "0:0:0:0:0:0:0:0"} & set(found), (host, address)


def test_own_certificates_have_their_own_names(tmp_path):
    for option in ["--tls-cert", "--tls-key"]:
        (tmp_path / option).write_text("")
    ended = run(
        "serve", "--tls-cert", tmp_path / "--tls-cert", "--tls-key", tmp_path / "--tls-key", "--tls-name", "acs.example"
    )
    assert ended.returncode == 64 and "--tls-name" in ended.stderr, ended.stderr


@pytest.mark.parametrize(
    ("option", "value", "form"),
    [
        ("--control-host", "http://a/b", "emulator.example.com"),
        ("--control-host", "a*", "*.example.com"),
        ("--public-url", "acs.example", "https://emulator.example:4010"),
        ("--tls-name", "a b", "emulator.example.com"),
    ],
)
def test_a_host_that_is_none_is_an_error_that_shows_the_form(option, value, form):
    ended = run("serve", option, value)
    assert ended.returncode == 64 and option in ended.stderr and form in ended.stderr, ended.stderr


def test_hosts_can_be_given_by_lists_in_variables(start_emulator):
    environment = {
        "REDIRECT_EMULATOR_CONTROL_HOST": "http://emulator.example:4010, *.wild.example.,[fd00::2]",
        "REDIRECT_EMULATOR_TLS_NAME": f"{OWN},acs.example",
    }
    emulator = start_emulator(environment=environment)
    for host, status in [("emulator.example", 200), ("a.wild.example:9", 200), ("other.example", 403)]:
        answer = emulator.request("GET", "/_emulator/resources", headers={"Host": host})
        assert answer.status == status, host
    assert {OWN, "acs.example"} <= set(names(emulator, "127.0.0.1"))


def test_the_ca_that_is_served_is_the_one_to_trust(shared):
    for path in ["/_emulator/ca.pem", "/_emulator/ca-bundle.pem"]:
        answer = shared.request("GET", path, headers={"Host": "whatever.example"})
        assert answer.status == 200
        context = ssl.create_default_context(cadata=answer.body.decode())
        with socket.create_connection((shared.host, shared.port), timeout=WITHIN) as raw:
            with context.wrap_socket(raw, server_hostname="localhost") as tls:
                assert tls.version()


def test_standard_output_ends_with_the_line_that_says_ready(start_emulator):
    emulator = start_emulator()
    deadline = time.monotonic() + WITHIN
    # It is written after the ready file.
    while "ready on" not in emulator.log.read_text() and time.monotonic() < deadline:
        time.sleep(0.01)
    lines = emulator.log.read_text().splitlines()
    assert lines[0].startswith("redirect-emulator ") and lines[-1] == f"ready on {emulator.endpoint}"
    assert f"connection string {emulator.connection_string}" in lines
    assert f"http connection string {emulator.ready['httpConnectionString']}" in lines
