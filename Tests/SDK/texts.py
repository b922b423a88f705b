"""Finds what people read in this project's files: Markdown, comments, and the strings of programs."""

import io
import pathlib
import re
import subprocess
import tokenize

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Made by other files, written by others, or bytes for a parser.
LEFT_OUT = re.compile(
    r"^fixtures/(fuzz|sdks)/|^fixtures/requests/.*\.http$|^Sources/CTexts/texts/page\.html|\.(png|gz|pem|sha256|txt|dict|lock)$"
    r"|^scripts/packages/NOTICE$"
)
C_LIKE = {".swift", ".js", ".mjs", ".cjs", ".ts", ".c", ".h", ".java", ".cs", ".cpp"}
BLOCK = re.compile(r"^```(\w*)[^\n]*\n.*?^```$", re.DOTALL | re.MULTILINE)
CODE_IN_A_LINE = re.compile(r"`[^`\n]+`|\]\([^)\n]*\)|^\[\w+\]: .*$|<!--.*?-->", re.DOTALL | re.MULTILINE)


def files():
    """All files in Git that hold text for people, with their text."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if not LEFT_OUT.search(name) and path.is_file() and not path.is_symlink():
            yield pathlib.PurePosixPath(name), path.read_text()


def blanked(match):
    """Spaces in the place of what matched, so that lines keep their numbers."""
    return re.sub(r"[^\n]", " ", match.group())


def c_like(text):
    """The comments and strings of Swift, C, JavaScript and their kind; the code in an interpolation is left out, its strings are not."""
    kept = list(re.sub(r"[^\n]", " ", text))
    code = re.compile(r'//[^\n]*|/\*.*?\*/|(#*)("""|"|\'|`)|[(){}]', re.DOTALL)
    # What is open: ("code", its closing bracket, depth) or ("text", its delimiter).
    open_, place = [["code", None, 0]], 0
    while place < len(text):
        top = open_[-1]
        if top[0] == "text":
            end, raw, pattern = top[1], top[2], top[3]
            found = pattern.search(text, place)
            if found is None:
                return "".join(kept)
            kept[place : found.start()] = text[place : found.start()]
            place = found.end()
            token = found.group()
            if token == end or token == "\n":
                open_.pop()
            elif token.endswith(("(", "{")) and len(token) > 1:
                open_.append(["code", ")" if token.endswith("(") else "}", 0])
            continue
        found = code.search(text, place)
        if found is None:
            break
        token, place = found.group(), found.end()
        if token.startswith(("//", "/*")):
            kept[found.start() : found.end()] = token
        elif found.group(2):
            hashes, quote = found.groups()
            end = quote + hashes
            single = "" if quote in ('"""', "`") else "|\n"
            escape = rf"\\{hashes}\(|\\{hashes}." if not hashes else rf"\\{hashes}\("
            template = r"|\$\{" if quote == "`" else ""
            open_.append(["text", end, bool(hashes), re.compile(f"{escape}{template}|{re.escape(end)}{single}", re.DOTALL)])
        elif token == top[1] and top[2] == 0 and len(open_) > 1:
            open_.pop()
        elif token in "({":
            top[2] += token == ("(" if top[1] == ")" else "{")
        elif token in ")}" and token == top[1]:
            top[2] -= 1
    return "".join(kept)


def python(text):
    """The comments and strings of Python, without what an f-string computes."""
    lines = [list(re.sub(r"[^\n]", " ", line)) for line in text.splitlines(keepends=True)]
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in (tokenize.COMMENT, tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", -1)):
            continue
        words = token.string
        if re.match(r"(?i)r?f|fr", words):
            words = re.sub(r"\{[^{}\n]*\}", blanked, words)
        for n, part in enumerate(words.split("\n")):
            start = token.start[1] if n == 0 else 0
            lines[token.start[0] - 1 + n][start : start + len(part)] = part
    return "".join("".join(line) for line in lines)


def block(match):
    """A block of Markdown: of code its comments and strings, of anything else all."""
    fence, code = re.fullmatch(r"(```[^\n]*\n)(.*)```", match.group(), re.DOTALL).groups()
    if match.group(1) in ("swift", "javascript", "java", "csharp"):
        code = c_like(code)
    elif match.group(1) == "python":
        code = python(code)
    return " " * (len(fence) - 1) + "\n" + code + "   "


def readable(path, text):
    """The text with all that is not for people made blank."""
    if path.suffix in C_LIKE:
        return c_like(text)
    if path.suffix == ".py":
        return python(text)
    if path.suffix == ".md":
        text = BLOCK.sub(block, text)
        return CODE_IN_A_LINE.sub(blanked, text)
    return text
