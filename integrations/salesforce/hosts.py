"""Which addresses the application may speak to: Salesforce's own, over https, and nothing else."""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from .errors import ConfigProblem

_SALESFORCE_HOST = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+(salesforce|force)\.com")
_UNSAFE = re.compile(r"[\s\\\x00-\x1f\x7f]")


def check_host(url: str, *, allow_loopback: bool = False) -> str:
    """The origin, scheme://host[:port] without a trailing slash, of an address that may receive credentials.

    Allowed are https://*.salesforce.com and https://*.force.com on the standard port and, only with
    `allow_loopback`, plain http to this very machine. Anything else raises ConfigProblem.
    """
    parts = _split(url)
    host = parts.hostname or ""
    if parts.scheme == "https" and parts.port in (None, 443) and _SALESFORCE_HOST.fullmatch(host):
        return f"https://{host}"
    if parts.scheme == "http" and _is_loopback(host):
        if allow_loopback:
            return f"http://{_bracketed(host)}:{parts.port or 80}"
        raise ConfigProblem("LOOPBACK_NOT_ALLOWED")
    raise ConfigProblem("HOST_NOT_ALLOWED")


def _split(url: str) -> SplitResult:
    """The parts of an address without anything that two parsers could read in two ways."""
    text = url.strip()
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise ConfigProblem("HOST_NOT_ALLOWED") from None
    if _UNSAFE.search(text) or "@" in parts.netloc:
        raise ConfigProblem("HOST_NOT_ALLOWED")
    return parts


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
