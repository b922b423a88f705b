"""`--acs-report`: what the emulator saw in each test, as a file for people or for programs."""

from __future__ import annotations

import html
import json
import pathlib
from typing import Any

from ._story import text


def write(path: pathlib.Path, tests: list[dict[str, Any]]) -> None:
    """Writes `tests`, each with `test`, `outcome` and the members of the evidence, in the form that the suffix names."""
    make = {".json": _json, ".md": _markdown, ".html": _html}[path.suffix]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(make(tests), encoding="utf-8")


def _json(tests: list[dict[str, Any]]) -> str:
    return json.dumps({"tests": tests}, indent=2, ensure_ascii=False) + "\n"


def _verdicts(test: dict[str, Any]) -> str:
    return ", ".join(call["verdict"] for call in test["calls"]) or "no call"


def _markdown(tests: list[dict[str, Any]]) -> str:
    def cell(value: str) -> str:
        return value.replace("|", "\\|").replace("<", "&lt;")

    lines = ["# What became of the calls", "", "| test | outcome | calls |", "|---|---|---|"]
    lines += [f"| {cell(test['test'])} | {test['outcome']} | {_verdicts(test)} |" for test in tests]
    for test in tests:
        # Longer than any row of backquotes in the text.
        fence = "`" * 8
        lines += ["", f"## {cell(test['test'])}", "", f"{fence}text", text(test), fence]
    return "\n".join(lines) + "\n"


def _html(tests: list[dict[str, Any]]) -> str:
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8><title>What became of the calls</title>",
        "<style>body{font:15px/1.5 system-ui;margin:2em;max-width:70em}pre{white-space:pre-wrap}summary{cursor:pointer}",
        ".failed{color:#b00020}</style><h1>What became of the calls</h1>",
    ]
    for test in tests:
        opened = " open" if test["outcome"] == "failed" else ""
        title = f"{html.escape(test['test'])}: {html.escape(test['outcome'])}, {html.escape(_verdicts(test))}"
        parts.append(
            f"<details{opened}><summary class={html.escape(test['outcome'])}>{title}</summary>"
            f"<pre>{html.escape(text(test))}</pre></details>"
        )
    return "\n".join(parts) + "\n"
