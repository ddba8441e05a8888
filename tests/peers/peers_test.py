#!/usr/bin/env python3
"""Tests of what `bench/peers/link` measures with; see README.md."""

import csv
import os
import random
import sys
import tempfile
import unittest
from itertools import combinations
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "bench" / "peers"))

import link_people  # noqa: E402
import link_sets  # noqa: E402
import link_truth  # noqa: E402

DATA = Path(os.environ.get("WEIR_SHARED_DATA", ROOT.parent / "shared" / "data"))


def clusters(*groups) -> dict:
    return {member: number for number, group in enumerate(groups) for member in group}


def write(folder: Path, **tables) -> Path:
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


class Figures(unittest.TestCase):
    def test_b_cubed_of_the_example_of_bagga_and_baldwin(self):
        key = clusters("12345", "67", "89ABC")
        for answer, precision in ((clusters("12345", "6789ABC"), 0.762), (clusters("1234589ABC", "67"), 0.583)):
            found = link_truth.b_cubed(answer, key)
            self.assertAlmostEqual(found[0], precision, 3)
            self.assertEqual(found[1], 1)
            turned = link_truth.b_cubed(key, answer)
            self.assertEqual(turned[:2], (found[1], found[0]))

    def test_pairs_as_a_naive_count_has_them(self):
        draw = random.Random(7)
        for _ in range(50):
            ids = [str(number) for number in range(draw.randint(4, 40))]
            key = {one: draw.randint(0, 9) for one in ids}
            answer = {one: draw.randint(0, 9) for one in ids}
            true = [pair for pair in combinations(ids, 2) if key[pair[0]] == key[pair[1]]]
            if not true:
                continue
            found = [draw.choice((pair, pair[::-1])) for pair in combinations(ids, 2)
                     if answer[pair[0]] == answer[pair[1]]]
            hits = sum(set(pair) == set(other) for pair in true for other in found)
            with tempfile.TemporaryDirectory() as name:
                folder = write(Path(name), a="id\n" + "\n".join(ids) + "\n",
                               truth="id_a,id_b\n" + "".join(f"{a},{b}\n" for a, b in true))
                precision, recall, f1 = link_truth.Truth(folder).pairwise(found + found[:3])
            self.assertAlmostEqual(precision, hits / len(found) if found else 0)
            self.assertAlmostEqual(recall, hits / len(true))
            self.assertAlmostEqual(f1, 2 * hits / (len(found) + len(true)))

    def test_of_two_files_only_pairs_across_count(self):
        with tempfile.TemporaryDirectory() as name:
            truth = link_truth.Truth(write(Path(name), a="id\n1\n2\n", b="id\n3\n4\n", truth="id_a,id_b\n1,3\n2,4\n"))
            self.assertEqual(truth.pairwise([("1", "3"), ("1", "2"), ("3", "4"), ("2", "3")])[:2], (0.5, 0.5))

    def test_with_labels_nothing_else_counts(self):
        with tempfile.TemporaryDirectory() as name:
            truth = link_truth.Truth(write(Path(name), a="id\n1\n2\n", b="id\n3\n4\n", truth="id_a,id_b\n1,3\n",
                                           labels="id_a,id_b,label\n1,3,1\n2,3,0\n"))
            links = [("1", "3"), ("2", "3"), ("2", "4")]
            self.assertEqual(truth.pairwise(links)[0], 1 / 2)
            self.assertEqual(truth.pairwise(links, labelled=False)[0], 1 / 3)

    def test_a_pair_across_groups_is_wrong_in_both(self):
        with tempfile.TemporaryDirectory() as name:
            truth = link_truth.Truth(write(Path(name), a="id\n1\n2\n3\n", truth="id_a,id_b\n1,2\n",
                                           groups="id,group\n1,10\n2,10\n3,20\n"))
            self.assertEqual(truth.by_group([("2", "1"), ("2", "3")]), {"10": [1, 2, 1], "20": [0, 1, 0]})


class People(unittest.TestCase):
    ROWS = 5000

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.people = link_people.people(Path(self.folder.name), self.ROWS, raw=True)

    def test_same_bytes_from_the_same_seed(self):
        with tempfile.TemporaryDirectory() as name:
            again = link_people.people(Path(name), self.ROWS, raw=True)
            other = link_people.people(Path(name), self.ROWS, seed=2)
            for file in ("a.csv", "truth.csv", "raw.csv"):
                self.assertEqual((self.people / file).read_bytes(), (again / file).read_bytes())
            self.assertNotEqual((self.people / "a.csv").read_bytes(), (other / "a.csv").read_bytes())

    def test_a_fifth_of_the_rows_are_duplicates(self):
        truth = link_truth.Truth(self.people)
        self.assertEqual(len(truth.ids), self.ROWS)
        self.assertEqual(len(set(link_truth.components(truth.ids, truth.pairs).values())), self.ROWS * 4 // 5)

    def test_raw_rows_are_the_same_people(self):
        with (self.people / "a.csv").open() as plain, (self.people / "raw.csv").open() as raw:
            differing = 0
            for one, other in zip(csv.DictReader(plain), csv.DictReader(raw), strict=True):
                self.assertEqual(list(one), ["id", *link_people.FIELDS])
                self.assertEqual(list(one), list(other))
                for name in ("id", "birth_date", "postcode"):
                    self.assertEqual(one[name], other[name])
                for name in ("first_name", "last_name", "email", "city"):
                    self.assertEqual(one[name], other[name].strip().lower())
                digits = "".join(filter(str.isdigit, other["phone"]))
                self.assertTrue(one["phone"].endswith(digits[-9:]))
                differing += one["phone"] != other["phone"]
            self.assertGreater(differing, self.ROWS / 2)


class Sets(unittest.TestCase):
    def test_counts_as_published_and_nothing_of_the_truth(self):
        if not DATA.exists():
            self.skipTest("the shared data sets are not here")
        with tempfile.TemporaryDirectory() as name:
            for one in ("febrl1", "fake_1000", "febrl4", "cora", "chicago", "rldata500", "senzing", "dblp-acm"):
                folder = link_sets.prepare(one, DATA, Path(name))  # ends the test where a published count differs
                truth = link_truth.Truth(folder)
                self.assertEqual(truth.ids, [str(number) for number in range(1, len(truth.ids) + 1)])
                with (folder / "a.csv").open(newline="") as file:
                    header = next(csv.reader(file))
                for column in ("cluster", "label_true", "True Id", "rec_id", "RECORD_ID", "CLUSTER_ID"):
                    self.assertNotIn(column, header)
                # Neighbours in the file are of one entity no oftener than chance has it.
                if not truth.two_files:
                    entity = link_truth.components(truth.ids, truth.pairs)
                    beside = sum(entity[a] == entity[b] for a, b in zip(truth.ids, truth.ids[1:]))
                    expected = len(truth.pairs) * 2 / len(truth.ids)
                    self.assertLess(beside, expected + 5 * expected ** 0.5 + 1)


if __name__ == "__main__":
    unittest.main()
