"""A PostgreSQL in a folder of its own, reached by its socket alone."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path


def programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


class Server:
    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir(parents=True)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        self.run("initdb", "-A", "trust", "-U", "weir", "-E", "UTF8", "--locale=C.UTF-8", "-D", folder / "data")
        self.run("pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o",
                 f"-c listen_addresses='' -k {folder} -c fsync=off", "start")

    def run(self, program: str, *arguments) -> None:
        """It does not run as root: then as its own user."""
        command = [str(programs() / program), *map(str, arguments)]
        if os.geteuid() == 0:
            postgres = pwd.getpwnam("postgres")
            command = ["setpriv", f"--reuid={postgres.pw_uid}", f"--regid={postgres.pw_gid}", "--clear-groups", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)

    def sql(self, text: str, database: str = "postgres") -> None:
        subprocess.run([str(programs() / "psql"), "-q", "-h", str(self.folder), "-U", "weir", "-d", database, "-v",
                        "ON_ERROR_STOP=1", "-c", text], check=True, stderr=subprocess.DEVNULL)

    def stop(self) -> None:
        self.run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")
