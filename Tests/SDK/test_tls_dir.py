"""Certificates and keys in files: --tls-dir used by many at once, and PEM as people keep it."""

import os
import shutil
import subprocess

import pytest
import support
from support import binary, run


def openssl(*arguments, text=None):
    """Runs openssl; returns what it prints."""
    ended = subprocess.run(["openssl", *map(str, arguments)], input=text, capture_output=True, text=True, timeout=30)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def is_pair(folder):
    """Whether the kept key is that of the kept certificate."""
    certificate = openssl("x509", "-in", folder / "ca.pem", "-noout", "-pubkey")
    return certificate == openssl("pkey", "-in", folder / "ca-key.pem", "-pubout")


# Says which CA its emulator has, and asks over https, trusting that one alone.
ASKS = """
import os, ssl, urllib.request
ca = os.environ["REDIRECT_EMULATOR_CA_FILE"]
trusting = ssl.create_default_context(cafile=ca)
urllib.request.urlopen(os.environ["REDIRECT_EMULATOR_HTTPS_ENDPOINT"] + "/_emulator/health", context=trusting, timeout=20).read()
print(ca, open(ca).read().replace("\\n", " "))
"""


@pytest.mark.parametrize("found", ["no folder", "an empty folder", "a key without its certificate"])
def test_one_ca_wins_where_many_start_at_once_and_all_use_it(tmp_path, found):
    for turn in range(3):
        folder = tmp_path / str(turn)
        if found != "no folder":
            folder.mkdir()
        if found == "a key without its certificate":
            # What a process leaves that is killed between the two.
            (folder / "ca-key.pem").write_text(openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout"))
        command = [binary(), "exec", "--tls-dir", folder, "--", "python3", "-c", ASKS]
        running = [
            subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for _ in range(8)
        ]
        said = [process.communicate(timeout=60) for process in running]
        assert [process.returncode for process in running] == [0] * 8, said
        kept = (folder / "ca.pem").read_text().replace("\n", " ")
        assert {output.strip() for output, _ in said} == {f"{folder}/ca.pem {kept}".strip()}
        assert is_pair(folder)
        assert sorted(path.name for path in folder.iterdir()) == ["ca-bundle.pem", "ca-key.pem", "ca.pem", "truststore.jks"]
        assert (folder / "ca-key.pem").stat().st_mode & 0o777 == (0o644 if found.startswith("a key") else 0o600)


def test_a_key_that_is_kept_is_never_replaced(tmp_path):
    key = openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout")
    (tmp_path / "ca-key.pem").write_text(key)
    assert run("exec", "--tls-dir", tmp_path, "--", "true").returncode == 0
    assert (tmp_path / "ca-key.pem").read_text() == key and is_pair(tmp_path)


def test_a_certificate_that_is_kept_is_never_replaced(tmp_path):
    assert run("exec", "--tls-dir", tmp_path, "--", "true").returncode == 0
    kept = (tmp_path / "ca.pem").read_text()
    (tmp_path / "ca-key.pem").unlink()
    ended = run("exec", "--tls-dir", tmp_path, "--", "true")
    assert ended.returncode == 65 and "ca-key.pem: No such file" in ended.stderr, ended
    assert (tmp_path / "ca.pem").read_text() == kept and not (tmp_path / "ca-key.pem").exists()


def test_a_folder_that_cannot_be_written_does_where_both_are_kept(tmp_path):
    folder = tmp_path / "tls"
    assert run("exec", "--tls-dir", folder, "--", "true").returncode == 0
    (folder / "data").mkdir()
    for name in ("ca.pem", "ca-key.pem"):
        (folder / name).rename(folder / "data" / name)
        (folder / name).symlink_to(f"data/{name}")
    folder.chmod(0o555)
    try:
        assert run("exec", "--tls-dir", folder, "--", "true").returncode == 0
    finally:
        folder.chmod(0o755)


@pytest.mark.parametrize("name", ["ca.pem", "ca-key.pem"])
def test_a_link_to_a_device_is_refused(tmp_path, name):
    (tmp_path / name).symlink_to("/dev/null")
    ended = run("exec", "--tls-dir", tmp_path, "--", "true")
    assert ended.returncode == 65 and str(tmp_path) in ended.stderr, ended
    assert os.readlink(tmp_path / name) == "/dev/null"


OUTSIDE = {
    "nothing": (b"", b""),
    "comments": (b"# The CA of our tests.\n\n", b"\n# The end.\n"),
    "what openssl prints": (b"Bag Attributes\n    localKeyID: 01\nsubject=CN = x\n\n", b"\n"),
    "not UTF-8": ("Für Tests, größer\n".encode("latin-1"), "\nEnde: ü".encode("latin-1")),
    "UTF-8": ("Für Tests → hier\n".encode(), "\nそれだけ\n".encode()),
    "a mark of the encoding": (b"\xef\xbb\xbf", b""),
    "a mark of the encoding and text": (b"\xef\xbb\xbfText\n", b""),
    "a long line": (b"x" * 100_000 + b"\n", b"\n" + b"y" * 100_000),
    "boundaries in a sentence": (b"It begins with -----BEGIN CERTIFICATE----- so.\n", b"\nIt ended with -----END CERTIFICATE-----\n"),
    "a beginning of a boundary": (b"-----BEGIN\n-----BEGIN CERT\n-----\n", b"\n-----END\n-----BEGIN"),
    "braces": (b"{ \"a\": 1 }\n", b"\n{}\n"),
    "zeros": (b"a\0b\n", b"\n\0\0"),
    "colons and dashes": (b"a: b\n-----\n: \n", b"\n-----\n"),
    "blank lines and tabs": (b"\n\n \t\n", b"\n\n\t\n"),
}


def with_text(kind, text, line_end="\n"):
    before, after = OUTSIDE[kind]
    return before + text.strip().replace("\n", line_end).encode() + line_end.encode() + after


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("kind", OUTSIDE)
def test_pem_may_have_any_text_outside_of_its_boundaries(tmp_path, kind, line_end):
    assert run("exec", "--tls-dir", tmp_path / "made", "--", "true").returncode == 0
    kept, own = tmp_path / "kept", tmp_path / "own"
    kept.mkdir()
    own.mkdir()
    for name in ("ca.pem", "ca-key.pem"):
        (kept / name).write_bytes(with_text(kind, (tmp_path / "made" / name).read_text(), line_end))
    before = {path.name: path.read_bytes() for path in kept.iterdir()}
    ended = run("exec", "--tls-dir", kept, "--", "true")
    assert ended.returncode == 0, ended.stderr
    assert {name: (kept / name).read_bytes() for name in before} == before
    for name in before:
        shutil.copy(kept / name, own / name)
    ended = run("exec", "--tls-cert", own / "ca.pem", "--tls-key", own / "ca-key.pem", "--", "true")
    assert ended.returncode == 0, ended.stderr
    public = openssl("rsa", "-pubout", text=openssl("genrsa", "2048"))
    (own / "keys.pem").write_bytes(with_text(kind, public, line_end))
    ended = run("exec", "--token-keys", own / "keys.pem", "--", "true")
    assert ended.returncode == 0, ended.stderr


def test_the_ca_that_is_served_never_has_a_key_in_it(tmp_path):
    assert run("exec", "--tls-dir", tmp_path, "--", "true").returncode == 0
    both = tmp_path / "both.pem"
    both.write_text((tmp_path / "ca-key.pem").read_text() + (tmp_path / "ca.pem").read_text())
    folder = tmp_path / "run"
    folder.mkdir()
    emulator = support.start(folder, "--tls-cert", both, "--tls-key", both)
    try:
        for path in ("/_emulator/ca.pem", "/_emulator/ca-bundle.pem"):
            text = emulator.request("GET", path).body
            assert b"PRIVATE KEY" not in text and (tmp_path / "ca.pem").read_bytes().strip() in text
    finally:
        assert emulator.stop() == 0
    counts = 'grep -q "BEGIN CERTIFICATE" "$SSL_CERT_FILE" && ! grep -q "PRIVATE KEY" "$SSL_CERT_FILE"'
    assert run("exec", "--tls-cert", both, "--tls-key", both, "--", "sh", "-c", counts).returncode == 0
