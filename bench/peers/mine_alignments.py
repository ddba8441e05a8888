#!/usr/bin/env python3
"""Alignments, replay and precision of Weir beside PM4Py's, on nets that PM4Py's inductive miner finds.

    bench/peers/mine_alignments.py [LOG...] [--noise 0 0.2] [--sample 200] [--seconds 60] [--threads 2]

For each log and noise: optimal costs of both for variants taken evenly by frequency, which must be equal; seconds of
both for these; and of Weir for the whole log with replay and precision. A variant that PM4Py does not finish within
--seconds is left out and counted. LOG is a name without .xes.gz; without any, receipt, BPIC 2012, 2013, 2020 and road
fines. $WEIR_SHARED_DATA is the folder of data sets (default ../shared/data), $WEIR_BENCH the program
bench_journey_conformance_run (default build/release/bin). PM4Py is installed from PyPI into
build/peers/venv-mine. The exit status is 1 where a cost differs.
"""

import argparse
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
UNDER = ROOT / "build" / "peers"
SHARED = Path(os.environ.get("WEIR_SHARED_DATA", ROOT.parent / "shared" / "data")) / "eventlogs"
BENCH = os.environ.get("WEIR_BENCH", str(ROOT / "build" / "release" / "bin" / "bench_journey_conformance_run"))
LOGS = ["receipt", "BPI_Challenge_2013_incidents", "BPI_Challenge_2020_DomesticDeclarations",
        "BPI_Challenge_2020_PrepaidTravelCost", "BPI_Challenge_2020_RequestForPayment",
        "Road_Traffic_Fine_Management_Process", "BPI_Challenge_2012"]


def into_environment() -> None:
    """Starts this script again in the environment that has PM4Py, making that first where it is not there."""
    python = Path(os.environ.get("WEIR_PM4PY", UNDER / "venv-mine")) / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", python.parent.parent], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "pm4py==2.7.14", "requests"], check=True)
    os.execv(python, [str(python), __file__, *sys.argv[1:], "--here"])


def write_net(found, path: Path, codes: dict[str, int]) -> None:
    net, initial, final = found
    places = {place: at for at, place in enumerate(sorted(net.places, key=lambda place: place.name))}
    lines = [f"places {len(places)}"]
    for word, marking in (("initial", initial), ("final", final)):
        lines += [f"{word} {places[place]} {count}" for place, count in marking.items()]
    for transition in sorted(net.transitions, key=lambda transition: transition.name):
        inputs = sorted(places[arc.source] for arc in transition.in_arcs)
        outputs = sorted(places[arc.target] for arc in transition.out_arcs)
        label = "-" if transition.label is None else str(codes[transition.label])
        lines.append(" ".join(["transition", label, "in", *map(str, inputs), "out", *map(str, outputs)]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_log(variants: list, path: Path, codes: dict[str, int]) -> None:
    lines = [f"activities {len(codes)}"]
    lines += [" ".join([str(cases), *(str(codes[step]) for step in steps)]) for steps, cases in variants]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def ours(net: Path, log: Path, threads: int) -> tuple[dict[str, str], list[int]]:
    done = subprocess.run([BENCH, str(net), str(log), str(threads)], capture_output=True, text=True, check=True)
    lines = [line.split(" ", 1) for line in done.stdout.splitlines()]
    return {name: value for name, value in lines if name != "cost"}, [int(v) for name, v in lines if name == "cost"]


def theirs(found, variants: list, seconds: float) -> tuple[list[int | None], float]:
    from pm4py.algo.conformance.alignments.petri_net import algorithm
    from pm4py.objects.log.obj import Event, Trace
    limit = algorithm.Variants.VERSION_STATE_EQUATION_A_STAR.value.Parameters.PARAM_MAX_ALIGN_TIME_TRACE
    costs, took = [], 0.0
    for steps, _ in variants:
        trace = Trace([Event({"concept:name": step}) for step in steps])
        began = time.perf_counter()
        said = algorithm.apply_trace(trace, *found, parameters={limit: seconds})
        took += time.perf_counter() - began
        # A move of one side costs 10,000 there, a silent one 1.
        costs.append(None if said is None else said["cost"] // 10_000)
    return costs, took


def measure(name: str, noise: float, asked) -> bool:
    import pm4py
    table = pm4py.read_xes(str(SHARED / f"{name}.xes.gz"))
    runs = [tuple(run) for run in table.groupby("case:concept:name", sort=False)["concept:name"].agg(list)]
    variants = sorted(Counter(runs).items(), key=lambda item: (-item[1], item[0]))
    codes = {step: at for at, step in enumerate(sorted({step for run in runs for step in run}))}
    found = pm4py.discover_petri_net_inductive(table, noise_threshold=noise)
    UNDER.mkdir(parents=True, exist_ok=True)
    net, log, some = (UNDER / f"mine-{name}-{noise}.{end}" for end in ("net", "log", "some.log"))
    write_net(found, net, codes)
    write_log(variants, log, codes)
    step = max(len(variants) / asked.sample, 1)
    taken = [variants[int(at * step)] for at in range(min(asked.sample, len(variants)))]
    write_log(taken, some, codes)
    whole, _ = ours(net, log, asked.threads)
    figures, costs = ours(net, some, 1)
    peer_costs, peer_seconds = theirs(found, taken, asked.seconds)
    unfinished = peer_costs.count(None)
    differing = [(variants.index(variant), mine, peer) for variant, mine, peer in zip(taken, costs, peer_costs)
                 if peer is not None and mine != peer]
    seconds = float(figures["align_seconds"])
    print(f"{name} noise {noise}: {len(taken)} of {len(variants)} variants, {len(differing)} costs differ, "
          f"{unfinished} not finished by PM4Py; PM4Py {peer_seconds:.2f} s, Weir {seconds:.4f} s on one core, "
          f"{peer_seconds / max(seconds, 1e-4):.0f} times")
    print("  whole log:", ", ".join(f"{key} {value}" for key, value in whole.items()))
    for at, mine, peer in differing[:10]:
        print(f"  variant {at}: Weir {mine}, PM4Py {peer}")
    sys.stdout.flush()
    return not differing


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("logs", nargs="*", metavar="LOG", default=LOGS)
    parser.add_argument("--noise", nargs="*", type=float, default=[0.0, 0.2])
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if not asked.here:
        into_environment()
    # All are measured, also after one that differs.
    return 0 if all([measure(name, noise, asked) for name in asked.logs for noise in asked.noise]) else 1


if __name__ == "__main__":
    raise SystemExit(main())
