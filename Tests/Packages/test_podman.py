"""The image with podman: two containers on a network, by the service's name, over https, with the CA fetched over http.

Podman's own settings are the tests': runc, no systemd, and images and containers in a folder that is removed with them.
"""

import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest
from conftest import built
from support import wait_until

SETTINGS = """
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[containers]
default_ulimits = ["nofile=1024:4096", "nproc=1024:4096"]
"""
IMAGE = "redirect-emulator:" + built("*-image-*.tar").name.split("-")[2]
# A client has a shell, curl and what they need of this machine: there is no registry to get an image from.
CLIENT = [f"--volume={path}:{at}:ro" for path, at in [("/usr", "/usr"), ("/usr/lib", "/lib"), ("/usr/lib64", "/lib64"), ("/usr/bin", "/bin")]]


class Podman:
    def __init__(self, folder, program):
        self.folder = folder
        (folder / "containers.conf").write_text(SETTINGS)
        self._options = [program, "--log-level=error", "--root", folder / "images", "--runroot", folder / "run", "--tmpdir", folder / "tmp"]
        self._environment = {**os.environ, "CONTAINERS_CONF": str(folder / "containers.conf")}

    def try_(self, *arguments):
        return subprocess.run(
            [*map(str, self._options), *map(str, arguments)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, env=self._environment,
        )  # fmt: skip

    def __call__(self, *arguments):
        ended = self.try_(*arguments)
        assert ended.returncode == 0, f"podman {' '.join(map(str, arguments))}: {ended.stdout}{ended.stderr}"
        return ended.stdout

@pytest.fixture(scope="module")
def podman():
    if os.geteuid() != 0:
        pytest.skip("only root may run podman so")
    programs = ["/usr/bin/podman", "/usr/sbin/runc", "/usr/bin/conmon", "/usr/lib/podman/netavark", "/usr/lib/podman/aardvark-dns", "/usr/sbin/iptables"]
    missing = [path for path in programs if not pathlib.Path(path).exists()]
    if missing:
        pytest.skip(f"this machine has no {', '.join(missing)}")
    # Podman takes no long path, which the folders of pytest's are.
    made = Podman(pathlib.Path(tempfile.mkdtemp(prefix="podman-", dir="/tmp")), programs[0])
    made("load", "--input", built("*-image-*.tar"))
    tried = made.try_("run", "--rm", IMAGE, "--version")
    # A machine may lack what containers need; the one that judges changes has it.
    if tried.returncode and not os.environ.get("CI"):
        pytest.skip(f"podman cannot run a container here: {tried.stderr.strip().splitlines()[-1]}")
    assert tried.returncode == 0, tried.stderr
    made("network", "create", "tests")
    yield made
    made.try_("rm", "--all", "--force", "--time", "0")
    made.try_("network", "rm", "--force", "tests")
    made.try_("rmi", "--all", "--force")
    # Podman leaves this mounted, and the folder could not be removed.
    subprocess.run(["umount", "--lazy", made.folder / "images" / "overlay"], capture_output=True)
    shutil.rmtree(made.folder, ignore_errors=True)

@pytest.fixture
def acs(podman):
    """The emulator as a service named acs: read-only without a folder that can be written, as a user that nobody named."""
    podman("run", "--detach", "--name", "acs", "--network", "tests", "--read-only", "--read-only-tmpfs=false",
           "--user", "12345:23456", "--cap-drop=all", "--security-opt=no-new-privileges", IMAGE)  # fmt: skip
    try:
        wait_until(lambda: "ready on " in podman("logs", "acs"))
        yield "acs"
    finally:
        podman("rm", "--force", "--time", "10", "acs")

def test_a_second_container_redirects_over_https_by_the_services_name(podman, acs):
    client = r"""
      set -eu
      control=http://acs:4010/_emulator
      curl -fsS "$control/ca.pem" -o /tmp/ca.pem
      curl -fsS "$control/resources/default" -o /tmp/resource
      grep -o '"connectionString":"endpoint=https:[^;]*' /tmp/resource
      token=$(sed -n 's/.*"token":"\([^"]*\)".*/\1/p' /tmp/resource)
      curl -sS --cacert /tmp/ca.pem -o /dev/null -w '%{http_code}\n' \
        'https://acs:4010/calling/callConnections:redirect?api-version=2026-03-12' \
        -H "Authorization: Bearer $token" -H 'Content-Type: application/json' \
        -d '{"incomingCallContext":"eyJ","target":{"kind":"phoneNumber","phoneNumber":{"value":"+14255550123"}}}'
      curl -fsS "$control/verify" -H 'Content-Type: application/json' -d '{"expect":{"operations":1,"executed":1}}' -o /dev/null
      echo verified
    """
    said = podman("run", "--rm", "--network", "tests", *CLIENT, "--entrypoint", "/bin/sh", IMAGE, "-c", client)
    assert [line.replace("\\/", "/") for line in said.splitlines()] == ['"connectionString":"endpoint=https://acs:4010/', "204", "verified"], said

def test_its_health_check_is_kept_and_passes(podman, acs):
    shown = podman("inspect", "acs", "--format", "{{.Config.Healthcheck.Test}} {{.Config.User}} {{.HostConfig.ReadonlyRootfs}}")
    assert shown.strip() == "[CMD /usr/bin/redirect-emulator health] 12345:23456 true"
    podman("healthcheck", "run", "acs")

def test_it_ends_with_0_when_it_is_stopped(podman):
    podman("run", "--detach", "--name", "stopped", IMAGE)
    wait_until(lambda: "ready on " in podman("logs", "stopped"))
    podman("stop", "--time", "20", "stopped")
    assert podman("inspect", "stopped", "--format", "{{.State.ExitCode}}").strip() == "0"
    podman("rm", "stopped")

def test_a_named_volume_keeps_the_ca_for_other_containers(podman):
    podman("run", "--detach", "--name", "first", "--volume", "ca:/ca", "--read-only", IMAGE, "serve", "--tls-dir", "/ca")
    wait_until(lambda: "ready on " in podman("logs", "first"))
    read = ["run", "--rm", "--volume", "ca:/ca:ro", *CLIENT, "--entrypoint", "/bin/cat", IMAGE, "/ca/ca.pem"]
    certificate = podman(*read)
    assert certificate.startswith("-----BEGIN CERTIFICATE-----")
    podman("rm", "--force", "first")
    podman("run", "--detach", "--name", "second", "--volume", "ca:/ca", IMAGE, "serve", "--tls-dir", "/ca")
    wait_until(lambda: "ready on " in podman("logs", "second"))
    assert podman(*read) == certificate
    podman("rm", "--force", "second")
    podman("volume", "rm", "ca")
