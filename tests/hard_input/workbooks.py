"""Excel workbooks: good ones of several sheets, and such as are traps."""

import resource
import time
import zipfile

from harness import Case, rows_of

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DEAL = ["key", "name", "stage", "stage_kind", "amount", "currency", "created_at", "close_date"]
STYLES = ('<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>')


def row(line: int, cells: list) -> str:
    """Text stands in the cell itself; ('s', 'x') gives style and value."""
    out = []
    for column, cell in enumerate(cells):
        place = f"{chr(65 + column)}{line}"
        if isinstance(cell, tuple):
            out.append(f'<c r="{place}" s="{cell[0]}"><v>{cell[1]}</v></c>')
        else:
            out.append(f'<c r="{place}" t="str"><v>{cell}</v></c>')
    return f'<row r="{line}">{"".join(out)}</row>'


def deals(count: int, prefix: str) -> str:
    rows = [row(1, DEAL)]
    for i in range(count):
        rows.append(row(i + 2, [f"{prefix}{i}", f"Deal {i}", "Won", "won", (0, f"{i}.1"), "EUR", (1, "45667.5"), (1, "45689")]))
    return "".join(rows)


def sheet(rows: str) -> str:
    return f"<worksheet><sheetData>{rows}</sheetData></worksheet>"


class Workbooks(Case):
    def book(self, sheets: dict[str, str], name: str = "book.xlsx", hidden: tuple = (), **parts: str):
        """Writes a workbook of sheets, each its XML; parts are put in place of others."""
        path = self.exports / name
        listed = "".join(
            f'<sheet name="{title}" sheetId="{i}" state="{"hidden" if title in hidden else "visible"}" r:id="r{i}"/>'
            for i, title in enumerate(sheets))
        relations = "".join(f'<Relationship Id="r{i}" Type="{RELATIONS}/worksheet" Target="worksheets/{i}.xml"/>'
                            for i in range(len(sheets)))
        relations += f'<Relationship Id="s" Type="{RELATIONS}/styles" Target="styles.xml"/>'
        relations += f'<Relationship Id="t" Type="{RELATIONS}/sharedStrings" Target="texts.xml"/>'
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr("_rels/.rels", f'<Relationships><Relationship Id="r" Type="{RELATIONS}/officeDocument" '
                                            'Target="xl/workbook.xml"/></Relationships>')
            archive.writestr("xl/workbook.xml", f"<workbook><sheets>{listed}</sheets></workbook>")
            archive.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{relations}</Relationships>")
            archive.writestr("xl/styles.xml", STYLES)
            archive.writestr("xl/texts.xml", parts.get("texts", "<sst/>"))
            for i, xml in enumerate(sheets.values()):
                with archive.open(f"xl/worksheets/{i}.xml", "w", force_zip64=True) as out:
                    for piece in [xml] if isinstance(xml, str) else xml:
                        out.write(piece.encode())
        return path

    def test_a_sheet_is_compared_with_the_model(self):
        self.filled()  # three deals won in February 2025, for 1, 2 and 3
        before = self.state()
        header = row(1, ["Месяц", "Сумма выигранных сделок", "Выручка"])
        book = self.book({"Board": sheet(header + row(2, [(1, "45689"), (0, "6"), (0, "7")])),
                          "Notes": sheet(row(1, ["a", "b"]) + row(2, ["only", "words"]))})
        conflict = self.done("conflict", book, "--sheet", "Board")
        answer = rows_of(conflict, "answer")[0]
        self.assertEqual((1, 1, 0), (answer["compared"], answer["agree"], answer["differ"]), answer)
        roles = {column["column"]: column["role"] for column in rows_of(conflict, "columns")}
        self.assertEqual({"Месяц": "period", "Сумма выигранных сделок": "metric", "Выручка": "unknown"}, roles)
        self.assertIn("known to be a metric", self.refused("conflict", book, "--sheet", "Notes")["detail"])
        self.assertEqual(before, self.state())

    def test_a_list_in_another_encoding_is_compared_row_by_row(self):
        self.filled()
        text = "Сделка;Сумма;Дата\nDeal 0;1,00;01.02.2025\nDeal 1;2,50;01.02.2025\nЧужая;9,00;03.02.2025\n"
        path = self.write("board.csv", text.encode("cp1251"))
        conflict = self.done("conflict", path, "--metric", "won_amount")
        answer = rows_of(conflict, "answer")[0]
        self.assertEqual((4, 1, 3), (answer["compared"], answer["agree"], answer["differ"]), answer)
        kinds = {record["name"]: record["kind"] for record in rows_of(conflict, "records")}
        self.assertEqual({"Deal 1": "amount", "Deal 2": "missing_there", "Чужая": "missing_here"}, kinds)
        self.write("board.csv", "a,b\n" + "1,2\n" * 6000)
        problem = self.refused("conflict", path)
        self.assertIn("5000 rows", problem["detail"])
        self.refused("conflict", self.write("board.csv", b"\x00\xff" * 3000))

    def test_sheets_are_tables_of_their_own(self):
        self.filled()
        people = row(1, ["key", "full_name", "email"]) + row(2, ["p1", "Ann Lee", "ann@acme.example"])
        broken = deals(20, "x") + row(22, ["x20", "Deal", "Won", "won", "much", "EUR", (1, "45667"), (1, "45689")])
        path = self.book({"weir-deal": sheet(broken), "weir-person": sheet(people), "Notes": sheet(row(1, ["only a title"])),
                          "Old": sheet(deals(3, "o"))}, hidden=("Old",))
        files = {file["file"]: file for file in self.import_files(path)}
        self.assertEqual({"book.xlsx/weir-deal", "book.xlsx/weir-person", "book.xlsx/Notes", "book.xlsx/Old"}, set(files))
        self.assertEqual((20, 1), (files["book.xlsx/weir-deal"]["new"], files["book.xlsx/weir-deal"]["quarantined"]))
        self.assertEqual(1, files["book.xlsx/weir-person"]["new"])
        self.assertIn("hidden", files["book.xlsx/Old"]["reason"])
        self.assertEqual("unrecognised", files["book.xlsx/Notes"]["state"])
        rejects = rows_of(self.done("quarantine"), "rejects")
        self.assertEqual([("book.xlsx/weir-deal", 22, "amount")], [(r["file"], r["line"], r["header"]) for r in rejects])
        # The same workbook again is nothing new.
        before = self.state()
        self.assertEqual(20, {file["file"]: file for file in self.import_files(path)}["book.xlsx/weir-deal"]["unchanged"])
        self.assertEqual(before, self.state())
        self.assertEqual(23, self.deal_count())

    def test_half_a_workbook(self):
        self.filled()
        path = self.book({"weir-deal": sheet(deals(2_000, "h"))})
        whole = path.read_bytes()
        path.write_bytes(whole[:len(whole) // 2])
        self.refused_as(path, "book.xlsx", "broken", "opy it again")

    def test_a_bomb_of_texts(self):
        self.filled()
        texts = "<sst>" + ("<si><t>" + "x" * (900 << 10) + "</t></si>") * 120 + "</sst>"
        path = self.book({"weir-deal": sheet(row(1, DEAL) + '<row r="2"><c r="A2" t="s"><v>9999999</v></c></row>')},
                         texts=texts)
        self.assertLess(path.stat().st_size, 1 << 20)
        self.refused_as(path, "book.xlsx", "unpacks to more than")

    def test_a_bomb_of_blanks(self):
        self.filled()
        path = self.book({"weir-deal": (piece for piece in ["<worksheet><sheetData>", row(1, DEAL)] + [" " * (8 << 20)] * 20)})
        self.assertLess(path.stat().st_size, 1 << 20)
        self.refused_as(path, "unpacks to more than")

    def test_entities_are_not_expanded(self):
        self.filled()
        lol = "".join(f'<!ENTITY l{i + 1} "{f"&l{i};" * 10}">' for i in range(9))
        path = self.book({"weir-deal": f'<!DOCTYPE w [<!ENTITY l0 "lol">{lol}]>' + sheet(row(1, DEAL) + row(2, ["&l9;"]))})
        self.refused_as(path, "document type")

    def test_a_file_outside_is_not_read(self):
        self.filled()
        (self.folder / "secret").write_text("secret words")
        path = self.book({"weir-deal": f'<!DOCTYPE w [<!ENTITY s SYSTEM "file://{self.folder}/secret">]>' +
                          sheet(row(1, DEAL) + row(2, ["&s;"]))})
        self.refused_as(path, "document type")

    def test_a_password(self):
        self.filled()
        magic = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"
        self.refused_as(self.write("book.xlsx", magic + bytes(4096) + "EncryptedPackage".encode("utf-16-le")), "password")
        self.refused_as(self.write("book.xls", magic + bytes(4096)), "save it as .xlsx")

    def test_millions_of_empty_cells(self):
        self.filled()
        blank = "".join(f'<c r="{chr(65 + i)}%d" s="1"/>' for i in range(26))

        def pieces():
            yield f'<worksheet><dimension ref="A1:XFD1048576"/><sheetData>{deals(5, "e")}'
            for line in range(7, 200_000):
                yield f'<row r="{line}" spans="1:16384">{blank % ((line,) * 26)}</row>'
            yield "</sheetData></worksheet>"

        path = self.book({"weir-deal": pieces()})
        began = time.monotonic()
        self.assertEqual(5, self.import_files(path)[0]["new"])
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
        print(f"five million empty cells: {time.monotonic() - began:.1f} s, at most {memory} MiB", flush=True)
        self.assertLess(memory, 600, "MiB of memory")
