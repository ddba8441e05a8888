"""Simulated people for `bench/peers/link speed`: ten fields, a fifth of the rows are duplicates with errors.

Plain Python from a seed: the same bytes everywhere, about 10 us a row. What makes such a file hard is in it: few names
are borne by many (Zipf-Mandelbrot, the heads as common as in English-speaking countries), households share surname,
address and telephone, some sons bear their father's name, twins share a birthday, colleagues share company and domain;
a second record may have typing errors, a short form of the name, swapped names, a surname by marriage, another address,
telephone, e-mail or company, and gaps. `a.csv` is normalised (lower case, ISO dates, E.164, no legal forms, street
words written out); `raw.csv` has the same people as they are typed.
"""

import itertools
import random
import shutil
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

VERSION = "3"  # of the simulation: a change makes the files anew
FIELDS = ["first_name", "last_name", "middle_name", "birth_date", "email", "phone", "street", "city", "postcode", "company"]
DUPLICATES = 0.2
SHORT = {"robert": "bob", "william": "bill", "richard": "rick", "james": "jim", "elizabeth": "liz", "margaret": "peggy",
         "catherine": "kate", "michael": "mike", "thomas": "tom", "jennifer": "jen", "patricia": "pat", "joseph": "joe",
         "christopher": "chris", "daniel": "dan", "matthew": "matt", "anthony": "tony", "andrew": "andy",
         "kenneth": "ken", "edward": "ted", "susan": "sue", "deborah": "debbie", "rebecca": "becky", "samuel": "sam"}
COMMON = ("john mary linda david barbara karen nancy lisa mark sandra donald ashley steven kimberly paul donna joshua "
          "michelle kevin carol brian amanda george melissa timothy dorothy ronald sarah jason emily laura").split()
SURNAMES = ("smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson "
            "anderson thomas taylor moore jackson martin lee perez thompson white harris sanchez clark ramirez lewis "
            "robinson walker young allen king wright scott torres nguyen hill flores").split()
FREE_MAIL = ["gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com", "aol.com"]
STREET_WORDS = [("street", "St"), ("avenue", "Ave."), ("road", "Rd"), ("lane", "Ln."), ("drive", "Dr"), ("court", "Ct")]
LEGAL = ["", "", " Inc", " Inc.", " LLC", ", Inc.", " Ltd", " Corp."]
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def words(draw: random.Random, count: int, parts: tuple[int, int], head=()) -> list[str]:
    """Distinct made-up words; those of the head come first, as the most frequent."""
    starts = "b br c ch cl d f g gr h j k kr l m n p r s sh st t tr v w z".split()
    middles = "a e i o u ae ei ia ou".split()
    ends = ["", "", "n", "r", "s", "l", "m", "ck", "nd", "rt", "ll", "ss"]
    seen = dict.fromkeys(head)
    while len(seen) < count:
        size = draw.randint(*parts)
        seen.setdefault("".join(draw.choice(starts) + draw.choice(middles) for _ in range(size)) + draw.choice(ends))
    return list(seen)[:count]


class Pool:
    """Values by Zipf-Mandelbrot: the share of rank r goes with 1 / (r + shift) ^ slope."""

    def __init__(self, values: list, slope: float, shift: float):
        self.values = values
        self.sums = list(itertools.accumulate((rank + shift) ** -slope for rank in range(1, len(values) + 1)))

    def draw(self, draw: random.Random, count: int) -> list:
        return draw.choices(self.values, cum_weights=self.sums, k=count)


class World:
    def __init__(self, draw: random.Random):
        self.first = Pool(words(draw, 4000, (2, 3), [*SHORT, *COMMON]), 1.15, 12)
        self.last = Pool(words(draw, 60000, (2, 3), SURNAMES), 0.95, 8)
        self.streets = Pool([f"{name} {draw.choice(STREET_WORDS)[0]}" for name in words(draw, 9000, (2, 3))], 0.6, 20)
        cities, code = [], 10000
        for rank, name in enumerate(words(draw, 1200, (2, 3))):
            codes = max(1, int(1500 / (rank + 8)))
            cities.append((name, code, codes, draw.randint(201, 989)))
            code += codes + draw.randint(0, 30)
        self.cities = Pool(cities, 1.0, 8)
        companies = [f"{a} {b}" for a, b in zip(words(draw, 30000, (2, 3)), draw.choices(
            ["systems", "foods", "partners", "logistics", "labs", "group", "energy", "media", "bank", "design"], k=30000))]
        self.companies = Pool(companies, 0.8, 10)

    def address(self, draw: random.Random, street: str, city: tuple) -> tuple[str, str, str]:
        name, code, codes, _ = city
        return f"{1 + int(draw.random() ** 2 * 2500)} {street}", name, f"{code + int(draw.random() * codes):05d}"


def phone(draw: random.Random, area: int) -> str:
    return f"+1{area}{2 + int(draw.random() * 8)}{int(draw.random() * 1e6):06d}"


def email(draw: random.Random, first: str, last: str, company: str) -> str:
    kind = draw.random()
    if kind < 0.45 and company:
        return f"{first}.{last}@{company.replace(' ', '')}.com"
    host = FREE_MAIL[int(draw.random() ** 2 * len(FREE_MAIL))]
    if kind < 0.7:
        return f"{first}.{last}{int(draw.random() * 99)}@{host}"
    return f"{first[0]}{last}{1940 + int(draw.random() * 70)}@{host}"


def mistyped(draw: random.Random, text: str) -> str:
    """One keystroke wrong: left out, doubled or strange, in the place of another, or two the wrong way round."""
    if len(text) < 2:
        return text
    at, kind = int(draw.random() * len(text)), int(draw.random() * 4)
    alphabet = "0123456789" if text[at].isdigit() else LETTERS
    if kind == 0:
        return text[:at] + text[at + 1:]
    if kind == 1:
        return text[:at] + draw.choice(alphabet) + text[at:]
    if kind == 2:
        return text[:at] + draw.choice(alphabet) + text[at + 1:]
    at = min(at, len(text) - 2)
    return text[:at] + text[at + 1] + text[at] + text[at + 2:]


def wrong_date(draw: random.Random, text: str) -> str:
    year, month, day = text.split("-")
    kind = draw.random()
    if kind < 0.35 and int(day) <= 12:
        return f"{year}-{day}-{month}"
    if kind < 0.7:
        return f"{year}-{month}-{1 + int(draw.random() * 28):02d}"
    return f"{int(year) + draw.choice((-10, -1, 1, 10))}-{month}-{min(int(day), 28):02d}"


def entities(draw: random.Random, world: World, count: int):
    """Yields people as lists in the order of FIELDS, the area of the city last."""
    first_day = date(1934, 1, 1)
    known = None
    for start in range(0, count, 10000):
        size = min(10000, count - start)
        drawn = zip(world.first.draw(draw, size), world.last.draw(draw, size), world.first.draw(draw, size),
                    world.streets.draw(draw, size), world.cities.draw(draw, size), world.companies.draw(draw, size))
        for first, last, middle, street, city, company in drawn:
            born = (first_day + timedelta(days=int(draw.random() * 25600))).isoformat()
            chance = draw.random()
            if known and chance < 0.18:  # of the household of the one before
                last, area = known[1], known[10]
                home, number = known[6:9], known[5] if draw.random() < 0.4 else ""
                if chance < 0.006:
                    first = known[0]
                elif chance < 0.012:
                    born = known[3]
            else:
                home, area, number = world.address(draw, street, city), city[3], ""
            gaps = draw.random()
            company = "" if gaps < 0.15 else company
            middle = "" if gaps * 7 % 1 < 0.4 else middle[0] if gaps * 7 % 1 < 0.6 else middle
            mail = "" if gaps * 31 % 1 < 0.12 else email(draw, first, last, company)
            number = "" if gaps * 57 % 1 < 0.1 else number or phone(draw, area)
            known = [first, last, middle, "" if gaps * 91 % 1 < 0.04 else born, mail, number, *home, company, area]
            yield known
            if not known[3]:
                known = known[:3] + [born] + known[4:]


class Errors:
    """Makes a second record of a person."""

    def __init__(self, draw: random.Random, world: World):
        self.draw, self.world, self.spare = draw, world, []

    def other(self) -> tuple:
        if not self.spare:
            world, draw = self.world, self.draw
            self.spare = list(zip(world.last.draw(draw, 10000), world.streets.draw(draw, 10000),
                                  world.cities.draw(draw, 10000), world.companies.draw(draw, 10000)))
        return self.spare.pop()

    def second(self, person: list) -> list:
        draw, chance = self.draw, self.draw.random
        first, last, middle, born, mail, number, street, city, code, company, area = person
        other = self.other()
        if chance() < 0.25:
            first = SHORT.get(first, first)
        if chance() < 0.07:
            first = mistyped(draw, first)
        if chance() < 0.04:
            last = other[0]
        elif chance() < 0.08:
            last = mistyped(draw, last)
        if chance() < 0.02:
            first, last = last, first
        if middle and chance() < 0.6:
            middle = "" if chance() < 0.5 else middle[0]
        if born and chance() < 0.18:
            born = "" if chance() < 0.5 else wrong_date(draw, born)
        if chance() < 0.15:
            street, city, code = self.world.address(draw, other[1], other[2])
        elif chance() < 0.12:
            street = mistyped(draw, street) if chance() < 0.7 else ""
        if code and chance() < 0.05:
            code = "" if chance() < 0.5 else mistyped(draw, code)
        if chance() < 0.04:
            city = mistyped(draw, city)
        if chance() < 0.3:
            company = "" if chance() < 0.5 else other[3] if chance() < 0.7 else mistyped(draw, company)
        if chance() < 0.45:
            kind = chance()
            mail = "" if kind < 0.45 else email(draw, first, last, company) if kind < 0.9 else mistyped(draw, mail)
        if chance() < 0.4:
            kind = chance()
            number = "" if kind < 0.4 else phone(draw, area) if kind < 0.9 else number[:5] + mistyped(draw, number[5:])
        return [first, last, middle, born, mail, number, street, city, code, company]


def write_people(folder: Path, rows: int, seed: int) -> None:
    draw = random.Random(seed)
    world = World(draw)
    errors = Errors(draw, world)
    single = rows - int(rows * DUPLICATES)
    lines, owners = [], []
    for owner, person in enumerate(entities(draw, world, single)):
        lines.append(",".join(person[:10]))
        owners.append(owner)
        later = single - owner - 1  # people yet to come
        share = (rows - len(lines) - later) / (later + 1)  # of further records a person: their number is geometric
        while len(lines) + later < rows and (not later or draw.random() < share / (1 + share)):
            lines.append(",".join(errors.second(person)))
            owners.append(owner)
    order = list(range(len(lines)))
    draw.shuffle(order)
    members = defaultdict(list)
    with (folder / "a.csv").open("w", encoding="utf-8") as file:
        file.write(",".join(["id", *FIELDS]) + "\n")
        for number, at in enumerate(order, 1):
            file.write(f"{number},{lines[at]}\n")
            members[owners[at]].append(number)
    with (folder / "truth.csv").open("w", encoding="utf-8") as file:
        file.write("id_a,id_b\n")
        for numbers in members.values():
            for a, b in itertools.combinations(numbers, 2):
                file.write(f"{a},{b}\n")


def as_typed(draw: random.Random, cells: list[str]) -> str:
    """A normalised row as a person would have typed it."""
    number, first, last, middle, born, mail, tel, street, city, code, company = cells
    kind = draw.random()
    case = str.title if kind < 0.7 else str.upper if kind < 0.85 else str
    first, last, middle, street, city, company = map(case, (first, last, middle, street, city, company))
    if draw.random() < 0.5:
        for word, short in STREET_WORDS:
            if street.lower().endswith(word):
                street = street[:-len(word)] + short
    if company:
        company += draw.choice(LEGAL)
    if kind > 0.9:
        last = f" {last}  "
    if tel:
        a, b, c = tel[2:5], tel[5:8], tel[8:]
        tel = (tel, f"({a}) {b}-{c}", f"{a}-{b}-{c}", f"{a}.{b}.{c}", f"1 {a} {b} {c}", f"+1 ({a}) {b} {c}")[int(kind * 97 % 6)]
    mail = mail if kind < 0.8 else mail.title()
    cells = [number, first, last, middle, born, mail, tel, street, city, code, company]
    return ",".join(f'"{cell}"' if "," in cell else cell for cell in cells) + "\n"


def write_raw(folder: Path, seed: int) -> None:
    draw = random.Random(f"raw {seed}")
    partial = folder / "raw.partial"
    with (folder / "a.csv").open(encoding="utf-8") as source, partial.open("w", encoding="utf-8") as file:
        file.write(next(source))
        for line in source:
            file.write(as_typed(draw, line.rstrip("\n").split(",")))
    partial.rename(folder / "raw.csv")


def people(under: Path, rows: int, seed: int = 1, raw: bool = False) -> Path:
    """The folder of that many rows, made where it is missing or of another version; `raw.csv` where it is asked for."""
    folder = under / f"people-{rows}-{seed}"
    version = folder / "version"
    if not version.exists() or version.read_text() != VERSION:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        write_people(folder, rows, seed)
        version.write_text(VERSION)
    if raw and not (folder / "raw.csv").exists():
        write_raw(folder, seed)
    return folder
