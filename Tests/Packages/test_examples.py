"""The examples: what cannot be run here is parsed, names this version, and says in its first line that it was not run."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

import pytest
import yaml
from conftest import built
from support import ROOT, free_port

EXAMPLES = sorted((ROOT / "fixtures" / "examples").iterdir())
VERSION = built("*-image-*.tar").name.split("-")[2]
CONTROL = "REDIRECT_EMULATOR_CONTROL"
TLS_NAME = "REDIRECT_EMULATOR_TLS_NAME"
RING_ALLOW = "REDIRECT_EMULATOR_RING_ALLOW"


def documents(name):
    return list(yaml.safe_load_all((ROOT / "fixtures" / "examples" / name).read_text()))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_example_says_that_it_is_not_run_and_names_this_version(example):
    text = example.read_text()
    first = text.splitlines()[0].lstrip("#/ ")
    assert first.startswith("Not run by this project's tests"), first
    images = re.findall(r"redirect-emulator:([0-9.]+[0-9])", text)
    packages = "redirect_emulator-*.whl" in text or "redirect-emulator-*.tgz" in text
    assert set(images) <= {VERSION} and (images or packages), images


@pytest.mark.parametrize("example", [path for path in EXAMPLES if path.suffix in (".py", ".mjs")], ids=lambda path: path.name)
def test_an_example_in_code_is_parsed(example):
    if example.suffix == ".py":
        compile(example.read_text(), example, "exec")
        return
    node = shutil.which("node")
    if node is None:
        pytest.skip("this machine has no node")
    subprocess.run([node, "--check", example], check=True, timeout=60)


def test_compose():
    (compose,) = documents("compose.yaml")
    acs, tests = compose["services"]["acs"], compose["services"]["tests"]
    assert acs == {"image": f"redirect-emulator:{VERSION}", "read_only": True, "environment": {TLS_NAME: "acs", RING_ALLOW: "tests"}}
    assert tests["depends_on"] == {"acs": {"condition": "service_healthy"}}
    assert tests["environment"] == {CONTROL: "http://acs:4010/_emulator"}


def app_and_tests(name, environment):
    """What a file with an app in a container of its own has: the service `app`, its script, and the service `tests`.
    `environment` is the emulator's, beside the host that events may go to."""
    (compose,) = documents(name)
    acs, app, tests = (compose["services"][name] for name in ("acs", "app", "tests"))
    assert acs["environment"] == {RING_ALLOW: "app", **environment}
    key = (ROOT / "fixtures/keys/development-access-key.txt").read_text().strip()
    assert app["environment"] == {"COMMUNICATION_SERVICES_CONNECTION_STRING": f"endpoint=https://acs:4010/;accesskey={key}"}
    shell, option, script = app["command"]
    assert shell == "sh" and option in ("-c", "-ec")
    return app, script, tests


def test_compose_with_an_app_of_its_own():
    app, script, tests = app_and_tests("compose-app.yaml", {TLS_NAME: "acs"})
    subprocess.run(["sh", "-n", "-c", script], check=True)
    (python,) = re.findall("^python -c '(.*)'$", script, re.MULTILINE)
    compile(python, "compose-app.yaml", "exec")
    compile(app["healthcheck"]["test"][-1], "compose-app.yaml", "exec")
    assert tests["environment"] == {CONTROL: "http://acs:4010/_emulator"} and "pytest --acs-resource default" in tests["command"]


def test_compose_for_java():
    app, script, tests = app_and_tests("compose-java.yaml", {TLS_NAME: "acs"})
    subprocess.run(["sh", "-n", "-c", script.replace("$$", "$")], check=True)
    subprocess.run(["bash", "-n", "-c", app["healthcheck"]["test"][-1]], check=True)
    assert tests["environment"] == {
        **app["environment"], CONTROL: "http://acs:4010/_emulator", "APP_URL": "http://app:8080/api/incomingCall"
    }  # fmt: skip
    assert tests["entrypoint"] == app["entrypoint"]
    subprocess.run(["sh", "-n", "-c", app["entrypoint"][2].replace("$$", "$")], check=True)


def test_compose_for_javas_drill(tmp_path):
    """The script with the tarball's program. What is not here has a substitute: Maven, and the app."""
    (compose,) = documents("compose-java.yaml")
    services = compose["services"]
    drill = services["drill"]
    assert drill["profiles"] == ["drill"] and "depends_on" not in drill
    # What one container downloads, the others find.
    assert all(services[name]["volumes"] == [".:/app", "maven:/root/.m2"] for name in ("app", "tests", "drill"))
    assert "maven" in compose["volumes"]
    with tarfile.open(built("redirect-emulator-*-linux-x86_64.tar.gz")) as tar:
        tar.extractall(tmp_path, filter="data")
    (tmp_path / "mvn").write_text('#!/bin/sh\necho the.jar >"${4#-Dmdep.outputFile=}"\n')
    app = f"{sys.executable} {ROOT}/Tests/Apps/drill/careful.py"
    (tmp_path / "java").write_text(f'#!/bin/sh\n[ "$*" = "-cp target/classes:the.jar App" ] && exec {app}\n')
    for name in ("mvn", "java"):
        (tmp_path / name).chmod(0o755)
    port = str(free_port())
    script = drill["command"][2].replace("$$", "$").replace("8080", port).replace("/tmp/classpath", f"{tmp_path}/classpath")
    script = script.replace(" drill ", " drill --day 'a perfect day' --day 'call gone' ")
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "PORT": port}
    ended = subprocess.run(["sh", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0 and "2 days passed" in ended.stdout, ended.stdout + ended.stderr


def test_compose_for_node():
    app, script, tests = app_and_tests("compose-node.yaml", {})
    subprocess.run(["sh", "-n", "-c", script], check=True)
    node, option, check = app["healthcheck"]["test"][1:]
    assert (node, option) == ("node", "-e")
    if node := shutil.which("node"):
        subprocess.run([node, "--check", "-"], input=check, text=True, check=True, timeout=60)
    assert tests["environment"] == {CONTROL: "http://acs:4010/_emulator"} and "node --test" in tests["command"]


@pytest.mark.parametrize("name", ["compose.yaml", "compose-app.yaml", "compose-java.yaml", "compose-node.yaml"])
def test_compose_is_valid_for_docker_compose(name):
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], capture_output=True).returncode:
        pytest.skip("this machine has no docker compose")
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "compose.yaml"
        shutil.copy(ROOT / "fixtures" / "examples" / name, file)
        ended = subprocess.run([docker, "compose", "-f", file, "config", "--quiet"], capture_output=True, text=True, timeout=60)
        assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("name", ["github-actions.yml", "github-actions-service.yml", "github-actions-node.yml"])
def test_a_workflow_for_github_is_a_whole_file(name):
    (workflow,) = documents(name)
    # YAML 1.1 reads `on` as true.
    assert workflow.keys() == {"name", True, "jobs"} and workflow[True] == "push"
    (job,) = workflow["jobs"].values()
    assert job["runs-on"] == "ubuntu-latest" and job.keys() <= {"runs-on", "services", "env", "steps"}
    kinds = [next(iter(step)) for step in job["steps"]]
    assert kinds[:4] == ["uses", "uses", "run", "run"] and set(kinds[4:]) <= {"run", "uses"} and job["steps"][0]["uses"].startswith("actions/checkout@")
    assert all(step.keys() <= {"uses", "with", "run", "if"} for step in job["steps"])


def test_services_of_github_and_gitlab():
    (workflow,) = documents("github-actions-service.yml")
    job = workflow["jobs"]["tests"]
    assert job["services"]["acs"]["ports"] == ["4010:4010"] and "options" not in job["services"]["acs"]
    assert job["env"] == {CONTROL: "http://localhost:4010/_emulator"}
    (pipeline,) = documents("gitlab-ci.yml")
    assert pipeline.keys() == {"tests"} and pipeline["tests"].keys() == {"image", "services", "variables", "script"}
    (service,) = pipeline["tests"]["services"]
    assert pipeline["tests"]["variables"][CONTROL] == f"http://{service['alias']}:4010/_emulator"


def test_node_is_tested_by_the_same_commands_on_github_and_gitlab():
    (workflow,) = documents("github-actions-node.yml")
    (pipeline,) = documents("gitlab-ci-node.yml")
    job = pipeline["tests"]
    assert [step["run"] for step in workflow["jobs"]["tests"]["steps"] if "run" in step] == job["script"]
    (report,) = [command.split("--report ")[1].split()[0] for command in job["script"] if "--report" in command]
    assert job["artifacts"] == {"when": "always", "reports": {"junit": report}}
    kept = workflow["jobs"]["tests"]["steps"][-1]
    assert kept["uses"].startswith("actions/upload-artifact@") and kept["if"] == "always()" and kept["with"]["path"] == report


def test_kubernetes():
    (job,) = documents("kubernetes-sidecar.yaml")
    pod = job["spec"]["template"]["spec"]
    (sidecar,) = pod["initContainers"]
    assert sidecar["restartPolicy"] == "Always"
    # The kubelet's own requests come to the pod's address, where nothing listens.
    assert sidecar["startupProbe"]["exec"]["command"] == ["/usr/bin/redirect-emulator", "health"]
    assert pod["containers"][0]["env"] == [{"name": CONTROL, "value": "http://127.0.0.1:4010/_emulator"}]
    deployment, service = documents("kubernetes-service.yaml")
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert deployment["spec"]["selector"]["matchLabels"] == labels == service["spec"]["selector"]
    assert service["spec"]["ports"] == [{"port": 4010}]
