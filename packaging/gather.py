#!/usr/bin/env python3
"""Gather what a package must carry besides the program.

  gather.py licences FOLDER DUCKDB_LICENCE        licences of what is compiled into the program and its page
  gather.py libraries PROGRAM FOLDER LICENCES     shared libraries beyond glibc that a program needs, and their licences

Licences come from where they were installed: /usr/share/doc/PACKAGE/copyright and node_modules/PACKAGE.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Debian packages of libraries whose code is compiled into the program, and their names for people.
COMPILED_IN = {
    "boost": "libboost1.74-dev",
    "cli11": "libcli11-dev",
    "expected": "libexpected-dev",
    "fmt": "libfmt-dev",
    "nlohmann-json": "nlohmann-json3-dev",
    "spdlog": "libspdlog-dev",
    "tomlplusplus": "libtomlplusplus-dev",
}
# Packages of the npm registry that the page is made with.
IN_THE_PAGE = ["svelte", "bits-ui", "@internationalized/date", "echarts", "@fontsource-variable/inter"]
# What belongs to the system: glibc and the loader. A second copy of them beside the system's would break both.
GLIBC = re.compile(r"^(ld-linux.*|lib(c|m|dl|rt|pthread|resolv|util|anl|mvec|nsl|nss_.*|thread_db|BrokenLocale))\.so")


def fail(text: str):
    sys.exit(f"gather: {text}")


def copyright_of(package: str) -> Path:
    path = Path("/usr/share/doc") / package / "copyright"
    if not path.exists():
        fail(f"the licence of {package} is not at {path}")
    return path


def page_packages() -> dict[str, Path]:
    """Packages that may end in the page: those that it names, and what they need."""
    packages = json.loads((ROOT / "web" / "package-lock.json").read_text())["packages"]
    found = {}
    waiting = list(IN_THE_PAGE)
    while waiting:
        name = waiting.pop()
        package = packages.get(f"node_modules/{name}")
        if name in found or package is None:
            continue
        found[name] = ROOT / "web" / "node_modules" / name
        waiting += package.get("dependencies", {})
    missing = [name for name in IN_THE_PAGE if name not in found]
    if missing:
        fail(f"web/package-lock.json does not hold {', '.join(missing)}")
    return found


def licence_in(folder: Path) -> Path | None:
    files = sorted(path for path in folder.glob("*") if re.match(r"(?i)(licen[cs]e|copying)", path.name))
    return files[0] if files else None


def gather_licences(folder: Path, duckdb: Path):
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(duckdb, folder / "duckdb.txt")
    for name, package in COMPILED_IN.items():
        shutil.copyfile(copyright_of(package), folder / f"{name}.txt")
    for name, place in sorted(page_packages().items()):
        licence = licence_in(place)
        target = folder / f"page-{name.replace('@', '').replace('/', '-')}.txt"
        if licence is not None:
            shutil.copyfile(licence, target)
        elif (place / "package.json").exists():
            package = json.loads((place / "package.json").read_text())
            author = package.get("author", "")
            author = author.get("name", "") if isinstance(author, dict) else author
            target.write_text(f"{name} {package['version']}\nLicence: {package.get('license')}\n{author}\n")


def needed_by(program: Path) -> list[Path]:
    """Resolves a program's libraries, those of its libraries too, as the loader does."""
    text = subprocess.run(["ldd", str(program)], capture_output=True, text=True, check=True).stdout
    paths = []
    for line in text.splitlines():
        missing = re.match(r"\s*(\S+) => not found", line)
        if missing:
            fail(f"{program} needs {missing[1]}, which is not here")
        found = re.match(r"\s*(\S+) => (/\S+)", line)
        if found and not GLIBC.match(found[1]):
            paths.append(Path(found[2]))
    return paths


def package_of(library: Path) -> str | None:
    """Debian's name of the package that holds a library; paths below / and /usr are the same there."""
    for path in {library, library.resolve(), Path("/usr") / str(library.resolve()).lstrip("/")}:
        for spelled in {str(path), str(path).removeprefix("/usr")}:
            found = subprocess.run(["dpkg", "-S", spelled], capture_output=True, text=True)
            if found.returncode == 0:
                return found.stdout.split(":")[0]
    return None


def gather_libraries(program: Path, folder: Path, licences: Path):
    folder.mkdir(parents=True, exist_ok=True)
    licences.mkdir(parents=True, exist_ok=True)
    for library in needed_by(program):
        if library.name == "libduckdb.so":
            continue  # it is in every package
        target = folder / library.name
        shutil.copyfile(library, target)
        target.chmod(0o644)
        subprocess.run(["strip", "--strip-unneeded", str(target)], check=True)
        package = package_of(library)
        if package is None:
            fail(f"no package holds {library}, so its licence is unknown")
        shutil.copyfile(copyright_of(package), licences / f"{library.name.split('.so')[0]}.txt")


def main() -> int:
    arguments = sys.argv[1:]
    if len(arguments) == 3 and arguments[0] == "licences":
        gather_licences(Path(arguments[1]), Path(arguments[2]))
    elif len(arguments) == 4 and arguments[0] == "libraries":
        gather_libraries(*map(Path, arguments[1:]))
    else:
        fail(__doc__)
    return 0


if __name__ == "__main__":
    sys.exit(main())
