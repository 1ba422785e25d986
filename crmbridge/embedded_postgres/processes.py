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


def end_all(*, named: str, user: pwd.struct_passwd) -> None:
    """Ends every process of `user` with `named` in its command line; waits until they are gone.

    SIGQUIT is PostgreSQL's immediate shutdown: the next start recovers from the log.
    """
    mercy = time.monotonic() + 10
    while found := [process for process in psutil.process_iter() if _is_meant(process, named, user)]:
        for process in found:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGQUIT if time.monotonic() < mercy else signal.SIGKILL)
        time.sleep(0.05)


def _is_meant(process: psutil.Process, named: str, user: pwd.struct_passwd) -> bool:
    """By what /proc shows of any process: in a container, root may not look at another user's more closely.

    A dead process that its parent has not noticed yet has no command line any more, so it does not count.
    """
    try:
        return process.uids().real == user.pw_uid and any(named in word for word in process.cmdline())
    except psutil.Error:
        return False


def _identity(user: pwd.struct_passwd | None) -> dict[str, Any]:
    if user is None or user.pw_uid == os.geteuid():
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
