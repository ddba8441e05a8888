"""Several processes and one workspace; a workspace of another version."""

import concurrent.futures
import os
import signal
import struct
import time
from pathlib import Path

from harness import WEIR, Case, Server, deals, rows_of

HELD_ROWS = 2_000


def header_checksum(block: bytes) -> int:
    """What DuckDB writes before a block."""
    result = 5381
    for (word,) in struct.iter_unpack("<Q", block):
        result ^= (word * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    return result


def has_locked(process: int, file: Path) -> bool:
    """Whether the process holds a write lock on the file: it may have opened it and not locked it yet."""
    if not file.exists():
        return False
    inode = str(file.stat().st_ino)
    for line in Path("/proc/locks").read_text().splitlines():
        fields = line.split()
        if fields[3:5] == ["WRITE", str(process)] and fields[5].rsplit(":", 1)[-1] == inode:
            return True
    return False


class Sharing(Case):
    def holder(self):
        """An import that holds the store and stands still."""
        process = self.start("import", self.write("weir-deal-big.csv", deals(HELD_ROWS, "b")))
        while not has_locked(process.pid, self.home / "weir.duckdb"):
            time.sleep(0.001)
        os.kill(process.pid, signal.SIGSTOP)

        def let_go():
            if process.poll() is None:
                os.kill(process.pid, signal.SIGCONT)
            process.communicate()
        self.addCleanup(let_go)
        return process

    def test_a_workspace_that_another_process_holds(self):
        self.filled()
        holder = self.holder()
        small = self.write("weir-deal.csv", deals(5, "s"))
        for command in (("import", small), ("build",)):
            began = time.monotonic()
            problem = self.refused(*command)
            waited = time.monotonic() - began
            self.assertGreater(waited, 9.5)
            self.assertLess(waited, 90)
            self.assertEqual("unavailable", problem["code"])
            self.assertIn(f"in use by process {holder.pid}: {Path(WEIR).name} ", problem["detail"])
            self.assertIn("import", problem["detail"])
            self.assertIn("--home", problem["hint"])
        os.kill(holder.pid, signal.SIGCONT)
        self.assertEqual(0, holder.wait(timeout=120))
        self.assertEqual(5, self.import_files(small)[0]["new"])
        self.assertEqual(3 + HELD_ROWS + 5, self.deal_count())

    def test_a_question_while_another_process_holds_it(self):
        self.filled()
        holder = self.holder()
        problem = self.refused("status")
        self.assertEqual("unavailable", problem["code"])
        self.assertIn(f"in use by process {holder.pid}", problem["detail"])

    def test_it_is_waited_for(self):
        self.filled()
        holder = self.holder()
        waiting = self.start("import", self.write("weir-deal.csv", deals(5, "s")))
        time.sleep(1)
        os.kill(holder.pid, signal.SIGCONT)
        out, err = waiting.communicate(timeout=120)
        self.assertEqual(0, waiting.returncode, out + err)
        self.assertEqual(0, holder.wait(timeout=120))
        self.assertEqual(3 + HELD_ROWS + 5, self.deal_count())

    def import_in_turn(self, path: Path) -> dict:
        """On a slow machine the other may take longer than it is waited for: then the message says what to do."""
        for _ in range(10):
            status, answer = self.run_weir("import", path)
            if status == 0:
                return rows_of(answer, "files")[0]
            self.assertIn("in use by process", answer["detail"])
        self.fail("the other import never ended")

    def all_at_once(self, *paths) -> list[dict]:
        with concurrent.futures.ThreadPoolExecutor(len(paths)) as pool:
            return list(pool.map(self.import_in_turn, paths))

    def test_two_imports_at_once(self):
        files = self.all_at_once(self.write("weir-deal-1.csv", deals(2_000, "a")),
                                 self.write("weir-deal-2.csv", deals(3_000, "b")))
        self.assertEqual([2_000, 3_000], [file["new"] for file in files])
        self.assertEqual(5_000, self.deal_count())
        self.assertEqual(2, self.state()["version"])

    def test_the_same_file_twice_at_once(self):
        path = self.write("weir-deal.csv", deals(2_000))
        files = self.all_at_once(path, path)
        self.assertEqual([0, 2_000], sorted(file["new"] for file in files))
        self.assertEqual([0, 2_000], sorted(file["unchanged"] for file in files))
        self.assertEqual(2_000, self.deal_count())

    def test_imports_while_a_server_has_it(self):
        self.filled()
        server = Server(self.home)
        self.addCleanup(server.stop)
        files = self.all_at_once(*(self.write(f"weir-deal-{i}.csv", deals(1_000, f"n{i}-")) for i in range(4)))
        self.assertEqual([1_000] * 4, [file["new"] for file in files])
        self.assertEqual(4_003, self.deal_count())

    def test_an_import_and_a_server_start_together(self):
        self.filled()
        path = self.write("weir-deal.csv", deals(2_000, "t"))
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            served = pool.submit(Server, self.home)
            files = pool.submit(self.import_files, path).result()
            self.addCleanup(served.result().stop)
        self.assertEqual(2_000, files[0]["new"])
        self.assertEqual(2_003, self.deal_count())

    def test_a_store_of_a_newer_version(self):
        store = self.filled() / "weir.duckdb"
        before = self.state()
        whole = store.read_bytes()
        # The main header: its checksum, "DUCK", the version of the format.
        self.assertEqual(b"DUCK", whole[8:12])
        block = bytearray(whole[8:4096])
        self.assertEqual(struct.unpack_from("<Q", whole)[0], header_checksum(block), "the checksum is made otherwise")
        struct.pack_into("<Q", block, 4, 9_999)
        newer = struct.pack("<Q", header_checksum(block)) + bytes(block) + whole[4096:]
        store.write_bytes(newer)
        for command in (("status",), ("import", self.write("weir-deal.csv", deals(5, "v"))), ("serve", "--port", "0")):
            problem = self.refused(*command)
            self.assertEqual("unavailable", problem["code"])
            self.assertIn("newer version", problem["detail"])
            self.assertIn("Update this program", problem["hint"])
        self.assertEqual(newer, store.read_bytes())
        store.write_bytes(whole)
        self.assertEqual(before, self.state())

    def test_a_damaged_store(self):
        store = self.filled() / "weir.duckdb"
        for damage in (b"", b"not a store at all" * 1000):
            store.write_bytes(damage)
            problem = self.refused("status")
            self.assertEqual("unavailable", problem["code"])
            self.assertIn("backup", problem["hint"])
            self.assertEqual(damage, store.read_bytes())
