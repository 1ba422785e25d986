"""simple_salesforce on our session: record calls, collections and the like, without its sign-in."""

from simple_salesforce.api import Salesforce

from .session import SalesforceSession


def client(session: SalesforceSession) -> Salesforce:
    """A simple_salesforce client whose every call passes through the session and fails with our errors.

    The session signs the requests and answers a 401 itself, so the client gets no token. It decodes to plain
    dicts.
    """
    return Salesforce(
        session=session,
        session_id="held by the session",
        instance_url=session.address("/"),
        version=session.api_version.removeprefix("v"),
        object_pairs_hook=None,
    )
