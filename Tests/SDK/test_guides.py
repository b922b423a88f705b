"""What the guide for Python says is run as it stands there."""

import re
import sys

import pytest
from support import GUIDES, run


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", (GUIDES / page).read_text(), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("code", blocks("Python.md", "python"))
def test_pythons_guide_works_as_it_is_written(tmp_path, code):
    file = tmp_path / "test_guide.py"
    file.write_text(code)
    how = ["-m", "pytest", "-q", "-p", "no:cacheprovider"] if "def test_" in code else []
    ended = run("exec", "--", sys.executable, *how, file, cwd=tmp_path)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("code", blocks("Curl.md", "sh"))
def test_curls_guide_works_as_it_is_written(tmp_path, code):
    ended = run("exec", "--", "bash", "-euc", code, cwd=tmp_path)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert " 204 " in ended.stdout, ended.stdout
