"""Namespaces of a test's own: another list of processes, other mounts, another root."""

import os
import pathlib
import subprocess

import pytest

NAMESPACES = ["unshare", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]


def needs(*options):
    """Skips where the system does not let a test have such namespaces."""
    tried = subprocess.run([*NAMESPACES, *options, "true"], capture_output=True, text=True, timeout=30)
    if tried.returncode != 0:
        pytest.skip(tried.stderr.strip())


def child(pid):
    """The one child of a process: what `unshare --fork` runs."""
    return int(pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])
