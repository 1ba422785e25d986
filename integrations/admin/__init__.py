"""The integration's pages; importing this registers them."""

from integrations import home, panels
from integrations.admin import connection, imports, problems

__all__ = ["connection", "home", "imports", "panels", "problems"]
