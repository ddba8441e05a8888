"""What the parts of `bench/peers/link` share: the folders, running `weir link` and the peers measured, tables of text."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
UNDER = ROOT / "build" / "peers"
VENV = UNDER / "venv"
WEIR = os.environ.get("WEIR", str(ROOT / "build" / "weir"))
DATA = Path(os.environ.get("WEIR_SHARED_DATA", ROOT.parent / "shared" / "data"))
# Splink's figures stand for the line of DuckDB that Weir embeds; where it cannot be had, for the newest.
PACKAGES = (["splink>=5,<6", "duckdb>=1.5,<2", "scikit-learn", "scipy", "numpy"],
            ["splink>=5", "duckdb", "scikit-learn", "scipy", "numpy"])


class Failed(Exception):
    """A measured program ended with an error; the text is what it said."""


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def measured(command: list) -> tuple[dict, str]:
    """What the command cost (seconds, cpu_seconds, peak_mib) and what it printed."""
    UNDER.mkdir(parents=True, exist_ok=True)
    result = UNDER / f"measured-{os.getpid()}.json"
    done = subprocess.run([sys.executable, "-S", str(HERE / "link_measure.py"), str(result), *map(str, command)],
                          capture_output=True, text=True)
    if not result.exists():
        raise Failed(done.stderr.strip() or "not measured")
    cost = json.loads(result.read_text())
    result.unlink()
    if cost["status"] != 0:
        last = "; ".join(done.stderr.strip().splitlines()[-3:])
        raise Failed(f"exit status {cost['status']}: {last or 'it said nothing'}")
    return cost, done.stdout


def link(files: list[Path], out: Path, *options, threads: int | None = None) -> tuple[dict, dict]:
    """Runs `weir link`, the same for every set: ids are in `id`, nothing else is told. Its cost and its answer."""
    shutil.rmtree(out, ignore_errors=True)
    front = [WEIR, "--format", "json"] + (["--threads", threads] if threads else [])
    cost, text = measured([*front, "link", *files, "--id", "id", "--out", out, *options])
    try:
        return cost, json.loads(text)
    except json.JSONDecodeError as error:
        raise Failed(f"what it printed is no JSON document: {error}") from error


def peers() -> Path | None:
    """The interpreter that has the peers, installed at the first call; nothing where they cannot be had."""
    python = VENV / "bin" / "python"
    ready = VENV / "ready"
    if ready.exists():
        return python
    shutil.rmtree(VENV, ignore_errors=True)
    note("installing the peers from PyPI ...")
    said = ""
    for packages in PACKAGES:
        made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True)
        done = made if made.returncode else subprocess.run(
            [VENV / "bin" / "pip", "install", "--quiet", "--only-binary", ":all:", *packages], capture_output=True,
            text=True)
        if done.returncode == 0:
            ready.touch()
            return python
        said = (done.stderr or done.stdout).strip().splitlines()[-1:]
    note(f"the peers cannot be installed here, so only Weir is measured: {' '.join(said)}")
    return None


def versions(python: Path) -> str:
    listed = subprocess.run([python, "-m", "pip", "list", "--format", "json"], capture_output=True, text=True,
                            check=True)
    found = {package["name"].lower(): package["version"] for package in json.loads(listed.stdout)}
    return ", ".join(f"{name} {found[name]}" for name in ("splink", "duckdb", "scikit-learn"))


def splink(python: Path, folder: Path, settings: str, *options) -> dict:
    """Splink's answer on a set, as `link_splink` prints it."""
    _, text = measured([python, HERE / "link_splink.py", folder, "--settings", settings, *options])
    return json.loads(text)


def shown(value, digits: int = 4) -> str:
    if value is None:
        return "-"
    return f"{value:.{digits}f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def table(header: list[str], rows: list[list]) -> None:
    """Prints rows of texts; what is not in the first column stands at the right."""
    cells = [[str(cell) for cell in row] for row in [header, *rows]]
    widths = [max(len(row[at]) for row in cells) for at in range(len(header))]
    for place, row in enumerate(cells):
        print("  ".join(cell.rjust(width) if at else cell.ljust(width)
                        for at, (cell, width) in enumerate(zip(row, widths))).rstrip())
        if place == 0:
            print("  ".join("-" * width for width in widths))
    sys.stdout.flush()
