"""The wheel: the binary as the script that pip puts on the PATH, and the Python package with pytest's plug-in.

The form is that of the packaging specification "Binary distribution format".
"""

import base64
import hashlib
import io
import time
import zipfile

from reproducible import HERE, days, epoch, release

# The binary is static: any Linux that pip knows of runs it.
TAGS = {
    "x86_64": ["manylinux_2_17_x86_64", "manylinux2014_x86_64", "musllinux_1_1_x86_64"],
    "aarch64": ["manylinux_2_17_aarch64", "manylinux2014_aarch64", "musllinux_1_1_aarch64"],
}

METADATA = """\
Metadata-Version: 2.4
Name: redirect-emulator
Version: {version}
Summary: A local emulator of Azure Communication Services' Redirect Call, with a plug-in for pytest
License-File: NOTICE
Requires-Python: >=3.9
Classifier: Framework :: Pytest
Classifier: Operating System :: POSIX :: Linux
Classifier: Topic :: Software Development :: Testing
Classifier: Typing :: Typed
Provides-Extra: pytest
Requires-Dist: pytest>=7.4; extra == "pytest"
Requires-Dist: pluggy>=1.2; extra == "pytest"
Description-Content-Type: text/markdown

{readme}"""

ENTRY_POINTS = """\
[pytest11]
redirect_emulator = redirect_emulator.pytest_plugin
"""


def files(made, tags):
    """The wheel's files but its record: name, content, and whether it is a program."""
    about = f"redirect_emulator-{made.version}.dist-info"
    source = HERE / "python"
    for path in sorted((source / "redirect_emulator").iterdir()):
        if path.suffix == ".py" or path.name == "py.typed":
            yield f"redirect_emulator/{path.name}", path.read_bytes(), False
    for path in days():
        yield f"redirect_emulator/days/{path.name}", path.read_bytes(), False
    yield f"redirect_emulator-{made.version}.data/scripts/redirect-emulator", made.binary, True
    readme = (source / "README.md").read_text()
    yield f"{about}/METADATA", METADATA.format(version=made.version, readme=readme).encode(), False
    wheel = ["Wheel-Version: 1.0", "Generator: redirect-emulator's scripts/package", "Root-Is-Purelib: false"]
    wheel += [f"Tag: py3-none-{tag}" for tag in tags]
    yield f"{about}/WHEEL", ("\n".join(wheel) + "\n").encode(), False
    yield f"{about}/entry_points.txt", ENTRY_POINTS.encode(), False
    yield f"{about}/licenses/NOTICE", made.notice, False


def record(name, content):
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(content)}\n"


def archive(made, tags):
    buffer = io.BytesIO()
    # The earliest time that a zip archive can say.
    moment = max(time.gmtime(epoch())[:6], (1980, 1, 1, 0, 0, 0))
    with zipfile.ZipFile(buffer, "w") as zipped:

        def write(name, content, is_program=False):
            member = zipfile.ZipInfo(name, moment)
            member.create_system = 3
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = (0o100755 if is_program else 0o100644) << 16
            zipped.writestr(member, content, compresslevel=9)

        lines = ""
        for name, content, is_program in files(made, tags):
            write(name, content, is_program)
            lines += record(name, content)
        name = f"redirect_emulator-{made.version}.dist-info/RECORD"
        write(name, f"{lines}{name},,\n".encode())
    return buffer.getvalue()


if __name__ == "__main__":
    made = release()
    tags = TAGS[made.machine]
    (made.output / f"redirect_emulator-{made.version}-py3-none-{'.'.join(tags)}.whl").write_bytes(archive(made, tags))
