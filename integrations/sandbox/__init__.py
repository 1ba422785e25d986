"""The demo org: enough of Salesforce, over HTTP, to try and to test every feature without an account."""

from integrations.sandbox.org import DemoOrg

__all__ = ["DemoOrg"]
