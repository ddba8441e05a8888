"""Logs for `bench/peers/mine`: the shared ones, and one of any size that is made by rule."""

import datetime
import os
import random
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
UNDER = ROOT / "build" / "peers" / "mine"
DATA = Path(os.environ.get("WEIR_SHARED_DATA", ROOT.parent / "shared" / "data")) / "eventlogs"
ACTIVITIES = 24
OPEN_CASES = 50_000


def made_log(events: int) -> Path:
    """case,activity,time: a process of 24 steps with leaps and returns; cases run beside each other, so that the rows
    of a case stand far apart. The same file for the same number."""
    path = UNDER / f"made-{events}.csv"
    if path.exists():
        return path
    UNDER.mkdir(parents=True, exist_ok=True)
    draw = random.Random(1).random
    names = [f"step {chr(65 + at)}" for at in range(ACTIVITIES)]
    open_cases = [[at, 0] for at in range(min(OPEN_CASES, max(1, events // 20)))]
    cases = len(open_cases)
    second = 1_700_000_000
    unfinished = path.with_suffix(".unfinished")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        file.write("case,activity,time\n")
        lines: list[str] = []
        stamp = ""
        for event in range(events):
            if event % 16 == 0:
                second += 1
                stamp = time_of(second)
            case = open_cases[int(draw() * len(open_cases))]
            lines.append(f"c{case[0]},{names[case[1]]},{stamp}\n")
            way = draw()
            step = case[1] + (3 if way > .9 else 1) if way > .06 else max(0, case[1] - 2)
            if step >= ACTIVITIES:
                case[0], case[1] = cases, 0
                cases += 1
            else:
                case[1] = step
            if len(lines) == 100_000:
                file.writelines(lines)
                lines.clear()
        file.writelines(lines)
    unfinished.rename(path)
    return path


def time_of(second: int) -> str:
    return datetime.datetime.fromtimestamp(second, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
