"""Seconds a series of one method at a time: `weir forecast` beside R's forecast and statsforecast, on the same series
in the same run. All on one thread; a peer is asked once before the clock, so that what it compiles or loads does not count."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from forecast_run import forecast, note, table
from forecast_sets import DATA, SETS, UNDER, Group, calendar_of, chosen, write

HERE = Path(__file__).resolve().parent
VENV = UNDER.parent / "venv-forecast"
METHODS = ("ets", "theta", "dynamic_theta", "arima")
# How many times quicker than R, and than statsforecast.
AIMS = {"ets": (50, 2), "theta": (30, 2), "dynamic_theta": (None, 2), "arima": (40, 2)}


def classics() -> list[Group]:
    group = Group("AirPassengers", 12, 12)
    with (DATA / "forecast-classics" / "AirPassengers.csv").open(encoding="utf-8", newline="") as file:
        group.train["AirPassengers"] = [float(row["value"]) for row in csv.DictReader(file)]
    group.test["AirPassengers"] = []
    return [group]


def r_ready() -> bool:
    if shutil.which("Rscript") is None:
        note("R is not here, so it is not measured: apt-get install r-cran-forecast brings it and its package")
        return False
    done = subprocess.run(["Rscript", "-e", "library(forecast)"], capture_output=True, text=True)
    if done.returncode != 0:
        note("R lacks its package forecast, so it is not measured: apt-get install r-cran-forecast")
    return done.returncode == 0


def statsforecast_python() -> Path | None:
    python = VENV / "bin" / "python"
    if (VENV / "ready").exists():
        return python
    shutil.rmtree(VENV, ignore_errors=True)
    note("installing statsforecast from PyPI ...")
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True)
    done = made if made.returncode else subprocess.run(
        [VENV / "bin" / "pip", "install", "--quiet", "--only-binary", ":all:", "statsforecast"], capture_output=True,
        text=True)
    if done.returncode == 0:
        (VENV / "ready").touch()
        return python
    note(f"statsforecast cannot be installed here, so it is not measured: {(done.stderr or done.stdout).strip()[-200:]}")
    return None


def asked_of(command: list, path: Path) -> dict:
    """Seconds by method, and means by method and series, as the peer's script prints them."""
    one_thread = os.environ | {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS",
                                                      "NIXTLA_NUMBA_RELEASE_GIL")}
    done = subprocess.run([*map(str, command), str(path)], capture_output=True, text=True, env=one_thread)
    if done.returncode != 0:
        note(f"{command[0]} failed: {done.stderr.strip()[-400:]}")
        return {"seconds": {}}
    return json.loads(done.stdout)


def error_of(group: Group, means: dict[str, list[float]]) -> str:
    from forecast_accuracy import smape
    if not any(group.test.values()) or not means:
        return ""
    return f"{sum(smape(group.test[name], means[name]) for name in group.test) / len(group.test):.3f}"


def plain(group: Group, path: Path) -> None:
    """What the peers read: season, horizon, then a series a line."""
    with path.open("w", encoding="utf-8") as file:
        file.write(f"{group.period} {group.horizon}\n")
        for name, values in group.train.items():
            file.write(" ".join([name, *map(repr, values)]) + "\n")


def speed(asked) -> int:
    has_r = not asked.no_peers and r_ready()
    python = None if asked.no_peers else statsforecast_python()
    rows = []
    sets = [("classics", classics())] + [(name, SETS[name]()) for name in chosen(asked.sets)]
    for name, groups in sets:
        for whole in groups:
            group = whole.thinned(asked.series)
            path = UNDER / f"speed-{name}-{group.name}.csv"
            write(group, calendar_of(name, group), path)
            bare = path.with_suffix(".txt")
            plain(group, bare)
            theirs = {"R": asked_of(["Rscript", "--vanilla", HERE / "forecast_peer.R"], bare) if has_r else {},
                      "statsforecast": asked_of([python, HERE / "forecast_statsforecast.py"], bare) if python else {}}
            for method in METHODS:
                answer, said = forecast(path, group.horizon, "--season", group.period, "--level", "none",
                                        method=method, threads=1)
                each = answer["seconds"] / len(group.train)
                means = {one: [float(row["mean"]) for row in rows_of] for one, rows_of in said.items()}
                row = [f"{name} {group.name}", method, str(len(group.train)), f"{1000 * each:.3f}", error_of(group, means)]
                for peer, aim in zip(theirs, AIMS[method]):
                    seconds = theirs[peer].get("seconds", {}).get(method)
                    if seconds is None:
                        row += ["", "", ""]
                        continue
                    ratio = seconds / len(group.train) / each
                    mark = "" if aim is None or ratio >= aim else " *"
                    row += [f"{1000 * seconds / len(group.train):.2f}", f"{ratio:.1f}{mark}",
                            error_of(group, theirs[peer].get("means", {}).get(method, {}))]
                rows.append(row)
    print(table(["set", "method", "series", "weir ms", "sMAPE", "R ms", "times", "sMAPE", "statsforecast ms", "times",
                 "sMAPE"], rows))
    print("times: how many times longer the peer took a series, all on one thread; * less than aimed at "
          "(R: ets 50, theta 30, arima 40; statsforecast: 2)")
    return 0
