#!/usr/bin/env python3
"""Splink on one prepared set, end to end, with settings made by hand; prints one JSON document.

    link_splink.py SET_DIR --settings NAME [--threads N] [--cluster-at P] [--lean]

Runs in the environment of `bench/peers/link`. The settings follow those of Splink's own worked examples for these
sets; `people` has the five blocking rules of the million-row comparison. `seconds` covers reading the file, prior, u,
expectation-maximisation, scores and clusters; judging comes after the clock. The score threshold of `f1` is the best
one, chosen with the truth; that of the clusters (`cluster_f1`) is given.
"""

import argparse
import json
import logging
import resource
import sys
import time
import warnings
from pathlib import Path

import duckdb
import numpy
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from link_threshold import best_threshold
from link_truth import Truth
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

EACH = {"estimate_without_term_frequencies": True}


def by_frequency(comparison):
    return comparison.configure(term_frequency_adjustments=True)


def fake_1000() -> dict:
    return {
        "blocks": [block_on("first_name"), block_on("surname"), block_on("dob"), block_on("email")],
        "compare": [cl.ForenameSurnameComparison("first_name", "surname"),
                    cl.DateOfBirthComparison("dob", input_is_string=True),
                    by_frequency(cl.ExactMatch("city")), cl.EmailComparison("email")],
        "certain": ["l.first_name = r.first_name and levenshtein(r.dob, l.dob) <= 1",
                    "l.surname = r.surname and levenshtein(r.dob, l.dob) <= 1",
                    "l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2", "l.email = r.email"],
        "recall": 0.7, "max_pairs": 1e6, "train": [["dob"], ["email"], ["first_name", "surname"]], "how": EACH,
    }


def febrl3() -> dict:
    return {
        "blocks": [block_on(name) for name in ("soc_sec_id", "given_name", "surname", "date_of_birth", "postcode")],
        "compare": [cl.NameComparison("given_name"), cl.NameComparison("surname"),
                    cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
                    cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
                    by_frequency(cl.ExactMatch("street_number")), by_frequency(cl.ExactMatch("postcode"))],
        "certain": [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth"),
                    "l.given_name = r.surname and l.surname = r.given_name and l.date_of_birth = r.date_of_birth"],
        "recall": 0.9, "max_pairs": 1e6, "train": [["date_of_birth"], ["postcode"]], "how": {},
    }


def febrl4() -> dict:
    return {
        "blocks": [block_on("given_name", "surname"), "l.given_name = r.surname and l.surname = r.given_name",
                   block_on("date_of_birth"), block_on("soc_sec_id"), block_on("state", "address_1"),
                   block_on("street_number", "address_1"), block_on("postcode")],
        "compare": [by_frequency(cl.NameComparison("given_name")), by_frequency(cl.NameComparison("surname")),
                    cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d",
                                             invalid_dates_as_null=True),
                    cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
                    by_frequency(cl.ExactMatch("street_number")),
                    by_frequency(cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]))],
        "certain": [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")],
        "recall": 0.8, "max_pairs": 1e6, "train": [["date_of_birth"], ["postcode"]], "how": EACH,
    }


def historical_50k() -> dict:
    return {
        "read": "*, first_name || ' ' || surname as first_name_surname_concat",
        "blocks": [block_on(*keys) for keys in (
            ("substr(first_name,1,3)", "substr(surname,1,4)"), ("surname", "dob"), ("first_name", "dob"),
            ("postcode_fake", "first_name"), ("postcode_fake", "surname"), ("dob", "birth_place"),
            ("substr(postcode_fake,1,3)", "dob"), ("substr(postcode_fake,1,3)", "first_name"),
            ("substr(postcode_fake,1,3)", "surname"),
            ("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"))],
        "compare": [cl.ForenameSurnameComparison("first_name", "surname",
                                                 forename_surname_concat_col_name="first_name_surname_concat"),
                    cl.DateOfBirthComparison("dob", input_is_string=True), cl.PostcodeComparison("postcode_fake"),
                    by_frequency(cl.ExactMatch("birth_place")), by_frequency(cl.ExactMatch("occupation"))],
        "certain": [block_on("first_name", "surname", "dob"),
                    block_on("substr(first_name,1,2)", "surname", "substr(postcode_fake,1,2)"),
                    block_on("dob", "postcode_fake")],
        "recall": 0.6, "max_pairs": 1e7, "train": [["first_name", "surname"], ["dob"]], "how": EACH,
    }


def people() -> dict:
    return {
        # A typed date and cheap comparators: with these Splink is at its quickest and finds as much.
        "read": "* replace (try_cast(birth_date as date) as birth_date), first_name || ' ' || last_name as both_names",
        "blocks": [block_on(*keys) for keys in (
            ("first_name", "last_name"), ("last_name", "birth_date"), ("first_name", "birth_date"),
            ("postcode", "first_name"), ("postcode", "last_name"))],
        "compare": [cl.ForenameSurnameComparison("first_name", "last_name", forename_surname_concat_col_name="both_names"),
                    cl.DateOfBirthComparison("birth_date", input_is_string=False), by_frequency(cl.ExactMatch("city")),
                    *(cl.JaroWinklerAtThresholds(name, [0.92]) for name in ("email", "phone", "street")),
                    cl.LevenshteinAtThresholds("postcode", [1]),
                    by_frequency(cl.ExactMatch("company")),
                    cl.CustomComparison(output_column_name="middle_name", comparison_levels=[
                        cll.NullLevel("middle_name"), cll.ExactMatchLevel("middle_name"),
                        cll.CustomLevel("substr(middle_name_l,1,1) = substr(middle_name_r,1,1)", "same initial"),
                        cll.ElseLevel()])],
        "certain": [block_on("first_name", "last_name", "birth_date"), block_on("email"),
                    block_on("phone", "first_name")],
        "recall": 0.7, "max_pairs": 1e6, "train": [["first_name", "last_name"], ["email"]], "how": EACH,
    }


SETTINGS = {made.__name__: made for made in (fake_1000, febrl3, febrl4, historical_50k, people)}


def cluster_pairs(clusters: dict) -> list[tuple]:
    members = {}
    for key, cluster in clusters.items():
        members.setdefault(cluster, []).append(key)
    return [(a, b) for keys in members.values() for place, a in enumerate(keys) for b in keys[place + 1:]]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--settings", required=True, choices=sorted(SETTINGS))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--cluster-at", type=float, default=0.95)
    parser.add_argument("--lean", action="store_true", help="keep only ids and weights of the scored pairs")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    made = SETTINGS[asked.settings]()
    steps, started, processors = {}, time.perf_counter(), time.process_time()

    def step(name):
        nonlocal started
        now = time.perf_counter()
        steps[name], started = now - started, now
        print(f"{name} {steps[name]:.1f} s", file=sys.stderr, flush=True)

    database = duckdb.connect()
    database.execute(f"set threads = {asked.threads}")
    database.execute("set memory_limit = '12GB'")  # a rule too many takes the whole machine otherwise
    tables = [name for name in ("a", "b") if (asked.folder / f"{name}.csv").exists()]
    for name in tables:
        database.execute(f"create table {name} as select {made.get('read', '*')} from "
                         f"read_csv('{asked.folder / name}.csv', all_varchar = true)")
    api = DuckDBAPI(connection=database)
    frames = [api.register(database.table(name)) for name in tables]
    step("read")
    linker = Linker(frames if len(frames) > 1 else frames[0], SettingsCreator(
        link_type="link_only" if len(frames) > 1 else "dedupe_only", unique_id_column_name="id",
        blocking_rules_to_generate_predictions=made["blocks"], comparisons=made["compare"],
        retain_matching_columns=not asked.lean))
    linker.training.estimate_probability_two_random_records_match(made["certain"], recall=made["recall"])
    step("prior")
    linker.training.estimate_u_using_random_sampling(max_pairs=made["max_pairs"], seed=1)
    step("u")
    for keys in made["train"]:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*keys), **made["how"])
    step("em")
    scored = linker.inference.predict()
    step("predict")
    grouped = linker.clustering.cluster_pairwise_predictions_at_threshold(
        scored, threshold_match_probability=asked.cluster_at)
    step("cluster")
    processors = time.process_time() - processors
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    truth = Truth(asked.folder)
    columns = database.execute(f"select id_l, id_r, match_weight from {scored.physical_name}").fetchnumpy()
    side = set(truth.a)
    found = [(a, b) if (a in side if truth.two_files else a <= b) else (b, a)
             for a, b in zip(columns["id_l"].tolist(), columns["id_r"].tolist())]
    true = numpy.fromiter((pair in truth.pairs for pair in found), bool, len(found))
    best = best_threshold(true, columns["match_weight"].astype(float), len(truth.pairs))
    clusters = dict(database.execute(f"select id, cluster_id from {grouped.physical_name}").fetchall())
    joined = truth.pairwise(cluster_pairs(clusters))
    cubed = truth.clusters(clusters)
    print(json.dumps({
        "seconds": sum(steps.values()), "steps": steps, "cpu_seconds": processors, "peak_mib": peak,
        "pairs_compared": len(found), "pairs_per_second": len(found) / steps["predict"], **best,
        "cluster_precision": joined[0], "cluster_recall": joined[1], "cluster_f1": joined[2], "b3_f1": cubed[2]}))


if __name__ == "__main__":
    main()
