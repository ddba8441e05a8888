#!/usr/bin/env python3
"""Check that the source keeps to its architecture.

  includes   point down only, by cmake/layers.txt; CMake's DEPS say the same
  duckdb     only src/store includes duckdb.h
  scoped     SQL of metrics and of the analyses reads scoped.* and nothing else
"""

import re
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SRC = ROOT / "src"
sys.path.insert(0, str(ROOT / "scripts"))

import lint_sql  # noqa: E402
import lint_tree  # noqa: E402
from sql_text import closing, sql_of_cpp, statements, tokens  # noqa: E402

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
MODULE = re.compile(r"weir_module\(\s*(\w+)(.*?)\)", re.S)


def read_layers() -> dict[str, int]:
    lines = [line.split() for line in (ROOT / "cmake" / "layers.txt").read_text().splitlines()
             if line and not line.startswith("#")]
    return {folder: height for height, line in enumerate(lines) for folder in line}


LAYERS = read_layers()
ANALYSES = {folder for folder in LAYERS if LAYERS[folder] == LAYERS["pipeline"]}
SCOPED_ONLY = ANALYSES | {"metrics"}


def sources(folder: Path = SRC):
    return sorted(path for path in folder.rglob("*") if path.suffix in (".cc", ".h"))


def folder_of(path: Path) -> str:
    return path.relative_to(SRC).parts[0]


def wrong_includes(folder: str, text: str) -> list[str]:
    """The includes of a file of `folder` that do not point down."""
    wrong = []
    for target in INCLUDE.findall(text):
        other = target.split("/")[0]
        if other != folder and "/" in target and LAYERS.get(other, -1) >= LAYERS[folder]:
            wrong.append(target)
    return wrong


def names_defined(found) -> set[str]:
    """The names that a statement gives itself: common table expressions and what it creates."""
    names = set()
    for at in range(len(found) - 2):
        opens = found[at + 1].upper == "AS" and (found[at + 2].text == "(" or found[at + 2].upper in (
            "MATERIALIZED", "NOT"))
        if found[at].kind == "word" and opens and at and found[at - 1].upper in ("WITH", ",", "RECURSIVE"):
            names.add(found[at].text.lower())
        elif found[at].kind == "word" and found[at + 1].text == "(" and at and found[at - 1].upper in (
                "WITH", ",", "RECURSIVE"):
            end = closing(found, at + 1)
            if found[end + 1:end + 2] and found[end + 1].upper == "AS":
                names.add(found[at].text.lower())
    return names


# A FROM inside a call is part of its grammar: extract(year from x), trim(both from x), is distinct from x.
def reads(found):
    """Yields the qualified or plain names that follow FROM and JOIN."""
    calls = []
    for at, token in enumerate(found):
        if token.text == "(":
            calls.append(found[at - 1].upper if at and found[at - 1].kind == "word" else "")
        elif token.text == ")" and calls:
            calls.pop()
        if token.upper not in ("FROM", "JOIN") or at + 1 >= len(found):
            continue
        if (calls and calls[-1] in ("EXTRACT", "TRIM", "SUBSTRING", "OVERLAY", "POSITION")) or (
                at and found[at - 1].upper == "DISTINCT"):
            continue
        at += 1
        while at < len(found) and found[at].upper in ("ONLY", "LATERAL"):
            at += 1
        parts = []
        while at < len(found) and found[at].kind in ("word", "quoted"):
            parts.append(found[at].text.strip('"').lower())
            if not (found[at + 1:at + 2] and found[at + 1].text == "."):
                break
            at += 2
        is_call = found[at + 1:at + 2] and found[at + 1].text == "(" and found[at + 2:at + 3]
        if parts and not (is_call and len(parts) == 1):
            yield token.line, parts


def unscoped_reads(text: str, first_line: int, whole_statement: bool) -> list[str]:
    found = tokens(text, first_line)
    own = names_defined(found)
    wrong = []
    for line, parts in reads(found):
        name = ".".join(parts)
        if len(parts) > 1 and parts[0] != "scoped":
            wrong.append(f"{line}: reads {name}")
        elif len(parts) == 1 and whole_statement and parts[0] not in own:
            wrong.append(f"{line}: reads {name}, which is neither of scoped nor its own")
    return wrong


class Layers(unittest.TestCase):
    def test_every_folder_has_a_layer(self):
        folders = {path.name for path in SRC.iterdir() if path.is_dir() and any(path.iterdir())}
        self.assertLessEqual(folders, set(LAYERS))

    def test_includes_point_down(self):
        wrong = [f"{path.relative_to(ROOT)}: {target}" for path in sources()
                 for target in wrong_includes(folder_of(path), path.read_text())]
        self.assertEqual([], wrong)

    def test_cmake_says_the_same(self):
        wrong = []
        for path in SRC.glob("*/CMakeLists.txt"):
            for name, rest in MODULE.findall(path.read_text()):
                deps = re.search(r"DEPS\s+((?:[a-z]+\s*)+)", rest)
                for dep in deps.group(1).split() if deps else ():
                    if LAYERS.get(dep, 99) >= LAYERS[name]:
                        wrong.append(f"{name} -> {dep}")
        self.assertEqual([], wrong)

    def test_includes_are_among_the_dependencies(self):
        deps = {}
        for path in SRC.glob("*/CMakeLists.txt"):
            for name, rest in MODULE.findall(path.read_text()):
                found = re.search(r"DEPS\s+((?:[a-z]+\s*)+)", rest)
                deps[name] = set(found.group(1).split()) if found else set()

        def reachable(name):
            return {name}.union(*(reachable(dep) for dep in deps.get(name, ())))

        wrong = []
        for path in sources():
            folder = folder_of(path)
            for target in INCLUDE.findall(path.read_text()):
                other = target.split("/")[0]
                if folder in deps and other in deps and other not in reachable(folder) and not is_test(path):
                    wrong.append(f"{path.relative_to(ROOT)}: {target}")
        self.assertEqual([], wrong)

    def test_a_wrong_include_is_seen(self):
        self.assertEqual(["engine/catalog.h"], wrong_includes("pipeline", '#include "engine/catalog.h"\n'))
        self.assertEqual(["forecast/rollup.h"], wrong_includes("pipeline", '#include "forecast/rollup.h"\n'))
        self.assertEqual([], wrong_includes("pipeline", '#include "base/result.h"\n#include "pipeline/a.h"\n'))


def is_test(path: Path) -> bool:
    return path.stem.endswith(("_test", "_bench", "_fuzz"))


class Store(unittest.TestCase):
    def test_only_the_store_knows_duckdb(self):
        folders = [folder for folder in (SRC, ROOT / "bench", ROOT / "fuzz", ROOT / "tests") if folder.is_dir()]
        wrong = [str(path.relative_to(ROOT)) for folder in folders for path in sources(folder)
                 if re.search(r"#\s*include\s+[<\"]duckdb", path.read_text())
                 and not path.is_relative_to(SRC / "store")]
        self.assertEqual([], wrong)


# They make tables of the store and note what those rest on; whoever asks reads scoped views of them.
KEEPERS = {"src/metrics/mart_build.cc"}


class Scoped(unittest.TestCase):
    def test_analyses_read_scoped_views_only(self):
        wrong = []
        for folder in sorted(SCOPED_ONLY):
            for path in sorted((SRC / folder).rglob("*")):
                if path.suffix not in (".cc", ".h", ".sql") or is_test(path):
                    continue
                if str(path.relative_to(ROOT)) in KEEPERS:
                    continue
                for first_line, text in statements(path):
                    wrong += [f"{path.relative_to(ROOT)}:{finding}"
                              for finding in unscoped_reads(text, first_line, path.suffix == ".sql")]
        self.assertEqual([], wrong)

    def test_an_unscoped_read_is_seen(self):
        self.assertEqual(["1: reads model.deal"], unscoped_reads("select 1 from model.deal", 1, True))
        self.assertEqual(1, len(unscoped_reads("select 1 from deal", 1, True)))
        fine = """with won as (select * from scoped.deal), wide(a, b) as (select 1, 2)
                  select extract(year from at) from won join wide on a is not distinct from b, range(3)"""
        self.assertEqual([], unscoped_reads(fine, 1, True))


class Lints(unittest.TestCase):
    """The linters see what they are there to see, and pass what is right."""

    def rules(self, sql: str) -> list[str]:
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
            file.write(sql)
            file.flush()
            found = lint_sql.findings(Path(file.name), "models/example.sql")
            return [re.search(r"\[(\w+)\]$", line).group(1) for line in found]

    def test_sql(self):
        for sql, rule in (
                ("select sum(a::double) from t", "float"),
                ("select sum(cast(a as double)) from t", "float"),
                ("select sum(a / b) from t", "float"),
                ("select avg(a) from t", "float"),
                ("select list(a) from t", "order"),
                ("select arg_max(a, b) from t", "order"),
                ("select a, count(*) from t group by all", "subset"),
                ("select * from t asof join u using (k)", "subset"),
                ("select * exclude (a) from t", "subset"),
                ("select a from t left join u on u.k = t.k and t.kind = 'a'", "outer"),
                ("select a from t left join u on u.k = t.k and (u.b is null or u.b > t.b)", "outer"),
                ("select a from t order by a desc", "nulls"),
                ("select row_number() over (partition by a order by b) from t", "nulls")):
            self.assertEqual([rule], self.rules(sql), sql)
        for sql in (
                "select sum(a), sum(a // 2), count(*) from t",
                "select cast(sum(a) as double) / count(*) from t",
                "select string_agg(a, ',' order by b nulls last) from t",
                "select a from t order by a desc nulls last, coalesce(b, 0) nulls last limit 5",
                "select a from t left join u on u.k = case when t.kind = 'a' then t.k end and u.b between t.b and t.c",
                "select a from t left join u on u.k = t.k and (u.b is null or u.b > 3) and is_restricted()",
                "with a as (select b, row_number() over (order by c nulls last) as n from t) "
                "select max_by(b, n) from a",
                "-- avg(x), group by all\nselect 'order by a' from t",
                "-- lint: allow order: one row a key\nselect any_value(a) from t group by k"):
            self.assertEqual([], self.rules(sql), sql)

    def test_sql_of_figures_per_person(self):
        def rules(sql, name):
            with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
                file.write(sql)
                file.flush()
                return [re.search(r"\[(\w+)\]$", line).group(1) for line in lint_sql.findings(Path(file.name), name)]
        self.assertEqual(["seller"], rules("select owner, count(*) from t group by owner", "catalog/leaks/a.sql"))
        self.assertEqual(["seller"], rules("select 1 from t group by a, d.owner_id having b > 1", "src/pipeline/a.sql"))
        self.assertEqual([], rules("select seller, count(*) from t group by seller", "catalog/leaks/a.sql"))
        self.assertEqual([], rules("select owner_id, count(*) from t group by owner_id", "models/a.sql"))

    def test_sql_of_cpp(self):
        text = 'Query("select a "\n  "from t");  // "select b from t"\nf("nothing", R"sql(\nselect c\nfrom t)sql");'
        self.assertEqual([(1, "select a from t"), (3, "\nselect c\nfrom t")], sql_of_cpp(text))

    def test_words(self):
        for line in ("/ro" + "ot/weir", '"resolved": "ht' + 'tps://a.example/b.tgz"', "// TO" + "DO: later"):
            self.assertEqual(1, len(list(lint_tree.check_words("a.cc", line))), line)
        for line in ("/api/v1/root/", "currency XX" + "X", "${work}/a"):
            self.assertEqual([], list(lint_tree.check_words("a.cc", line)), line)

    def test_links(self):
        self.assertEqual(1, len(list(lint_tree.check_links("README.md", "[a](nowhere.md)"))))
        self.assertEqual(1, len(list(lint_tree.check_links("docs/building.md", "[a](dependencies.md#nothing)"))))
        self.assertEqual([], list(lint_tree.check_links("docs/building.md", "[a](dependencies.md#rules) `[b](c)`")))


if __name__ == "__main__":
    outcome = unittest.main(exit=False, verbosity=0).result
    failed = len(outcome.failures) + len(outcome.errors)
    print(f"{outcome.testsRun - failed} passed, {failed} failed")
    sys.exit(failed > 0)
