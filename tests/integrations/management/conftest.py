"""One small org for the commands of a module, and a connection to it in an empty database."""

from tests.integrations.services.conftest import connection, import_folder, module_org, org

__all__ = ["connection", "import_folder", "module_org", "org"]
