"""Everything that people read is plain English: words that do not belong are found in no guide, message, comment or string.

For each word there is a better one, which the field uses. A finding names the file, the line, the word, and the better word.
"""

import re

import pytest
import texts

# What is before `answer` where it is a noun.
NOUN = (
    "an|the|its|their|this|these|those|every|each|no|one|any|such|own|whole|first|last|next|final|other|wrong|right|chunked|interim|error|"
    "lost|late|slow|delayed|unread|unsent|empty|remembered|expected|service's|emulator's|operation's|request's|many|few|of|whose"
)
# A name, what is found, the better word, and what is right in its place.
WORDS = [
    (
        "answer as a noun",
        rf"\b(?:{NOUN}) answer\b(?! to answer)|\banswers (?:is|are|was|were|of|to (?!a call))\b|\b(?:the|its|own|all|no|of|unread|unsent|wrong) answers\b",
        "response, status or body",
        # An app answers a webhook, as a verb; `answer` is also an operation of the service.
        ["redirect, reject and answer", "that answer was"],
    ),
    # Nothing is wrong with a thing that goes wrong.
    ("goes", r"\bgoes\b", "is dropped, is removed, is sent, is written, continues", ["goes wrong"]),
    # A sign stands for something else, as in a template.
    ("stands", r"\b(?:stands|stood)\b|\b(?:may|must|can|could|to) stand\b", "is, be", ["stands for", "stood for", "may stand for"]),
    ("in its stead", r"\bstead\b", "instead", []),
    ("parted by", r"\bparted\b", "separated by", []),
    ("is told of", r"\btold of\b", "is told about, is reported", []),
    ("is none", r"\b(?:that|which|it|what|they|others) (?:is|are) none\b(?! of\b)|' is none\b", "does not exist, is not one, is not valid", []),
    ("likewise", r"\b[Ll]ikewise\b", "in the same way, in the same forms, too", []),
    ("as the rule has it", r"\bas the rule has it\b|\bhas it see\b", "by the rule", []),
    ("go together", r"\bgo together\b", "can be combined, cannot be combined", []),
    ("give or take", r"\bgive or take\b", "with a tolerance of", []),
    ("takes connections", r"\btook no connection\b|\btakes connections\b", "accepted no connection, accepts connections", []),
    ("anew", r"\banew\b", "again", []),
    ("draws", r"\b[Dd]raws (?:above|below)\b", "values above, values below", []),
    ("so many", r"\b[Ss]o many\b(?! that)", "this many", []),
    ("in the midst", r"\bin the midst\b", "in the middle", []),
    ("passed over", r"\b(?:is|are|was|were|be) passed over\b|\bpasses over\b", "is skipped, skips", []),
    ("no more", r"\b(?:rings|waits|reads|runs) no more\b", "does not ring any more", []),
    ("below exec", r"\b[Bb]elow `?(?:redirect-emulator )?exec\b", "inside exec", []),
    ("unless told", r"\bunless (?:it is )?told\b", "by default", []),
    ("takes place of", r"\b(?:takes|took|take) the operation's place\b|\bin the place of the call's\b", "replaces the operation, instead of", []),
    ("is rung", r"\b(?:is|are|was|were|be) rung\b", "a call rings at it", []),
    ("mend", r"\bmend(?:s|ed|ing)?\b", "fix", []),
    ("in no time", r"\bin no time\b", "in almost no time, at once", []),
    ("a slash behind", r"\bslash behind\b", "a trailing slash", []),
    ("somebody's own", r"\bsomebody's own\b", "the user's own", []),
    ("gives up room", r"\bg(?:ives?|ave|iven|iving) up (?:(?:its|their|the|all) )?room\b", "frees room", []),
    ("as files have it", r"\bas (?:a )?scenario files? (?:has|have)\b", "as in a scenario file", []),
    ("as messages say it", r"\bas messages say it\b", "for messages", []),
    ("notes that", r"\bNotes (?:that|how|which|what)\b", "Records", []),
    ("by way of", r"\bby way of\b", "through, by", []),
    ("spares", r"\bspares\b", "saves", []),
    ("datum", r"\bdatum\b", "data", []),
    ("words of another age", r"\b(?:whence|hence|thence|thereof|whereof|wherein|lest|unto|ought|bidden|whilst)\b", "from where, so, of it, in which, so that not", []),
]


def findings(pattern, allowed, text):
    """The lines, from 1, and what is found in them."""
    right = re.compile("|".join(re.escape(words) for words in allowed) or r"(?!)")
    for number, line in enumerate(text.split("\n"), 1):
        fine = [match.span() for match in right.finditer(line)]
        for match in pattern.finditer(line):
            if not any(start <= match.start() and match.end() <= end or start < match.end() <= end for start, end in fine):
                yield number, match.group()


@pytest.fixture(scope="module")
def pages():
    return [(path, texts.readable(path, text)) for path, text in texts.files() if path.name != "test_words.py"]


@pytest.mark.parametrize(("name", "pattern", "better", "allowed"), WORDS, ids=[word[0] for word in WORDS])
def test_words_that_do_not_belong_are_found_nowhere(pages, name, pattern, better, allowed):
    found = [
        f"{path}:{line}: '{words}': write {better}"
        for path, text in pages
        for line, words in findings(re.compile(pattern), allowed, text)
    ]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("the answer has no body", 1),
        ("the app answers the webhook 200", 0),
        ("the oldest entry goes, and nothing goes wrong", 1),
        ("* stands for any characters", 0),
        ("what stands in the body", 1),
    ],
)
def test_a_noun_is_told_from_a_verb_and_an_idiom_from_a_lapse(text, count):
    assert sum(len(list(findings(re.compile(pattern), allowed, text))) for _, pattern, _, allowed in WORDS) == count


@pytest.mark.parametrize(
    ("name", "text", "read"),
    [
        ("a.swift", 'let answer = "an answer \\(answer(of: "x")) ends" // goes', "an answer x ends goes"),
        ("a.swift", 'f(#"raw \\(no)"#, """\n  several \\("inner") lines\n  """)', "raw \\(no) several inner lines"),
        ("a.js", "const answer = `an ${answer} goes`; /* stands */", "an  goes /* stands */"),
        ("a.py", 'answer = f"an {answer} goes"  # stands', 'f"an  goes" # stands'),
        ("a.md", "An `answer` goes.\n```swift\nlet answer = 1 // stands\n```\n", "An  goes. stands"),
    ],
)
def test_comments_and_strings_are_read_and_code_is_not(name, text, read):
    path = texts.pathlib.PurePosixPath(name)
    shown = texts.readable(path, text)
    assert len(shown) == len(text) and shown.count("\n") == text.count("\n")
    assert re.sub(r"[\s/\"`]+", " ", shown).strip() == re.sub(r"[\s/\"`]+", " ", read).strip()


def test_all_kinds_of_files_are_read(pages):
    kinds = {path.suffix for path, _ in pages}
    assert {".md", ".swift", ".py", ".js", ".yaml", ".mustache", ".json", ""} <= kinds
    assert {"README.md", "scripts/run", "Sources/redirect-emulator/ServeOptions.swift"} <= {str(path) for path, _ in pages}
