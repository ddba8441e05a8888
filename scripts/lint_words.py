#!/usr/bin/env python3
"""Every sentence that people are refused or advised with has its Russian one, and the other way round.

Collects the patterns from src/ (not the tests): what stands in the error factories, MakeError, MakePhrase, Mend and the
refusals of HTTP, and the titles of problems. Compares them with catalog/words/refusals.ru.toml: none may be missing
there, none may be left over, and the placeholders must be the same ones.
"""

import pathlib
import re
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "catalog/words/refusals.ru.toml"

FACTORIES = (
    "BadUsage|BadInput|NotFound|NotEnoughData|Conflict|Forbidden|Unauthenticated|TooLarge|Busy|Cancelled|Unavailable"
)
LITERAL = r'"(?:\\.|[^"\\\n])*"'
LITERALS = rf"{LITERAL}(?:\s*{LITERAL})*"
CALL = re.compile(
    rf"\b(?:(?:{FACTORIES}|MakePhrase|Mend)\(\s*|MakeError\([^;\"]*?,\s*|(?:Refuse|No)\(\d+,\s*)(?P<text>{LITERALS})"
)
# Tables whose texts are titles of problems: of our codes, and of statuses that only HTTP knows.
TITLES = {
    "src/base/result.cc": re.compile(r'\{"\w+", \d+, \d+, (?P<text>"[^"]+")\}'),
    "src/server/response.cc": re.compile(r'\{[45]\d\d, (?P<text>"[^"]+")\}'),
}
PLACEHOLDER = re.compile(r"\{\{|\}\}|\{(?P<number>\d*)(?P<form>:[^{}]*)?\}")
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "'": "'"}


def text_of(literals: str) -> str:
    """The text of one or more C++ literals side by side."""
    text = "".join(part[1:-1] for part in re.findall(LITERAL, literals))
    return re.sub(r"\\(.)", lambda escape: ESCAPES[escape[1]], text)


def without_comments(source: str) -> str:
    """The source with its comments blanked, so that lines keep their numbers."""
    return re.sub(rf"({LITERAL})|//[^\n]*", lambda found: found[1] or "", source)


def placeholders(pattern: str) -> list[int]:
    numbers = []
    for found in PLACEHOLDER.finditer(pattern):
        if found[0] in ("{{", "}}"):
            continue
        numbers.append(int(found["number"]) if found["number"] else len(numbers))
    return sorted(numbers)


def has_words(pattern: str) -> bool:
    return re.search("[A-Za-z]", PLACEHOLDER.sub("", pattern)) is not None


def patterns_of_sources() -> dict[str, str]:
    found = {}
    for path in sorted((ROOT / "src").rglob("*")):
        if path.suffix not in (".cc", ".h") or path.stem.endswith(("_test", "_fuzz")):
            continue
        name = str(path.relative_to(ROOT))
        source = without_comments(path.read_text())
        for call in [*CALL.finditer(source), *(TITLES[name].finditer(source) if name in TITLES else ())]:
            pattern = text_of(call["text"])
            if has_words(pattern):
                line = source.count("\n", 0, call.start()) + 1
                found.setdefault(pattern, f"{name}:{line}")
    return found


def faults() -> list[str]:
    used = patterns_of_sources()
    known = tomllib.loads(CATALOGUE.read_text())
    name = CATALOGUE.relative_to(ROOT)
    told = [f"{used[pattern]}: no Russian line in {name} for: {pattern}" for pattern in used if pattern not in known]
    for pattern, russian in known.items():
        if pattern not in used:
            told.append(f"{name}: no longer said anywhere: {pattern}")
        elif placeholders(pattern) != placeholders(russian):
            told.append(f"{name}: other placeholders in: {russian}")
        elif not CYRILLIC.search(russian):
            told.append(f"{name}: no Russian in: {russian}")
        elif " - " in russian:
            told.append(f"{name}: a hyphen in place of a dash: {russian}")
    return told


CYRILLIC = re.compile("[А-Яа-яЁё]")


def hyphens() -> list[str]:
    """Russian texts of the server and of its catalogue with a hyphen where a dash or a minus belongs."""
    told = []
    for path in sorted([*(ROOT / "src").rglob("*.cc"), *(ROOT / "catalog").rglob("*.toml")]):
        if "simulate" in path.parts:
            continue  # words of other products
        texts = re.findall(LITERAL if path.suffix == ".cc" else rf"\bru = ({LITERAL})", path.read_text())
        told += [
            f"{path.relative_to(ROOT)}: a hyphen in place of a dash or a minus: {text}"
            for text in texts
            if CYRILLIC.search(text) and re.search(r"[А-Яа-яЁё»)}] - ", text)
        ]
    return told


def main() -> int:
    told = [*faults(), *hyphens()]
    print("\n".join(told) if told else "every refusal has its Russian words")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
