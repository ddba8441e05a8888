#!/usr/bin/env python3
"""Check the SQL of models/, catalog/ and src/: the common subset of the engines that Weir speaks to, and results
that do not depend on the order in which threads finish.

A comment `lint: allow RULE: reason` on a line, or on the one above it, lets it pass; in C++ above the statement.

  subset     no GROUP BY ALL, QUALIFY, ASOF, SEMI/ANTI JOIN, EXCLUDE (models/ and catalog/)
  nulls      every key of ORDER BY says NULLS LAST (models/ and *.sql of src/); `lint_sql.py --fix` adds it
  float      no sum, avg or moment over floating-point numbers
  order      an aggregate that depends on the order of rows names that order
  outer      in the condition of an outer join no OR over columns of two tables, and nothing that speaks of the other
             table alone: the store then compares every row with every other (models/)
  seller     figures per person are grouped by seller, never by owner or member (catalog/ and src/): operations and
             others who do not sell own records too (docs/design/people.md)
"""

import re
import subprocess
import sys
from pathlib import Path

from sql_text import Token, closing, statements, tokens

ROOT = Path(__file__).resolve().parent.parent
ALLOW = re.compile(r"lint: allow (\w+): \S")

MOMENTS = {"AVG", "MEAN", "STDDEV", "STDDEV_POP", "STDDEV_SAMP", "VARIANCE", "VAR_POP", "VAR_SAMP", "CORR",
           "COVAR_POP", "COVAR_SAMP", "SKEWNESS", "KURTOSIS", "FAVG", "FSUM", "KAHAN_SUM", "SUMKAHAN", "GEOMEAN",
           "PRODUCT", "ENTROPY"}
FLOATING_TYPES = {"DOUBLE", "FLOAT", "REAL", "FLOAT4", "FLOAT8"}
FLOATING_CALLS = {"EXP", "LN", "LOG", "LOG2", "LOG10", "SQRT", "POW", "POWER", "RANDOM", "SIN", "COS", "TAN"}
ORDERED = {"LIST", "ARRAY_AGG", "STRING_AGG", "GROUP_CONCAT", "LISTAGG", "FIRST", "LAST", "ARBITRARY", "ANY_VALUE",
           "MODE"}
# Of rows with equal keys these take any one: fine where the key is a number that nothing else has. Such are what
# row_number() made, what observations and data versions are numbered by, and what a caller fills in.
NUMBERS = {"_obs", "observation", "data_version", "}"}
PICKING = {"ARG_MAX", "ARG_MIN", "MAX_BY", "MIN_BY", "ARGMAX", "ARGMIN"}
PERSONS = {"OWNER", "OWNER_ID", "MEMBER", "MEMBER_ID"}
ENDS_GROUP_BY = {"HAVING", "ORDER", "WINDOW", ";", ")", "UNION", "EXCEPT", "INTERSECT", "LIMIT"}
ENDS_JOIN = {"JOIN", "LEFT", "RIGHT", "FULL", "INNER", "CROSS", "WHERE", "GROUP", "ORDER", "HAVING", "WINDOW", "UNION",
             "EXCEPT", "INTERSECT", ";", ")"}
ENDS_ORDER_BY = {"LIMIT", "OFFSET", "FETCH", "ROWS", "RANGE", "GROUPS", "UNION", "EXCEPT", "INTERSECT", ")", ";"}


def check_subset(found: list[Token]):
    for at, token in enumerate(found):
        after = found[at + 1].upper if at + 1 < len(found) else ""
        word = token.upper
        if token.kind != "word":
            continue
        if word == "QUALIFY" or word == "ASOF":
            yield token, "subset", f"{word} is not in the common subset of SQL"
        if word in ("SEMI", "ANTI") and after == "JOIN":
            yield token, "subset", f"{word} JOIN: write EXISTS or NOT EXISTS"
        if word == "EXCLUDE" and after == "(":
            yield token, "subset", "EXCLUDE: name the columns"
        if word == "BY" and after == "ALL" and found[at - 1].upper == "GROUP":
            yield token, "subset", "GROUP BY ALL: name the columns"


def check_sellers(found: list[Token]):
    for at in range(len(found) - 1):
        if found[at].upper != "GROUP" or found[at + 1].upper != "BY":
            continue
        for token in found[at + 2:]:
            if token.upper in ENDS_GROUP_BY:
                break
            if token.upper in PERSONS:
                yield token, "seller", f"GROUP BY {token.text}: figures per person are of sellers, group by seller_id"


def outer_conditions(found: list[Token]):
    """The name of the joined table of each LEFT or FULL JOIN, and the condition, as its tokens."""
    for at, token in enumerate(found):
        if token.upper != "JOIN" or found[at - 1].upper not in ("LEFT", "FULL", "OUTER"):
            continue
        at += 1
        while at < len(found) and found[at].upper not in ENDS_JOIN and found[at].upper != "ON":
            at = closing(found, at) + 1 if found[at].text == "(" else at + 1
        end = at + 1
        while end < len(found) and found[end].upper not in ENDS_JOIN:
            end = closing(found, end) + 1 if found[end].text == "(" else end + 1
        yield found[at - 1].text, found[at + 1:end]


def conjuncts(condition: list[Token]):
    """The parts of a condition that AND joins, outside of brackets."""
    part, at, between = [], 0, False
    while at < len(condition):
        end = closing(condition, at) + 1 if condition[at].text == "(" else at + 1
        if condition[at].upper == "AND" and not between:
            yield part
            part = []
        else:
            between = condition[at].upper == "BETWEEN" or (between and condition[at].upper != "AND")
            part += condition[at:end]
        at = end
    yield part


def tables_in(part: list[Token]) -> set[str]:
    return {part[i].text for i in range(len(part) - 1) if part[i + 1].text == "." and part[i].text != "."}


def check_outer(found: list[Token]):
    for joined, condition in outer_conditions(found):
        for part in conjuncts(condition):
            if part and tables_in(part) and joined not in tables_in(part):
                yield part[0], "outer", "it speaks of the other table alone: put it into a comparison, as a CASE"
        for at, token in enumerate(condition):
            group = condition[at + 1:closing(condition, at)] if token.text == "(" else []
            if "OR" not in [inner.upper for inner in group]:
                continue
            if len(tables_in(group)) > 1:
                yield token, "outer", "OR over two tables in an outer join: write it as one comparison (open_ended())"
                break


def order_keys(found: list[Token], at: int):
    """The sort keys after ORDER BY, each as its tokens."""
    key, depth = [], 0
    while at < len(found):
        token = found[at]
        if depth == 0 and (token.upper in ENDS_ORDER_BY):
            break
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0 and token.text == ",":
            yield key
            key = []
        else:
            key.append(token)
        at += 1
    yield key


def check_nulls(found: list[Token]):
    for at in range(len(found) - 1):
        if found[at].upper == "ORDER" and found[at + 1].upper == "BY":
            for key in order_keys(found, at + 2):
                if key and [token.upper for token in key[-2:]] != ["NULLS", "LAST"]:
                    text = " ".join(token.text for token in key)
                    yield key[0], "nulls", f"ORDER BY {text}: add NULLS LAST"


def is_floating(argument: list[Token]) -> str | None:
    for at, token in enumerate(argument):
        word = token.upper
        if token.kind == "word" and word in FLOATING_TYPES and argument[at - 1].upper in ("AS", "::"):
            return token.text
        if token.kind == "word" and word in FLOATING_CALLS and argument[at + 1:at + 2] and argument[at + 1].text == "(":
            return f"{token.text}()"
        # Two strokes are an integer division.
        if token.text == "/" and "/" not in [near.text for near in argument[max(at - 1, 0):at + 2:2]]:
            return "a division"
    return None


def numbered(found: list[Token]) -> set[str]:
    """The columns that a statement makes by row_number(): no two rows of a partition have the same."""
    names = set(NUMBERS)
    for at, token in enumerate(found):
        if token.upper == "ROW_NUMBER":
            over = closing(found, at + 1) + 1
            if found[over].upper == "OVER":
                end = closing(found, over + 1) if found[over + 1].text == "(" else over + 1
                if found[end + 1].upper == "AS":
                    names.add(found[end + 2].text)
    return names


def check_aggregates(found: list[Token]):
    unique = numbered(found)
    for at in range(len(found) - 1):
        token = found[at]
        if token.kind != "word" or found[at + 1].text != "(":
            continue
        argument = found[at + 2:closing(found, at + 1)]
        word = token.upper
        if word in MOMENTS:
            yield token, "float", f"{token.text}() depends on the order of rows: sum and count in SQL, divide last"
        elif word == "SUM" and (why := is_floating(argument)):
            yield token, "float", f"sum() over {why} depends on the order of rows: sum integers or decimals"
        elif word in PICKING and argument[-1].text not in unique:
            yield token, "order", f"{token.text}() leaves ties to chance: number the rows in a total order"
        elif word in ORDERED and found[at - 1].upper not in ("FUNCTION", "MACRO", "."):
            end = closing(found, at + 1)
            ordered = any(argument[i].upper == "ORDER" and argument[i + 1].upper == "BY"
                          for i in range(len(argument) - 1))
            windowed = found[end + 1:end + 2] and found[end + 1].upper == "OVER"
            if not ordered and not windowed:
                yield token, "order", f"{token.text}() without ORDER BY takes rows as threads bring them"


def allowed(text: str) -> set[tuple[int, str]]:
    passes = set()
    for number, line in enumerate(text.split("\n"), 1):
        if match := ALLOW.search(line):
            passes |= {(number, match.group(1)), (number + 1, match.group(1))}
    return passes


def findings(path: Path, name: str):
    shared = name.startswith(("models/", "catalog/"))
    passes = allowed(path.read_text(errors="replace"))
    for first_line, text in statements(path):
        found = tokens(text, first_line)
        checks = [check_aggregates(found)]
        if name.startswith(("catalog/", "src/")) and not name.startswith(("src/model/", "src/simulate/")):
            checks.append(check_sellers(found))
        if shared:
            checks.append(check_subset(found))
        if path.suffix == ".sql":
            checks += [check_nulls(found), check_outer(found)]
        for check in checks:
            for token, rule, message in check:
                lines = (token.line, first_line) if path.suffix != ".sql" else (token.line,)
                if not any((line, rule) in passes for line in lines):
                    yield f"{name}:{token.line}: {message} [{rule}]"


def add_nulls_last(path: Path) -> None:
    text = path.read_text()
    found = tokens(text)
    ends = [key[-1].end for at in range(len(found) - 1)
            if found[at].upper == "ORDER" and found[at + 1].upper == "BY"
            for key in order_keys(found, at + 2)
            if key and [token.upper for token in key[-2:]] != ["NULLS", "LAST"]]
    for end in sorted(ends, reverse=True):
        text = text[:end] + " NULLS LAST" + text[end:]
    path.write_text(text)


def main() -> int:
    names = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "--",
                            "models/*.sql", "catalog/*.sql", "src/*.sql", "src/*.cc", "src/*.h"],
                           cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    bad = []
    rules = [path for folder in ("leaks", "diagnosis") for path in (ROOT / "catalog" / folder).glob("*.toml")]
    for path in sorted(rules):
        for text in re.findall(r'"""(.*?)"""', path.read_text(), re.DOTALL):
            bad += [f"{path.relative_to(ROOT)}: {message} [{rule}]" for _, rule, message in check_sellers(tokens(text))]
    names = [name for name in names if not name.endswith(("_test.cc", "_bench.cc")) and (ROOT / name).exists()]
    if "--fix" in sys.argv[1:]:
        for name in names:
            if name.endswith(".sql"):
                add_nulls_last(ROOT / name)
    bad += [line for name in sorted(names) for line in findings(ROOT / name, name)]
    for line in bad:
        print(line)
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
