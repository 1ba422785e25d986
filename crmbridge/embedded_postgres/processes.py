"""Running programs as the server's user, and finding the processes of a server."""

import contextlib
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil


def run(
    *command: str | Path,
    user: pwd.struct_passwd | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> "subprocess.CompletedProcess[str]":
    """Runs a program to its end, as `user` when one is named.

    The environment holds nothing but `env` and a path: the secrets in ours are none of the server's business.
    """
    return subprocess.run(  # noqa: S603 - our own commands, no shell
        command,
        cwd=cwd,
        env={"PATH": os.defpath, "LC_ALL": "C", **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        umask=0o077,
        **_identity(user),
    )


def can_enter(folder: Path, *, user: pwd.struct_passwd) -> bool:
    """Whether `user` may pass through `folder`; the system knows that better than permission bits."""
    return user.pw_uid == os.geteuid() or run("test", "-x", folder, user=user).returncode == 0


def end_all_in(folder: Path) -> None:
    """Ends every process that works in `folder`, as PostgreSQL's do in their data; waits until they are gone.

    SIGQUIT is PostgreSQL's immediate shutdown: the next start recovers from the log.
    """
    mercy = time.monotonic() + 10
    while found := [process for process in psutil.process_iter() if _works_in(process, folder)]:
        for process in found:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGQUIT if time.monotonic() < mercy else signal.SIGKILL)
        time.sleep(0.05)


def _works_in(process: psutil.Process, folder: Path) -> bool:
    """Not when it is dead and only waits for its parent to notice, which in a container may take for ever."""
    try:
        return bool(process.cwd() == str(folder))
    except psutil.Error:
        return False


def _identity(user: pwd.struct_passwd | None) -> dict[str, Any]:
    if user is None or user.pw_uid == os.geteuid():
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
