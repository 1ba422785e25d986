"""Django's PostgreSQL backend, for PostgreSQL 15 and newer; starts the embedded server when it is absent."""

from typing import Any

from django.db.backends.postgresql import base, client, features

from crmbridge import embedded_postgres
from crmbridge.embedded_postgres import programs


class DatabaseFeatures(features.DatabaseFeatures):
    # NULLS NOT DISTINCT and MERGE; Django tells an older server's owner so in one sentence when it connects.
    minimum_database_version = (15,)


class DatabaseClient(client.DatabaseClient):
    @classmethod
    def settings_to_cmd_args_env(
        cls, settings_dict: dict[str, Any], parameters: Any
    ) -> tuple[list[str], dict[str, str] | None]:
        """`manage.py dbshell` takes the psql that comes with the embedded server."""
        args, env = super().settings_to_cmd_args_env(settings_dict, parameters)
        if settings_dict.get("EMBEDDED_FOLDER"):
            args[0] = str(programs.in_wheel() / "psql")
        return args, env


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
    client_class = DatabaseClient

    def get_connection_params(self) -> dict[str, Any]:
        """Names the user that the embedded server must run as: no other process can pass for it."""
        params = super().get_connection_params()
        if folder := self.settings_dict.get("EMBEDDED_FOLDER"):
            params["requirepeer"] = embedded_postgres.owner(folder).pw_name
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        folder = self.settings_dict.get("EMBEDDED_FOLDER")
        try:
            return super().get_new_connection(conn_params)
        except self.Database.OperationalError:
            if not folder:
                raise
        embedded_postgres.start(folder=folder)
        return super().get_new_connection(conn_params)
