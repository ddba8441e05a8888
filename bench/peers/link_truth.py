#!/usr/bin/env python3
"""Precision, recall and F1 of links and clusters against true pairs, in plain Python, independent of any program.

    link_truth.py SET_DIR OUT_DIR     SET_DIR as `link_sets` writes it, OUT_DIR as `weir link --out` does

Pairwise: over all true pairs, so that what blocking loses counts as missed; the pairs are those of `links.csv`, which
are to be all pairs of the final clusters. With labels only labelled pairs are judged, and none but those counts.
B-cubed (Bagga and Baldwin 1998): the mean over records of the share of their cluster that is theirs, and of theirs that
is in their cluster; true clusters are the components of the true pairs.
"""

import csv
import sys
from collections import Counter, defaultdict
from pathlib import Path


def columns_of(path: Path, names=None) -> list[tuple]:
    """The rows of some columns; without names, of the first two."""
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        header = next(reader)
        at = [header.index(name) for name in names] if names else [0, 1]
        return [tuple(row[place] for place in at) for row in reader]


def ids_of(path: Path) -> list[str]:
    return [row[0] for row in columns_of(path, ["id"])]


def ordered(pair: tuple, two_files: bool) -> tuple:
    return pair if two_files or pair[0] <= pair[1] else (pair[1], pair[0])


def figures(hits: int, found: int, true: int) -> tuple[float, float, float]:
    precision = hits / found if found else 0.0
    recall = hits / true if true else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if hits else 0.0


def components(ids, pairs) -> dict:
    """Record -> the first record of its component."""
    parent = {key: key for key in ids}

    def root(key):
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for a, b in pairs:
        parent[root(a)] = root(b)
    return {key: root(key) for key in parent}


def b_cubed(found: dict, truth: dict) -> tuple[float, float, float]:
    """Both are record -> cluster over the same records."""
    together = Counter((found[key], truth[key]) for key in truth)
    sizes, true_sizes = Counter(found[key] for key in truth), Counter(truth.values())
    precision = sum(n * n / sizes[cluster] for (cluster, _), n in together.items()) / len(truth)
    recall = sum(n * n / true_sizes[entity] for (_, entity), n in together.items()) / len(truth)
    return precision, recall, 2 * precision * recall / (precision + recall)


class Truth:
    def __init__(self, folder: Path):
        self.a = ids_of(folder / "a.csv")
        self.b = ids_of(folder / "b.csv") if (folder / "b.csv").exists() else []
        self.ids = self.a + self.b
        self.two_files = bool(self.b)
        self.pairs = {ordered(pair, self.two_files) for pair in columns_of(folder / "truth.csv")}
        self.labelled = None
        if (folder / "labels.csv").exists():
            self.labelled = set(columns_of(folder / "labels.csv"))
        self.groups = {}
        if (folder / "groups.csv").exists():
            self.groups = dict(columns_of(folder / "groups.csv"))

    def pairwise(self, links, labelled: bool = True) -> tuple[float, float, float]:
        """Over the labelled pairs where there are any; with `labelled` false over all pairs nevertheless."""
        found = {ordered(pair, self.two_files) for pair in links}
        if self.two_files:
            side = set(self.a)
            found = {(a, b) for a, b in found if a in side and b not in side}
        if labelled and self.labelled is not None:
            found &= self.labelled
        return figures(len(found & self.pairs), len(found), len(self.pairs))

    def clusters(self, found: dict) -> tuple[float, float, float]:
        alone = {key: found.get(key, f"alone {key}") for key in self.ids}
        return b_cubed(alone, components(self.ids, self.pairs))

    def by_group(self, links) -> dict:
        """Group -> (hits, found, true); a pair across two groups counts as found in both."""
        counts = defaultdict(lambda: [0, 0, 0])
        found = {ordered(pair, False) for pair in links}
        for pair in found | self.pairs:
            for group in {self.groups[key] for key in pair}:
                counts[group][0] += pair in found and pair in self.pairs
                counts[group][1] += pair in found
                counts[group][2] += pair in self.pairs
        for group in self.groups.values():
            counts[group]  # a group without pairs, where nothing is to be found
        return dict(sorted(counts.items(), key=lambda item: int(item[0])))


def read_links(out: Path) -> list[tuple]:
    return columns_of(out / "links.csv", ["id_a", "id_b"])


def read_probabilities(out: Path) -> list[tuple]:
    """(id_a, id_b, probability) of the links that were scored."""
    rows = columns_of(out / "links.csv", ["id_a", "id_b", "probability"])
    return [(a, b, float(probability)) for a, b, probability in rows if probability]


def read_clusters(out: Path) -> dict:
    return dict(columns_of(out / "clusters.csv", ["id", "cluster"]))


def main() -> None:
    folder, out = map(Path, sys.argv[1:])
    truth = Truth(folder)
    links = read_links(out)
    print("pairs    precision %.4f recall %.4f F1 %.4f" % truth.pairwise(links), end="")
    print(f" ({'labelled pairs' if truth.labelled is not None else 'all true pairs'}: {len(truth.pairs)} true)")
    if (out / "clusters.csv").exists() and truth.labelled is None:
        print("B-cubed  precision %.4f recall %.4f F1 %.4f" % truth.clusters(read_clusters(out)))
    for group, (hits, found, true) in truth.by_group(links).items() if truth.groups else ():
        if hits != true or found != true:
            print(f"group {group}: {true} true pairs, {hits} of them found, {found - hits} wrong")


if __name__ == "__main__":
    main()
