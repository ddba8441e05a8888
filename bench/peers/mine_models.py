#!/usr/bin/env python3
"""Compares the inductive miner with PM4Py's, log by log: trees, seconds, and where trees differ fitness and precision.

    mine_models.py BENCH_JOURNEY_MODELS LOG.xes.gz ... [--noise 0 0.2] [--variants 60] [--seconds 60] [--quality all]

Trees are compared as sets of children where order means nothing. Fitness (alignments) and precision (ETC by alignments)
are PM4Py's on both nets, over so many variants drawn by their cases with seed 0, each bounded by so many seconds. A
variant whose alignment does not end in time is left out for both and counted. Without --quality all they are computed
where trees differ only. Needs pm4py (PyPI).
"""
import argparse
import json
import random
import subprocess
import tempfile
import time
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pm4py
from pm4py.algo.conformance.alignments.petri_net import algorithm as aligner
from pm4py.algo.conformance.alignments.petri_net.variants import state_equation_a_star as peer_search
from pm4py.objects.log.obj import Event, EventLog, Trace

MARKS = ("->", "X", "+", "*")
FIRST = datetime(2024, 1, 1, tzinfo=timezone.utc)


def parsed(text):
    """A tree as nested tuples: ('a', name), ('tau',), (mark, child, ...)."""
    at = 0

    def skip():
        nonlocal at
        while text[at] in " ,":
            at += 1

    def node():
        nonlocal at
        skip()
        if text.startswith("tau", at):
            at += 3
            return ("tau",)
        if text[at] == "'":
            name = ""
            at += 1
            while text[at] != "'":
                at += text[at] == "\\"
                name += text[at]
                at += 1
            at += 1
            return ("a", name)
        mark = next(mark for mark in MARKS if text.startswith(mark, at))
        at = text.index("(", at) + 1
        children = []
        skip()
        while text[at] != ")":
            children.append(node())
            skip()
        at += 1
        return (mark, *children)

    return node()


def of_peer(tree):
    if tree.operator is None:
        return ("tau",) if tree.label is None else ("a", tree.label)
    mark = {"SEQUENCE": "->", "XOR": "X", "PARALLEL": "+", "LOOP": "*"}[tree.operator.name]
    return (mark, *[of_peer(child) for child in tree.children])


def may_be_empty(tree):
    mark, children = tree[0], tree[1:]
    if mark in ("a", "tau"):
        return mark == "tau"
    if mark == "*":
        return may_be_empty(children[0])
    return (any if mark == "X" else all)(may_be_empty(child) for child in children)


def normal(tree):
    """The same language, written in one way: so that only what differs in meaning differs."""
    if tree[0] in ("a", "tau"):
        return tree
    mark = tree[0]
    children = [normal(child) for child in tree[1:]]
    flat = []
    for i, child in enumerate(children):
        joins = child[0] == mark and (mark != "*" or i == 0)
        flat.extend(child[1:] if joins else [child])
    if mark in ("->", "+"):
        flat = [child for child in flat if child != ("tau",)]
    elif mark == "X":
        rest = [child for child in flat if child != ("tau",)]
        skips = len(rest) < len(flat) and not any(map(may_be_empty, rest))
        flat = ([("tau",)] if skips else []) + rest
    if not flat or all(child == ("tau",) for child in flat):
        return ("tau",)
    if len(flat) == 1:
        return flat[0]
    if mark in ("X", "+"):
        flat.sort()
    elif mark == "*":
        flat[1:] = sorted(set(flat[1:]))
    return (mark, *flat)


def log_of(variants):
    log = EventLog()
    for i, (steps, count) in enumerate(variants):
        for j in range(count):
            events = [Event({"concept:name": step, "time:timestamp": FIRST + timedelta(seconds=k)})
                      for k, step in enumerate(steps)]
            log.append(Trace(events, attributes={"concept:name": f"{i}-{j}"}))
    return log


def alignments(variants, net, seconds):
    """Of each variant the alignment, or None where it took too long."""
    found = []
    for steps, _ in variants:
        aligned = aligner.apply(log_of([(steps, 1)])[0], *net,
                                parameters={"max_align_time_trace": seconds, "max_align_time": seconds})
        found.append(aligned)
    return found


def quality(variants, nets, seconds):
    """(fitness, precision) for each net, over the variants that all nets align in time; and how many these are."""
    aligned = [alignments(variants, net, seconds) for net in nets]
    kept = [i for i in range(len(variants)) if all(a[i] is not None for a in aligned)]
    log = log_of([variants[i] for i in kept])
    out = []
    for net, own in zip(nets, aligned):
        cost = sum(own[i]["cost"] // 10000 * variants[i][1] for i in kept)
        shortest = peer_search.get_best_worst_cost(*net, parameters={}) // 10000
        whole = sum((len(variants[i][0]) + shortest) * variants[i][1] for i in kept)
        out.append((1 - cost / whole if whole else 1.0, pm4py.precision_alignments(log, *net)))
    return out, len(kept)


def sample(variants, size):
    if len(variants) <= size:
        return sorted(variants.items())
    chance = random.Random(0)
    keys = sorted(variants)
    drawn = sorted(keys, key=lambda key: -(chance.random() ** (1 / variants[key])))[:size]
    return [(key, variants[key]) for key in drawn]


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("bench")
    words.add_argument("logs", nargs="+")
    words.add_argument("--noise", nargs="+", type=float, default=[0.0, 0.2])
    words.add_argument("--variants", type=int, default=60)
    words.add_argument("--seconds", type=float, default=60)
    words.add_argument("--quality", choices=["different", "all", "none"], default="different")
    args = words.parse_args()
    print("log noise same_tree ours_s peer_s ratio | fitness ours peer | precision ours peer | variants", flush=True)
    for path in args.logs:
        frame = pm4py.read_xes(path)
        runs = frame.groupby("case:concept:name", sort=False)["concept:name"].agg(tuple)
        variants = Counter(runs)
        for noise in args.noise:
            with tempfile.TemporaryDirectory() as folder:
                out = Path(folder) / "m"
                told = json.loads(subprocess.run([args.bench, path, str(noise), str(out)], check=True,
                                                 capture_output=True, text=True).stdout)
                ours = normal(parsed(out.with_suffix(".tree").read_text()))
                our_net = pm4py.read_pnml(str(out.with_suffix(".pnml")))
            start = time.perf_counter()
            peer_tree = pm4py.discover_process_tree_inductive(frame, noise_threshold=noise)
            peer_net = pm4py.convert_to_petri_net(peer_tree)
            seconds = time.perf_counter() - start
            same = ours == normal(of_peer(peer_tree))
            our_seconds = told["variants_s"] + told["mine_s"]
            line = f"{Path(path).name} {noise} {same} {our_seconds:.4f} {seconds:.3f} {seconds / our_seconds:.0f}x"
            if args.quality == "all" or (args.quality == "different" and not same):
                drawn = sample(variants, args.variants)
                (own, peer), kept = quality(drawn, [our_net, peer_net], args.seconds)
                line += f" | {own[0]:.6f} {peer[0]:.6f} | {own[1]:.6f} {peer[1]:.6f}"
                line += f" | {kept} of {len(variants)}"
            print(line, flush=True)


if __name__ == "__main__":
    main()
