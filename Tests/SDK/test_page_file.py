"""The live page is built out of its sources, and committed as it was built."""

import subprocess
import sys

from support import ROOT


def test_the_built_page_is_what_its_sources_say():
    made = subprocess.run([sys.executable, ROOT / "Sources/CTexts/page/make.py", "--check"], capture_output=True, text=True)
    assert made.returncode == 0, made.stderr


def test_the_page_makes_no_markup_of_text():
    """Text becomes text nodes: nothing in the page can make elements, scripts or addresses out of a string."""
    for source in sorted((ROOT / "Sources/CTexts/page").glob("*.js")):
        for number, line in enumerate(source.read_text("utf-8").splitlines(), 1):
            for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "srcdoc", "setHTML", "DOMParser"):
                assert word not in line, f"{source.name}:{number}: {word}"
