"""Runs the corpus and prints, for each case, the processor's seconds and the process's largest size so far."""

from __future__ import annotations

import json
import resource
import sys
import time

from tests.packs.hostile_cases import all_cases, codes_of


def main() -> None:
    # What runs away is stopped, not waited for.
    resource.setrlimit(resource.RLIMIT_CPU, (120, 120))
    kilobytes = 1024 * 1024 if sys.platform == "darwin" else 1024
    for case in all_cases():
        attempt = case.prepare()
        start = time.process_time()
        codes = codes_of(attempt)
        seconds = time.process_time() - start
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / kilobytes
        line = {"case": case.name, "codes": sorted(codes), "seconds": seconds, "megabytes": megabytes}
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
