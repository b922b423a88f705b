import os
import pathlib
import re
import shutil
import site
import subprocess
import sys

import pytest
from sdks import parts
from support import GUIDES, ROOT

# What is installed is tested: neither a proxy nor settings of the one who runs the tests may decide.
for name in list(os.environ):
    own = name.startswith("REDIRECT_EMULATOR_") and name != "REDIRECT_EMULATOR_SDK_PARTS"
    if own or re.search("_PROXY$|CA_BUNDLE$|^SSL_CERT|^NODE_EXTRA_CA_CERTS$|^JAVA_TOOL_OPTIONS$|^AZURE_|^PYTEST_", name.upper()):
        del os.environ[name]

BUILT = ROOT / ".results" / "package"


def built(pattern):
    """The one built file that the pattern names."""
    files = sorted(BUILT.glob(pattern))
    assert len(files) == 1, f"{BUILT} has {[file.name for file in files]} for {pattern}; scripts/package makes one"
    return files[0]


@pytest.fixture(scope="session")
def files():
    return built


@pytest.fixture(scope="session")
def python(tmp_path_factory):
    """Python in a new virtual environment with the wheel, which finds pytest and the SDK in the one that runs this."""
    folder = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    packages = next(folder.glob("lib/python*/site-packages"))
    (packages / "tests.pth").write_text("\n".join(site.getsitepackages()) + "\n")
    wheel = built("redirect_emulator-*.whl")
    command = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", wheel]
    subprocess.run(command, check=True)
    return folder / "bin" / "python"


@pytest.fixture
def need():
    """Skips the test where the machine lacks a program, by its name."""

    def needed(*programs):
        paths = [shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin") for program in programs]
        missing = [program for program, path in zip(programs, paths) if path is None]
        if missing:
            pytest.skip(f"this machine has no {', '.join(missing)}")
        return [pathlib.Path(path) for path in paths]

    return needed


def javascript(path):
    """The files in JavaScript that a guide has, by their names."""
    return dict(re.findall(r"^```javascript (\S+)\n(.*?)^```$", path.read_text(), re.DOTALL | re.MULTILINE))


@pytest.fixture(scope="session")
def project(tmp_path_factory):
    """A project with the SDK and the runners, held to their lock file, then with the packages; npm asks no registry where it need not."""
    folder = tmp_path_factory.mktemp("project")
    try:
        options, environment = parts.javascript_into(folder)
    except parts.Missing as missing:
        if parts.PARTS:
            raise
        pytest.skip(f"javascript: {missing}")
    files = [built("redirect-emulator-[0-9]*.[0-9].tgz"), built("redirect-emulator-linux-x64-*.tgz")]
    parts.command("npm", "install", *options, *files, cwd=folder, env=environment)
    for path in (GUIDES / "InYourStack.md", GUIDES / "NodeHelper.md", GUIDES / "Drill.md"):
        for name, code in javascript(path).items():
            (folder / name).write_text(code)
    return folder
