"""The connection to a Salesforce org."""

from django.conf import settings as django_settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from crmbridge.crypto import EncryptedTextField


class SignInFlow(models.TextChoices):
    """How tokens are got and renewed."""

    WEB = "web", _("Sign-in in the browser")
    JWT = "jwt", _("JWT bearer")
    CLIENT_CREDENTIALS = "client-credentials", _("Client credentials")


class ConnectionState(models.TextChoices):
    """Whether the connection can be used."""

    CONNECTED = "connected", _("Connected")
    RECONNECT = "reconnect", _("Reconnect needed")
    DISCONNECTED = "disconnected", _("Disconnected")


class SalesforceConnection(models.Model):
    """One Salesforce org and the tokens that open it; all that is imported belongs to it."""

    SECRETS = ("client_secret", "private_key", "access_token", "refresh_token")

    org_id = models.CharField(_("organization ID"), max_length=18, unique=True, db_collation="C")
    org_name = models.CharField(_("organization"), max_length=255, blank=True)
    username = models.CharField(_("Salesforce user"), max_length=255, blank=True)
    user_id = models.CharField(max_length=18, blank=True)
    is_sandbox = models.BooleanField(_("sandbox"), default=False)
    flow = models.CharField(_("sign-in"), max_length=20, choices=SignInFlow)
    login_url = models.URLField(_("login address"), max_length=255)
    instance_url = models.URLField(_("instance"), max_length=255)
    api_version = models.CharField(_("API version"), max_length=10, default="v66.0")
    client_id = models.CharField(_("client ID"), max_length=255)
    client_secret = EncryptedTextField(null=True, blank=True)
    private_key = EncryptedTextField(null=True, blank=True)
    access_token = EncryptedTextField(null=True, blank=True)
    refresh_token = EncryptedTextField(null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=20, choices=ConnectionState, default=ConnectionState.CONNECTED
    )
    state_reason = models.TextField(_("reason"), blank=True)
    connected_by = models.ForeignKey(
        django_settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True
    )
    connected_at = models.DateTimeField(_("connected"), db_default=Now())
    refreshed_at = models.DateTimeField(_("token renewed"), null=True, blank=True)

    class Meta:
        verbose_name = _("Salesforce connection")
        verbose_name_plural = _("Salesforce connections")

    def __str__(self) -> str:
        return self.org_name or self.org_id

    @property
    def is_connected(self) -> bool:
        """Whether calls can be made."""
        return self.state == ConnectionState.CONNECTED

    def record_url(self, salesforce_id: str) -> str:
        """The address of a record's page in Salesforce."""
        return f"{self.instance_url}/{salesforce_id}"
