"""`bench/peers/link accuracy`: how well `weir link` does on sets whose truth is known, beside Splink and TF-IDF."""

import json

from link_run import DATA, HERE, UNDER, Failed, link, measured, note, peers, shown, splink, table, versions
from link_sets import catalogue, prepare
from link_truth import Truth, ordered, read_clusters, read_links, read_probabilities

# What is aimed at: F1 over all true pairs, of walmart-amazon over the labelled ones.
TARGETS = {"febrl1": 0.99, "febrl2": 0.98, "febrl3": 0.996, "febrl4": 0.9995, "fake_1000": 0.88, "historical_50k": 0.82,
           "dblp-acm": 0.97, "fodors-zagat": 0.98, "cora": 0.85, "chicago": 0.85, "abt-buy": 0.60, "walmart-amazon": 0.60}
SPLINK = ("fake_1000", "febrl3", "febrl4", "historical_50k")
TFIDF = ("affiliations", "patstat", "settlements")  # and the tasks of AutoFJ
LEAD = 0.05  # over TF-IDF, on average
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999)  # of said probability
AGREES = 5e-4  # of the program's own precision, recall and F1


def ours(name: str, folder) -> dict:
    out = UNDER / "out" / name
    files = [folder / file for file in ("a.csv", "b.csv") if (folder / file).exists()]
    cost, answer = link(files, out, "--truth", folder / "truth.csv")
    truth = Truth(folder)
    links = read_links(out)
    found = {"truth": truth, "links": links, "pairs": truth.pairwise(links), "cost": cost, "answer": answer}
    if truth.labelled is None:
        found["b_cubed"] = truth.clusters(read_clusters(out))
        found["said"] = [(probability, ordered((a, b), truth.two_files) in truth.pairs)
                         for a, b, probability in read_probabilities(out)]
    found["quarrels"] = quarrels(answer, truth, links)
    return found


def quarrels(answer: dict, truth: Truth, links: list) -> list[str]:
    """Where the program's own figures are not those of its files. It knows no labels: its figures are over all links."""
    said = []
    whole = truth.pairwise(links, labelled=False)
    own = tuple(answer.get(key) for key in ("precision", "recall", "f1"))
    if None in own:
        said.append("the program gives no figures of its own")
    elif any(abs(a - b) > AGREES for a, b in zip(own, whole)):
        said.append("the program says P %.4f R %.4f F1 %.4f, the pairs in links.csv P %.4f R %.4f F1 %.4f" % (*own, *whole))
    if len(set(links)) != answer.get("links"):
        said.append(f"the program counts {answer.get('links')} links, links.csv has {len(set(links))}")
    return said


def baseline(python, folders: dict) -> dict:
    wanted = [name for name in folders if name in TFIDF or name.startswith("autofj-")]
    if not wanted or not python:
        return {}
    note(f"TF-IDF on {len(wanted)} sets ...")
    _, text = measured([python, HERE / "link_tfidf.py", *(folders[name] for name in wanted)])
    return json.loads(text)


def print_groups(found: dict) -> None:
    groups = found["truth"].by_group(found["links"])
    right = [group for group, (hits, links, true) in groups.items() if hits == links == true]
    print(f"\nsenzing: {len(right)} of {len(groups)} named groups exactly as the key has them; the others:")
    table(["group", "true pairs", "found", "wrong"],
          [[group, true, hits, links - hits] for group, (hits, links, true) in groups.items() if group not in right])


def print_calibration(results: dict) -> None:
    """What links said of themselves and what they are; each set counts alike, whatever its size."""
    rows = []
    for low, high in zip(BINS, (*BINS[1:], 1.0000001)):
        within = [[(said, true) for said, true in found["said"] if low <= said < high]
                  for found in results.values() if "said" in found]
        within = [pairs for pairs in within if pairs]
        if within:
            said, true = (sum(sum(one[at] for one in pairs) / len(pairs) for pairs in within) / len(within)
                          for at in (0, 1))
            rows.append([f"{low:.3f}", len(within), f"{sum(map(len, within)):,}", shown(said), shown(true)])
    if rows:
        print("\nprobabilities of the links that were scored: mean said and share true, averaged over the sets")
        table(["from", "sets", "links", "said", "true"], rows)


def print_baseline(results: dict, tfidf: dict) -> None:
    rows, leads = [], {"pairs": [], "joined": []}
    for name, peer in tfidf.items():
        f1 = results[name]["pairs"][2] if name in results else None
        row = [name, shown(f1)]
        for form, all_leads in leads.items():
            lead = None if f1 is None else f1 - peer[form]["f1"]
            row += [shown(peer[form]["f1"]), peer[form]["terms"], "-" if lead is None else f"{lead:+.4f}"]
            all_leads += [] if lead is None else [lead]
        rows.append(row)
    print("\nTF-IDF cosine at its best threshold: every pair above it; and with each right record joined to its best left "
          "one alone,\nor, of one file, with clusters closed")
    table(["set", "F1", "TF-IDF", "terms", "lead", "joined", "terms", "lead"], rows)
    for form, all_leads in leads.items():
        mean = sum(peer[form]["f1"] for peer in tfidf.values()) / len(tfidf)
        lead = f"; ours leads by {100 * sum(all_leads) / len(all_leads):+.1f} points" if all_leads else ""
        aim = f" (aim {100 * LEAD:+.0f})" if lead and form == "pairs" else ""
        print(f"average over {len(tfidf)} sets, {form}: TF-IDF {mean:.4f}{lead}{aim}")


def accuracy(asked) -> int:
    names = list(catalogue(DATA)) if DATA.exists() else []
    if not names:
        raise SystemExit(f"no data sets at {DATA}; WEIR_SHARED_DATA says where they are")
    wanted = [name for name in names if not asked.sets or name in asked.sets or
              "autofj" in asked.sets and name.startswith("autofj-")]
    unknown = [one for one in asked.sets if one not in names and one != "autofj"]
    if unknown:
        raise SystemExit(f"no set {', '.join(unknown)}; there are autofj (all its tasks), {', '.join(names)}")
    python = None if asked.no_peers else peers()
    if python:
        print(f"peers: {versions(python)}\n")
    folders = {name: prepare(name, DATA, UNDER / "data") for name in wanted}
    results, rows, wrong, missed = {}, [], [], []
    for name in wanted:
        target, peer = TARGETS.get(name), None
        try:
            results[name] = found = ours(name, folders[name])
        except Failed as error:
            wrong.append(f"{name}: weir link: {error}")
            found = None
        if python and name in SPLINK:
            note(f"Splink on {name} ...")
            peer = splink(python, folders[name], name)
        truth = found["truth"] if found else Truth(folders[name])
        row = [name, f"{len(truth.ids):,}", f"{len(truth.pairs):,}"]
        if found:
            f1 = found["pairs"][2]
            row += [*map(shown, found["pairs"]), *map(shown, found.get("b_cubed", (None,) * 3)),
                    shown(found["cost"]["seconds"], 2), shown(found["cost"]["peak_mib"], 0)]
            wrong += [f"{name}: {quarrel}" for quarrel in found["quarrels"]]
            if target and f1 < target:
                missed.append(f"{name} {f1:.4f} of {target}")
        else:
            row += ["-"] * 8
        row += [shown(target), *([shown(peer[key]) for key in ("f1", "cluster_f1", "b3_f1")] if peer else ["-"] * 3)]
        note(f"{name}: F1 {row[5]}")
        rows.append(row)
    table(["set", "records", "true pairs", "P", "R", "F1", "B3 P", "B3 R", "B3 F", "s", "MiB", "aim", "Splink", "at .95",
           "B3 F"], rows)
    if python:
        print("Splink: F1 of its pairs at the threshold that is best by the truth; F1 and B-cubed of its clusters at 0.95.")
    print_calibration(results)
    if "senzing" in results:
        print_groups(results["senzing"])
    tfidf = baseline(python, folders)
    if tfidf:
        print_baseline(results, tfidf)
    if missed:
        print(f"\nbelow the aim: {'; '.join(missed)}")
    for line in wrong:
        print(f"WRONG: {line}")
    return 1 if wrong else 0
