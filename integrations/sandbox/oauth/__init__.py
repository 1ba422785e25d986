"""Signing in: OAuth, identity, the old SOAP login. Importing the package registers the routes."""

from integrations.sandbox.oauth import authorize, identity, soap, token

__all__ = ["authorize", "identity", "soap", "token"]
