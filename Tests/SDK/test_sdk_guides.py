"""The code of the guides for JavaScript and Java is run as it is there; that for .NET is what was run where .NET is."""

import os
import re
import shutil
import subprocess
import xml.etree.ElementTree

import pytest
from sdks import parts
from support import GUIDES, run
from test_guides import run_the_whole_call

pytestmark = [pytest.mark.sdks, pytest.mark.timeout(300)]


def blocks(page, language):
    """The blocks of a language: pairs of the file name behind it, or an empty text, and the code."""
    text = (GUIDES / page).read_text()
    return re.findall(rf"^```{language} ?(\S*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def have(language, record_property):
    record_property("language", language)
    try:
        return parts.prepare(language)
    except parts.Skipped as skipped:
        pytest.skip(f"{language}: {skipped}")


JAVASCRIPT = blocks("JavaScript.md", "javascript")
JAVA = blocks("Java.md", "java")


@pytest.fixture
def project(tmp_path, record_property):
    """A folder with the SDK and the runners, and the guide's files of tests in it."""
    packages = have("javascript", record_property)
    (tmp_path / "node_modules").symlink_to(packages / "node_modules")
    (tmp_path / "package.json").write_text('{ "private": true, "type": "module" }\n')
    for name, code in JAVASCRIPT:
        if name:
            (tmp_path / name).write_text(code)
    return tmp_path


@pytest.mark.parametrize("code", [code for name, code in JAVASCRIPT if not name])
def test_javascripts_guide_works_as_it_is_written(project, code):
    (project / "app.mjs").write_text(code)
    ended = run("exec", "--", "node", "app.mjs", cwd=project, timeout=60)
    assert (ended.returncode, ended.stdout) == (0, "redirected\n"), ended.stderr


@pytest.mark.parametrize(
    ("file", "runner"),
    [
        ("throttled.test.mjs", ["node", "--test"]),
        ("lost.test.mjs", ["node_modules/.bin/vitest", "run", "--root", "."]),
        ("errors.test.mjs", ["node_modules/.bin/jest", "--rootDir", "."]),
    ],
    ids=["node", "vitest", "jest"],
)
def test_javascripts_tests_pass_with_each_runner(project, file, runner):
    assert file in [name for name, _ in JAVASCRIPT], "the guide has lost its test"
    environment = {**os.environ, "NODE_OPTIONS": "--experimental-vm-modules"} if "jest" in runner[0] else None
    ended = run("exec", "--", *runner, file, cwd=project, env=environment, timeout=120)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_javascripts_app_does_what_the_guide_to_the_whole_call_shows(project):
    """TheWholeCall's app for JavaScript, by the same commands as Python's."""
    run_the_whole_call(project, "app.mjs", "node")


@pytest.mark.parametrize("code", [code for name, code in JAVA if not name])
def test_javas_guide_works_as_it_is_written(tmp_path, record_property, code):
    jars = have("java", record_property) / "jars"
    imports = [line for line in code.splitlines() if line.startswith("import ")]
    rest = [line for line in code.splitlines() if not line.startswith("import ")]
    program = [*imports, "public class Guide { public static void main(String[] arguments) throws Exception {", *rest, "} }"]
    (tmp_path / "Guide.java").write_text("\n".join(program))
    ended = run("exec", "--", "java", "-cp", f"{jars}/*", "Guide.java", cwd=tmp_path, timeout=120)
    assert ended.returncode == 0 and ended.stdout.endswith("redirected\n"), ended.stdout + ended.stderr


def test_javas_tests_pass_with_junit(tmp_path, record_property):
    where = have("java", record_property)
    named = [block for block in JAVA if block[0]]
    assert [name for name, _ in named] == ["RedirectTest.java", "App.java", "RingTest.java"]
    files = [tmp_path / name for name, _ in named]
    for file, (_, code) in zip(files, named):
        file.write_text(code)
    path = f"{where}/jars/*{os.pathsep}{where}/junit.jar"
    compiled = subprocess.run(
        ["javac", "-Xlint:deprecation", "-Werror", "-d", "classes", "-cp", path, *files], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert compiled.returncode == 0, compiled.stderr
    jars = os.pathsep.join(str(jar) for jar in sorted((where / "jars").glob("*.jar")))
    junit = ["java", "-jar", where / "junit.jar", "execute", "--disable-banner", "--fail-if-no-tests"]
    ended = run("exec", "--", *junit, "-cp", f"classes{os.pathsep}{jars}", "--scan-classpath", "classes", cwd=tmp_path, timeout=120)
    assert ended.returncode == 0 and "4 tests successful" in ended.stdout, ended.stdout + ended.stderr
    alone = subprocess.run([*junit, "-cp", f"classes{os.pathsep}{jars}", "--scan-classpath", "classes"], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert alone.returncode == 1 and alone.stdout.count("Run under: redirect-emulator exec -- mvn test") >= 2, alone.stdout


def test_javas_pom_asks_for_what_the_class_is_run_with(tmp_path, record_property):
    where = have("java", record_property)
    ((name, code),) = blocks("Java.md", "xml")
    assert name == "pom.xml"
    pom = xml.etree.ElementTree.fromstring(code)
    space = "{http://maven.apache.org/POM/4.0.0}"
    asked = {one.findtext(f"{space}artifactId"): one.findtext(f"{space}version") for one in pom.iter(f"{space}dependency")}
    assert (where / "jars" / f"azure-communication-callautomation-{asked['azure-communication-callautomation']}.jar").is_file()
    # The console of Jupiter 5.N has the version 1.N.
    said = subprocess.run(["java", "-jar", where / "junit.jar", "--version"], capture_output=True, text=True, timeout=60).stdout
    assert f"Launcher {asked['junit-jupiter'].replace('5.', '1.', 1)}\n" in said
    maven = shutil.which("mvn")
    if maven is None:
        return
    (tmp_path / "pom.xml").write_text(code)
    command = [maven, "--offline", "--batch-mode", "--quiet", "validate"]
    read = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert read.returncode == 0 and "WARNING" not in read.stdout, read.stdout + read.stderr


def test_dotnets_tests_are_those_that_were_run(record_property):
    have("dotnet", record_property)
    for language, name, there in (("csharp", "Redirects.cs", "Redirects.cs"), ("xml", "Redirects.csproj", "xunit.csproj")):
        assert dict(blocks("DotNet.md", language))[name].strip() == parts.offline("dotnet", "xunit", there).read_text().strip()
