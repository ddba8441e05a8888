"""PM4Py on one log, in the process that is measured: `import FILE` reads XES, `log FILE` takes a CSV of case, activity
and time, whose reading is not measured. Prints seconds and counts as JSON."""

import json
import sys
import time
import warnings

import pandas
import pm4py

warnings.filterwarnings("ignore")


def main() -> None:
    kind, path = sys.argv[1:]
    began = time.perf_counter()
    if kind == "import":
        log = pm4py.read_xes(path)
        seconds = time.perf_counter() - began
    else:
        rows = pandas.read_csv(path, dtype={"case": "category", "activity": "category"})
        rows["time"] = pandas.to_datetime(rows["time"], utc=True, format="%Y-%m-%dT%H:%M:%SZ")
        for name in ("case", "activity"):
            rows[name] = rows[name].astype("str")
        began = time.perf_counter()
        log = pm4py.format_dataframe(rows, case_id="case", activity_key="activity", timestamp_key="time")
        seconds = time.perf_counter() - began
    began = time.perf_counter()
    graph, starts, ends = pm4py.discover_dfg(log)
    follows = time.perf_counter() - began
    began = time.perf_counter()
    variants = pm4py.get_variants(log)
    counted = time.perf_counter() - began
    counts = {"cases": int(log["case:concept:name"].nunique()), "events": len(log), "arcs": len(graph),
              "variants": len(variants)}
    print(json.dumps({"import": seconds, "follows": follows, "variants": counted, "counts": counts}))


if __name__ == "__main__":
    main()
