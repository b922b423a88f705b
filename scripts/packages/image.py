"""The container image, as one archive that Docker, podman and skopeo take: an OCI layout that is what `docker load` reads as well.

The manifest has Docker's media types, not OCI's: with those podman drops HEALTHCHECK.
"""

import hashlib
import json
import time

from reproducible import DEBIAN, Entry, epoch, release, tar, zipped

USER = 65532
SECOND = 10**9
DOCKER = "application/vnd.docker"


class Layout:
    """Blobs by their digest."""

    def __init__(self):
        self.blobs = {}

    def add(self, data, kind):
        digest = hashlib.sha256(data).hexdigest()
        self.blobs[digest] = data
        return {"mediaType": kind, "digest": f"sha256:{digest}", "size": len(data)}


def dump(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def path(descriptor):
    return f"blobs/sha256/{descriptor['digest'].removeprefix('sha256:')}"


def files(made):
    """The root of the image: the binary needs nothing else."""
    folder = "usr/share/doc/redirect-emulator/"
    return [
        # A volume that is mounted here takes over its owner: `--tls-dir /ca` keeps the CA there.
        Entry("ca/", None, 0o755, USER),
        Entry("etc/", None, 0o755),
        Entry("etc/group", f"root:x:0:\nnonroot:x:{USER}:\n".encode()),
        Entry("etc/passwd", f"root:x:0:0:root:/:/nologin\nnonroot:x:{USER}:{USER}:nonroot:/tmp:/nologin\n".encode()),
        Entry("tmp/", None, 0o1777),
        Entry("usr/", None, 0o755),
        Entry("usr/bin/", None, 0o755),
        Entry("usr/bin/redirect-emulator", made.binary, 0o755),
        *(Entry("/".join(folder.split("/")[: depth + 1]) + "/", None, 0o755) for depth in range(1, 4)),
        Entry(folder + "NOTICE", made.notice),
    ]


def settings(version, created):
    """What the image says of itself and of how it is run. There is no shell in it, so the health check is a program."""
    return {
        "User": f"{USER}:{USER}",
        "WorkingDir": "/tmp",
        "StopSignal": "SIGTERM",
        "Entrypoint": ["/usr/bin/redirect-emulator"],
        "Cmd": ["serve"],
        "Env": ["PATH=/usr/bin", "REDIRECT_EMULATOR_HOST=0.0.0.0"],
        "ExposedPorts": {"4010/tcp": {}},
        "Healthcheck": {
            "Test": ["CMD", "/usr/bin/redirect-emulator", "health"],
            "Interval": 5 * SECOND,
            "Timeout": 2 * SECOND,
            "StartPeriod": 5 * SECOND,
            "StartInterval": SECOND // 10,
            "Retries": 3,
        },
        "Labels": {
            "org.opencontainers.image.title": "redirect-emulator",
            "org.opencontainers.image.version": version,
            "org.opencontainers.image.created": created,
            "org.opencontainers.image.description": "A local emulator of Azure Communication Services' Redirect Call",
        },
    }


def archive(made):
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch()))
    architecture = DEBIAN[made.machine]
    layout = Layout()
    root = tar(files(made))
    layer = layout.add(zipped(root), f"{DOCKER}.image.rootfs.diff.tar.gzip")
    image = {
        "architecture": architecture,
        "os": "linux",
        "created": created,
        "config": settings(made.version, created),
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(root).hexdigest()}"]},
        "history": [{"created": created, "created_by": "scripts/package", "comment": "one static binary"}],
    }
    config = layout.add(dump(image), f"{DOCKER}.container.image.v1+json")
    kind = f"{DOCKER}.distribution.manifest.v2+json"
    manifest = layout.add(dump({"schemaVersion": 2, "mediaType": kind, "config": config, "layers": [layer]}), kind)
    manifest["platform"] = {"architecture": architecture, "os": "linux"}
    manifest["annotations"] = {
        "org.opencontainers.image.ref.name": made.version,
        # Docker's store in containerd needs a whole name.
        "io.containerd.image.name": f"docker.io/library/redirect-emulator:{made.version}",
    }
    index = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [manifest]}
    # One name in both forms: a `latest` in Docker's would be there for some programs and not for others.
    tags = [f"redirect-emulator:{made.version}"]
    return tar(
        [
            Entry("blobs/", None, 0o755),
            Entry("blobs/sha256/", None, 0o755),
            *(Entry(f"blobs/sha256/{digest}", data) for digest, data in sorted(layout.blobs.items())),
            Entry("index.json", dump(index)),
            Entry("manifest.json", dump([{"Config": path(config), "RepoTags": tags, "Layers": [path(layer)]}])),
            Entry("oci-layout", b'{"imageLayoutVersion":"1.0.0"}'),
        ]
    )


if __name__ == "__main__":
    made = release()
    name = f"redirect-emulator-{made.version}-image-linux-{made.machine}.tar"
    (made.output / name).write_bytes(archive(made))
