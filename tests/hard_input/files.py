"""Files that are traps."""

import gzip
import os
import time
import zipfile

from harness import HEADER, Case, Server, deals

# Rows that pack a thousandfold.
BOMB_ROW = "d1," + "x" * (8 << 20) + ",Won,won,1.00,EUR,2025-01-10,2025-02-01\n"
LINE_BYTES = 5 << 30


class Files(Case):
    def test_half_a_gzip(self):
        self.filled()
        whole = gzip.compress(deals(20_000, "h").encode())
        path = self.write("weir-deal.csv.gz", whole[:len(whole) // 2])
        self.refused_as(path, "weir-deal.csv.gz", "ends too early", "Download or copy it again")
        path.write_bytes(whole)
        self.assertEqual(20_000, self.import_files(path)[0]["new"])

    def test_half_a_zip(self):
        self.filled()
        path = self.exports / "deals.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("weir-deal.csv", deals(20_000, "h"))
        whole = path.read_bytes()
        path.write_bytes(whole[:len(whole) // 2])
        self.refused_as(path, "deals.zip", "broken", "opy it again")

    def test_a_gzip_bomb(self):
        self.filled()
        path = self.exports / "weir-deal.csv.gz"
        with gzip.open(path, "wb", compresslevel=9) as out:
            out.write(HEADER.encode())
            for _ in range(16):
                out.write(BOMB_ROW.encode())
        self.assertLess(path.stat().st_size, 2 << 20)
        self.refused_as(path, "unpacks to more than", "unpack it and import the plain file")

    def test_a_zip_bomb(self):
        self.filled()
        path = self.exports / "deals.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            with archive.open("weir-deal.csv", "w", force_zip64=True) as out:
                out.write(HEADER.encode())
                for _ in range(16):
                    out.write(BOMB_ROW.encode())
        self.refused_as(path, "deals.zip/weir-deal.csv", "unpacks to more than")

    def test_a_zip_within_a_zip_is_not_unpacked(self):
        self.filled()
        inner = self.exports / "inner.zip"
        with zipfile.ZipFile(inner, "w") as archive:
            archive.writestr("weir-deal.csv", deals(5, "z"))
        outer = self.exports / "outer.zip"
        with zipfile.ZipFile(outer, "w") as archive:
            archive.write(inner, "inner.zip")
        self.refused_as(outer, "outer.zip/inner.zip")

    def test_a_link_out_of_the_folder(self):
        self.filled()
        secret = self.folder / "weir-deal-secret.csv"
        secret.write_text(deals(7, "s"))
        (self.exports / "weir-deal.csv").symlink_to(secret)
        (self.exports / "nowhere.csv").symlink_to(self.folder / "none.csv")
        (self.exports / "more").symlink_to(self.folder)
        for served in (False, True):
            with self.subTest(served=served):
                before = self.state()
                server = Server(self.home) if served else None
                try:
                    _, answer = self.run_weir("import", self.exports, "--recursive")
                finally:
                    if server:
                        server.stop()
                for word in ("weir-deal.csv", "out of the folder", "Name the file itself", "nowhere.csv", "leads nowhere"):
                    self.assertIn(word, str(answer))
                self.assertEqual(before, self.state())
        # Whoever names the file means it.
        self.assertEqual(7, self.import_files(secret)[0]["new"])

    def test_a_calendar_cut_short(self):
        self.filled()
        event = "BEGIN:VEVENT\r\nUID:{}\r\nDTSTART:20250331T120000Z\r\nATTENDEE:mailto:a@b.example\r\nEND:VEVENT\r\n"
        whole = "BEGIN:VCALENDAR\r\n" + "".join(event.format(i) for i in range(500)) + "END:VCALENDAR\r\n"
        path = self.write("calendar.ics", whole[:20_000])
        self.refused_as(path, "calendar.ics", "END:VCALENDAR", "Export it again")
        path.write_text(whole, newline="")
        self.assertEqual(500, self.import_files(path)[0]["new"])

    def test_series_without_end(self):
        self.filled()
        event = "BEGIN:VEVENT\r\nUID:{0}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:19000101T000000Z\r\nRRULE:FREQ={0}\r\nEND:VEVENT\r\n"
        rules = ("SECONDLY", "MINUTELY;BYMONTH=2;BYMONTHDAY=30", "DAILY", "YEARLY;COUNT=3")
        path = self.write("calendar.ics", "BEGIN:VCALENDAR\r\n" + "".join(map(event.format, rules)) + "END:VCALENDAR\r\n")
        file = self.import_files(path)[0]
        self.assertEqual((3, 3), (file["new"], file["quarantined"]))

    def test_entities_of_an_event_log(self):
        self.filled()
        lol = "".join(f'<!ENTITY l{i + 1} "{f"&l{i};" * 10}">' for i in range(9))
        path = self.write("log.xes", f'<!DOCTYPE log [<!ENTITY l0 "lol">{lol}]><log xes.version="1.0"><trace><event>'
                          '<string key="concept:name" value="&l9;"/></event></trace></log>')
        self.refused_as(path, "document type")

    def endless(self, name: str, begin: str):
        """A file of 5 GB without a line break after its beginning; the disk holds a hole."""
        path = self.write(name, begin)
        os.truncate(path, LINE_BYTES)
        return path

    def refused_quickly(self, path, *words: str):
        before = self.state()
        began = time.monotonic()
        process = self.start("import", path)
        out = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stderr.close()
        process.stdout.close()
        memory = usage.ru_maxrss >> 10
        for word in words:
            self.assertIn(word, out)
        processor = usage.ru_utime + usage.ru_stime
        self.assertLess(memory, 600, "MiB of memory")
        self.assertEqual(before, self.state())
        print(f"{path.name}: refused after {seconds:.1f} s, {processor:.1f} s of processor, {memory} MiB", flush=True)

    def test_a_line_of_5_gb(self):
        self.filled()
        path = self.endless("weir-deal.csv", deals(200, "l") + "l200,")
        self.refused_quickly(path, '"line":202', "longer than 16 MiB", "check that it is the right file")

    def test_a_first_line_of_5_gb(self):
        self.filled()
        path = self.endless("weir-deal.csv", HEADER.strip() + "," + "x" * 8192)
        self.refused_quickly(path, "weir-deal.csv", '"detail"')

    def test_an_open_quote_before_5_gb(self):
        self.filled()
        path = self.endless("weir-deal.csv", deals(200, "q") + 'q200,"')
        self.refused_quickly(path, "weir-deal.csv", '"detail"')

    def test_a_json_text_of_5_gb(self):
        self.filled()
        line = '{"key": "j%d", "name": "Deal", "stage": "Won", "amount": 1}\n'
        path = self.endless("weir-deal.jsonl", "".join(line % i for i in range(200)) + '{"key": "')
        self.refused_quickly(path, "weir-deal.jsonl", '"detail"')
