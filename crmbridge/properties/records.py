"""What contacts and companies have in common."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from crmbridge.properties.bag import ExactDecoder, ExactEncoder


class Record(models.Model):
    """A row with standard properties as columns and custom ones in a bag; a key that is absent is blank."""

    properties = models.JSONField(
        _("custom properties"),
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        blank=True,
        encoder=ExactEncoder,
        decoder=ExactDecoder,
    )
    # A plain number, because records know nothing of imports; the import page links back by it.
    created_by_import = models.BigIntegerField(_("created by import"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True, db_default=Now(), editable=False)

    class Meta:
        abstract = True
