"""The image: what skopeo says of it, and its root run by itself, as its user, read-only, with nothing but /proc."""

import hashlib
import json
import os
import pathlib
import subprocess
import tarfile

import pytest
from conftest import built


def run(*command, **options):
    options = {"capture_output": True, "text": True, "timeout": 60, "stdin": subprocess.DEVNULL, **options}
    return subprocess.run([*map(str, command)], **options)


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """The archive, unpacked."""
    folder = tmp_path_factory.mktemp("image")
    with tarfile.open(built("*-image-*.tar")) as archive:
        archive.extractall(folder, filter="data")
    return folder


def read(image, path):
    return json.loads((image / path).read_bytes())


def test_docker_and_oci_read_the_same_image(image):
    (docker,) = read(image, "manifest.json")
    (oci,) = read(image, "index.json")["manifests"]
    manifest = read(image, f"blobs/sha256/{oci['digest'][7:]}")
    assert docker["Config"] == f"blobs/sha256/{manifest['config']['digest'][7:]}"
    assert docker["Layers"] == [f"blobs/sha256/{layer['digest'][7:]}" for layer in manifest["layers"]]
    for blob in (image / "blobs/sha256").iterdir():
        assert hashlib.sha256(blob.read_bytes()).hexdigest() == blob.name
    version = oci["annotations"]["org.opencontainers.image.ref.name"]
    assert docker["RepoTags"] == [f"redirect-emulator:{version}"]


def test_the_image_is_run_as_a_user_with_a_health_check_that_needs_no_shell(image):
    (docker,) = read(image, "manifest.json")
    config = read(image, docker["Config"])["config"]
    assert (config["User"], config["Entrypoint"], config["Cmd"]) == ("65532:65532", ["/usr/bin/redirect-emulator"], ["serve"])
    assert config["Healthcheck"]["Test"] == ["CMD", "/usr/bin/redirect-emulator", "health"]
    assert config["Env"] == ["PATH=/usr/bin", "REDIRECT_EMULATOR_HOST=0.0.0.0"]


@pytest.mark.parametrize("form", ["docker-archive", "oci-archive"])
def test_skopeo_reads_it(need, form):
    (skopeo,) = need("skopeo")
    ended = run(skopeo, "inspect", f"{form}:{built('*-image-*.tar')}")
    assert ended.returncode == 0, ended.stderr
    shown = json.loads(ended.stdout)
    assert (shown["Os"], shown["Architecture"]) == ("linux", "amd64")
    assert shown["Labels"]["org.opencontainers.image.title"] == "redirect-emulator"


def test_the_root_serves_read_only_as_another_user_with_nothing_but_proc(image, tmp_path):
    if os.geteuid() != 0:
        pytest.skip("only root may enter another root")
    (docker,) = read(image, "manifest.json")
    root = tmp_path / "root"
    with tarfile.open(image / docker["Layers"][0]) as layer:
        layer.extractall(root, filter="fully_trusted")
    assert {str(path.relative_to(root)): oct(path.stat().st_mode & 0o7777) for path in root.iterdir()} == {
        "ca": "0o755", "etc": "0o755", "tmp": "0o1777", "usr": "0o755",
    }  # fmt: skip
    assert (root / "ca").stat().st_uid == 65532
    (root / "proc").mkdir()
    inside = pathlib.Path(root)
    script = f"""
      mount --bind {inside} {inside} && mount -t proc proc {inside}/proc && mount -o remount,bind,ro {inside}
      ip link set lo up
      chroot --userspec=65532:65532 {inside} /usr/bin/redirect-emulator serve >{tmp_path}/out 2>&1 & emulator=$!
      chroot --userspec=65532:65532 {inside} /usr/bin/redirect-emulator health --wait 10s; health=$?
      test -e {inside}/written || touch {inside}/written 2>/dev/null && echo "the root can be written"
      kill $emulator; wait $emulator; echo "health $health, ended $?"
    """
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "REDIRECT_EMULATOR_HOST": "0.0.0.0"}
    ended = run("unshare", "--mount", "--net", "--pid", "--fork", "sh", "-c", script, env=environment)
    assert ended.stdout.splitlines()[-1] == "health 0, ended 0", ended.stdout + ended.stderr + (tmp_path / "out").read_text()
    assert "the root can be written" not in ended.stdout
    assert "\nready on http://127.0.0.1:4010" in (tmp_path / "out").read_text()
