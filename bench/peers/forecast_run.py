"""What the parts of `bench/peers/forecast` share: running `weir forecast`, and tables of text."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

from forecast_sets import ROOT, UNDER

WEIR = os.environ.get("WEIR", str(ROOT / "build" / "weir"))


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def forecast(path: Path, horizon: int, *options, method: str = "combination",
             threads: int | None = None) -> tuple[dict, dict[str, list[dict]]]:
    """Runs `weir forecast`: its answer, and the rows that it wrote, by series."""
    out = UNDER / f"out-{path.stem}-{method}.csv"
    front = [WEIR, "--format", "json"] + (["--threads", str(threads)] if threads else [])
    done = subprocess.run([*front, "forecast", str(path), "--horizon", str(horizon), "--method", method, "--out",
                           str(out), *map(str, options)], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"weir forecast ended with {done.returncode}: {done.stdout.strip() or done.stderr.strip()}")
    said: dict[str, list[dict]] = {}
    with out.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            said.setdefault(row["unique_id"], []).append(row)
    return json.loads(done.stdout), said


def table(headers: list[str], rows: list[list[str]]) -> str:
    cells = [headers] + [row + [""] * (len(headers) - len(row)) for row in rows]
    widths = [max(len(row[at]) for row in cells) for at in range(len(headers))]
    lines = ["  ".join(cell.ljust(width) if at < 2 else cell.rjust(width)
                       for at, (cell, width) in enumerate(zip(row, widths))).rstrip() for row in cells]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])
