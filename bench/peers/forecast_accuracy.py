"""Errors and coverage of `weir forecast` on the competitions, beside what is published of the same series."""

import statistics

from forecast_run import forecast, note, table
from forecast_sets import DATA, SETS, UNDER, Group, calendar_of, chosen, write

# sMAPE and MASE, where published: the competition's own tables, and R's forecast 8.20 for M3.
PUBLISHED = {
    ("m3", "yearly"): {"R thetaf": (16.756, 2.7740), "R ets": (17.003, 2.8598)},
    ("m3", "quarterly"): {"R thetaf": (9.203, 1.1168), "R ets": (9.684, 1.1701)},
    ("m3", "monthly"): {"R thetaf": (13.856, 0.8637), "R ets": (14.139, 0.8649)},
    ("m3", "other"): {"R thetaf": (4.922, 2.2711), "R ets": (4.372, 1.8144)},
    ("m4-weekly", "weekly"): {"Theta": (9.093, 2.637), "Damped": (8.866, 2.404), "Smyl": (7.817, 2.356)},
    # R's thetaf and ets as the package Tcomp reports them for the series of Athanasopoulos et al. 2011 (its table of
    # reproduced results; there MAPE, which is not held against our sMAPE).
    ("tourism", "yearly"): {"R thetaf": (None, 2.73), "R ets": (None, 3.00)},
    ("tourism", "quarterly"): {"R thetaf": (None, 1.66), "R ets": (None, 1.59)},
    ("tourism", "monthly"): {"R thetaf": (None, 1.65), "R ets": (None, 1.54)},
}
NAIVE2_WEEKLY = (9.161, 2.777)


def smape(actual: list[float], said: list[float]) -> float:
    return statistics.fmean(0 if a == 0 and s == 0 else 200 * abs(a - s) / (abs(a) + abs(s))
                            for a, s in zip(actual, said))


def scale(train: list[float], period: int) -> float:
    steps = [abs(b - a) for a, b in zip(train, train[period:])]
    return statistics.fmean(steps) if steps else 0


def judged(group: Group, said: dict[str, list[dict]]) -> dict:
    percents, scaled, covered = [], [], {80: [], 95: []}
    for name, actual in group.test.items():
        rows = said[name]
        if len(rows) != len(actual):
            raise SystemExit(f"{name}: {len(rows)} steps were foretold, {len(actual)} are known")
        mean = [float(row["mean"]) for row in rows]
        percents.append(smape(actual, mean))
        unit = scale(group.train[name], group.period)
        if unit > 0:
            scaled.append(statistics.fmean(abs(a - s) for a, s in zip(actual, mean)) / unit)
        for level, hits in covered.items():
            hits += [float(row[f"lo-{level}"]) <= a <= float(row[f"hi-{level}"]) for row, a in zip(rows, actual)]
    return {"series": len(percents), "percents": percents, "scaled": scaled, "covered": covered}


def shown(outcome: dict) -> list[str]:
    return [str(outcome["series"]), f"{statistics.fmean(outcome['percents']):.3f}",
            f"{statistics.fmean(outcome['scaled']):.4f}"] + [
                f"{100 * statistics.fmean(hits):.1f} %" for hits in outcome["covered"].values()]


def together(outcomes: list[dict]) -> dict:
    return {"series": sum(one["series"] for one in outcomes),
            "percents": [each for one in outcomes for each in one["percents"]],
            "scaled": [each for one in outcomes for each in one["scaled"]],
            "covered": {level: [hit for one in outcomes for hit in one["covered"][level]] for level in (80, 95)}}


def said_aim(what: str, value: float, aim: str, met: bool) -> None:
    print(f"{what}: {value:.3f}; the aim is {aim}: {'met' if met else 'NOT MET'}")


def aims(name: str, outcomes: dict[str, dict]) -> None:
    everything = together(list(outcomes.values()))
    coverage = 100 * statistics.fmean(everything["covered"][95])
    if name == "m3":
        error = statistics.fmean(everything["percents"])
        said_aim("M3, all series, sMAPE", error, "12.9 at most", error <= 12.9)
    if name == "m4-weekly":
        owa = (statistics.fmean(everything["percents"]) / NAIVE2_WEEKLY[0]
               + statistics.fmean(everything["scaled"]) / NAIVE2_WEEKLY[1]) / 2
        said_aim("M4 weekly, OWA", owa, "0.90 at most", owa <= 0.90)
    if name == "tourism":
        for group, outcome in outcomes.items():
            theirs = PUBLISHED["tourism", group]["R thetaf"][1]
            error = statistics.fmean(outcome["scaled"])
            said_aim(f"tourism {group}, MASE", error, f"less than the published Theta's {theirs}", error < theirs)
    else:
        said_aim(f"{name}, coverage of 95 % intervals, %", coverage, "93 to 97", 93 <= coverage <= 97)


def accuracy(asked) -> int:
    for name in chosen(asked.sets):
        if not (DATA / f"forecast-{name.split('-')[0]}").exists():
            note(f"{name}: the set is not here ($WEIR_SHARED_DATA)")
            continue
        rows, outcomes, seconds = [], {}, 0
        for group in SETS[name]():
            path = UNDER / f"{name}-{group.name}.csv"
            write(group, calendar_of(name, group), path)
            answer, said = forecast(path, group.horizon, method=asked.method)
            outcome = outcomes[group.name] = judged(group, said)
            seconds += answer["seconds"]
            rows.append([group.name, f"weir {asked.method}", *shown(outcome), f"{answer['seconds']:.2f}"])
            for peer, (percent, scaled) in PUBLISHED.get((name, group.name), {}).items():
                rows.append(["", f"{peer}, published", "", f"{percent:.3f}" if percent else "", f"{scaled:.4f}"])
        if len(outcomes) > 1:
            rows.append(["all", f"weir {asked.method}", *shown(together(list(outcomes.values()))), f"{seconds:.2f}"])
        print(table(["group", name, "series", "sMAPE", "MASE", "80 %", "95 %", "seconds"], rows))
        aims(name, outcomes)
        print()
    return 0
