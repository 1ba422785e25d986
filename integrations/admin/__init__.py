"""The integration's pages; importing this registers them."""

from integrations import home, panels
from integrations.admin import api_usage, connection, imports, mappings, problems, sync_settings

__all__ = [
    "api_usage",
    "connection",
    "home",
    "imports",
    "mappings",
    "panels",
    "problems",
    "sync_settings",
]
