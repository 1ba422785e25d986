"""`python -m crmbridge.embedded_postgres start|status|psql|stop|remove`, for this checkout's database."""

import argparse
import logging
import os
import sys
from pathlib import Path

from django.conf import settings
from django.utils import translation

from crmbridge import embedded_postgres
from crmbridge.embedded_postgres import place, programs

CHORES = {
    "start": "start the server; the first time, create it",
    "status": "say whether it runs; the exit code is 1 when it does not",
    "psql": "open a psql session; further arguments are psql's",
    "stop": "stop the server; it starts again when somebody connects",
    "remove": "stop the server and delete its data",
}


def main() -> int:
    """Runs one chore and returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m crmbridge.embedded_postgres")
    commands = parser.add_subparsers(dest="chore", required=True)
    for name, text in CHORES.items():
        commands.add_parser(name, help=text)
    known, rest = parser.parse_known_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crmbridge.settings")
    # Catalogues need loaded apps, and a server must stop even when an app does not load.
    translation.deactivate_all()
    try:
        return _run(known.chore, folder=settings.VAR_DIR / "postgres", rest=rest)
    except embedded_postgres.EmbeddedPostgresError as error:
        print(error, file=sys.stderr)
        return 1


def _run(chore: str, *, folder: Path, rest: list[str]) -> int:
    if chore in ("start", "psql"):
        embedded_postgres.start(folder=folder)
    if chore == "psql":
        _become_psql(folder, rest)
    if chore == "stop":
        embedded_postgres.stop(folder=folder)
    if chore == "remove":
        embedded_postgres.remove(folder=folder)
    ready = embedded_postgres.is_ready(folder=folder)
    print(f"{'Running' if ready else 'Stopped'}: {folder}")
    return 1 if chore == "status" and not ready else 0


def _become_psql(folder: Path, rest: list[str]) -> None:
    host = f"--host={place.socket_folder(folder)}"
    session = [host, f"--port={place.PORT}", f"--username={place.SUPERUSER}", place.DATABASE]
    os.execv(programs.in_wheel() / "psql", ["psql", *session, *rest])  # noqa: S606 - no shell is meant


if __name__ == "__main__":
    sys.exit(main())
