"""The code of the guides for JavaScript and Java is run as it is there; that for .NET is what was run where .NET is."""

import json
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree

import pytest
import yaml
from sdks import parts
from support import GUIDES, binary, free_port, run
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


@pytest.fixture
def java(tmp_path, record_property):
    """Compiles the guide's classes. Returns what gives the words that run them: a class with `main`, or tests with JUnit."""
    where = have("java", record_property)
    assert all(name for name, _ in JAVA), "each block is a whole file"
    for name, code in JAVA:
        (tmp_path / name).write_text(code)
    path = f"{where}/jars/*{os.pathsep}{where}/junit.jar"
    files = [tmp_path / name for name, _ in JAVA]
    compiled = subprocess.run(
        ["javac", "-Xlint:deprecation", "-Werror", "-d", "classes", "-cp", path, *files], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert compiled.returncode == 0, compiled.stderr
    jars = os.pathsep.join(["classes", *(str(jar) for jar in sorted((where / "jars").glob("*.jar")))])
    junit = ["java", "-jar", where / "junit.jar", "execute", "--disable-banner", "--fail-if-no-tests", "-cp", jars]

    def words(main=None, only=()):
        if main:
            return ["java", "-cp", jars, main]
        return [*junit, *([f"--select-class={name}" for name in only] or ["--scan-classpath", "classes"])]

    return words


def test_javas_program_works_as_it_is_written(tmp_path, java):
    ended = run("exec", "--", *java(main="WithHttp"), cwd=tmp_path, timeout=120)
    assert ended.returncode == 0 and ended.stdout.endswith("redirected\n"), ended.stdout + ended.stderr


def test_javas_careful_app_listens_on_all_addresses(tmp_path, java):
    """As it has to in a container, where the call comes from another one."""
    port = free_port()
    words = ["--ring", f"http://127.0.0.2:{port}/", "--wait", "--set", f"PORT={port}", "--", *java(main="Careful")]
    ended = run("exec", *words, cwd=tmp_path, timeout=120)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_javas_tests_pass_with_junit(tmp_path, java):
    then = '"$@" && curl --silent "$REDIRECT_EMULATOR_CONTROL/scenario"'
    ended = run("exec", "--", "sh", "-c", then, "sh", *java(), cwd=tmp_path, timeout=120)
    assert ended.returncode == 0 and "6 tests successful" in ended.stdout, ended.stdout + ended.stderr
    assert '"rules":[]' in ended.stdout, "the test with rules leaves none"
    # The app says why it failed, and is not stopped while it answers the webhook.
    assert "not redirected: " in ended.stdout and "Status code 503" in ended.stdout
    deliveries = [line for line in ended.stderr.splitlines() if "  delivery  " in line]
    assert len(deliveries) == 3 and all("  status " in line for line in deliveries), ended.stderr


def test_javas_tests_say_that_no_emulator_is_there(tmp_path, java):
    alone = subprocess.run(java(), cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert alone.returncode == 1 and alone.stdout.count("Run under: redirect-emulator exec -- mvn test") >= 2, alone.stdout
    nowhere = {**os.environ, "REDIRECT_EMULATOR_CONTROL": f"http://127.0.0.1:{free_port()}/_emulator"}
    words = java(only=["RedirectTest", "RingTest"])
    alone = subprocess.run(words, cwd=tmp_path, env=nowhere, capture_output=True, text=True, timeout=120)
    assert alone.stdout.count(f"No emulator is at {nowhere['REDIRECT_EMULATOR_CONTROL']}") >= 2, alone.stdout
    assert "NullPointerException" not in alone.stdout and "Suppressed" not in alone.stdout, alone.stdout


@pytest.mark.parametrize("address", ["http://127.0.0.1:4010", "127.0.0.1:4010/_emulator"], ids=["no path", "no scheme"])
def test_javas_tests_say_what_an_address_of_the_control_api_is(tmp_path, java, address):
    environment = {**os.environ, "REDIRECT_EMULATOR_CONTROL": address}
    alone = subprocess.run(java(only=["RedirectTest"]), cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    assert f"'{address}' is not an address of a control API; expected http://HOST:PORT/_emulator" in alone.stdout, alone.stdout


@pytest.mark.parametrize("fires", [True, False], ids=["fires", "never fires"])
def test_javas_tests_keep_the_rules_of_the_command_line(tmp_path, java, fires):
    attempts = 1 if fires else 99
    (tmp_path / "bad-day.yaml").write_text(f"rules: [{{ name: bad, attempts: {attempts}, respond: {{ status: 503 }} }}]\n")
    ended = run("exec", "--scenario", "bad-day.yaml", "--require-rules", "--", *java(only=["RingTest"]), cwd=tmp_path, timeout=120)
    assert "1 tests successful" in ended.stdout and "1 tests aborted" in ended.stdout, ended.stdout
    assert ended.returncode == (0 if fires else 1) and ("never fired: bad" in ended.stderr) != fires, ended.stderr


def test_javas_tests_leave_a_drills_day_as_it_is(tmp_path, java):
    """The day's rules fire, so it was tested; the test with rules of its own is left out."""
    report = tmp_path / "drill.json"
    days = ["throttled twice", "unavailable twice"]
    chosen = [word for day in days for word in ("--day", day)]
    ended = run("drill", *chosen, "--report", report, "--", *java(only=["RingTest"]), cwd=tmp_path, timeout=120)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    seen = json.loads(report.read_text())["days"]
    assert [(day["verdict"], day["tries"]) for day in seen] == [("passed", 3)] * 2, seen


@pytest.mark.parametrize("home", [None, "/nowhere"], ids=["no JAVA_HOME", "a wrong JAVA_HOME"])
def test_javas_trust_store_for_other_services_has_their_cas_too(emulator, tmp_path, record_property, home):
    have("java", record_property)
    (commands,) = [code for _, code in blocks("Java.md", "console") if "both.jks" in code]
    script = commands.removeprefix("$ ").replace("http://127.0.0.1:4010", emulator.endpoint)
    environment = {name: value for name, value in os.environ.items() if name != "JAVA_HOME"} | ({"JAVA_HOME": home} if home else {})
    made = subprocess.run(["sh", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
    assert made.returncode == 0, made.stderr
    listed = ["keytool", "-list", "-keystore", "both.jks", "-storepass", "changeit"]
    said = subprocess.run(listed, cwd=tmp_path, capture_output=True, text=True, timeout=60).stdout
    assert "redirect-emulator," in said and said.count("trustedCertEntry") > 20, said


def test_javas_trust_store_for_other_services_is_not_made_without_their_cas(emulator, tmp_path, record_property):
    have("java", record_property)
    (commands,) = [code for _, code in blocks("Java.md", "console") if "both.jks" in code]
    script = commands.removeprefix("$ ").replace("http://127.0.0.1:4010", emulator.endpoint)
    for name in ("sh", "curl", "cp", "sed", "keytool"):
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / name).symlink_to(shutil.which(name))
    made = subprocess.run(
        ["sh", "-c", script], cwd=tmp_path, env={"PATH": str(tmp_path / "bin")}, capture_output=True, text=True, timeout=60
    )
    assert made.returncode != 0 and not (tmp_path / "both.jks").exists(), made.stdout + made.stderr


@pytest.mark.parametrize("there", [True, False], ids=["there", "not there"])
def test_an_own_trust_store_of_java_gets_the_ca_only_where_it_is_there(tmp_path, record_property, there):
    have("java", record_property)
    (commands,) = [code for _, code in blocks("Java.md", "console") if "yours.jks" in code]
    store = ["-keystore", "yours.jks", "-storepass", "changeit"]
    script = commands.removeprefix("$ redirect-emulator ").replace("mvn test", " ".join(["keytool", "-list", *store]))
    if there:
        made = ["keytool", "-genkeypair", "-keyalg", "EC", "-alias", "own", "-dname", "CN=own", *store]
        subprocess.run(made, cwd=tmp_path, check=True, capture_output=True, timeout=60)
    for _ in range(2):
        ended = subprocess.run(["sh", "-c", f"{binary()} {script}"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert (ended.returncode == 0, ended.stdout.count("redirect-emulator,")) == (there, int(there)), ended.stdout + ended.stderr
        assert (tmp_path / "yours.jks").exists() == there


def test_an_own_trust_store_of_java_needs_the_password_that_the_guide_names(tmp_path, record_property, java):
    """Without it the error is that of Troubleshooting's row."""
    (commands,) = [code for _, code in blocks("Java.md", "console") if "yours.jks" in code]
    (password,) = set(re.findall(r"-Djavax.net.ssl.trustStorePassword=\w+", (GUIDES / "Java.md").read_text()))
    store = ["-keystore", "yours.jks", "-storepass", "changeit"]
    made = ["keytool", "-genkeypair", "-keyalg", "EC", "-alias", "own", "-dname", "CN=own", *store]
    subprocess.run(made, cwd=tmp_path, check=True, capture_output=True, timeout=60)
    script = commands.removeprefix("$ redirect-emulator ").replace("mvn test", " ".join(map(str, java(only=["FirstTest"]))))
    for options, error in [(password, None), ("", "the trustAnchors parameter must be non-empty")]:
        told = {**os.environ, "JAVA_TOOL_OPTIONS": f"-Djavax.net.ssl.trustStore=yours.jks {options}"}
        words = ["sh", "-c", f"{binary()} {script}"]
        ended = subprocess.run(words, cwd=tmp_path, env=told, capture_output=True, text=True, timeout=120)
        assert (ended.returncode == 0) == (error is None), ended.stdout + ended.stderr
        assert (error or "1 tests successful") in ended.stdout, ended.stdout
        assert error is None or error in (GUIDES / "Troubleshooting.md").read_text()


def test_javas_containers_fetch_the_trust_store_and_run_the_tests_with_it(emulator, tmp_path, java):
    """The entry point of compose-java.yaml, with the option that its service `tests` gives to the tests' JVM."""
    ((name, code),) = blocks("Java.md", "yaml")
    code = code.replace("http://acs:4010", emulator.endpoint).replace("/tmp/", f"{tmp_path}/").replace("$$", "$")
    tests = yaml.safe_load(code)["services"]["tests"]
    assert name == "compose-java.yaml" and "COMMUNICATION_SERVICES_CONNECTION_STRING" in tests["environment"]
    option = tests["command"].removeprefix("mvn test -DargLine=")
    runs = ["java", option, *java(only=["FirstTest"])[1:]]
    told = {**os.environ, "COMMUNICATION_SERVICES_CONNECTION_STRING": emulator.ready["connectionString"]}
    words = [*tests["entrypoint"], *runs]
    ended = subprocess.run(words, cwd=tmp_path, env=told, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0 and "1 tests successful" in ended.stdout, ended.stdout + ended.stderr
    nowhere = [str(word).replace(emulator.endpoint, f"http://127.0.0.1:{free_port()}") for word in words]
    ended = subprocess.run(nowhere, cwd=tmp_path, env=told, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 1 and "FirstTest" not in ended.stdout, ended.stdout


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
