#!/usr/bin/env python3
"""Check the tracked files as files: nothing of one machine, no address of a package registry, no unfinished work,
sizes, a README in every folder, links that lead somewhere, headers that begin as they should."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = {".cc", ".h", ".ts", ".svelte", ".py"}
MAX_LINES = 500
# clang-format looks after that of C++.
MAX_LINE_LENGTH = {".py": 120, ".cmake": 120, ".sql": 160}
# Built in pieces, so that this file passes its own check.
MACHINE_PATH = re.compile(r"(?<![\w.$}])/(?:work|root|farm|home/[a-z]\w*)/")
REGISTRY = re.compile(r'"resolved": *"http|https?://[^ "\x27]+/-/[^ "\x27]+\.tgz|registry\.' + r'npmjs\.org')
UNFINISHED = re.compile(r"\b(" + "TO" + "DO|FIX" + "ME|XX" + r"X)\b(?!:? when )")
LINK = re.compile(r"(?<!\!)\[[^\]\n]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)|!\[[^\]\n]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.S | re.M)


def tracked() -> list[str]:
    listing = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                             cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sorted(name for name in listing.split("\0") if name and (ROOT / name).is_file())


def check_words(name: str, text: str):
    # The currency without a currency is called XXX, so that mark counts only in comments.
    for number, line in enumerate(text.split("\n"), 1):
        if MACHINE_PATH.search(line):
            yield f"{name}:{number}: a path of one machine"
        if REGISTRY.search(line):
            yield f"{name}:{number}: the address of a package registry"
        mark = UNFINISHED.search(line)
        if mark and (mark.group(1) != "XX" + "X" or re.search(r"(//|--|#)\s*XX" + "X", line)):
            yield f"{name}:{number}: a mark of unfinished work"


def check_shape(name: str, text: str):
    suffix = Path(name).suffix
    lines = text.split("\n")
    if suffix in SOURCES and len(lines) > MAX_LINES + 1 and "/generated/" not in name:
        yield f"{name}: {len(lines) - 1} lines; over {MAX_LINES}, a file is more than one idea"
    limit = MAX_LINE_LENGTH.get(suffix)
    if limit:
        for number, line in enumerate(lines, 1):
            if len(line) > limit and "http" not in line and not line.startswith("-- needs:") and 'R"' not in line and '"' not in line[limit - 40:]:
                yield f"{name}:{number}: {len(line)} characters; the limit is {limit}"
    if suffix == ".h" and "#pragma once" not in text:
        yield f"{name}: no #pragma once"
    if suffix in SOURCES | {".sql", ".md", ".toml", ".cmake", ".sh"}:
        if text and not text.endswith("\n"):
            yield f"{name}: no newline at the end"
        if "\r" in text:
            yield f"{name}: carriage returns"
    if suffix in (".cc", ".h") and re.search(r"^using namespace ", text, re.M):
        yield f"{name}: using namespace"


def anchors(markdown: str) -> set[str]:
    found = set()
    for heading in re.findall(r"^#+ +(.*)$", FENCE.sub("", markdown), re.M):
        plain = re.sub(r"[`*_\[\]]|\(.*?\)", "", heading).strip().lower()
        found.add(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
        found.add(re.sub(r"[^\w\- ]", "", re.sub(r"[`*]", "", heading).strip().lower()).replace(" ", "-"))
    return found


def check_links(name: str, text: str):
    for match in LINK.finditer(re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))):
        target = match.group(1) or match.group(2)
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (ROOT / name).parent / path if path else ROOT / name
        if not file.exists():
            yield f"{name}: the link {target} leads nowhere"
        elif anchor and file.suffix == ".md" and anchor not in anchors(file.read_text()):
            yield f"{name}: the link {target} names a heading that is not there"


def check_own_header(name: str, text: str, names: set[str]):
    """A source file includes its own header first, which proves that the header stands alone."""
    own = name.removesuffix(".cc") + ".h"
    first = re.search(r'^#include ["<]([^">]+)', text, re.M)
    if name.startswith("src/") and own in names and (not first or f"src/{first.group(1)}" != own):
        yield f"{name}: its first include is not {own.removeprefix('src/')}"


def check_readmes(names: list[str]):
    for folder in sorted({Path(name).parts[1] for name in names if name.startswith("src/") and name.count("/") > 1}):
        if f"src/{folder}/README.md" not in names:
            yield f"src/{folder}: no README.md"
    for folder in ("catalog", "models", "web", "tests", "bench", "fuzz", "docs", "packaging", "scripts"):
        if any(name.startswith(f"{folder}/") for name in names) and f"{folder}/README.md" not in names:
            yield f"{folder}: no README.md"


def main() -> int:
    names = tracked()
    bad = list(check_readmes(names))
    for name in names:
        # Fixtures hold what vendors and the world write.
        if re.match(r"(tests|web)/.*(data|fixtures|corpus)/|fuzz/corpus/", name):
            continue
        try:
            text = (ROOT / name).read_bytes().decode()
        except UnicodeDecodeError:
            continue
        bad += check_words(name, text)
        bad += check_shape(name, text)
        if name.endswith(".cc"):
            bad += check_own_header(name, text, set(names))
        if name.endswith(".md"):
            bad += check_links(name, text)
    for line in bad:
        print(line)
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
