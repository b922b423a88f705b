"""What the packages share: archives whose bytes depend on nothing but what is in them, and where their contents come from."""

import dataclasses
import gzip
import io
import os
import pathlib
import re
import sys
import tarfile

HERE = pathlib.Path(__file__).resolve().parent
# The machine's name of an architecture: those of Debian and of Docker, and of Node.
DEBIAN = {"x86_64": "amd64", "aarch64": "arm64"}
NODE = {"x86_64": "x64", "aarch64": "arm64"}


@dataclasses.dataclass(frozen=True)
class Entry:
    """A file of an archive, or with `content` None a folder."""

    name: str
    content: bytes | None
    mode: int = 0o644
    owner: int = 0


@dataclasses.dataclass(frozen=True)
class Release:
    """What is packaged: the unpacked tarball."""

    tree: pathlib.Path
    version: str
    machine: str
    output: pathlib.Path

    @property
    def binary(self):
        return (self.tree / "bin" / "redirect-emulator").read_bytes()

    @property
    def notice(self):
        return (self.tree / "share" / "doc" / "redirect-emulator" / "NOTICE").read_bytes()


def release():
    """The release that the command line names: TREE VERSION MACHINE OUTPUT."""
    if len(sys.argv) != 5:
        sys.exit(f"usage: {sys.argv[0]} TREE VERSION MACHINE OUTPUT; scripts/package calls it so")
    tree, version, machine, output = sys.argv[1:]
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        sys.exit(f"{sys.argv[0]}: the version {version} means the same to pip, npm and dpkg only as MAJOR.MINOR.PATCH")
    if machine not in DEBIAN:
        sys.exit(f"{sys.argv[0]}: no package has a name for the architecture {machine}; known are {', '.join(DEBIAN)}")
    return Release(pathlib.Path(tree), version, machine, pathlib.Path(output))


def days():
    """The bad days that the helpers load by name: the files that are in the binary, too."""
    return sorted((HERE.parents[1] / "fixtures" / "days").glob("*.yaml"))


def epoch():
    """The time that archives say their files are of: SOURCE_DATE_EPOCH, in seconds since 1970."""
    return int(os.environ["SOURCE_DATE_EPOCH"])


def tar(entries):
    """A tar archive as bytes, in the order given."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for entry in entries:
            member = tarfile.TarInfo(entry.name)
            member.mode, member.uid, member.gid, member.mtime = entry.mode, entry.owner, entry.owner, epoch()
            if entry.content is None:
                member.type = tarfile.DIRTYPE
                archive.addfile(member)
            else:
                member.size = len(entry.content)
                archive.addfile(member, io.BytesIO(entry.content))
    return buffer.getvalue()


def zipped(data):
    return gzip.compress(data, 9, mtime=0)
