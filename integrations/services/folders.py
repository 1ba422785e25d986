"""Where the pages of an import lie between their download and their transaction."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings


def folder_of(run_id: int) -> Path:
    """The folder of one import."""
    return Path(settings.IMPORT_FOLDER) / str(run_id)


@contextmanager
def clean_folder(run_id: int) -> Iterator[None]:
    """Removes what a killed worker left behind, and in the end the folder itself."""
    shutil.rmtree(folder_of(run_id), ignore_errors=True)
    try:
        yield
    finally:
        shutil.rmtree(folder_of(run_id), ignore_errors=True)
