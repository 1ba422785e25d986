"""What people read when Salesforce says no: for each error code what happened, and what to do."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Sentence(NamedTuple):
    """What happened and why, and what to do about it. Both may hold %(name)s places."""

    message: str | Promise
    remedy: str | Promise


_RECONNECT = _("Reconnect to Salesforce.")
_WAIT = _("Nothing to do: it is tried again by itself.")
_CHECK_KEY = _("Copy the consumer key and secret again from the app's settings in Salesforce.")

_CONNECTION = {
    "CONNECTION_FAILED": Sentence(_("Salesforce could not be reached over the network."), _WAIT),
    "TIMEOUT": Sentence(_("Salesforce did not answer in time."), _WAIT),
    "SERVER_UNAVAILABLE": Sentence(_("Salesforce is unavailable at the moment."), _WAIT),
    "BODY_BROKEN": Sentence(_("Salesforce's answer broke off or could not be read."), _WAIT),
    "ROW_COUNT": Sentence(
        _("Salesforce promised %(promised)s rows but delivered %(received)s, so reading starts again."),
        _WAIT,
    ),
    "JOB_LOST": Sentence(
        _("Salesforce no longer knows the query that was being read, so reading starts again."),
        _("Nothing to do: rows that are already here are not imported twice."),
    ),
    "DATABASE": Sentence(
        _("The database was away, or other work was in the way, so the page is taken in again."), _WAIT
    ),
    "STORAGE": Sentence(
        _("The folder of imports cannot be written to: %(reason)s."),
        _("Free space on the disk, or give the worker the right to write there, then resume."),
    ),
    "CANCELLED": Sentence(_("The import was cancelled."), _("Start it again when you want.")),
    "HOST_NOT_ALLOWED": Sentence(
        _("This address is not one of Salesforce's, so nothing was sent to it."),
        _("Use https://login.salesforce.com, https://test.salesforce.com or your My Domain address."),
    ),
    "LOOPBACK_NOT_ALLOWED": Sentence(
        _("This address is on this machine, which is only allowed for trying and testing."),
        _("Use your Salesforce address, or set SALESFORCE_ALLOW_LOOPBACK=true for the demo org."),
    ),
    "FOREIGN_HOST": Sentence(
        _("A request to a host other than the connected Salesforce org was stopped."),
        _RECONNECT,
    ),
    "INSTANCE_MOVED": Sentence(_("The Salesforce org answers at another address now."), _RECONNECT),
    "DAILY_LIMIT": Sentence(
        _("The Salesforce org has used up its API calls for the last 24 hours."),
        _("Wait until calls are free again, or have the limit raised in Salesforce."),
    ),
    "CONCURRENT_LIMIT": Sentence(
        _("Salesforce is busy with too many long requests of this org at once."), _WAIT
    ),
    "TXN_SECURITY_METERING_ERROR": Sentence(
        _("A transaction security policy in Salesforce took too long and blocked the request."),
        _("Give the connected user the permission “Exempt from Transaction Security” in Salesforce."),
    ),
    "API_DISABLED_FOR_ORG": Sentence(
        _("This Salesforce org cannot be reached by other applications: its edition has no API."),
        _("Use an edition with API access, or have the API switched on by Salesforce."),
    ),
    "API_NOT_ALLOWED_FOR_USER": Sentence(
        _("The connected user may not use Salesforce's API."),
        _("Give the user the permission “API Enabled” in Salesforce, then reconnect."),
    ),
    "CONFIG": Sentence(
        _("Salesforce does not accept how this application is set up (%(code)s)."),
        _("Check the connection's settings here and the app's settings in Salesforce."),
    ),
}

_SIGN_IN = {
    "NEEDS_RECONNECT": Sentence(_("Salesforce no longer accepts the saved sign-in."), _RECONNECT),
    "OTHER_ORG": Sentence(
        _("The sign-in belongs to another Salesforce org than the connected one."),
        _("Sign in with a user of the connected org."),
    ),
    "access_denied": Sentence(
        _("Access was denied on Salesforce's sign-in page."), _("Connect again and choose Allow.")
    ),
    "expired_code": Sentence(
        _("The sign-in took too long: Salesforce's code has expired or was used before."), _("Connect again.")
    ),
    "inactive_user": Sentence(
        _("The user of this connection is deactivated or locked in Salesforce."),
        _("Have the user activated in Salesforce, or connect with another user."),
    ),
    "inactive_org": Sentence(
        _("The Salesforce org is locked, closed or inactive."), _("Ask the org's Salesforce administrator.")
    ),
    "user_not_approved": Sentence(
        _("The user is not approved for this app in Salesforce."),
        _("Approve the app in Salesforce for the user's profile or permission set."),
    ),
    "ip_restricted": Sentence(
        _("Salesforce does not allow this user to sign in from here or at this hour."),
        _("Relax the app's IP restrictions in Salesforce, or trust this server's address there."),
    ),
    "invalid_audience": Sentence(
        _("Salesforce refused the signed sign-in: it is addressed to another sign-in server."),
        _("Use https://test.salesforce.com for a sandbox and https://login.salesforce.com otherwise."),
    ),
    "invalid_assertion": Sentence(
        _("Salesforce refused the signed sign-in: signature, user or time do not fit."),
        _("Check the user name, the app's certificate in Salesforce, and this server's clock."),
    ),
    "invalid_key": Sentence(
        _("The private key cannot be read, so nothing was sent to Salesforce."),
        _("Paste the whole RSA key in PEM form, without a passphrase."),
    ),
    "invalid_client_id": Sentence(_("Salesforce does not know this consumer key."), _CHECK_KEY),
    "invalid_client": Sentence(_("Salesforce does not accept the consumer key or secret."), _CHECK_KEY),
    "app_not_installed": Sentence(
        _("This app is not installed in the Salesforce org, or has been blocked there."),
        _("In Salesforce, open Connected Apps OAuth Usage and install or unblock the app."),
    ),
    "redirect_uri_mismatch": Sentence(
        _("Salesforce does not know the address that it should return to after the sign-in."),
        _("Add the callback address shown here to the app's settings in Salesforce, exactly as it is."),
    ),
    "invalid_scope": Sentence(
        _("The app in Salesforce does not offer the access that is needed."),
        _("Add the scopes “api” and “refresh_token” to the app's settings in Salesforce."),
    ),
    "no_run_as_user": Sentence(
        _("The client credentials flow is not switched on for this app, or it has no user to run as."),
        _("Enable the flow in the app's settings in Salesforce and choose a run-as user."),
    ),
    "needs_my_domain": Sentence(
        _("Salesforce does not offer this way of signing in at the common sign-in address."),
        _("Use your org's My Domain address, such as https://acme.my.salesforce.com."),
    ),
    "unsupported_grant_type": Sentence(
        _("This way of signing in is not switched on for the app in Salesforce."),
        _("Enable the flow in the app's settings in Salesforce, or choose another way of signing in."),
    ),
    "sign_in_refused": Sentence(
        _("Salesforce refused the sign-in (%(code)s)."),
        _("See the user's login history in Salesforce, then connect again."),
    ),
}

_SCHEMA = {
    "INVALID_FIELD": Sentence(
        _("The field %(field)s of %(sobject)s is gone from Salesforce, or hidden from the connected user."),
        _("Refresh the field list, then change the mapping or give the user access to the field."),
    ),
    "INVALID_TYPE": Sentence(
        _("The connected user cannot see one of the object types in Salesforce."),
        _("Give the user read access to the object in Salesforce."),
    ),
    "SCHEMA_CHANGED": Sentence(
        _("A field or object was changed in Salesforce, or hidden from the connected user."),
        _("Refresh the field list and check the mappings."),
    ),
}

_REFUSED = {
    "QUERY_TIMEOUT": Sentence(
        _("Salesforce gave up on a query because it took too long."),
        _("Try again at a quieter time, or import fewer records at once."),
    ),
    "BULK_NOT_SUPPORTED": Sentence(
        _("Salesforce cannot run this query as a bulk job."),
        _("Nothing to do: it is read page by page instead."),
    ),
    "JOB_FAILED": Sentence(
        _("Salesforce's bulk job failed."),
        _("See Bulk Data Load Jobs in Salesforce's setup, then try again."),
    ),
    "JOB_ABORTED": Sentence(
        _("Salesforce's bulk job was stopped in Salesforce."), _("Start the import again.")
    ),
    "MALFORMED_QUERY": Sentence(
        _("Salesforce did not understand the query that it was sent."),
        _("This is a fault of this application: report it together with Salesforce's message."),
    ),
    "QUERY_TOO_COMPLICATED": Sentence(
        _("The query is too complicated for Salesforce, mostly because of large formula fields."),
        _("Remove formula fields from the mappings."),
    ),
    "INSUFFICIENT_ACCESS": Sentence(
        _("The connected user lacks a permission in Salesforce."),
        _("Give the user the permission that Salesforce's message names."),
    ),
    "REFUSED": Sentence(
        _("Salesforce refused the request (%(code)s)."), _("Salesforce's own message tells more.")
    ),
}

SENTENCES: dict[str, Sentence] = {**_CONNECTION, **_SIGN_IN, **_SCHEMA, **_REFUSED}
