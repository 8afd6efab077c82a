"""Runs the corpus and prints, for each case, the processor's seconds and the process's largest size so far."""

from __future__ import annotations

import json
import re
import resource
import sys
import time
from pathlib import Path

from tests.packs.hostile_cases import all_cases, codes_of


def _largest_size() -> float:
    """Return the megabytes that this process had at the most.

    Linux keeps ru_maxrss over exec, so that it counts the size of whoever started us; VmHWM begins anew.
    """
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"^VmHWM:\s*(\d+) kB$", status.read_text(encoding="ascii"), re.MULTILINE)
        if found is not None:
            return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


def main() -> None:
    # What runs away is stopped, not waited for.
    resource.setrlimit(resource.RLIMIT_CPU, (120, 120))
    for case in all_cases():
        attempt = case.prepare()
        start = time.process_time()
        codes = codes_of(attempt)
        seconds = time.process_time() - start
        megabytes = _largest_size()
        line = {"case": case.name, "codes": sorted(codes), "seconds": seconds, "megabytes": megabytes}
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
