"""Runs one command, and writes what it cost (seconds, processor time, peak memory, exit status) as JSON.

    link_measure.py RESULT COMMAND...

A process of its own: a child begins with the peak memory of whoever started it, and this one has next to none.
"""

import json
import os
import sys
import time

started = time.perf_counter()
child = os.fork()
if child == 0:
    try:
        os.execvp(sys.argv[2], sys.argv[2:])
    except OSError as error:
        print(f"{sys.argv[2]}: {error.strerror}", file=sys.stderr)
        os._exit(127)
_, status, usage = os.wait4(child, 0)
with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump({"seconds": time.perf_counter() - started, "cpu_seconds": usage.ru_utime + usage.ru_stime,
               "peak_mib": usage.ru_maxrss / 1024, "status": os.waitstatus_to_exitcode(status)}, file)
