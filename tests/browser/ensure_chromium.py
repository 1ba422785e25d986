"""Sees to it that the browser tests have a Chromium: Debian's, else Playwright's own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

BY_HAND = "The browser tests need Chromium. Type: sudo apt-get install chromium"


def executable() -> str | None:
    """The path of a Chromium that can be started, or None."""
    if system := shutil.which("chromium"):
        return system
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def main() -> None:
    """Installs what is missing, or ends with the one command to type."""
    if executable():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        attempt("apt-get", "update", "--quiet=2")
        attempt("apt-get", "install", "--yes", "--quiet=2", "--no-install-recommends", "chromium")
    if not executable():
        attempt(sys.executable, "-m", "playwright", "install", "chromium")
    if not executable():
        sys.exit(BY_HAND)


def attempt(*command: str) -> None:
    """Runs a command; whether it helped is seen afterwards."""
    subprocess.run(command, check=False, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})


if __name__ == "__main__":
    main()
