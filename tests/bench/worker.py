"""python -m tests.bench.worker RUN: works on an import to its end as a worker does; tells seconds and memory."""

import json
import os
import resource
import sys
import time

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
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(int(sys.argv[1]))
