"""python -m tests.bench.worker RUN: works on an import to its end as a worker does; tells seconds and memory."""

import json
import os
import sys
import time
from pathlib import Path

import django


def main(run_id: int) -> None:
    """Prints one line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
    django.setup()
    from integrations.services.slices import run_slice
    from tests.bench.stages import Stages

    stages = Stages()
    stages.watch()
    started = time.perf_counter()
    while run_slice(run_id=run_id):
        pass
    told = {
        "seconds": time.perf_counter() - started,
        "stages": stages.seconds,
        "memory": _peak_memory(),
    }
    print(json.dumps(told))


def _peak_memory() -> float:
    """MB. Not `ru_maxrss`, which a new process takes over from the one that started it."""
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    [peak] = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(peak) / 1024


if __name__ == "__main__":
    main(int(sys.argv[1]))
