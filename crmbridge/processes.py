"""The web server and the worker as children of one process that ends them together."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from types import FrameType

_MANAGE = [sys.executable, "manage.py"]
_STOP_SECONDS = 20


def web_server(*, host: str, port: int) -> list[str]:
    """The command line of the web server."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    options = ["--workers", "2", "--threads", "4", "--access-logfile", "-", "--log-level", "warning"]
    return [sys.executable, "-m", "gunicorn", "crmbridge.wsgi", "--bind", address, *options]


def worker() -> list[str]:
    """The command line of the worker."""
    return [*_MANAGE, "qcluster"]


def port_is_free(*, host: str, port: int) -> bool:
    """Whether nothing listens there yet."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def run_together(
    commands: Mapping[str, Sequence[str]],
    *,
    environment: Mapping[str, str],
    folder: str,
    say: Callable[[str], object],
) -> int:
    """Runs the commands until Ctrl-C, SIGTERM or the end of one, then ends the others; returns an exit code."""
    stopped = threading.Event()
    _on_stop(stopped)
    # Each child gets a group of its own: Ctrl-C reaches only this process, which then ends them in order.
    children = {
        name: subprocess.Popen(  # noqa: S603 (our own command lines)
            command, cwd=folder, env={**os.environ, **environment}, start_new_session=True
        )
        for name, command in commands.items()
    }
    code = 0
    while not stopped.wait(0.3):
        ended = {name: child.returncode for name, child in children.items() if child.poll() is not None}
        for name, returned in ended.items():
            say(f"{name}: exit code {returned}")
            code = returned or 1
        if ended:
            break
    for child in reversed(children.values()):
        _end(child)
    return code


def _on_stop(stopped: threading.Event) -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


def _end(child: "subprocess.Popen[bytes]") -> None:
    """Asks the child to stop; its whole group is killed when it does not."""
    if child.poll() is None:
        child.terminate()
    try:
        child.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
