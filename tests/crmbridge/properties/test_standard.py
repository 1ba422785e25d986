"""Standard properties are those that the record models declare."""

import pytest
from django.utils.translation import override

from companies.models import Company
from contacts.models import Contact
from crmbridge.properties.models import Property
from crmbridge.properties.services import save_standard_properties
from crmbridge.properties.types import PropertyType

pytestmark = pytest.mark.django_db
MODELS = [Contact, Company]


@pytest.mark.parametrize("model", MODELS)
def test_each_declared_property_is_a_row_in_the_declared_order(model):
    saved = Property.objects.filter(kind=model.KIND, is_standard=True).order_by("order")
    assert [item.name for item in saved] == [item.name for item in model.STANDARD_PROPERTIES]


@pytest.mark.parametrize("model", MODELS)
def test_each_declared_property_is_a_column_of_a_fitting_kind(model):
    fields = {
        PropertyType.NUMBER: "DecimalField",
        PropertyType.DATE: "DateField",
        PropertyType.YES_NO: "BooleanField",
    }
    for item in model.STANDARD_PROPERTIES:
        internal = model._meta.get_field(item.name).get_internal_type()
        assert internal == fields.get(item.type, "CharField"), item.name


def test_labels_follow_the_code_and_nothing_else_changes():
    phone = Property.objects.filter(kind="contact", name="phone")
    phone.update(label="Old", max_length=20)
    custom = Property.objects.create(kind="contact", name="mine", label="Mine", type="text")
    with override("ja"):
        save_standard_properties()
    assert phone.get().label == "Phone"
    assert phone.get().max_length == 20
    assert Property.objects.filter(pk=custom.pk, label="Mine", is_standard=False).exists()


def test_labels_of_custom_properties_are_shown_as_people_wrote_them():
    custom = Property(kind="contact", name="mine", label="Phone", type="text")
    with override("ja"):
        assert custom.display_label == "Phone"


def test_active_properties_are_in_order_and_without_archived_ones():
    Property.objects.filter(kind="contact", name="first_name").update(archived_at="2026-01-01T00:00:00Z")
    names = [item.name for item in Property.objects.active("contact")]
    assert names[:3] == ["salutation", "last_name", "email"]
