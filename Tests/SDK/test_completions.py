"""`redirect-emulator completion SHELL`: what bash, zsh and fish offer, asked of the shells themselves."""

import os
import pathlib
import pty
import re
import select
import shlex
import shutil
import subprocess
import time

import pytest
from support import binary, run

SHELLS = ["bash", "zsh", "fish"]
COMMANDS = {
    "serve", "exec", "ring", "drill", "token", "check", "plan", "health", "env", "completion", "manual", "version", "help",
}
WITHIN = 20

# What is typed, and what has to be offered: all of it where the set is exact, else at least that and nothing of the
# second set.
CASES = {
    "the commands": ("", COMMANDS, None),
    "a command by its beginning": ("pl", {"plan"}, None),
    "options before any command": ("--log-", {"--log-level", "--log-format", "--log-file"}, None),
    "options of serve": ("serve --tls-", {"--tls-dir", "--tls-cert", "--tls-key", "--tls-name"}, None),
    "options of token, and of no other": ("token --", {"--scope", "--user", "--expires-in"}, {"--port"}),
    "an option that was given is not offered again": ("serve --port 1 --po", set(), None),
    "nor where it was given with its value in one word": ("serve --port=1 --po", set(), None),
    "one that repeats is": ("serve --scenario a.yaml --sce", {"--scenario"}, None),
    "a flag that was given is not offered again": ("serve --watch --wat", set(), None),
    "help is offered everywhere": ("check --he", {"--help"}, None),
    "choices": ("serve --auth ", {"verify", "any", "none"}, None),
    "choices by their beginning": ("--calls reg", {"registered"}, None),
    "choices after an equals sign": ("serve --auth=", {"--auth=verify", "--auth=any", "--auth=none"}, None),
    "files, and the folders on the way to them": ("serve --scenario bad", {"bad-day.yaml", "bad-folder"}, None),
    "files after an equals sign": ("exec --scenario=bad-d", {"--scenario=bad-day.yaml"}, None),
    "folders": ("serve --tls-dir bad", {"bad-folder"}, {"bad-day.yaml"}),
    "files that a command takes": ("check bad-d", {"bad-day.yaml"}, None),
    "more than one of them": ("check bad-day.yaml bad-d", {"bad-day.yaml"}, None),
    "a value has nothing to offer": ("serve --port ", set(), None),
    "the end of the options": ("exec ", {"--"}, None),
    "commands after it": ("exec --port 0 -- redirect-emu", {"redirect-emulator"}, None),
    "files after the command": ("exec -- cat bad-d", {"bad-day.yaml"}, None),
    "shells": ("completion ", set(SHELLS), None),
    "one of them": ("completion bash ", set(), set(SHELLS)),
    "also after an option": ("completion --", {"--help", "--version"}, None),
    "commands to be helped with": ("help ", COMMANDS, None),
    "one of those": ("help exec ", set(), COMMANDS),
    "a further file where a command takes several": ("plan bad-day.yaml bad-d", {"bad-day.yaml"}, None),
    "the file after an option's value": ("plan --requests 3 bad-d", {"bad-day.yaml"}, None),
    "a further file after an option's value": ("plan --requests 3 bad-day.yaml bad-d", {"bad-day.yaml"}, None),
    "more files after the first ones": ("check bad-day.yaml bad-day.yaml bad-d", {"bad-day.yaml"}, None),
    "the values of a flag": ("serve --strict=", {"--strict=true", "--strict=false"}, None),
    "the values of a flag by their beginning": ("exec --watch=f", {"--watch=false"}, None),
    "a flag takes no next word": ("serve --strict ", set(), {"true", "false"}),
    "a flag that was given with its value is not offered again": ("serve --watch=false --wat", set(), None),
}


class Terminal:
    """A shell in a terminal of its own."""

    def __init__(self, arguments, environment, folder):
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe(arguments[0], arguments, environment)
        self.output = ""

    def type(self, text):
        os.write(self.descriptor, text.encode())

    def expect(self, pattern):
        """Waits for what matches, and takes it and all before it out of the output."""
        deadline = time.monotonic() + WITHIN
        while True:
            found = re.search(pattern, self.output, re.DOTALL)
            if found:
                self.output = self.output[found.end() :]
                return found
            ready, _, _ = select.select([self.descriptor], [], [], max(0, deadline - time.monotonic()))
            assert ready, f"{pattern!r} did not come within {WITHIN} s; the terminal shows {self.output!r}"
            self.output += os.read(self.descriptor, 65536).decode(errors="replace")

    def close(self):
        os.close(self.descriptor)
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)


BASH = r"""
bind 'set enable-bracketed-paste off'; bind 'set completion-query-items 0'; bind 'set page-completions off'
show() { printf 'LINE<%s>\n' "$READLINE_LINE"; READLINE_LINE=; }
bind -x '"\C-xd": show'
bind '"\C-xi": insert-completions'
PS1='READY>'
"""

ZSH = r"""
unsetopt zle_bracketed_paste 2>/dev/null; unset zle_bracketed_paste; PS1='READY>'; unsetopt prompt_sp prompt_cr
zstyle ':completion:all-matches:*' completer _all_matches _complete
zstyle ':completion:all-matches:*' insert yes
zle -C all-matches complete-word _generic
bindkey -e
bindkey '^Xi' all-matches
show() { zle -I; print -r -- "LINE<$BUFFER>"; BUFFER= }
zle -N show
bindkey '^Xd' show
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with the program by its name, completions where distributions put them, and some files."""
    folder = tmp_path_factory.mktemp("completions")
    (folder / "bin").mkdir()
    (folder / "bin" / "redirect-emulator").symlink_to(pathlib.Path(binary()).resolve())
    work = folder / "work"
    work.mkdir()
    (work / "bad-day.yaml").write_text("rules: []\n")
    (work / "bad-folder").mkdir()
    for shell, path in {
        "bash": "share/bash-completion/completions/redirect-emulator",
        "zsh": "share/zsh/site-functions/_redirect-emulator",
        "fish": "share/fish/vendor_completions.d/redirect-emulator.fish",
    }.items():
        made = run("completion", shell)
        assert (made.returncode, made.stderr) == (0, "")
        assert not made.stdout.startswith("#!")
        (folder / path).parent.mkdir(parents=True)
        (folder / path).write_text(made.stdout)
    return folder


def environment(place):
    return {
        "PATH": f"{place / 'bin'}:{os.environ['PATH']}",
        "HOME": str(place),
        "XDG_DATA_HOME": str(place / "share"),
        "XDG_CONFIG_HOME": str(place / "config"),
        "XDG_DATA_DIRS": f"{place / 'share'}:/usr/local/share:/usr/share",
        "TERM": "dumb",
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "4000",
    }


class Asked:
    """A shell that says what it offers. `sourced`: the completions come by `source <(…)`, not from a folder."""

    def __init__(self, shell, place, sourced):
        self.shell, self.place, self.sourced = shell, place, sourced
        self.terminal = None
        if not shutil.which(shell):
            pytest.fail(f"{shell} is not installed; scripts/test installs it")
        work = place / "work"
        if shell == "bash":
            load = (
                "source <(redirect-emulator completion bash)"
                if sourced
                else "source /usr/share/bash-completion/bash_completion"
            )
            (place / "bashrc").write_text(load + "\n" + BASH)
            self.terminal = Terminal(["bash", "--rcfile", str(place / "bashrc"), "-i"], environment(place), work)
        elif shell == "zsh":
            load = "autoload -Uz compinit; compinit -u -D\n"
            if sourced:
                load += "source <(redirect-emulator completion zsh)\n"
            else:
                load = f"fpath=({shlex.quote(str(place / 'share/zsh/site-functions'))} $fpath)\n" + load
            zdotdir = place / ("zsh-sourced" if sourced else "zsh-loaded")
            zdotdir.mkdir(exist_ok=True)
            (zdotdir / ".zshrc").write_text(load + ZSH)
            self.terminal = Terminal(["zsh", "-i"], environment(place) | {"ZDOTDIR": str(zdotdir)}, work)
        if self.terminal:
            self.terminal.type("echo STARTED-$((40 + 2))\n")
            self.terminal.expect(r"STARTED-42.*READY>")

    def offers(self, typed):
        if self.shell == "fish":
            load = "redirect-emulator completion fish | source\n" if self.sourced else ""
            asked = subprocess.run(
                ["fish", "-c", f"{load}complete -C {shlex.quote('redirect-emulator ' + typed)}"],
                env=environment(self.place),
                cwd=self.place / "work",
                capture_output=True,
                text=True,
                timeout=WITHIN,
                check=True,
            )
            return {line.split("\t")[0].rstrip("/") for line in asked.stdout.splitlines()}
        line = "redirect-emulator " + typed
        shown = self.line_after(f"{line}\x18i")
        kept = line[: line.rfind(" ") + 1]
        assert shown.startswith(kept), (shown, line)
        # zsh puts the equals sign behind an option that takes a value, and takes it away again before a blank.
        words = {word.rstrip("/").removesuffix("=") for word in shown[len(kept) :].split()}
        # Where nothing is offered, what was typed stays as it was.
        return words - {typed.rpartition(" ")[2]} if len(words) == 1 else words

    def tab(self, typed):
        """The line after TAB."""
        return self.line_after(f"redirect-emulator {typed}\t")

    def line_after(self, keys):
        """The line that the shell has after these keys. It is then emptied, and the prompt shows again."""
        self.terminal.type(f"{keys}\x18d")
        return self.terminal.expect(r"LINE<([^\n]*)>\r?\n.*READY>").group(1)

    def close(self):
        if self.terminal:
            self.terminal.close()


@pytest.fixture(scope="module", params=[(shell, sourced) for shell in SHELLS for sourced in (False, True)], ids=str)
def asked(request, place):
    shell = Asked(request.param[0], place, request.param[1])
    yield shell
    shell.close()


@pytest.mark.parametrize("name", CASES)
def test_each_shell_offers(asked, name):
    typed, expected, others = CASES[name]
    offered = asked.offers(typed)
    if "=" in typed.rpartition(" ")[2]:
        # bash and zsh show what comes after the equals sign, or all of it: both are the same line in the end.
        expected = {word.partition("=")[2] for word in expected}
        offered = {word.partition("=")[2] or word for word in offered}
    if others is None:
        assert offered == expected
    else:
        assert expected <= offered and not offered & others


def test_tab_finishes_a_word(asked):
    if asked.shell == "fish":
        pytest.skip("fish has no line to ask for without its own terminal; `complete -C` is what its TAB asks")
    assert asked.tab("serve --auth=ver").rstrip() == "redirect-emulator serve --auth=verify"
    assert asked.tab("exec -- redirect-emul").rstrip() == "redirect-emulator exec -- redirect-emulator"
    assert asked.tab("check bad-da").rstrip() == "redirect-emulator check bad-day.yaml"


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_is_one_that_the_shell_can_read(shell, place):
    path = {"bash": "bash-completion/completions/redirect-emulator", "zsh": "zsh/site-functions/_redirect-emulator"}
    script = place / "share" / path.get(shell, "fish/vendor_completions.d/redirect-emulator.fish")
    read = subprocess.run([shell, "-n", script], capture_output=True, text=True, timeout=WITHIN)
    assert (read.returncode, read.stdout, read.stderr) == (0, "", "")


def test_the_manual_page_is_one_that_man_and_mandoc_find_nothing_in(tmp_path):
    page = tmp_path / "redirect-emulator.1"
    page.write_text(run("manual").stdout)
    shown = subprocess.run(["man", "--warnings", "-l", page], capture_output=True, text=True, timeout=WITHIN)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "REDIRECT_EMULATOR_PORT" in shown.stdout
    linted = subprocess.run(
        ["mandoc", "-T", "lint", "-W", "warning", page], capture_output=True, text=True, timeout=WITHIN
    )
    assert (linted.returncode, linted.stdout, linted.stderr) == (0, "", "")
