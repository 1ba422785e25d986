"""python -m tests.soak [--seed N] [--imports N]: what `make soak` runs."""

import argparse
import logging
import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import django


def main() -> int:
    """Prints a line an import and a summary; returns 1 when something differs."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--imports", type=int, default=50)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    logging.disable(logging.WARNING)

    from django.db import connection

    name = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"test_{name}_soak"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        return _soak(seed=options.seed, count=options.imports)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def _soak(*, seed: int, count: int) -> int:
    from tests.soak.sizes import ORG
    from tests.soak.soak import Difference, soak
    from tests.soak.supervise import ImportBroken

    started = time.monotonic()
    try:
        with TemporaryDirectory() as folder:
            soak(seed=seed, count=count, sizes=ORG, folder=Path(folder), say=_say)
    except (Difference, ImportBroken) as error:
        _say(f"{error}\nseed {seed}")
        return 1
    _say(f"{count} imports with seed {seed} in {time.monotonic() - started:.0f} s: all as in peace")
    return 0


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
