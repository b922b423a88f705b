"""The Debian package: installed, used and removed in a Debian root that has nothing but Debian's smallest set of packages."""

import os
import pathlib
import re
import subprocess

import pytest
from conftest import built
from support import ROOT

# Kept: it takes minutes to make, and is copied for the test.
KEPT = ROOT / ".results" / "debian-root"


def run(*command, **options):
    options = {"capture_output": True, "text": True, "timeout": 600, "stdin": subprocess.DEVNULL, **options}
    return subprocess.run([*map(str, command)], **options)


@pytest.fixture(scope="module")
def debian(tmp_path_factory):
    if os.geteuid() != 0:
        pytest.skip("only root may make a Debian root and enter it")
    if not pathlib.Path("/usr/sbin/debootstrap").exists():
        pytest.skip("this machine has no debootstrap")
    if not (KEPT / "var/lib/dpkg/status").exists():
        making = KEPT.with_suffix(".making")
        subprocess.run(["rm", "-rf", "--one-file-system", KEPT, making], check=True)
        KEPT.parent.mkdir(parents=True, exist_ok=True)
        ended = run("/usr/sbin/debootstrap", "--variant=minbase", "stable", making, *mirror())
        if ended.returncode:
            said = (ended.stdout + ended.stderr).strip().splitlines()[-3:]
            subprocess.run(["rm", "-rf", "--one-file-system", making], check=True)
            pytest.skip(f"debootstrap could not make a Debian root: {' '.join(said)}")
        making.rename(KEPT)
    root = tmp_path_factory.mktemp("debian") / "root"
    subprocess.run(["cp", "-a", "--reflink=auto", KEPT, root], check=True)
    return root


def mirror():
    """The mirror of Debian that this machine's apt uses; none where it uses none, and debootstrap knows one itself."""
    folder = pathlib.Path("/etc/apt")
    files = [folder / "sources.list", *folder.glob("sources.list.d/*.list"), *folder.glob("sources.list.d/*.sources")]
    lines = "\n".join(path.read_text() for path in files if path.is_file())
    return re.findall(r"^(?:deb |URIs:).*?(https?://\S+/debian)/?(?:\s|$)", lines, re.MULTILINE)[:1]


def inside(root, *command):
    """A command in the root, with a /proc of its own and no network but loopback."""
    space = ["unshare", "--mount", "--pid", "--fork", "--net", f"--mount-proc={root}/proc"]
    space += ["sh", "-c", 'ip link set lo up; exec "$@"', "sh"]
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "HOME": "/root"}
    return run(*space, "chroot", root, *command, env=environment)


def test_it_is_installed_without_any_other_package_used_and_removed(debian):
    package = built("*.deb")
    (debian / "tmp" / package.name).write_bytes(package.read_bytes())
    before = inside(debian, "dpkg-query", "--show").stdout
    installed = inside(debian, "apt-get", "install", "--assume-yes", f"/tmp/{package.name}")
    assert installed.returncode == 0, installed.stdout + installed.stderr
    version = inside(debian, "redirect-emulator", "--version").stdout.strip()
    after = inside(debian, "dpkg-query", "--show").stdout
    assert set(after.splitlines()) == {*before.splitlines(), f"redirect-emulator\t{version}"}
    assert inside(debian, "dpkg", "--verify", "redirect-emulator").stdout == ""
    script = 'test "$REDIRECT_EMULATOR_CONTROL" && redirect-emulator health'
    used = inside(debian, "sh", "-c", f"redirect-emulator exec -- sh -c '{script}'")
    assert used.returncode == 0 and "ready on http://127.0.0.1:" in used.stdout, used.stdout + used.stderr
    files = inside(debian, "dpkg", "--listfiles", "redirect-emulator").stdout.split()
    for path in ("share/bash-completion/completions/redirect-emulator", "share/zsh/vendor-completions/_redirect-emulator",
                 "share/fish/vendor_completions.d/redirect-emulator.fish", "share/doc/redirect-emulator/copyright"):  # fmt: skip
        assert f"/usr/{path}" in files
    removed = inside(debian, "apt-get", "purge", "--assume-yes", "redirect-emulator")
    assert removed.returncode == 0, removed.stderr
    assert not (debian / "usr/bin/redirect-emulator").exists()
    assert inside(debian, "dpkg-query", "--show").stdout == before


def test_what_dpkg_shows_of_it():
    fields = ("Package", "Architecture", "Depends", "Pre-Depends", "Version")
    shown = {name: run("dpkg-deb", "--field", built("*.deb"), name).stdout.strip() for name in fields}
    version = run(ROOT / ".results/package" / built("*.tar.gz").name.removesuffix(".tar.gz") / "bin/redirect-emulator", "--version")
    assert shown == {
        "Package": "redirect-emulator", "Architecture": "amd64", "Depends": "", "Pre-Depends": "", "Version": version.stdout.strip(),
    }  # fmt: skip
    listed = run("dpkg-deb", "--contents", built("*.deb")).stdout.splitlines()
    assert all(line.split()[1] == "root/root" for line in listed), listed
