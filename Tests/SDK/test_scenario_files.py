"""Where scenarios come from, and every way in which watched files change."""

import json
import os
import re
import shutil
import signal
import subprocess

import pytest
import support
from support import binary, run, wait_until


def rules(status, *more, name="r"):
    """A scenario's text: one rule, and some that never match."""
    extra = "".join(f"  - {{ name: {other}, attempts: 99, respond: {{ status: 500 }} }}\n" for other in more)
    return f"rules:\n  - {{ name: {name}, respond: {{ status: {status} }} }}\n" + extra


def write(path, text):
    path.write_text(text)


def loaded(emulator):
    """The statuses of the rules at work."""
    listed = emulator.control("GET", "/scenario", expect=200).json.get("rules", [])
    return [rule["respond"]["status"] for rule in listed]


def soon(emulator, *statuses):
    """Waits until these rules are at work."""
    try:
        wait_until(lambda: loaded(emulator) == list(statuses), within=10)
    except AssertionError:
        raise AssertionError(f"{loaded(emulator)}, expected {list(statuses)}\n{emulator.log.read_text()}") from None


def lines(emulator, part):
    return [line for line in emulator.log.read_text().splitlines() if part in line]


def in_place(folder, file):
    write(file, rules(503))


def renamed_over(folder, file):
    write(folder / "new", rules(503))
    (folder / "new").rename(file)


def removed_and_made_again(folder, file):
    file.unlink()
    write(file, rules(503))


def moved_away_and_made_again(folder, file):
    file.rename(folder / "backup~")
    write(file, rules(503))


def linked_hard(folder, file):
    write(folder / "new", rules(503))
    file.unlink()
    os.link(folder / "new", file)


def linked_hard_and_the_first_name_removed(folder, file):
    write(folder / "new", rules(503))
    file.unlink()
    os.link(folder / "new", file)
    (folder / "new").unlink()


def made_a_link(folder, file):
    write(folder / "new", rules(503))
    file.unlink()
    file.symlink_to("new")


def appended_and_kept_open(folder, file):
    made_a_link.keep = file.open("w")
    made_a_link.keep.write(rules(503))
    made_a_link.keep.flush()


def without_permission_first(folder, file):
    file.chmod(0o000)
    write(folder / "new", rules(503))
    (folder / "new").chmod(0o000)
    (folder / "new").rename(file)
    file.chmod(0o644)


def folder_renamed_and_another_in_its_place(folder, file):
    other = folder.with_name("other")
    other.mkdir()
    write(other / file.name, rules(503))
    folder.rename(folder.with_name("old"))
    other.rename(folder)


def folder_removed_and_made_again(folder, file):
    shutil.rmtree(folder)
    folder.mkdir()
    write(file, rules(503))


def parent_replaced(folder, file):
    other = folder.parent.with_name("other-parent")
    (other / folder.name).mkdir(parents=True)
    write(other / folder.name / file.name, rules(503))
    folder.parent.rename(folder.parent.with_name("old-parent"))
    other.rename(folder.parent)


def all_gone_and_made_again(folder, file):
    shutil.rmtree(folder.parent)
    folder.mkdir(parents=True)
    write(file, rules(503))


CHANGES = [
    in_place,
    renamed_over,
    removed_and_made_again,
    moved_away_and_made_again,
    linked_hard,
    linked_hard_and_the_first_name_removed,
    made_a_link,
    appended_and_kept_open,
    without_permission_first,
    folder_renamed_and_another_in_its_place,
    folder_removed_and_made_again,
    parent_replaced,
    all_gone_and_made_again,
]


@pytest.fixture
def watching(tmp_path, start_emulator):
    """A watched file two folders deep, and its emulator."""
    folder = tmp_path / "parent" / "folder"
    folder.mkdir(parents=True)
    file = folder / "day.yaml"
    write(file, rules(429))
    emulator = start_emulator("--scenario", file, "--watch")
    assert loaded(emulator) == [429]
    return folder, file, emulator


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_every_way_in_which_a_file_changes_is_seen_and_so_is_the_next_change(watching, change):
    folder, file, emulator = watching
    change(folder, file)
    soon(emulator, 503)
    write(folder / "again", rules(418))
    (folder / "again").rename(file)
    soon(emulator, 418)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_so_is_a_change_where_the_file_and_its_folders_are_named_from_the_working_folder(tmp_path, change):
    folder = tmp_path / "parent" / "folder"
    folder.mkdir(parents=True)
    write(folder / "day.yaml", rules(429))
    log = (tmp_path / "log").open("w")
    command = [binary(), "--port", "0", "--ready-file", "ready.json", "--scenario", "parent/../parent/folder/day.yaml", "--watch"]
    process = subprocess.Popen(command, cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        wait_until((tmp_path / "ready.json").exists)
        emulator = support.Emulator(process, json.loads((tmp_path / "ready.json").read_text()), tmp_path / "log")
        change(folder, folder / "day.yaml")
        soon(emulator, 503)
    finally:
        process.kill()
        process.wait()
        log.close()


def test_other_files_that_change_all_the_time_hold_nothing_up(watching):
    """Folders on the way are everybody's, such as /tmp."""
    folder, file, emulator = watching
    script = 'while :; do : >"$0/noise"; rm "$0/noise"; done'
    noise = subprocess.Popen(["sh", "-c", script, folder])
    try:
        appended_and_kept_open(folder, file)
        soon(emulator, 503)
        file.unlink()
        wait_until(lambda: lines(emulator, "disappeared"))
    finally:
        noise.kill()
        noise.wait()


def links(tmp_path):
    """first -> folder/second, whose folder is a link, second -> a file elsewhere: a chain as Kubernetes mounts one."""
    for name in ("one", "two", "elsewhere"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "second").symlink_to(tmp_path / "elsewhere" / f"{name}.yaml")
    write(tmp_path / "elsewhere" / "one.yaml", rules(429))
    write(tmp_path / "elsewhere" / "two.yaml", rules(503))
    (tmp_path / "folder").symlink_to("one")
    (tmp_path / "first.yaml").symlink_to("folder/second")
    return tmp_path / "first.yaml"


def moved(link, target):
    """Moves a link, in one step."""
    new = link.with_name("moving")
    new.symlink_to(target)
    new.rename(link)


MOVES = {
    "the first link": lambda base: moved(base / "first.yaml", "elsewhere/two.yaml"),
    "the link of a folder": lambda base: moved(base / "folder", "two"),
    "the link of a folder, removed first": lambda base: ((base / "folder").unlink(), (base / "folder").symlink_to("two")),
    "the last link": lambda base: moved(base / "one" / "second", "../elsewhere/two.yaml"),
    "the file": lambda base: (base / "elsewhere" / "two.yaml").rename(base / "elsewhere" / "one.yaml"),
    "the file's text": lambda base: write(base / "elsewhere" / "one.yaml", rules(503)),
}


@pytest.mark.parametrize("kind", MOVES)
def test_a_link_that_moves_is_seen_at_each_level(tmp_path, start_emulator, kind):
    emulator = start_emulator("--scenario", links(tmp_path), "--watch")
    soon(emulator, 429)
    MOVES[kind](tmp_path)
    soon(emulator, 503)


@pytest.mark.parametrize("later", ["a file", "a folder with it", "a link to it"])
def test_what_a_link_leads_to_may_be_made_later(tmp_path, start_emulator, later):
    file = links(tmp_path)
    emulator = start_emulator("--scenario", file, "--watch")
    moved(file, "later/deep/end.yaml")
    wait_until(lambda: lines(emulator, f"{file} disappeared"))
    assert loaded(emulator) == [429]
    if later == "a link to it":
        (tmp_path / "later").symlink_to("real")
        (tmp_path / "real").mkdir()
        (tmp_path / "real" / "deep").mkdir()
        (tmp_path / "real" / "deep" / "end.yaml").symlink_to(tmp_path / "elsewhere" / "two.yaml")
    elif later == "a folder with it":
        (tmp_path / "made" / "deep").mkdir(parents=True)
        write(tmp_path / "made" / "deep" / "end.yaml", rules(503))
        (tmp_path / "made").rename(tmp_path / "later")
    else:
        (tmp_path / "later" / "deep").mkdir(parents=True)
        write(tmp_path / "later" / "deep" / "end.yaml", rules(503))
    soon(emulator, 503)


def test_a_file_that_disappears_is_logged_once_and_the_rules_stay(watching):
    folder, file, emulator = watching
    file.unlink()
    wait_until(lambda: lines(emulator, "disappeared"))
    assert loaded(emulator) == [429]
    write(file, rules(429))
    wait_until(lambda: lines(emulator, f"reload of {file}: 1 rules, as before"))
    assert len(lines(emulator, "disappeared")) == 1
    shutil.rmtree(folder)
    wait_until(lambda: len(lines(emulator, "disappeared")) == 2)


def test_a_reload_is_one_line_with_time_rules_and_what_changed(watching):
    folder, file, emulator = watching
    write(file, rules(429, "b", "c"))
    wait_until(lambda: lines(emulator, "reload of"))
    write(file, rules(503, "c", "d"))
    wait_until(lambda: len(lines(emulator, "reload of")) == 2)
    write(file, "seed: 7\n" + rules(503, "d", "c") + "connections: [{ name: x, connections: 99, fault: silent }]\n")
    wait_until(lambda: len(lines(emulator, "reload of")) == 3)
    write(file, "seed: 7\n" + rules(503, "c", "d") + "connections: [{ name: x, connections: 99, fault: silent }]\n")
    wait_until(lambda: len(lines(emulator, "reload of")) == 4)
    told = [line.split("reload of ")[1] for line in lines(emulator, "reload of")]
    assert told == [
        f'{file}: 3 rules, 1 before; rule "b" added, rule "c" added',
        f'{file}: 3 rules, 3 before; rule "r" changed, rule "d" added, rule "b" removed',
        f'{file}: 4 rules, 3 before; connection rule "x" added, seed 7, 0 before',
        f"{file}: 4 rules, 4 before; the order of rules changed",
    ]
    for line in lines(emulator, "reload of"):
        assert re.match(r"\d\d:\d\d:\d\d\.\d{3}  notice  reload of ", line)
    os.utime(file)
    write(file, file.read_text() + "# a comment\n")
    emulator.control("PUT", "/scenario", b"rules: []", "application/yaml", expect=200)
    assert len(lines(emulator, "reload of")) == 4


def test_a_reload_that_fails_is_one_line_with_error(watching):
    folder, file, emulator = watching
    write(file, "rules:\n  - { nmae: a }\n  - { name: b, attempst: 1 }\n")
    wait_until(lambda: lines(emulator, "error:"))
    told = lines(emulator, "error:")
    assert len(told) == 1 and f"reload of {file}: error: {file}:2:" in told[0] and f"{file}:3:" in told[0]
    assert told[0].endswith("the rules stay as they were") and loaded(emulator) == [429]
    write(file, rules(429))
    wait_until(lambda: lines(emulator, "as before"))


def test_the_lines_are_objects_in_a_log_of_json(tmp_path, start_emulator):
    file = tmp_path / "day.yaml"
    write(file, rules(429))
    emulator = start_emulator("--scenario", file, "--watch", "--log-format", "json")
    write(file, "rules: 5")
    wait_until(lambda: lines(emulator, "error:"))
    write(file, rules(503))
    wait_until(lambda: lines(emulator, "1 before"))
    objects = [json.loads(line) for line in lines(emulator, "reload of")]
    assert [line["level"] for line in objects] == ["error", "notice"] and all("time" in line for line in objects)


# Folders, standard input and the variable.


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "scenarios"
    made.mkdir()
    write(made / "20.yml", rules(500, name="two"))
    write(made / "10.yaml", rules(429, name="one"))
    write(made / "30.json", json.dumps({"rules": [{"name": "three", "respond": {"status": 503}}]}))
    for other in ("notes.txt", ".hidden.yaml", "x.yaml~"):
        write(made / other, "not a scenario: [")
    (made / "sub.yaml").mkdir()
    return made


def test_a_folder_is_its_files_in_order_of_name(folder, start_emulator, tmp_path):
    last = tmp_path / "last.yaml"
    write(last, rules(418, "unused", name="last"))
    emulator = start_emulator("--scenario", folder, "--scenario", last)
    assert loaded(emulator) == [429, 500, 503, 418, 500]
    wait_until(lambda: lines(emulator, "ready on"))
    told = [line for line in emulator.log.read_text().splitlines() if line.startswith("scenario ")]
    names = [folder / "10.yaml", folder / "20.yml", folder / "30.json"]
    assert told == [*(f"scenario {name}: 1 rules" for name in names), f"scenario {last}: 2 rules"]


def test_files_that_a_folder_gets_and_loses_are_seen(folder, start_emulator):
    emulator = start_emulator("--scenario", f"{folder}/", "--watch")
    write(folder / "15.yaml", rules(418))
    soon(emulator, 429, 418, 500, 503)
    (folder / "15.yaml").rename(folder / "40.yaml")
    soon(emulator, 429, 500, 503, 418)
    (folder / "10.yaml").unlink()
    soon(emulator, 500, 503, 418)
    (folder / "20.yml").rename(folder / "20.off")
    soon(emulator, 503, 418)
    (folder / "05.yaml").symlink_to("20.off")
    soon(emulator, 500, 503, 418)
    write(folder / "20.off", rules(401))
    soon(emulator, 401, 503, 418)
    shutil.rmtree(folder)
    wait_until(lambda: lines(emulator, "disappeared"))
    assert loaded(emulator) == [401, 503, 418]
    folder.mkdir()
    write(folder / "a.yaml", rules(404))
    soon(emulator, 404)


def test_a_folder_as_kubernetes_mounts_it_is_replaced_as_a_whole(tmp_path, start_emulator):
    for name, status in (("..1", 429), ("..2", 503)):
        (tmp_path / name).mkdir()
        write(tmp_path / name / "day.yaml", rules(status))
    (tmp_path / "..data").symlink_to("..1")
    (tmp_path / "day.yaml").symlink_to("..data/day.yaml")
    emulator = start_emulator("--scenario", tmp_path, "--watch")
    soon(emulator, 429)
    moved(tmp_path / "..data", "..2")
    shutil.rmtree(tmp_path / "..1")
    soon(emulator, 503)


def test_the_ready_file_in_such_a_folder_is_no_scenario(tmp_path):
    write(tmp_path / "day.yaml", rules(429))
    emulator = support.start(tmp_path, "--scenario", tmp_path, "--watch")
    try:
        write(tmp_path / "day.yaml", rules(503))
        soon(emulator, 503)
        assert not lines(emulator, "error:")
    finally:
        assert emulator.stop() == 0


def test_an_empty_folder_is_warned_of_and_a_bad_file_in_one_is_named(tmp_path):
    ended = run("exec", "--scenario", tmp_path, "--", "true")
    assert ended.returncode == 0 and f"warning: --scenario {tmp_path}: the folder has no file *.yaml" in ended.stderr
    write(tmp_path / "a.yaml", "rules:\n  - { nmae: a }\n")
    for command in (["exec", "--scenario", tmp_path, "--", "true"], ["check", tmp_path], ["plan", tmp_path]):
        ended = run(*command)
        assert ended.returncode == 65 and f"{tmp_path}/a.yaml:2:" in ended.stdout + ended.stderr, ended
    write(tmp_path / "b.yaml", "rules:\n  - { nmae: b }\n")
    write(tmp_path / "c.yaml", rules(429))
    for command in (["exec", "--scenario", tmp_path, "--", "true"], ["check", tmp_path]):
        said = run(*command)
        assert all(f"{tmp_path}/{name}.yaml:2:" in said.stdout + said.stderr for name in "ab"), said
    (tmp_path / "a.yaml").unlink()
    (tmp_path / "b.yaml").unlink()
    os.mkfifo(tmp_path / "a.yaml")
    ended = run("exec", "--scenario", tmp_path, "--", "true")
    assert ended.returncode == 65 and "a.yaml is a FIFO" in ended.stderr, ended


def serving(tmp_path, *options, text=None, environment=None):
    """Starts an emulator with a text on standard input."""
    log = (tmp_path / "log").open("w")
    process = subprocess.Popen(
        [binary(), "--port", "0", "--ready-file", str(tmp_path / "ready.json"), *map(str, options)],
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
        env={**os.environ, **(environment or {})},
    )
    log.close()
    process.stdin.write((text or "").encode())
    process.stdin.close()
    wait_until((tmp_path / "ready.json").exists)
    return support.Emulator(process, json.loads((tmp_path / "ready.json").read_text()), tmp_path / "log")


def test_standard_input_and_the_variable_hold_scenarios_too(tmp_path):
    file = tmp_path / "day.yaml"
    write(file, rules(418, name="file"))
    variable = {"REDIRECT_EMULATOR_SCENARIO_TEXT": rules(503, name="variable")}
    options = ["--scenario", "-", "--scenario", file, "--watch"]
    emulator = serving(tmp_path, *options, text=rules(429, name="input"), environment=variable)
    try:
        assert loaded(emulator) == [429, 418, 503]
        wait_until(lambda: "ready on" in emulator.log.read_text())
        told = [line for line in emulator.log.read_text().splitlines() if line.startswith(("scenario", "warning"))]
        assert told == ["scenario -: 1 rules", f"scenario {file}: 1 rules", "scenario REDIRECT_EMULATOR_SCENARIO_TEXT: 1 rules"]
        write(file, rules(404, name="file"))
        soon(emulator, 429, 404, 503)
        emulator.process.send_signal(signal.SIGTERM)
        assert emulator.process.wait(10) == 0
    finally:
        emulator.process.kill()
        emulator.process.wait()


def test_what_is_wrong_in_them_is_said_with_its_place():
    bad = "rules:\n  - name: x\n    respnod: { status: 429 }\n"
    for command in (["exec", "--scenario", "-", "--", "true"], ["check", "-"], ["plan", "-"]):
        ended = subprocess.run([binary(), *command], input=bad, capture_output=True, text=True, timeout=30)
        assert ended.returncode == 65 and "-:3:5: " in ended.stdout + ended.stderr, ended
    ended = run("exec", "--", "true", env={**os.environ, "REDIRECT_EMULATOR_SCENARIO_TEXT": bad})
    assert ended.returncode == 65 and "REDIRECT_EMULATOR_SCENARIO_TEXT:3:5: " in ended.stderr, ended
    for other in (["--scenario", "-"], ["--exit-with-stdin"]):
        ended = run("exec", "--scenario", "-", *other, "--", "true")
        assert ended.returncode == 64 and "standard input" in ended.stderr, ended


def test_no_command_warns_of_the_variable():
    environment = {**os.environ, "REDIRECT_EMULATOR_SCENARIO_TEXT": "rules: []"}
    for command in (["exec", "--", "true"], ["token"], ["version"], ["help", "serve"]):
        ended = run(*command, env=environment)
        assert ended.returncode == 0 and "warning" not in ended.stderr, ended
    assert "REDIRECT_EMULATOR_SCENARIO_TEXT" in run("help", "serve").stdout
    assert "SCENARIO_TEXT" in run("manual").stdout


def test_an_empty_variable_is_as_if_it_were_not_set():
    ended = run("exec", "--", "true", env={**os.environ, "REDIRECT_EMULATOR_SCENARIO_TEXT": ""})
    assert ended.returncode == 0 and "warning" not in ended.stderr, ended


def test_a_signal_ends_a_start_that_waits_for_standard_input(tmp_path):
    process = subprocess.Popen(
        [binary(), "--port", "0", "--ready-file", tmp_path / "ready.json", "--scenario", "-"], stdin=subprocess.PIPE
    )
    try:
        wait_until(lambda: "start" in {name.read_text().strip() for name in threads(process.pid)})
        process.send_signal(signal.SIGTERM)
        assert process.wait(3) == 0
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
    assert not list(tmp_path.iterdir())


def threads(pid):
    import pathlib

    return list(pathlib.Path(f"/proc/{pid}/task").glob("*/comm"))
