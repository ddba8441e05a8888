#!/usr/bin/env python3
"""The share of members whose department and function Weir knows or guesses rightly, against the truth of a simulated
company. Prints one line a variant: everything; without the columns that name departments; without titles, departments
and teams, so that only what people do tells what they are.

    bench/people_guesses.py [--accounts 6000] [--months 24] [--seed 3] [--locale en] [--crm salesforce]
                            [--weir build/weir] [--company DIR]    one that was simulated before
"""

import argparse
import csv
import io
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODES = {"Management": "management", "Marketing": "marketing", "Sales Development": "sales_development", "Sales": "sales",
         "Customer Success": "success", "Support": "support", "Finance": "finance", "Revenue Operations": "operations"}
# The columns in which an export says where its users belong.
DEPARTMENT = {"Department", "department"}
SAID = DEPARTMENT | {"Title", "title", "UserRoleId", "ProfileId", "team_name", "team_key"}
USERS = ("User.csv", "weir-member")


def blank(folder: Path, columns: set[str]) -> None:
    for path in folder.iterdir():
        if not path.name.startswith(USERS) or not columns:
            continue
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.reader(file))
        drop = [at for at, name in enumerate(rows[0]) if name in columns]
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([cell for at, cell in enumerate(row) if at not in drop] for row in rows)


def guesses(weir: str, export: Path, home: Path) -> list[dict[str, str]]:
    subprocess.run([weir, "--home", home, "up", export, "--no-open", "--no-serve"], check=True, capture_output=True)
    answer = subprocess.run([weir, "--home", home, "--format", "csv", "people", "--table", "people"], check=True,
                            capture_output=True, text=True)
    return list(csv.DictReader(io.StringIO(answer.stdout)))


def compare(truth: list[dict[str, str]], members: list[dict[str, str]]) -> tuple[int, int, Counter]:
    by_email = {row["email"].lower(): row for row in members if row["email"]}
    by_name = {row["name"]: row for row in members}
    departments = functions = 0
    wrong = Counter()
    for row in truth:
        member = by_email.get(row["email"].lower()) or by_name.get(row["name"]) or {}
        departments += member.get("department") == CODES[row["department"]]
        if member.get("function") == row["function"]:
            functions += 1
        else:
            wrong[f"{row['function']} taken for {member.get('function') or 'nothing'}"] += 1
    return departments, functions, wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("accounts", "6000"), ("months", "24"), ("seed", "3"), ("locale", "en"), ("crm", "salesforce"),
                          ("weir", str(ROOT / "build/weir")), ("company", "")):
        parser.add_argument(f"--{name}", default=default)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        company = Path(asked.company) if asked.company else Path(work) / "company"
        if not asked.company:
            subprocess.run([asked.weir, "simulate", company, "--accounts", asked.accounts, "--months", asked.months, "--seed",
                            asked.seed, "--locale", asked.locale, "--crm", asked.crm], check=True, capture_output=True)
        with (company / "truth/members.csv").open(newline="", encoding="utf-8") as file:
            truth = list(csv.DictReader(file))
        newest = sorted(company.glob("export-*"), key=lambda path: int(path.name.split("-")[1]))[-1]
        for title, columns in (("everything", set()), ("no departments", DEPARTMENT), ("no titles either", SAID)):
            export = Path(work) / title / newest.name
            shutil.copytree(newest, export)
            blank(export, columns)
            members = guesses(asked.weir, export, Path(work) / title / "home")
            departments, functions, wrong = compare(truth, members)
            print(f"{title:18}{len(truth):5} people, {len(members)} members: department right {departments / len(truth):.3f}, "
                  f"function right {functions / len(truth):.3f}", flush=True)
            for what, count in wrong.most_common(5):
                print(f"{'':23} {count:4} {what}", flush=True)
            shutil.rmtree(Path(work) / title)
    return 0


if __name__ == "__main__":
    sys.exit(main())
