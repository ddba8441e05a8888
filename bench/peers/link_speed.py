"""`bench/peers/link speed`: seconds and memory of `weir link` on simulated people, beside Splink on the same file."""

import hashlib
import json
import math
import shutil
import statistics

from link_people import people
from link_run import UNDER, Failed, link, note, peers, shown, splink, table, versions
from link_truth import Truth, read_links

GROWTH = (1_000_000, 2_000_000, 5_000_000, 10_000_000)
OUT = UNDER / "out" / "speed"


def best_of(times: int, run) -> dict:
    """The quickest of some runs; on a busy machine the least disturbed."""
    return min((run() for _ in range(times)), key=lambda one: one["seconds"])


def ours(path, threads: int | None = None) -> dict:
    cost, answer = link([path], OUT, threads=threads)
    return answer | {"program": answer, **cost}


def scoring_rate(found: dict) -> float | None:
    """Pairs a second of scoring, where the program says how long that took; else of the whole run."""
    steps = found["program"].get("steps") or {}
    seconds = steps.get("score") if isinstance(steps, dict) else None
    return found["pairs_compared"] / (seconds or found["seconds"])


def beside(asked) -> int:
    folder = people(UNDER, asked.rows, asked.seed, raw=asked.raw)
    python = None if asked.no_peers else peers()
    peer = None
    if python:
        print(f"peers: {versions(python)}")
        note("Splink ...")
        peer = best_of(asked.repeat, lambda: splink(python, folder, "people", *(["--lean"] if asked.lean else [])))
    note("weir link ...")
    found = best_of(asked.repeat, lambda: ours(folder / "a.csv"))
    truth = Truth(folder)
    pairs = truth.pairwise(read_links(OUT))
    rows = [["weir link", shown(found["seconds"], 2), shown(found["cpu_seconds"], 2), shown(found["peak_mib"], 0),
             shown(found["pairs_compared"]), shown(scoring_rate(found) / 1e6, 2), *map(shown, pairs)]]
    if peer:
        rows.append(["Splink", shown(peer["seconds"], 2), shown(peer["cpu_seconds"], 2), shown(peer["peak_mib"], 0),
                     shown(peer["pairs_compared"]), shown(peer["pairs_per_second"] / 1e6, 2),
                     *(shown(peer[key]) for key in ("precision", "recall", "f1"))])
        rows.append(["Splink, clusters", "", "", "", "", "",
                     *(shown(peer[f"cluster_{key}"]) for key in ("precision", "recall", "f1"))])
    print(f"\n{asked.rows:,} simulated people, {len(truth.pairs):,} true pairs, normalised file")
    table(["", "s", "cpu s", "MiB", "pairs compared", "M scored/s", "P", "R", "F1"], rows)
    if peer:
        print("Splink's pairs are judged at the threshold that is best by the truth, its clusters at 0.95; its seconds are "
              "from reading the\nfile to clusters, without the start of its interpreter; ours are of the whole process, "
              "with links.csv and clusters.csv written.\n" + (
                  "Splink keeps ids and weights only" if asked.lean else "Splink keeps the columns of the pairs, as it "
                  "does unless told otherwise; --lean: ids and weights only"))
        print("steps of Splink: " + ", ".join(f"{step} {seconds:.1f} s" for step, seconds in peer["steps"].items()))
    if found["program"].get("steps"):
        print(f"steps of weir link: {json.dumps(found['program']['steps'])}")
    if peer:
        print(f"ratio {peer['seconds'] / found['seconds']:.1f} (aim 8), cpu_ratio "
              f"{peer['cpu_seconds'] / found['cpu_seconds']:.1f}; memory {found['peak_mib'] / peer['peak_mib']:.2f} of "
              f"Splink's (aim 0.33); F1 {pairs[2] - peer['f1']:+.4f}")
    if asked.raw:
        note("weir link on the raw file ...")
        raw = best_of(asked.repeat, lambda: ours(folder / "raw.csv"))
        judged = truth.pairwise(read_links(OUT))
        print(f"raw file: {raw['seconds']:.2f} s, {raw['cpu_seconds']:.2f} s of processors, {raw['peak_mib']:.0f} MiB, "
              f"P {judged[0]:.4f} R {judged[1]:.4f} F1 {judged[2]:.4f}")
    return 0


def sums_of(out) -> dict:
    return {name: hashlib.file_digest((out / name).open("rb"), "sha256").hexdigest()
            for name in ("links.csv", "clusters.csv")}


def by_threads(asked) -> int:
    folder = people(UNDER, asked.rows, asked.seed)
    rows, sums, seconds = [], {}, {}
    for threads in (1, 2, 3):
        note(f"{threads} threads ...")
        found = best_of(asked.repeat, lambda threads=threads: ours(folder / "a.csv", threads))
        seconds[threads], sums[threads] = found["seconds"], sums_of(OUT)
        rows.append([str(threads), shown(found["seconds"], 2), shown(found["cpu_seconds"], 2), shown(found["peak_mib"], 0),
                     shown(seconds[1] / found["seconds"], 2), *(total[:16] for total in sums[threads].values())])
    print(f"{asked.rows:,} simulated people")
    table(["threads", "s", "cpu s", "MiB", "times 1 thread", "links.csv", "clusters.csv"], rows)
    same = all(total == sums[1] for total in sums.values())
    print(f"2 threads {seconds[1] / seconds[2]:.2f} times 1 thread (aim 1.8); bytes {'equal' if same else 'NOT EQUAL'}")
    return 0 if same else 1


def exponent(sizes, values) -> float:
    """The slope of the least-squares line through the logarithms."""
    return statistics.linear_regression([math.log(one) for one in sizes], [math.log(one) for one in values]).slope


def growth(asked) -> int:
    rows, runs = [], []
    for size in asked.sizes or GROWTH:
        note(f"{size:,} rows ...")
        folder = people(UNDER, size, asked.seed)
        try:
            found = best_of(asked.repeat, lambda folder=folder: ours(folder / "a.csv"))
        except Failed as error:
            print(f"{size:,} rows: weir link: {error}")
            return 1
        pairs = Truth(folder).pairwise(read_links(OUT))
        runs.append((size, found["seconds"], found["peak_mib"]))
        rows.append([f"{size:,}", shown(found["seconds"], 2), shown(found["cpu_seconds"], 2), shown(found["peak_mib"], 0),
                     shown(found["pairs_compared"]), shown(1e6 * found["seconds"] / size, 2), *map(shown, pairs)])
    table(["rows", "s", "cpu s", "MiB", "pairs compared", "us a row", "P", "R", "F1"], rows)
    if len(runs) > 1:
        sizes, seconds, memory = zip(*runs)
        print(f"seconds grow with rows to the power {exponent(sizes, seconds):.3f}, "
              f"memory {exponent(sizes, memory):.3f} (least squares of the logarithms)")
    return 0


def speed(asked) -> int:
    try:
        return (by_threads if asked.threads else growth if asked.growth else beside)(asked)
    except Failed as error:
        raise SystemExit(f"weir link: {error}") from error
    finally:
        shutil.rmtree(OUT, ignore_errors=True)
