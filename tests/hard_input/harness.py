"""A workspace of its own for each test, the program that works on it, and what must not change."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
WEIR = os.environ.get("WEIR", str(ROOT / "build" / "weir"))
HEADER = "key,name,stage,stage_kind,amount,currency,created_at,close_date\n"


def deals(count: int, prefix: str = "d") -> str:
    return HEADER + "".join(f"{prefix}{i},Deal {i},Won,won,{i + 1}.00,EUR,2025-01-10,2025-02-01\n" for i in range(count))


def rows_of(document: dict, table: str) -> list[dict]:
    names = [column["name"] for column in document["tables"][table]["columns"]]
    return [dict(zip(names, row)) for row in document["tables"][table]["rows"]]


class Server:
    """A `weir serve` on a workspace."""

    def __init__(self, home: Path):
        self.process = subprocess.Popen([WEIR, "--home", str(home), "-q", "serve", "--port", "0"],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", self.process.stdout.readline())
        if not found:
            raise RuntimeError(self.process.stderr.read())
        self.port = int(found.group(1))

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)
        self.process.stdout.close()
        self.process.stderr.close()


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="weir-hard-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.home = self.folder / "home"
        self.exports = self.folder / "exports"
        self.exports.mkdir()

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.exports / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def start(self, *arguments: str, home: Path | None = None, **more) -> subprocess.Popen:
        return subprocess.Popen([WEIR, "--home", str(home or self.home), "-q", "--format", "json", *map(str, arguments)],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)

    def run_weir(self, *arguments: str, home: Path | None = None, **more) -> tuple[int, dict]:
        """Exit status and the document on standard output: a result or a problem."""
        process = self.start(*arguments, home=home, **more)
        out, err = process.communicate(timeout=300)
        self.assertIn(process.returncode, (0, 1), f"{arguments}: {out} {err}")
        return process.returncode, json.loads(out) if out.strip() else {}

    def done(self, *arguments: str, home: Path | None = None) -> dict:
        status, document = self.run_weir(*arguments, home=home)
        self.assertEqual(0, status, document)
        return document

    def refused(self, *arguments: str, home: Path | None = None, **more) -> dict:
        """The problem of a command that has to fail; it always says how to mend it."""
        status, problem = self.run_weir(*arguments, home=home, **more)
        self.assertEqual(1, status, problem)
        self.assertTrue(problem.get("hint"), problem)
        return problem

    def refused_as(self, path, *words: str):
        """Imports a file that must be refused by itself, in words that say how to mend it."""
        before = self.state()
        problem = self.refused("import", path)
        for word in words:
            self.assertIn(word, str(problem))
        self.assertEqual(before, self.state())

    def import_files(self, *paths: Path, home: Path | None = None) -> list[dict]:
        return rows_of(self.done("import", *map(str, paths), home=home), "files")

    def filled(self, count: int = 3) -> Path:
        """A workspace that holds some deals already."""
        self.import_files(self.write("weir-deal.csv", deals(count)))
        (self.exports / "weir-deal.csv").unlink()
        return self.home

    def deal_count(self, home: Path | None = None) -> int:
        return rows_of(self.done("metrics", "deals_won", home=home), "metrics")[0]["deals_won"]

    def state(self, home: Path | None = None) -> dict:
        """What must not change: rows, data version, imports, and which files the workspace is made of."""
        home = home or self.home
        status = self.done("status", home=home)
        imports = self.done("sources", home=home)["tables"]
        files = sorted(str(path.relative_to(home)) for path in home.rglob("*") if not path.is_dir())
        own = ("workspace.lock", "weir.duckdb", "weir.duckdb.wal", "session.key")
        return {"version": status["data_version"], "status": rows_of(status, "status"), "imports": imports,
                "files": [name for name in files if name not in own]}
