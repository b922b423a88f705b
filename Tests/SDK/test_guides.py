"""The code of the guides is run as it is written there."""

import json
import os
import re
import subprocess
import sys

import pytest
from support import GUIDES, ROOT, binary, free_port, run


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", (GUIDES / page).read_text(), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("code", blocks("Python.md", "python"))
def test_pythons_guide_works_as_it_is_written(tmp_path, code):
    file = tmp_path / "test_guide.py"
    file.write_text(code)
    how = ["-m", "pytest", "-q", "-p", "no:cacheprovider"] if "def test_" in code else []
    ended = run("exec", "--", sys.executable, *how, file, cwd=tmp_path)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("page", "file"), [("Python.md", "careful.py"), ("JavaScript.md", "careful.mjs"), ("Java.md", "Careful.java")]
)
def test_the_guides_careful_app_is_the_one_that_the_drill_is_tested_with(page, file):
    assert named(page, file) == (ROOT / "Tests/Apps/drill" / file).read_text()


def test_the_guide_to_javascript_says_what_to_do_where_the_advice_is_for_another_sdk():
    """The advice is findable there, with every day on which a story of JavaScript or of a lost response has it."""
    advice = "send the try again with the same Repeatability-Request-ID and Repeatability-First-Sent"
    page = (GUIDES / "JavaScript.md").read_text()
    days = [line.split("|")[1].strip() for line in (GUIDES / "Drill.md").read_text().splitlines() if line.startswith("| ") and advice in line]
    assert len(days) >= 3 and advice in page
    named = re.split(r" \| |, |^\| ", page.partition(advice)[2].partition("`careful.mjs`")[0], flags=re.MULTILINE)
    assert set(days) <= set(named), named


@pytest.mark.parametrize("code", blocks("Curl.md", "sh"))
def test_curls_guide_works_as_it_is_written(tmp_path, code):
    ended = run("exec", "--", "bash", "-euc", code, cwd=tmp_path)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert " 204 " in ended.stdout, ended.stdout


def named(page, name):
    """The block of a guide that is the file of this name."""
    (code,) = re.findall(rf"^```\w+ {re.escape(name)}\n(.*?)^```$", (GUIDES / page).read_text(), re.DOTALL | re.MULTILINE)
    return code


def test_the_first_calls_work_as_they_are_written(emulator, tmp_path):
    curl = blocks("Install.md", "sh")[0].replace("http://127.0.0.1:4010", emulator.endpoint)
    curl = curl.replace("redirect-emulator token", f"{binary()} token")
    shell = subprocess.run(["bash", "-euc", curl], capture_output=True, text=True, timeout=30)
    assert " 204 " in shell.stdout, shell.stdout + shell.stderr
    sdk = blocks("Install.md", "python")[0].replace("http://127.0.0.1:4010", emulator.endpoint)
    python = subprocess.run([sys.executable, "-c", sdk], capture_output=True, text=True, timeout=30)
    assert python.returncode == 0, python.stderr
    assert [attempt["status"] for operation in emulator.operations() for attempt in operation["attempts"]] == [204, 204]


def test_what_serve_prints_is_what_the_guide_shows():
    shown = blocks("Install.md", "console")[0].splitlines()[1:]
    with subprocess.Popen([binary(), "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as serving:
        printed = [serving.stdout.readline() for _ in shown]
        serving.terminate()
    assert [re.match("[a-z -]+", line).group() for line in shown] == [re.match("[a-z -]+", line).group() for line in printed]


@pytest.mark.parametrize("bad_day", [False, True])
def test_the_first_test_passes_on_a_good_and_on_a_bad_day(tmp_path, bad_day):
    for name in ("test_retry.py", "bad-day.yaml"):
        (tmp_path / name).write_text(named("InYourStack.md", name))
    options = ["--scenario", "bad-day.yaml", "--require-rules"] if bad_day else []
    pytest_run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_retry.py"]
    ended = run("exec", *options, "--", *pytest_run, cwd=tmp_path)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_first_test_says_what_it_saw_when_it_fails(tmp_path):
    code = named("InYourStack.md", "test_retry.py").replace('"operations": 1,', '"operations": 1, "attempts": 1,')
    (tmp_path / "test_retry.py").write_text(code)
    (tmp_path / "bad-day.yaml").write_text(named("InYourStack.md", "bad-day.yaml"))
    pytest_run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_retry.py"]
    ended = run("exec", "--scenario", "bad-day.yaml", "--", *pytest_run, cwd=tmp_path)
    assert ended.returncode == 1
    shown = blocks("InYourStack.md", "text")[-1].strip()
    assert "HTTPError" not in ended.stdout
    pattern = re.escape(shown).replace("8c4b5b0e\\-…", "[0-9a-f-]{36}").replace("40117", "[0-9]+")
    assert re.search(pattern, ended.stdout), ended.stdout


@pytest.mark.parametrize("name", ["compose.yaml", "compose-app.yaml", "compose-java.yaml", "compose-node.yaml", "github-actions.yml", "github-actions-node.yml", "gitlab-ci.yml", "gitlab-ci-node.yml"])
def test_the_guides_files_are_the_examples(name):
    """Whole, but for the line that says that nothing runs them here."""
    first, _, rest = (ROOT / "fixtures" / "examples" / name).read_text().partition("\n")
    assert first.startswith("# Not run") and named("Java.md" if "java" in name else "InYourStack.md", name) == rest


def fits(shown, seen, path="$"):
    """Why what a guide shows does not fit what was seen; None where it does."""
    if shown == "…":
        return None
    if isinstance(shown, dict):
        if not isinstance(seen, dict):
            return f"{path}: an object was expected, seen {seen!r}"
        if missing := shown.keys() - seen.keys():
            return f"{path}: without {sorted(missing)}, seen {sorted(seen)}"
        return next((why for name in shown if (why := fits(shown[name], seen[name], f"{path}.{name}"))), None)
    if isinstance(shown, list):
        if not isinstance(seen, list) or len(shown) != len(seen):
            return f"{path}: {len(shown)} elements were expected, seen {seen!r}"
        return next((why for i, element in enumerate(shown) if (why := fits(element, seen[i], f"{path}[{i}]"))), None)
    if isinstance(shown, str) and "…" in shown:
        pattern = ".*".join(map(re.escape, shown.split("…")))
        return None if isinstance(seen, str) and re.fullmatch(pattern, seen, re.DOTALL) else f"{path}: {shown!r} was expected, seen {seen!r}"
    return None if shown == seen and type(shown) is type(seen) else f"{path}: {shown!r} was expected, seen {seen!r}"


def test_the_guide_to_watching_says_what_is_seen(emulator, tmp_path):
    """The page's own convention: `sh` is run, `text` is its whole output, `json` the least that it has."""
    page = (GUIDES / "WatchingAndAsserting.md").read_text()
    page = page.replace("see http://127.0.0.1:4010/_emulator", "see " + emulator.ready["controlEndpoint"])
    examples = []
    for language, code in re.findall(r"^```(\w+)\n(.*?)^```$", page, re.DOTALL | re.MULTILINE):
        if language == "sh":
            examples.append([code, None, None])
        elif language in ("text", "json") and examples:
            examples[-1][1:] = [language, code]
    script = "\n".join(f"{{\n{code}}} >{tmp_path}/{i}.out" for i, (code, _, _) in enumerate(examples))
    environment = {
        **os.environ, "ENDPOINT": emulator.endpoint, "CONTROL": emulator.ready["controlEndpoint"], "TOKEN": emulator.ready["token"]
    }
    ended = subprocess.run(["bash", "-uc", script], env=environment, capture_output=True, text=True, timeout=60, cwd=tmp_path)
    assert len(examples) > 15, "the page has lost its examples"
    for i, (code, language, shown) in enumerate(examples):
        output = (tmp_path / f"{i}.out").read_text()
        if language == "text":
            assert output == shown, f"{code}\n{ended.stderr}"
        elif language == "json":
            why = fits(json.loads(shown), json.loads(output))
            assert why is None, f"{code}\n{why}"


def run_the_whole_call(folder, app, start):
    """The guide's commands with one of its apps: `sh` is run, `text` is its whole output, `json` the least that it has.

    The port is one of the test's own. `start` replaces `python` in `python app.py`.
    """
    found = re.findall(r"^```(sh|text|json)\n(.*?)^```$", (GUIDES / "TheWholeCall.md").read_text(), re.DOTALL | re.MULTILINE)
    assert [language for language, _ in found] == ["sh", "text", "sh", "text", "sh", "json"]
    port = str(free_port())
    (folder / app).write_text(named("TheWholeCall.md", app).replace("8080", port))
    for (_, code), (language, shown) in zip(found[::2], found[1::2]):
        for name, own in (("redirect-emulator ", f"{binary()} "), ("python app.py", f"{start} {app}"), ("8080", port)):
            code = code.replace(name, own)
        ended = subprocess.run(["bash", "-c", code], capture_output=True, text=True, timeout=60, cwd=folder)
        if language == "json":
            why = fits(json.loads(shown), json.loads(ended.stdout))
            assert why is None, why
        else:
            assert fits(shown.replace("8080", port), ended.stderr) is None, f"{code}\n{ended.stderr}"
            assert ended.returncode == (1 if "lost" in shown else 0)


def test_the_guide_to_the_whole_call_says_what_is_seen(tmp_path):
    run_the_whole_call(tmp_path, "app.py", sys.executable)


@pytest.mark.parametrize("code", blocks("Python.md", "yaml"))
def test_pythons_rule_is_one(tmp_path, code):
    (tmp_path / "rule.yaml").write_text(code)
    ended = run("check", "--strict", tmp_path / "rule.yaml")
    assert ended.returncode == 0, ended.stdout + ended.stderr


# What runs a page's blocks of a language; or the words by which the page says where they were run.
RUN_BY = {
    ("README.md", "python"): "Tests/Packages/test_wheel.py",
    ("Architecture.md", "swift"): "Tests/ScenariosTests/Checking/SwiftBlocksTests.swift",
    ("Curl.md", "sh"): "Tests/SDK/test_guides.py",
    ("DotNet.md", "csharp"): "was run on 2026-11-28",
    ("Drill.md", "javascript"): "Tests/Packages/test_npm.py",
    ("EmbeddingInSwift.md", "swift"): "scripts/example",
    ("InYourStack.md", "javascript"): "Tests/Packages/test_npm.py",
    ("InYourStack.md", "python"): "Tests/Packages/test_wheel.py",
    ("InYourStack.md", "yaml"): "Tests/SDK/test_guides.py",
    ("Install.md", "python"): "Tests/SDK/test_guides.py",
    ("Install.md", "sh"): "Tests/SDK/test_guides.py",
    ("Java.md", "java"): "Tests/SDK/test_sdk_guides.py",
    ("Java.md", "yaml"): "Tests/SDK/test_guides.py",
    ("JavaScript.md", "javascript"): "Tests/SDK/test_sdk_guides.py",
    ("NodeHelper.md", "javascript"): "Tests/Packages/test_npm.py",
    ("PytestPlugin.md", "python"): "Tests/Packages/test_wheel.py",
    ("Python.md", "python"): "Tests/SDK/test_guides.py",
    ("Python.md", "yaml"): "Tests/SDK/test_guides.py",
    ("RedirectEmulator.md", "swift"): "Tests/ScenariosTests/Checking/SwiftBlocksTests.swift",
    ("Scenarios.md", "swift"): "Tests/ScenariosTests/Checking/SwiftBlocksTests.swift",
    ("Scenarios.md", "yaml"): "Tests/ScenariosTests/Checking/ScenarioGuidesTests.swift",
    ("ScriptingABadDay.md", "yaml"): "Tests/ScenariosTests/Checking/ScenarioGuidesTests.swift",
    ("TheWholeCall.md", "javascript"): "Tests/SDK/test_sdk_guides.py",
    ("TheWholeCall.md", "python"): "Tests/SDK/test_guides.py",
    ("TheWholeCall.md", "sh"): "Tests/SDK/test_guides.py",
    ("WatchingAndAsserting.md", "sh"): "Tests/SDK/test_guides.py",
    ("WatchingAndAsserting.md", "swift"): "Tests/ScenariosTests/Checking/SwiftBlocksTests.swift",
}


def test_every_block_of_code_is_run_or_says_where_it_was_run():
    languages = "python|javascript|java|csharp|swift|sh|yaml"
    found = set()
    for page in [ROOT / "README.md", *GUIDES.glob("*.md")]:
        text = page.read_text()
        for language in set(re.findall(rf"^```({languages})\b", text, re.MULTILINE)):
            found.add((page.name, language))
            by = RUN_BY.get((page.name, language), "")
            if (ROOT / by).is_file() and by:
                # SwiftBlocksTests reads all guides; the others name theirs.
                assert page.stem in (ROOT / by).read_text() or "SwiftBlocks" in by, f"{by} does not name {page.name}"
            else:
                assert by and by in text, f"{page.name} has blocks of {language} that nothing runs: add them to a test and to RUN_BY"
    assert found == RUN_BY.keys()
