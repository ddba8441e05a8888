#!/usr/bin/env python3
"""Our heuristics miner beside PM4Py's, on the shared event logs.

    bench/peers/mine_heuristics.py --program build/release/bin/bench_journey_heuristics_run [--logs FOLDER] [NAME...]

Needs PM4Py (2.7.14 is what the figures were taken with). Of each log: how many arcs have the same dependency to nine
digits (all must), arcs that only one of the two chooses at a dependency of .5, the share of cases that each net replays
by PM4Py's token replay, and seconds from the variants (ours) and from the log in memory (PM4Py's) to the net. Exit
status 1 where a dependency differs.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")

import pm4py  # noqa: E402
from pm4py.algo.discovery.heuristics import algorithm as peer_miner  # noqa: E402

# Without the cleaning before the measures, which would change them.
THRESHOLDS = {"dependency_thresh": .5, "and_measure_thresh": .65, "loop_length_two_thresh": .5,
              "dfg_pre_cleaning_noise_thresh": 0}

LOGS = ["running-example", "receipt", "BPI_Challenge_2012", "BPI_Challenge_2013_closed_problems",
        "BPI_Challenge_2013_incidents", "BPI_Challenge_2013_open_problems", "BPI_Challenge_2020_DomesticDeclarations",
        "BPI_Challenge_2020_PrepaidTravelCost", "BPI_Challenge_2020_RequestForPayment"]


def ours(program, log, folder):
    table, net = folder / "arcs.tsv", folder / "net.pnml"
    told = json.loads(subprocess.run([program, log, table, net], check=True, capture_output=True, text=True).stdout)
    arcs = {}
    for line in table.read_text().splitlines():
        source, target, count, value, chosen = line.split("\t")
        arcs[source, target] = int(count), float(value), chosen == "1"
    return told["mine_s"], arcs, pm4py.read_pnml(str(net))


def replayed(log, net):
    try:
        return pm4py.fitness_token_based_replay(log, *net)["percentage_of_fitting_traces"]
    except Exception as error:  # noqa: BLE001 - a net that its replay cannot take is a finding, not a fault of ours
        return type(error).__name__


def compare(program, name, path, folder):
    log = pm4py.read_xes(str(path))
    start = time.perf_counter()
    theirs = peer_miner.apply(log, parameters=THRESHOLDS)
    peer = time.perf_counter() - start
    heuristics = peer_miner.apply_heu(log, parameters=THRESHOLDS)
    seconds, arcs, net = ours(program, path, folder)
    values = {(a, b): value for a, row in heuristics.dependency_matrix.items() for b, value in row.items()}
    chosen = {(node.node_name, to.node_name) for node in heuristics.nodes.values() for to in node.output_connections}
    # PM4Py measures loops of one otherwise.
    plain = {arc for arc in values if arc[0] != arc[1]}
    same = sum(arc in arcs and abs(arcs[arc][1] - values[arc]) < 1e-9 for arc in plain)
    mine = {arc for arc, (_, _, is_chosen) in arcs.items() if is_chosen}
    print(f"{name:40} {same:4} of {len(plain):4}  {len(mine):4} {len(mine - chosen):4} {len(chosen - mine):4}  "
          f"{replayed(log, net)!s:>8.8} {replayed(log, theirs)!s:>8.8}  {seconds:9.5f} {peer:9.3f} {peer / seconds:7.0f}",
          flush=True)
    return same == len(plain)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--logs", default=os.path.join(os.environ.get("WEIR_SHARED_DATA", "../shared/data"), "eventlogs"))
    parser.add_argument("names", nargs="*")
    given = parser.parse_args()
    print(f"{'log':40} {'same values':12}  {'arcs':>4} {'ours':>4} {'its':>4}  {'fits':>8} {'its':>8}  {'seconds':>9} "
          f"{'its':>9} {'ratio':>7}")
    is_same = True
    with tempfile.TemporaryDirectory() as folder:
        for name in given.names or LOGS:
            is_same &= compare(given.program, name, Path(given.logs) / f"{name}.xes.gz", Path(folder))
    sys.exit(0 if is_same else 1)


if __name__ == "__main__":
    main()
