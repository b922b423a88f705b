"""What `exec` makes of an environment: it keeps what the user has, and what an outer `exec` set does not count."""

import json
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import sys

import pytest
from support import binary, run

DUMP = "import json, os, sys; json.dump(dict(os.environ), open(sys.argv[1], 'w'))"
OF_APPS = [
    "ACS_CONNECTION_STRING",
    "AZURE_ACS_CONNECTION_STRING",
    "ACS_CONNECTIONSTRING",
    "ACSCONNECTIONSTRING",
    "AcsConnectionString",
    "ACSConnectionString",
    "COMMUNICATION_SAMPLES_CONNECTION_STRING",
    "ACS_ACSCONNECTIONSTRING",
    "ConnectionStrings__ACSConnectionString",
]
BUNDLES = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"]
PROXY = {"HTTPS_PROXY": "http://proxy.example:3128"}


def environment_of(tmp_path, *options, found=None, outer=(), cwd=None, script=DUMP):
    """What a command of `exec` finds, where `exec` found `found`; with `outer`, below another one with these options."""
    dump = tmp_path / "environment.json"
    command = ["exec", *options, "--", sys.executable, "-c", script, dump]
    if outer:
        command = ["exec", *outer, "--", binary(), *command]
    ended = run(*command, env={**os.environ, **(found or {})}, cwd=cwd)
    assert ended.returncode == 0, ended.stderr
    assert "warning" not in ended.stderr
    return json.loads(dump.read_text())


@pytest.fixture
def authority(tmp_path):
    """A CA of the user's own, in PEM."""
    files = tmp_path / "own.pem", tmp_path / "own-key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"]
        + ["-subj", "/CN=the user's own", "-out", files[0], "-keyout", files[1]],
        check=True,
        capture_output=True,
    )
    return files[0]


KEEPS = """
import json, os, pathlib, sys
environment = dict(os.environ)
for name in ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "REDIRECT_EMULATOR_CA_FILE"]:
    environment["text of " + name] = pathlib.Path(os.environ[name]).read_text()
json.dump(environment, open(sys.argv[1], "w"))
"""


def body(pem):
    return "".join(line for line in pem.splitlines() if "-----" not in line)


@pytest.mark.parametrize(
    "name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "SSL_CERT_DIR"]
)
@pytest.mark.parametrize("outer", [(), ("--log-level", "error")], ids=["", "below another exec"])
def test_a_ca_of_the_users_is_in_the_bundle_that_takes_its_place(tmp_path, authority, name, outer):
    folder = tmp_path / "folder"
    folder.mkdir()
    secret = (tmp_path / "own-key.pem").read_text()
    (folder / "with text and a key.pem").write_text("# ours\n" + secret + authority.read_text() + "end\n")
    path = folder if name == "SSL_CERT_DIR" else folder / "with text and a key.pem"
    found = environment_of(tmp_path, found={name: str(path)}, outer=outer, script=KEEPS)
    own = body(authority.read_text())
    for bundle in BUNDLES:
        text = body(found["text of " + bundle])
        assert own in text and body(found["text of REDIRECT_EMULATOR_CA_FILE"]) in text
        assert "PRIVATE" not in found["text of " + bundle]
    # Node has other authorities anyway.
    assert (own in body(found["text of NODE_EXTRA_CA_CERTS"])) == (name == "NODE_EXTRA_CA_CERTS")
    assert found.get("SSL_CERT_DIR") == (str(path) if name == "SSL_CERT_DIR" else None)


def test_an_outer_emulators_ca_is_not_in_the_inner_ones_bundle(tmp_path):
    script = 'cat "$REDIRECT_EMULATOR_CA_FILE" >outer.pem; exec "$0" exec -- cp "$SSL_CERT_FILE" inner.pem'
    script = script.replace('"$SSL_CERT_FILE"', "/dev/null").replace(
        "cp /dev/null", """sh -c 'cp "$SSL_CERT_FILE" "$1"; cp "$NODE_EXTRA_CA_CERTS" node.pem' sh"""
    )
    ended = run("exec", "--", "sh", "-c", script, binary(), cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    outer, inner, node = (body((tmp_path / name).read_text()) for name in ("outer.pem", "inner.pem", "node.pem"))
    assert outer not in inner and outer not in node and node in inner


@pytest.mark.parametrize(
    "found, expected",
    [
        ({}, (None, None)),
        ({"NO_PROXY": "a.example"}, ("a.example", None)),
        (PROXY, ("127.0.0.1,localhost,::1",) * 2),
        ({"http_proxy": "http://proxy.example"}, ("127.0.0.1,localhost,::1",) * 2),
        ({**PROXY, "NO_PROXY": "a.example,10.0.0.0/8"}, ("a.example,10.0.0.0/8,127.0.0.1,localhost,::1",) * 2),
        ({**PROXY, "no_proxy": "a.example"}, ("a.example,127.0.0.1,localhost,::1",) * 2),
        ({**PROXY, "NO_PROXY": "A", "no_proxy": "b"}, ("A,127.0.0.1,localhost,::1", "b,127.0.0.1,localhost,::1")),
        ({**PROXY, "NO_PROXY": "LOCALHOST, 127.0.0.1"}, ("LOCALHOST, 127.0.0.1,::1",) * 2),
        ({**PROXY, "NO_PROXY": "127.0.0.0/8"}, ("127.0.0.0/8,127.0.0.1,localhost,::1",) * 2),
    ],
)
@pytest.mark.parametrize("outer", [(), ("--log-level", "error")], ids=["", "below another exec"])
def test_clients_reach_the_emulator_without_the_users_proxy(tmp_path, found, expected, outer):
    environment = environment_of(tmp_path, found=found, outer=outer)
    assert (environment.get("NO_PROXY"), environment.get("no_proxy")) == expected
    assert {name: environment.get(name) for name in PROXY} == {name: found.get(name) for name in PROXY}


def test_where_no_host_uses_the_proxy_there_is_none(tmp_path):
    environment = environment_of(tmp_path, found={**PROXY, "NO_PROXY": "*"})
    # Not every client knows the star, and none knows it beside others.
    assert "HTTPS_PROXY" not in environment
    assert environment["no_proxy"].split(",")[1:] == ["127.0.0.1", "localhost", "::1"]


def test_the_host_of_the_emulators_address_needs_no_proxy(tmp_path):
    environment = environment_of(tmp_path, "--public-url", "https://acs.example:8443", found=PROXY)
    assert environment["NO_PROXY"] == "127.0.0.1,localhost,::1,acs.example"


def test_connection_strings_that_apps_read_are_set_where_they_are_not(tmp_path):
    own = {"ACS_CONNECTION_STRING": "the user's", "CONNECTION_STRING": "a database"}
    environment = environment_of(tmp_path, found=own)
    string = environment["COMMUNICATION_SERVICES_CONNECTION_STRING"]
    assert {name: environment[name] for name in OF_APPS} == {name: string for name in OF_APPS} | {
        "ACS_CONNECTION_STRING": "the user's"
    }
    assert environment["CONNECTION_STRING"] == "a database"
    assert "ACS_CONNECTION_STRING" not in environment["REDIRECT_EMULATOR_SET"].split(",")


def test_what_an_outer_exec_set_counts_as_not_set(tmp_path):
    outer = ["--access-key", "b3V0ZXI=", "--control-key", "outer", "--set", "MINE={key}", "--log-level", "error"]
    environment = environment_of(tmp_path, "--control", "off", outer=outer, found={"KEPT": "1"})
    assert "b3V0ZXI=" not in "".join(environment.values())
    for name in ("REDIRECT_EMULATOR_CONTROL", "REDIRECT_EMULATOR_CONTROL_KEY", "MINE"):
        assert name not in environment
    string = environment["COMMUNICATION_SERVICES_CONNECTION_STRING"]
    assert {environment[name] for name in OF_APPS} == {string} and environment["KEPT"] == "1"
    names = environment["REDIRECT_EMULATOR_SET"].split(",")
    assert set(names) >= {*BUNDLES, *OF_APPS, "REDIRECT_EMULATOR_SET"} and all(name in environment for name in names)


def test_serve_below_exec_takes_nothing_of_it_for_settings(tmp_path):
    script = '"$0" serve --port 0 --control off --ready-file ready.json & until test -e ready.json; do sleep 0.01; done; '
    script += "cat ready.json; kill $!; wait $!"
    ended = run("exec", "--access-key", "b3V0ZXI=", "--control-key", "k", "--", "sh", "-c", script, binary(), cwd=tmp_path)
    assert ended.returncode == 0 and '"accessKey"' in ended.stdout, ended.stderr
    assert "b3V0ZXI=" not in ended.stdout and "warning" not in ended.stderr


def test_the_control_key_is_handed_over(tmp_path):
    for options, expected in [(["--control-key", "k"], "k"), ([], None), (["--control-key=k", "--control=off"], None)]:
        assert environment_of(tmp_path, *options).get("REDIRECT_EMULATOR_CONTROL_KEY") == expected, options


@pytest.mark.parametrize("options", [(), ("--ready-file", "ready.json"), ("--tls-dir", "tls")])
def test_all_paths_begin_at_the_root(tmp_path, options):
    (tmp_path / "tmp").mkdir()
    environment = environment_of(tmp_path, *options, found={"TMPDIR": "tmp"}, cwd=tmp_path)
    names = [*BUNDLES, "NODE_EXTRA_CA_CERTS", "REDIRECT_EMULATOR_CA_FILE", "REDIRECT_EMULATOR_TRUST_STORE"]
    assert all(environment[name].startswith("/") for name in names), environment


def test_variables_of_ones_own_are_set_by_templates(tmp_path):
    options = ["--set", "DB={connectionString};x={key}", "--set", 'J={"a":"{endpoint}"}', "--set", "SSL_CERT_FILE={ca}"]
    environment = environment_of(tmp_path, *options, "--set", "EMPTY=")
    string, key = environment["COMMUNICATION_CONNECTION_STRING"], environment["REDIRECT_EMULATOR_ACCESS_KEY"]
    assert environment["DB"] == f"{string};x={key}" and environment["EMPTY"] == ""
    assert json.loads(environment["J"]) == {"a": environment["REDIRECT_EMULATOR_ENDPOINT"]}
    assert environment["SSL_CERT_FILE"] == environment["REDIRECT_EMULATOR_CA_FILE"]
    assert {"DB", "J", "EMPTY"} <= set(environment["REDIRECT_EMULATOR_SET"].split(","))


@pytest.mark.parametrize(
    "options, says",
    [
        (["--set", "X={kye}"], "--set X={kye}: {kye} is not a placeholder; expected {connectionString}, {httpConnectionString}"),
        (["--set", "X={kye}"], "did you mean {key}?"),
        (["--set", "1X=y"], "expected a name of letters, digits and _ before the ="),
        (["--set", "A,B=y"], "expected a name of letters, digits and _ before the ="),
        (["--set", "X"], "--set X: expected NAME=VALUE"),
        (["--control", "off", "--set", "X={control}"], "there is no {control} with --control off"),
        (["--control", "off", "--set", "X={page}"], "there is no {page} with --control off"),
    ],
)
def test_a_template_that_means_nothing_is_wrong_usage(options, says):
    ended = run("exec", *options, "--", "true")
    assert ended.returncode == 64 and says in ended.stderr, ended.stderr


@pytest.mark.parametrize("shell", ["sh", "dash", "bash"])
def test_what_would_be_set_is_printed_and_nothing_runs(tmp_path, shell):
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not there")
    value = "a 'quote', a \"double\" one, $HOME `x` \\ \n a line é"
    ended = run("exec", "--set", f"ODD={value}", "--print-env", "--log-level", "error", cwd=tmp_path)
    assert ended.returncode == 0 and ended.stderr == ""
    dump = tmp_path / "environment.json"
    script = f'{ended.stdout}\nexec "$0" -c "$1" "$2"'
    subprocess.run([shell, "-c", script, sys.executable, DUMP, dump], check=True, timeout=30)
    environment = json.loads(dump.read_text())
    assert environment["ODD"] == value
    names = environment["REDIRECT_EMULATOR_SET"].split(",")
    assert all(environment[name] for name in names) and ended.stdout.count("\nexport ") == len(names) - 1
    assert not pathlib.Path(environment["SSL_CERT_FILE"]).exists()


JAVA = """
import java.net.URI;
import java.net.http.*;
public class Get {
  public static void main(String[] arguments) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(arguments[0] + "/_emulator/health")).build();
    System.out.println(HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).statusCode());
  }
}
"""


@pytest.mark.parametrize("folder", ["plain", "with a blank and 'quote'"])
def test_java_trusts_the_emulator_with_no_other_set_up(tmp_path, folder):
    if not shutil.which("java"):
        pytest.skip("java is not there")
    (tmp_path / folder).mkdir()
    (tmp_path / "Get.java").write_text(JAVA)
    command = 'exec java Get.java "$REDIRECT_EMULATOR_HTTPS_ENDPOINT"'
    ended = run(
        "exec",
        "--",
        "sh",
        "-c",
        command,
        cwd=tmp_path,
        timeout=90,
        env=os.environ | {"TMPDIR": str(tmp_path / folder), "JAVA_TOOL_OPTIONS": "-Dof.the.users=1"},
    )
    assert (ended.returncode, ended.stdout.split()) == (0, ["200"]), ended.stderr
    assert "-Dof.the.users=1 -Djavax.net.ssl.trustStore=" in ended.stderr


@pytest.mark.parametrize(
    "found, kept",
    [
        ("", ""),
        ("-Xmx64m", "-Xmx64m "),
        ("-Djavax.net.ssl.trustStore=/own -Xmx64m", None),
    ],
)
@pytest.mark.parametrize("outer", [(), ("--log-level", "error")], ids=["", "below another exec"])
def test_a_trust_store_is_added_to_javas_options_unless_the_user_names_one(tmp_path, found, kept, outer):
    environment = environment_of(tmp_path, found={"JAVA_TOOL_OPTIONS": found}, outer=outer)
    store = environment["REDIRECT_EMULATOR_TRUST_STORE"]
    expected = found if kept is None else f"{kept}-Djavax.net.ssl.trustStore={store}"
    assert environment["JAVA_TOOL_OPTIONS"] == expected


def listed(store, *options):
    """How many CAs keytool finds in a trust store, and its type."""
    if not shutil.which("keytool"):
        pytest.skip("keytool is not there")
    ended = subprocess.run(
        ["keytool", "-list", "-keystore", store, *options], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout.count("trustedCertEntry")


def test_the_trust_store_has_what_the_bundle_has_and_needs_no_password(tmp_path, start_emulator, authority):
    emulator = start_emulator(environment={"SSL_CERT_FILE": str(authority)})
    store, bundle = emulator.ready["trustStoreFile"], pathlib.Path(emulator.ready["caBundleFile"]).read_text()
    count = bundle.count("BEGIN CERTIFICATE")
    for options in [(), ("-storepass", "changeit"), ("-storetype", "JKS"), ("-storetype", "PKCS12")]:
        assert listed(store, *options) == count, options
    context = ssl.create_default_context(cadata=bundle)
    with socket.create_connection((emulator.host, emulator.port), timeout=10) as raw:
        with context.wrap_socket(raw, server_hostname="localhost") as tls:
            assert tls.version()
    served = tmp_path / "served.jks"
    answer = emulator.request("GET", "/_emulator/truststore.jks", headers={"Host": "whatever.example"})
    assert answer.status == 200
    served.write_bytes(answer.body)
    # The user's own authorities are nobody else's.
    assert listed(served) == count - 1


def test_the_files_that_make_clients_trust_are_kept_beside_the_ca(tmp_path, start_emulator):
    kept = tmp_path / "kept"
    emulator = start_emulator("--tls-dir", kept)
    assert emulator.ready["trustStoreFile"] == str(kept / "truststore.jks")
    assert emulator.ready["caBundleFile"] == str(kept / "ca-bundle.pem")
    assert emulator.stop() == 0
    assert sorted(path.name for path in kept.iterdir()) == ["ca-bundle.pem", "ca-key.pem", "ca.pem", "truststore.jks"]
    assert body((kept / "ca.pem").read_text()) in body((kept / "ca-bundle.pem").read_text())
