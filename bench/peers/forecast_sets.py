"""The series of the forecasting competitions, as `bench/peers/forecast` takes them: groups of one season each, with
times that a company's export would have."""

import csv
import datetime
import gzip
import os
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
UNDER = ROOT / "build" / "peers" / "forecast"
DATA = Path(os.environ.get("WEIR_SHARED_DATA", ROOT.parent / "shared" / "data"))


@dataclass
class Group:
    """Series of one kind. `period` is what errors are scaled by and what peers are told; Weir finds its own."""
    name: str
    period: int
    horizon: int
    train: dict[str, list[float]] = field(default_factory=dict)
    test: dict[str, list[float]] = field(default_factory=dict)

    def thinned(self, most: int) -> "Group":
        """At most so many series, evenly taken."""
        names = list(self.train)
        step = max(1, -(-len(names) // most))
        kept = names[::step]
        return Group(self.name, self.period, self.horizon, {name: self.train[name] for name in kept},
                     {name: self.test[name] for name in kept})


def opened(path: Path):
    return gzip.open(path, "rt", encoding="utf-8", newline="")


def times(period: int, count: int) -> list[str]:
    """Steps as dates: months, quarters, weeks; years and what has no calendar are numbered."""
    if period in (4, 12):
        months = 12 // period
        return [f"{1950 + at * months // 12}-{at * months % 12 + 1:02}-01" for at in range(count)]
    if period == 52:
        first = datetime.date(1950, 1, 2)
        return [(first + datetime.timedelta(weeks=at)).isoformat() for at in range(count)]
    return [str(at + 1) for at in range(count)]


def write(group: Group, calendar: int, path: Path) -> None:
    """The training part in long form."""
    path.parent.mkdir(parents=True, exist_ok=True)
    stamps = times(calendar, max(map(len, group.train.values())))
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["unique_id", "ds", "y"])
        for name, values in group.train.items():
            out.writerows((name, stamp, repr(value)) for stamp, value in zip(stamps, values))


def long_form(folder: str, name: str) -> list[Group]:
    """M3 and tourism: tables with a row a value, and one of what each series is."""
    kinds = {}
    with opened(DATA / folder / f"{name}-info.csv.gz") as file:
        for row in csv.DictReader(file):
            kinds[row["id"]] = (row["period"].lower(), int(float(row["frequency"])), int(row["h"]))
    groups: dict[str, Group] = {}
    with opened(DATA / folder / f"{name}.csv.gz") as file:
        for row in csv.DictReader(file):
            period, frequency, horizon = kinds[row["id"]]
            group = groups.setdefault(period, Group(period, frequency, horizon))
            part = group.train if row["part"] == "train" else group.test
            part.setdefault(row["id"], []).append(float(row["value"]))
    return list(groups.values())


def m4_weekly() -> list[Group]:
    """The official scale of MASE, and what the official peers were told, is season 1."""
    group = Group("weekly", 1, 13)
    for part, name in ((group.train, "Weekly-train.csv.gz"), (group.test, "Weekly-test.csv.gz")):
        with opened(DATA / "forecast-m4" / name) as file:
            for row in csv.reader(file):
                if row[0].startswith("W"):
                    part[row[0]] = [float(cell) for cell in row[1:] if cell]
    return [group]


# The groups of a set, and the calendar of each (0: steps are numbered).
SETS = {"m3": lambda: long_form("forecast-m3", "m3"), "m4-weekly": m4_weekly,
        "tourism": lambda: long_form("forecast-tourism", "tourism")}


def calendar_of(name: str, group: Group) -> int:
    return 52 if name == "m4-weekly" else group.period if group.period in (4, 12) else 0


def chosen(names: list[str]) -> list[str]:
    unknown = [name for name in names if name not in SETS]
    if unknown:
        raise SystemExit(f"no such set: {', '.join(unknown)}; there are {', '.join(SETS)}")
    return names or list(SETS)
