#!/usr/bin/env python3
"""Check that the DuckDB library exports every function that its header declares.

The two come from different releases: the header of the stable C API of 1.4 and the library of the 1.5 line.

  duckdb_api_test.py duckdb.h libduckdb.so
"""

import ctypes
import re
import sys
from pathlib import Path

# A floor for a header that we know; a parser that finds less has missed something.
KNOWN_FUNCTIONS = 459


def declared(header: str) -> list[str]:
    text = re.sub(r"//[^\n]*|/\*.*?\*/", "", header, flags=re.S)
    return sorted(set(re.findall(r"\bDUCKDB_C_API\b[^;(]*?\b(duckdb_\w+)\s*\(", text)))


def main() -> int:
    header, library = sys.argv[1:]
    names = declared(Path(header).read_text())
    handle = ctypes.CDLL(library)
    missing = [name for name in names if not hasattr(handle, name)]
    for name in missing:
        print(f"declared but not exported: {name}")
    if len(names) < KNOWN_FUNCTIONS:
        print(f"only {len(names)} functions found in {header}; {KNOWN_FUNCTIONS} were known")
        return 1
    handle.duckdb_library_version.restype = ctypes.c_char_p
    print(f"{handle.duckdb_library_version().decode()}: {len(names) - len(missing)} of {len(names)} functions")
    return int(bool(missing))


if __name__ == "__main__":
    sys.exit(main())
