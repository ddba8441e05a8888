"""A full disk: a small file system in memory, with a file beside the workspace that takes what is left."""

import os
import shutil
import subprocess
import tempfile
import unittest

from harness import Case, Server, deals

MIB = 1 << 20


def can_mount() -> bool:
    if os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory() as place:
        if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", place], capture_output=True).returncode != 0:
            return False
        subprocess.run(["umount", place], check=True)
    return True


@unittest.skipUnless(can_mount(), "mounting a small file system needs root")
class FullDisk(Case):
    def setUp(self):
        super().setUp()
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={64 * MIB}", "tmpfs", str(self.disk)], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.disk)], check=True)
        self.home = self.disk / "home"
        self.filler = self.disk / "filler"

    def leave(self, free: int):
        """Fills the disk but for so many bytes."""
        with self.filler.open("wb") as out:
            os.posix_fallocate(out.fileno(), 0, shutil.disk_usage(self.disk).free - free)

    def make_room(self):
        self.filler.unlink(missing_ok=True)

    def full(self, problem: dict):
        self.assertEqual("unavailable", problem["code"], problem)
        self.assertIn("disk is full", problem["detail"])
        self.assertIn("Free some space", problem["hint"])

    def test_while_a_workspace_is_made(self):
        for free in (0, 300 << 10, MIB, 2 * MIB):
            with self.subTest(free=free):
                self.leave(free)
                status, problem = self.run_weir("init")
                if status != 0:
                    self.full(problem)
                    left = [path.name for path in self.home.iterdir()] if self.home.exists() else []
                    self.assertIn(left, ([], ["workspace.lock"]))
                self.make_room()
                self.done("init")
                self.assertEqual(3, self.import_files(self.write("weir-deal.csv", deals(3)))[0]["new"])
                shutil.rmtree(self.home)

    def test_while_files_come_in_and_the_model_is_built(self):
        self.filled()
        before = self.state()
        file = self.write("weir-deal.csv", deals(30_000, "f"))
        kept = self.folder / "kept"
        shutil.copytree(self.home, kept)
        refused = imported = 0
        for free in (0, 600 << 10, MIB, 2 * MIB, 3 * MIB, 4 * MIB, 6 * MIB, 8 * MIB, 12 * MIB):
            with self.subTest(free=free):
                shutil.rmtree(self.home)
                shutil.copytree(kept, self.home)
                self.leave(free)
                status, answer = self.run_weir("import", file)
                self.make_room()
                if status == 0:
                    self.assertEqual(30_003, self.deal_count())
                    break
                refused += 1
                self.full(answer)
                # The file is in or not; a question completes the build of one that is.
                after = self.state()
                is_in = after["version"] > before["version"]
                imported += is_in
                if not is_in:
                    self.assertEqual(before, after)
                self.assertEqual(30_003 if is_in else 3, self.deal_count())
                self.assertEqual(0 if is_in else 30_000, self.import_files(file)[0]["new"])
                self.assertEqual(30_003, self.deal_count())
        print(f"refused {refused} times: {imported} during the build, {refused - imported} during the import", flush=True)
        self.assertGreater(refused - imported, 0)

    def test_while_a_server_runs(self):
        self.filled()
        server = Server(self.home)
        self.addCleanup(server.stop)
        file = self.write("weir-deal.csv", deals(30_000, "f"))
        self.leave(600 << 10)
        self.full(self.refused("import", file))
        self.assertEqual(3, self.deal_count())
        self.make_room()
        self.assertEqual(30_000, self.import_files(file)[0]["new"])
        self.assertEqual(30_003, self.deal_count())
