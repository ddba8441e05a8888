#!/usr/bin/env python3
"""TF-IDF cosine on prepared sets, with the threshold that is best by the truth; prints one JSON document.

    link_tfidf.py SET_DIR...

Runs in the environment of `bench/peers/link`. Texts are all columns of a record together, or its name alone (NAME);
terms are character 3-grams or words: of these the best. `pairs` takes every pair above the threshold. `joined` is the
stronger form: with two files each right record takes its best left one alone; with one file the pairs are closed to
clusters, and the clusters' pairs are judged.
"""

import csv
import json
import sys
from collections import Counter
from pathlib import Path

import numpy
from link_threshold import best_threshold
from link_truth import Truth, components
from scipy.sparse.csgraph import minimum_spanning_tree
from sklearn.feature_extraction.text import TfidfVectorizer

NAME = {"patstat": "name", "settlements": "label"}
TERMS = {"3-grams": {"analyzer": "char", "ngram_range": (3, 3)},
         "words": {"analyzer": "word", "token_pattern": r"\w+"}}


def texts_of(path: Path, name: str | None) -> list[str]:
    with path.open(newline="", encoding="utf-8") as file:
        return [row[name] if name else " ".join(cell for key, cell in row.items() if key != "id")
                for row in csv.DictReader(file)]


def closed(likeness, truth: Truth) -> dict:
    """Clusters of single linkage at each threshold: only the edges of the spanning tree join anything."""
    tree = minimum_spanning_tree(2 - likeness).tocoo()
    entity = components(truth.ids, truth.pairs)
    parent = list(range(len(truth.ids)))
    members = [Counter([entity[key]]) for key in truth.ids]
    sizes = [1] * len(truth.ids)

    def root(at):
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    best, hits, found, edges = {"f1": 0.0}, 0, 0, sorted(zip(tree.data, tree.row, tree.col))
    for place, (distance, row, column) in enumerate(edges):
        a, b = root(row), root(column)
        if sizes[a] < sizes[b]:
            a, b = b, a
        hits += sum(count * members[a][key] for key, count in members[b].items())
        found += sizes[a] * sizes[b]
        members[a].update(members[b])
        sizes[a] += sizes[b]
        parent[b] = a
        if place + 1 == len(edges) or edges[place + 1][0] != distance:
            f1 = 2 * hits / (found + len(truth.pairs))
            if f1 > best["f1"]:
                best = {"precision": hits / found, "recall": hits / len(truth.pairs), "f1": f1, "threshold": 2 - distance}
    return best


def measured(folder: Path, terms: dict, name: str | None, truth: Truth) -> dict:
    a = texts_of(folder / "a.csv", name)
    b = texts_of(folder / "b.csv", name) if truth.two_files else a
    weigh = TfidfVectorizer(**terms).fit(a + b if truth.two_files else a)
    likeness = (weigh.transform(a) @ weigh.transform(b).T).toarray().round(9)
    at_a = {key: place for place, key in enumerate(truth.a)}
    at_b = {key: place for place, key in enumerate(truth.b or truth.a)}
    true = numpy.zeros(likeness.shape, bool)
    for left, right in truth.pairs:
        row, column = at_a[left], at_b[right]
        true[(row, column) if truth.two_files or row < column else (column, row)] = True
    shown = likeness > 0 if truth.two_files else numpy.triu(likeness > 0, 1)
    pairs = best_threshold(true[shown], likeness[shown], len(truth.pairs))
    if not truth.two_files:
        return {"pairs": pairs, "joined": closed(likeness, truth)}
    columns = numpy.arange(likeness.shape[1])
    best = likeness.argmax(axis=0)
    return {"pairs": pairs, "joined": best_threshold(true[best, columns], likeness[best, columns], len(truth.pairs))}


def main() -> None:
    answer = {}
    for folder in map(Path, sys.argv[1:]):
        truth = Truth(folder)
        names = [None, *([NAME[folder.name]] if folder.name in NAME else [])]
        tried = [(kind, name or "all", measured(folder, terms, name, truth))
                 for kind, terms in TERMS.items() for name in names]
        answer[folder.name] = {}
        for form in ("pairs", "joined"):
            kind, name, found = max(tried, key=lambda one: one[2][form]["f1"])
            answer[folder.name][form] = found[form] | {"terms": kind, "text": name}
        print(folder.name, {form: round(one["f1"], 4) for form, one in answer[folder.name].items()}, file=sys.stderr)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
