"""SQL as tokens: just enough to find clauses and calls, for scripts/lint and tests/architecture."""

import re
from dataclasses import dataclass
from pathlib import Path

TOKEN = re.compile(
    r"""(?P<comment>--[^\n]*|/\*.*?\*/)|(?P<string>'(?:[^']|'')*')|(?P<quoted>"(?:[^"]|"")*")"""
    r"""|(?P<word>[A-Za-z_][A-Za-z_0-9]*)|(?P<number>\d[\d.eE]*)|(?P<cast>::)|(?P<symbol>[^\s])""",
    re.S)
# A C++ string literal, raw or plain; comments and characters are matched so that they are passed over.
CPP_LITERAL = re.compile(
    r"""//[^\n]*|/\*.*?\*/|R"(?P<tag>[^()\s\\]*)\((?P<raw>.*?)\)(?P=tag)"|"(?P<plain>(?:[^"\\\n]|\\.)*)"|'(?:[^'\\\n]|\\.)+'""",
    re.S)
LOOKS_LIKE_SQL = re.compile(r"\b(SELECT\b.*\bFROM|INSERT\s+INTO|CREATE\s+(OR\s+REPLACE\s+)?(TEMP\s+)?(TABLE|VIEW)|"
                            r"DELETE\s+FROM|UPDATE\s+\w+\s+SET|WITH\s+\w+\s+AS\s*\()", re.S | re.I)


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    line: int
    end: int  # offset behind it

    @property
    def upper(self) -> str:
        return self.text.upper()


def tokens(sql: str, first_line: int = 1, comments: bool = False) -> list[Token]:
    found, line, at = [], first_line, 0
    for match in TOKEN.finditer(sql):
        line += sql.count("\n", at, match.start())
        at = match.start()
        if comments or match.lastgroup != "comment":
            found.append(Token(match.lastgroup, match.group(), line, match.end()))
    return found


def sql_of_cpp(text: str) -> list[tuple[int, str]]:
    """The string literals of a C++ file that hold SQL, with the line on which each begins. Neighbouring literals
    are one, as the compiler takes them."""
    pieces, end = [], None
    for match in CPP_LITERAL.finditer(text):
        body = match.group("raw") if match.group("raw") is not None else match.group("plain")
        if body is None:
            continue
        line = text.count("\n", 0, match.start()) + 1
        if end is not None and not text[end:match.start()].strip() and pieces:
            pieces[-1] = (pieces[-1][0], pieces[-1][1] + body)
        else:
            pieces.append((line, body))
        end = match.end()
    return [(line, body.replace("\\n", "\n")) for line, body in pieces if LOOKS_LIKE_SQL.search(body)]


def statements(path: Path) -> list[tuple[int, str]]:
    """The SQL of a file: the whole of a .sql file, the literals of a C++ file."""
    text = path.read_text(errors="replace")
    return [(1, text)] if path.suffix == ".sql" else sql_of_cpp(text)


def closing(found: list[Token], opening: int) -> int:
    """The index of the bracket that closes the one at `opening`."""
    depth = 0
    for at in range(opening, len(found)):
        depth += {"(": 1, ")": -1}.get(found[at].text, 0)
        if depth == 0:
            return at
    return len(found) - 1
