"""The best threshold of a score, chosen with the truth: what a peer could reach at most."""

import numpy


def best_threshold(true, scores, total: int) -> dict:
    """`true` and `scores` of each candidate pair, `total` true pairs in all; equal scores stand or fall together."""
    order = numpy.argsort(-scores, kind="stable")
    scores, hits = scores[order], numpy.cumsum(true[order])
    last = numpy.append(scores[1:] != scores[:-1], True)
    counts = numpy.arange(1, len(scores) + 1)
    f1 = numpy.where(last, 2 * hits / (counts + total), 0)
    at = int(f1.argmax())
    return {"precision": float(hits[at] / counts[at]), "recall": float(hits[at] / total), "f1": float(f1[at]),
            "threshold": float(scores[at])}
