"""Where the server's files lie, and which system user they belong to."""

import hashlib
import logging
import os
import pwd
import shutil
import stat
from pathlib import Path

from django.db import OperationalError
from django.utils.translation import gettext_lazy as _

from crmbridge.embedded_postgres import processes

DATABASE = "crmbridge"
SUPERUSER = "postgres"
PORT = "5432"  # only names the socket file
# PostgreSQL refuses to run as root: the first of these that exists runs it. One of its own isolates it best.
SERVICE_USERS = ("crmbridge", "postgres", "nobody")
# sockaddr_un holds 107 bytes on Linux and 103 on macOS.
LONGEST_SOCKET_PATH = 103

logger = logging.getLogger(__name__)


class EmbeddedPostgresError(OperationalError):
    """The embedded server cannot be used; the message says why and what to do."""


def socket_folder(folder: Path) -> Path:
    """The folder of the server's socket: the server's own unless its path is too long for a socket."""
    folder = folder.absolute()
    if len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH:
        return folder
    return Path("/tmp", f"crmbridge-{_digest(folder)}")  # noqa: S108 - created 0700, refused when it is another's


def cluster_name(folder: Path) -> str:
    """What the server's processes are known by; one for each place, whatever path leads there."""
    return f"crmbridge-{_digest(folder.resolve())}"


def owner(folder: Path) -> pwd.struct_passwd:
    """The system user that runs the server in `folder`: who the folder belongs to, or will belong to."""
    uid = folder.stat().st_uid if folder.exists() else os.geteuid()
    try:
        return pwd.getpwuid(uid) if uid else _service_user()
    except KeyError as error:
        raise EmbeddedPostgresError(
            _("PostgreSQL needs a user with a name, and user %(uid)s has none. Set DATABASE_URL to a server.")
            % {"uid": uid}
        ) from error


def prepare(folder: Path) -> None:
    """Creates the folders of the server, private to its user; no other folder's permissions change."""
    user = owner(folder)
    if os.geteuid() not in (0, user.pw_uid):
        raise EmbeddedPostgresError(
            _("%(folder)s belongs to the user %(user)s. Run as that user, or set CRMBRIDGE_VAR.")
            % {"folder": folder, "user": user.pw_name}
        )
    if not folder.is_symlink() and not processes.can_enter(folder.parent, user=user):
        _place_elsewhere(folder, user)
    _make_private(folder.resolve(), user)
    if socket_folder(folder) != folder:
        _make_private(socket_folder(folder), user)


def remove(folder: Path) -> None:
    """Deletes everything that `prepare` made, and the data with it."""
    for made in {folder.resolve(), socket_folder(folder).resolve()}:
        shutil.rmtree(made, ignore_errors=True)
    folder.unlink(missing_ok=True)


def _place_elsewhere(folder: Path, user: pwd.struct_passwd) -> None:
    elsewhere = Path(f"/var/lib/crmbridge-{_digest(folder)}")
    if folder.exists():
        shutil.move(folder, elsewhere)
    folder.symlink_to(elsewhere)
    logger.info("%s cannot enter %s, so the database lies in %s.", user.pw_name, folder.parent, elsewhere)


def _make_private(folder: Path, user: pwd.struct_passwd) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (user.pw_uid, os.geteuid()):
        raise EmbeddedPostgresError(
            _("%(folder)s is in the way: it belongs to somebody else. Remove it.") % {"folder": folder}
        )
    if found.st_uid != user.pw_uid:
        os.chown(folder, user.pw_uid, user.pw_gid)
    folder.chmod(0o700)


def _service_user() -> pwd.struct_passwd:
    known = {user.pw_name: user for user in pwd.getpwall()}
    return next(known[name] for name in SERVICE_USERS if name in known)


def _digest(folder: Path) -> str:
    return hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:16]
