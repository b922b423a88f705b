"""What scripts/package leaves: each package once, with its checksum, its notice and the one version; and the same bytes again."""

import hashlib
import subprocess
import tarfile
import zipfile

import pytest
from conftest import BUILT, built
from support import ROOT

PACKAGES = [
    "redirect-emulator-{version}-linux-{machine}.tar.gz",
    "redirect-emulator-{version}-image-linux-{machine}.tar",
    "redirect_emulator-{version}-py3-none-manylinux_2_17_{machine}.manylinux2014_{machine}.musllinux_1_1_{machine}.whl",
    "redirect-emulator-{version}.tgz",
    "redirect-emulator-linux-x64-{version}.tgz",
    "redirect-emulator_{version}_amd64.deb",
]
LICENCES = ["Apache License", "GNU LESSER GENERAL PUBLIC LICENSE", "GNU GENERAL PUBLIC LICENSE", "The RE2 Authors", "Kirill Simonov", "Swift", "glibc"]


@pytest.fixture(scope="module")
def tree():
    return next(path for path in BUILT.iterdir() if path.is_dir())


@pytest.fixture(scope="module")
def version(tree):
    return subprocess.run([tree / "bin/redirect-emulator", "--version"], capture_output=True, text=True, check=True).stdout.strip()


def test_each_package_has_the_version_of_the_binary_and_its_checksum(version):
    names = {name.format(version=version, machine="x86_64") for name in PACKAGES}
    sums = dict(reversed(line.split("  ")) for line in (BUILT / "SHA256SUMS").read_text().splitlines())
    assert set(sums) == names == {path.name for path in BUILT.iterdir() if path.is_file()} - {"SHA256SUMS"}
    for name, digest in sums.items():
        assert hashlib.sha256((BUILT / name).read_bytes()).hexdigest() == digest, name


def test_each_package_names_the_licences_of_what_is_in_it(tree):
    notice = (tree / "share/doc/redirect-emulator/NOTICE").read_bytes()
    assert [words for words in LICENCES if words not in notice.decode()] == []
    with zipfile.ZipFile(built("*.whl")) as wheel:
        assert wheel.read(next(name for name in wheel.namelist() if name.endswith("licenses/NOTICE"))) == notice
    with tarfile.open(built("redirect-emulator-linux-x64-*.tgz")) as package:
        assert package.extractfile("package/NOTICE").read() == notice
    with tarfile.open(built("*.tar.gz")) as tarball:
        assert tarball.extractfile(f"{tree.name}/share/doc/redirect-emulator/NOTICE").read() == notice


@pytest.mark.parametrize("maker", ["image.py", "wheel.py", "npm.py", "deb"])
def test_packaging_the_same_again_makes_the_same_bytes(tmp_path, tree, version, maker):
    with tarfile.open(built("*.tar.gz")) as tarball:
        moment = int(tarball.getmember(tree.name).mtime)
        tarball.extractall(tmp_path, filter="data")
    environment = {"SOURCE_DATE_EPOCH": str(moment), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    made = tmp_path / "made"
    made.mkdir()
    program = ROOT / "scripts" / "packages" / maker
    subprocess.run(
        [*(["python3"] if maker.endswith(".py") else []), program, tmp_path / tree.name, version, "x86_64", made],
        env=environment, check=True,
    )  # fmt: skip
    assert sorted(made.iterdir()) != []
    for path in made.iterdir():
        assert path.read_bytes() == (BUILT / path.name).read_bytes(), path.name
