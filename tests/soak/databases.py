"""Two databases that live through the same imports, in one of them disturbed."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_SUFFIX = "in_peace"


@contextmanager
def twin() -> Iterator[str]:
    """A copy of the test database as it is now; yields its name and drops it in the end."""
    connection.creation.clone_test_db(_SUFFIX, verbosity=0)
    try:
        yield str(connection.creation.get_test_db_clone_settings(_SUFFIX)["NAME"])
    finally:
        connection.creation.destroy_test_db(suffix=_SUFFIX, verbosity=0)


@contextmanager
def using(name: str) -> Iterator[None]:
    """Runs the block, and the threads that it starts, on the database of that name."""
    previous = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = previous
