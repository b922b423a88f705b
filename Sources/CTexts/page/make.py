#!/usr/bin/env python3
"""Makes the live page out of Sources/CTexts/page: Sources/CTexts/texts/page.html, and page.html.gz beside it.

The page is one document, so that a policy can name its script and its style by their hashes. What is put together: the
style and the scripts, in the order in which page.html names them, without comments that have a line of their own and
without what indents a line. A text of several lines would lose its indentation; the sources have none.
"""

import argparse
import gzip
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
SOURCES = ROOT / "Sources/CTexts/page"
PAGE = ROOT / "Sources/CTexts/texts/page.html"
PACKED = PAGE.with_name("page.html.gz")


def stripped(text: str) -> str:
    """The text without comments that have lines of their own, empty lines and indentation."""
    text = re.sub(r"^[ \t]*/\*.*?\*/[ \t]*\n", "", text, flags=re.MULTILINE | re.DOTALL)
    lines = (line.strip() for line in text.split("\n"))
    return "".join(line + "\n" for line in lines if line and not line.startswith("//"))


def made() -> bytes:
    """The document, as its sources say it."""

    def insert(match: re.Match[str]) -> str:
        parts = "".join(stripped((SOURCES / name).read_text("utf-8")) for name in match[1].split())
        if "</" + ("style" if ".css" in match[1] else "script") in parts.lower():
            sys.exit(f"{match[1]}: a closing tag of the element that the text is put into")
        return parts

    template = (SOURCES / "page.html").read_text("utf-8")
    return re.sub(r"\{\{([^}]+)\}\}", insert, template).encode()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where the files are not what the sources say")
    arguments = parser.parse_args()
    page = made()
    # Packers differ from one version of zlib to the next: what counts is what comes out.
    is_page = PAGE.exists() and PAGE.read_bytes() == page
    is_packed = PACKED.exists() and gzip.decompress(PACKED.read_bytes()) == page
    if arguments.check:
        for path, is_right in ((PAGE, is_page), (PACKED, is_packed)):
            if not is_right:
                print(f"{path.relative_to(ROOT)} is not what Sources/CTexts/page says; run Sources/CTexts/page/make.py", file=sys.stderr)
        return 0 if is_page and is_packed else 1
    if not is_page:
        PAGE.write_bytes(page)
    if not is_packed:
        PACKED.write_bytes(gzip.compress(page, 9, mtime=0))
    print(f"{PAGE.relative_to(ROOT)}: {len(page)} bytes, {PACKED.stat().st_size} packed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
