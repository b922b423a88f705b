"""What each language's driver needs, put together under .sdks: from the folder of offline parts, else from the registries.

REDIRECT_EMULATOR_SDK_PARTS names the folder. Where it is set, a part that it lacks is a failure; where it is not, a language
whose packages cannot be had is skipped by name. Both ways end with the same files: `package-lock.json` and `jars.sha256` hold them to it.
"""

import functools
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import tarfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
DRIVERS = ROOT / "Tests" / "SDK" / "drivers"
READY = ROOT / ".sdks"
# Taken when this module is loaded: the tests' own environment loses the emulator's variables.
PARTS = os.environ.get("REDIRECT_EMULATOR_SDK_PARTS")


class Missing(Exception):
    """A part that could not be had; the message says which, and why."""


class Skipped(Missing):
    """A part that this machine need not have."""


def offline(*path):
    """A file of the folder of parts; None where there is no such folder."""
    if not PARTS:
        return None
    file = pathlib.Path(PARTS).joinpath(*path)
    if not file.is_file():
        raise Missing(f"{file} does not exist, but REDIRECT_EMULATOR_SDK_PARTS={PARTS} says that the parts are there")
    return file


def command(*arguments, **options):
    """Runs a command that may take a while, and says its last words where it fails."""
    ended = subprocess.run(
        [*map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, **options
    )
    if ended.returncode:
        said = re.sub(r"\x1b\[[0-9;]*m", "", ended.stdout + ended.stderr).strip().splitlines()
        said = [line for line in said if "ERROR" in line][:2] or said[-2:]
        raise Missing(f"{pathlib.Path(arguments[0]).name} failed: {' '.join(said)[:400]}")


def tool(name):
    path = shutil.which(name)
    if path is None:
        raise Skipped(f"'{name}' is not on the PATH")
    return path


def stamp(*files):
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def made(folder, mark, make):
    """The folder, made again by `make(folder)` unless it carries this mark."""
    stamped = folder / ".stamp"
    if stamped.is_file() and stamped.read_text() == mark:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    make(folder)
    stamped.write_text(mark)
    return folder


def unpack(archive, folder):
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")


def javascript_into(folder):
    """Installs the SDK and the runners that the guide's tests use into a folder, held to the lock file.

    Returns the options and the environment with which npm may install more there, of the same cache.
    """
    tool("node")
    npm = tool("npm")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(DRIVERS / "javascript" / name, folder)
    cache = offline("javascript", "npm-cache.tar.gz")
    options = ["--ignore-scripts", "--no-audit", "--no-fund"]
    environment = {**os.environ}
    if cache is not None:
        unpack(cache, folder)
        options += ["--offline", "--cache", folder / "npm-cache"]
        # The cache is keyed by this address; nothing is asked there.
        environment["npm_config_registry"] = "http://127.0.0.1:9/"
    command(npm, "ci", *options, cwd=folder, env=environment)
    # Where the registry cannot be reached, some versions of npm leave empty folders, and end with 0.
    empty = [path.name for path in (folder / "node_modules").glob("@azure/*") if not (path / "package.json").is_file()]
    if empty or not (folder / "node_modules" / "@azure").is_dir():
        raise Missing(f"npm ended with 0 and left out {', '.join(empty) or 'everything'}")
    return options, environment


@functools.cache
def javascript():
    """A folder with node_modules: the SDK, and the runners that the guide's tests use."""
    tool("node")
    tool("npm")
    files = [DRIVERS / "javascript" / name for name in ("package.json", "package-lock.json")]

    def install(folder):
        javascript_into(folder)
        shutil.rmtree(folder / "npm-cache", ignore_errors=True)

    return made(READY / "javascript", stamp(*files), install)


@functools.cache
def java():
    """A folder with `jars`, `jars-new` where the parts have it, and JUnit's console; each jar is the one that was tested."""
    tool("java")
    sums = DRIVERS / "java" / "jars.sha256"
    pom = DRIVERS / "java" / "pom.xml"

    def install(folder):
        archive = offline("java", "jars.tar.gz")
        if archive is not None:
            unpack(archive, folder)
            shutil.copy(offline("java", "junit-platform-console-standalone-1.11.4.jar"), folder / "junit.jar")
        else:
            maven = [tool("mvn"), "--batch-mode", "-Dstyle.color=never", "--file", pom]
            plugin = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1"
            where = folder / "jars"
            command(*maven, f"{plugin}:copy-dependencies", f"-DoutputDirectory={where}")
            junit = "org.junit.platform:junit-platform-console-standalone:1.11.4"
            command(*maven, f"{plugin}:copy", f"-Dartifact={junit}", f"-DoutputDirectory={folder}")
            (folder / "junit-platform-console-standalone-1.11.4.jar").rename(folder / "junit.jar")
        for line in sums.read_text().splitlines():
            digest, name = line.split()
            if not (folder / name).is_file():
                if archive is None and name.startswith("jars-new/"):
                    continue
                raise Missing(f"the Java part lacks {name}")
            if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
                raise Missing(f"{name} is another file than {sums.relative_to(ROOT)} says")

    return made(READY / "java", stamp(sums, pom), install)


@functools.cache
def dotnet():
    """The driver, one file that needs neither .NET nor NuGet."""
    archive = offline("dotnet", "driver-linux-x64.tar.gz")
    if archive is None:
        raise Skipped("its driver is among the offline parts only; REDIRECT_EMULATOR_SDK_PARTS names no folder of them")
    folder = made(READY / "dotnet", stamp(archive), lambda folder: unpack(archive, folder))
    return folder / "dotnet-driver"


def python():
    """The SDK is among the packages of requirements.txt."""
    return DRIVERS / "python" / "driver.py"


def prepare(language):
    """Where a language's driver is or finds its packages. Raises `Skipped`, or `Missing` where the parts should have it."""
    try:
        return {"python": python, "javascript": javascript, "java": java, "dotnet": dotnet}[language]()
    except Skipped as skipped:
        if PARTS:
            raise Missing(str(skipped)) from None
        raise
    except Missing as missing:
        if PARTS:
            raise
        raise Skipped(str(missing)) from None
