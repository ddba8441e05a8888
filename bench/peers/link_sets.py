"""The sets of `bench/peers/link`: read where they lie, written without their truth.

Each set becomes a folder with `a.csv` (and `b.csv` where two files are linked), UTF-8, comma, header, first column
`id`; `truth.csv` with the true pairs (`id_a,id_b`; the lesser id first, or the one of A); `labels.csv`
(`id_a,id_b,label`) where only labelled pairs are judged; `groups.csv` (`id,group`) where records have named groups.

Columns that tell the truth are left out. Ids may tell it too (`rec-12-dup-0`, `Q123-4`, neighbours in a row), and so
may the order of rows: rows are shuffled from a fixed seed and then numbered; the numbers of A and B do not overlap.
"""

import csv
import gzip
import io
import random
import shutil
from collections import defaultdict
from itertools import combinations
from pathlib import Path

VERSION = "2"  # of the prepared form: a change makes all sets anew


class Table:
    def __init__(self, key: str, rows: list[dict], drop=()):
        """Rows as read; `key` is the column of their ids, `drop` what must not be shown."""
        self.keys = [row[key] for row in rows]
        if len(set(self.keys)) != len(self.keys):
            raise SystemExit(f"ids of column {key} repeat")
        self.columns = [name for name in rows[0] if name and name != key and name not in drop]
        self.cells = [[row.get(name) or "" for name in self.columns] for row in rows]


class Set:
    def __init__(self, tables: list[Table], pairs=(), labels=None, groups=None, expected=None):
        self.tables, self.pairs, self.labels, self.groups, self.expected = tables, pairs, labels, groups, expected


def text_of(path: Path, encoding: str) -> str:
    data = gzip.open(path).read() if path.suffix == ".gz" else path.read_bytes()
    return data.decode(encoding)


def rows_of(path: Path, encoding="utf-8-sig", strip=False, **form) -> list[dict]:
    rows = list(csv.DictReader(io.StringIO(text_of(path, encoding), newline=""), **form))
    if not strip:
        return rows
    return [{name.strip(): cell.strip() for name, cell in row.items()} for row in rows]


def pairs_within(clusters) -> list[tuple]:
    """All pairs of records with one cluster; `clusters` gives (record, cluster)."""
    members = defaultdict(list)
    for key, cluster in clusters:
        members[cluster].append(key)
    return [pair for keys in members.values() for pair in combinations(keys, 2)]


# One reader a publisher -----------------------------------------------------------------------------------------------


def febrl(data: Path, name: str) -> Set:
    def entity(key):
        return key.rsplit("-", 2)[0] if "-dup-" in key else key.rsplit("-", 1)[0]

    def table(file):
        return Table("rec_id", rows_of(data / "er-febrl" / file, strip=True))

    number = int(name[-1])
    if number < 4:
        one = table(f"dataset{number}.csv.gz")
        return Set([one], pairs_within((key, entity(key)) for key in one.keys),
                   expected={1: 500, 2: 1934, 3: 6538}[number])
    a, b = table("dataset4a.csv.gz"), table("dataset4b.csv.gz")
    of_entity = {entity(key): key for key in b.keys}
    return Set([a, b], [(key, of_entity[entity(key)]) for key in a.keys if entity(key) in of_entity], expected=5000)


def clustered(path: Path, key: str, cluster: str, drop=(), expected=None) -> Set:
    rows = rows_of(path)
    return Set([Table(key, rows, (cluster, *drop))], pairs_within((row[key], row[cluster]) for row in rows),
               expected=expected)


def leipzig(a: Path, b: Path, mapping: Path, encodings=("utf-8-sig", "utf-8-sig"), expected=None) -> Set:
    tables = [Table("id", rows_of(path, encoding)) for path, encoding in zip((a, b), encodings)]
    return Set(tables, [tuple(row.values()) for row in rows_of(mapping)], expected=expected)


def cora(data: Path) -> Set:
    form = {"delimiter": "|", "quoting": csv.QUOTE_NONE}
    rows = rows_of(data / "er-cora" / "cora.csv.gz", **form)
    truth = csv.reader(io.StringIO(text_of(data / "er-cora" / "cora_gt.csv.gz", "utf-8")), **form)
    return Set([Table("Entity Id", rows)], [tuple(pair) for pair in truth], expected=17184)


def settlements(data: Path) -> Set:
    folder = data / "er-geo-settlements"
    truth = [(row["id1"], row["id2"]) for row in rows_of(folder / "ground_truth.csv") if row["label"] == "1"]
    return Set([Table("id", rows_of(folder / "settlements.csv.gz"))], truth, expected=4391)


def deepmatcher(folder: Path) -> Set:
    a, b = (Table("id", rows_of(folder / f"table{side}.csv.gz")) for side in "AB")
    labels = []
    for part in ("train", "valid", "test"):
        path = next(folder.glob(f"{part}.csv*"))
        labels += [((row["ltable_id"], row["rtable_id"]), row["label"]) for row in rows_of(path)]
    return Set([a, b], [pair for pair, label in labels if label == "1"], labels=labels, expected=962)


def autofj(folder: Path) -> Set:
    truth = [(row["id_l"], row["id_r"]) for row in rows_of(folder / "gt.csv.gz")]
    if len({right for _, right in truth}) != len(truth):
        raise SystemExit(f"{folder}: a right record has two left ones")
    return Set([Table("id", rows_of(folder / f"{side}.csv.gz")) for side in ("left", "right")], truth)


def senzing(data: Path) -> Set:
    """Three sources in one file. What points from record to record by id is left out: it is no property of the record."""
    folder = data / "er-senzing-truthset"
    rows = [row for name in ("customers", "reference", "watchlist") for row in rows_of(folder / f"{name}.csv")]
    for row in rows:
        row["KEY"] = f"{row['DATA_SOURCE']} {row['RECORD_ID']}"
    names = dict.fromkeys(name for row in rows for name in row)
    rows = [{name: row.get(name, "") for name in names} for row in rows]
    key = rows_of(folder / "truthset_key.csv")
    named = [(f"{row['DATA_SOURCE']} {row['RECORD_ID']}", row) for row in key]
    pointers = [name for name in names if name.startswith("REL_")]
    return Set([Table("KEY", rows, ("RECORD_ID", *pointers))],
               pairs_within((at, row["CLUSTER_ID"]) for at, row in named),
               groups={at: row["TEST_GROUP"] for at, row in named})


def catalogue(data: Path) -> dict:
    """Name of the set -> function that reads it, in the order of the table."""
    splink, matcher = data / "er-splink", data / "er-deepmatcher"
    dblp, abt, zagat = data / "er-dblp-acm", data / "er-abt-buy", data / "er-fodors-zagat"
    sets = {f"febrl{number}": lambda name=f"febrl{number}": febrl(data, name) for number in (1, 2, 3, 4)}
    sets |= {
        "fake_1000": lambda: clustered(splink / "fake_1000.csv", "unique_id", "cluster", expected=2031),
        "historical_50k": lambda: clustered(splink / "historical_figures_with_errors_50k.csv.gz", "unique_id", "cluster",
                                            expected=303961),
        "dblp-acm": lambda: leipzig(dblp / "DBLP2.csv.gz", dblp / "ACM.csv.gz", dblp / "DBLP-ACM_perfectMapping.csv.gz",
                                    ("cp1252", "utf-8-sig"), 2224),
        "fodors-zagat": lambda: leipzig(zagat / "fodors.csv", zagat / "zagats.csv", zagat / "matches_fodors_zagats.csv",
                                        expected=112),
        "cora": lambda: cora(data),
        "chicago": lambda: clustered(data / "er-chicago-sites" / "early_childhood_sites.csv.gz", "Id", "True Id",
                                     expected=6608),
        "abt-buy": lambda: leipzig(abt / "abt.csv.gz", abt / "buy.csv.gz", abt / "abt_buy_perfect_mapping.csv",
                                   ("cp1252", "cp1252"), 1097),
        "walmart-amazon": lambda: deepmatcher(matcher / "structured_walmart_amazon"),
        "walmart-amazon-dirty": lambda: deepmatcher(matcher / "dirty_walmart_amazon"),
        "rldata500": lambda: clustered(data / "er-rldata" / "RLdata500.csv", "record_id", "label_true", expected=50),
        "senzing": lambda: senzing(data),
        "affiliations": lambda: clustered(data / "er-affiliations" / "affiliations.csv.gz", "record_id", "label_true"),
        "patstat": lambda: clustered(data / "er-patstat" / "patents.csv.gz", "record_id", "label_true", ("name_true",)),
        "settlements": lambda: settlements(data),
    }
    for folder in sorted((data / "er-autofj").iterdir()):
        sets[f"autofj-{folder.name}"] = lambda folder=folder: autofj(folder)
    return sets


# Writing --------------------------------------------------------------------------------------------------------------


def write_rows(path: Path, header, rows) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def write(name: str, found: Set, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    first, number = 1, []
    for table, file in zip(found.tables, ("a.csv", "b.csv")):
        order = list(range(len(table.keys)))
        random.Random(f"{name} {file}").shuffle(order)
        number.append({table.keys[at]: first + place for place, at in enumerate(order)})
        write_rows(folder / file, ["id", *table.columns],
                   ([first + place, *table.cells[at]] for place, at in enumerate(order)))
        first += len(order)

    def numbered(pair):
        a, b = number[0][pair[0]], number[-1][pair[1]]
        return (a, b) if len(number) == 2 else (min(a, b), max(a, b))

    pairs = sorted({numbered(pair) for pair in found.pairs})
    if found.expected not in (None, len(pairs)):
        raise SystemExit(f"{name}: {len(pairs)} true pairs, not {found.expected} as published")
    write_rows(folder / "truth.csv", ["id_a", "id_b"], pairs)
    if found.labels is not None:
        write_rows(folder / "labels.csv", ["id_a", "id_b", "label"],
                   sorted((*numbered(pair), label) for pair, label in found.labels))
    if found.groups is not None:
        write_rows(folder / "groups.csv", ["id", "group"],
                   sorted((number[0][key], group) for key, group in found.groups.items()))
    (folder / "version").write_text(VERSION)


def prepare(name: str, data: Path, under: Path) -> Path:
    """The folder of the set, made where it is missing or of another form."""
    folder = under / name
    version = folder / "version"
    if not version.exists() or version.read_text() != VERSION:
        write(name, catalogue(data)[name](), folder)
    return folder
