"""Mappings that people make: checked all at once, kept as decided, exported and imported, filled back."""

import json

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from companies.models import Company
from contacts.models import Contact
from crmbridge.errors import Refused
from crmbridge.properties import editing
from crmbridge.properties.history import change_source
from crmbridge.properties.models import Property, PropertyChange
from integrations.models import (
    FieldMapping,
    ImportRun,
    Problem,
    RunState,
    SalesforceObject,
    SalesforceRecord,
    SyncRule,
)
from integrations.services import backfill, imports, mapping_edit, mapping_json, schema, undo
from integrations.services.mappings import create_defaults, mapped_fields
from tests.integrations.services.connected import imported, sums, worked

PREFER, ALWAYS, TWO_WAY, NONE = SyncRule.values


def a_property(type: str = "text", kind: str = "company", **more) -> Property:
    return editing.create(kind=kind, label="Level", type=type, **more)


def codes(connection, target, fields, rule=PREFER, mapping=None) -> list[str]:
    found = mapping_edit.findings(
        connection=connection, target=target, fields=fields, rule=rule, mapping=mapping
    )
    return [finding.code for finding in found]


def changed_describe(name: str, field: str, **changes) -> None:
    kept = SalesforceObject.objects.get(name=name)
    for item in kept.describe["fields"]:
        if item["name"] == field:
            item.update(changes)
    kept.save()


class TestChecks:
    def test_a_sound_mapping_has_nothing_to_be_said(self, connection):
        assert codes(connection, a_property("choice"), {"account_field": "Tier__c"}) == []

    @pytest.mark.parametrize(
        ("type", "field", "rule", "code"),
        [
            ("number", "Tier__c", PREFER, "type"),
            ("text", "BillingAddress", PREFER, "unmappable"),
            ("text", "Nothing__c", PREFER, "unreadable"),
            ("datetime", "Renewal_Date__c", PREFER, "format"),
        ],
    )
    def test_what_is_wrong_is_told(self, connection, type, field, rule, code):
        assert code in codes(connection, a_property(type), {"account_field": field}, rule)

    def test_no_field_at_all(self, connection):
        assert codes(connection, a_property(), {}) == ["no_field"]

    def test_a_calculated_field_goes_only_with_always_or_dont_sync(self, connection):
        changed_describe("Account", "Tier__c", calculated=True)
        target = a_property("choice")
        for rule, wrong in ((PREFER, True), (TWO_WAY, True), (ALWAYS, False), (NONE, False)):
            assert ("calculated" in codes(connection, target, {"account_field": "Tier__c"}, rule)) is wrong

    def test_a_property_that_is_mapped_already(self, connection):
        city = Property.objects.get(kind="company", name="city")
        assert "mapped" in codes(connection, city, {"account_field": "BillingCity"})

    def test_a_field_that_feeds_another_property_too(self, connection):
        assert codes(connection, a_property(), {"account_field": "BillingCity"}) == ["feeds_another"]

    def test_a_field_that_may_be_longer(self, connection):
        assert codes(connection, a_property(max_length=10), {"account_field": "Tier__c"}) == ["length"]

    def test_values_of_the_picklist_that_the_property_lacks_are_offered(self, connection):
        target = a_property(
            "choice", options=[{"value": "Gold", "label": "Gold"}, {"value": "Tin", "label": "Tin"}]
        )
        found = mapping_edit.findings(
            connection=connection, target=target, fields={"account_field": "Tier__c"}, rule=PREFER
        )
        assert [finding.code for finding in found] == ["options_lacking", "options_gone"]
        assert [option["value"] for option in found[0].options] == ["Platinum", "Silver", "Bronze"]
        mapping_edit.add(
            connection=connection, target=target, fields={"account_field": "Tier__c"}, rule=PREFER
        )
        target.refresh_from_db()
        assert [option["value"] for option in target.options] == [
            "Gold",
            "Tin",
            "Platinum",
            "Silver",
            "Bronze",
        ]

    def test_parts_of_a_compound_field_are_named(self, connection):
        [found] = mapping_edit.findings(
            connection=connection,
            target=a_property(),
            fields={"account_field": "BillingAddress"},
            rule=PREFER,
        )
        assert "BillingStreet" in found.sentence


class TestEditing:
    def test_errors_are_refused_all_at_once(self, connection):
        with pytest.raises(Refused) as refusal:
            mapping_edit.add(
                connection=connection,
                target=Property.objects.get(kind="company", name="city"),
                fields={"account_field": "AnnualRevenue"},
                rule=PREFER,
            )
        assert "mapped already" in str(refusal.value)
        assert "does not fit" in str(refusal.value)

    def test_it_remembers_who_decided_and_the_type_of_the_field(self, connection):
        amy = User.objects.create_user("amy")
        mapping = mapping_edit.add(
            connection=connection,
            target=a_property("choice"),
            fields={"account_field": "Tier__c"},
            rule=ALWAYS,
            by=amy,
        )
        assert (mapping.edited_by, mapping.account_type, mapping.rule) == (amy, "picklist", ALWAYS)

    def test_a_property_of_the_fitting_type_is_made_on_the_spot(self, connection):
        made = mapping_edit.create_property(
            connection=connection, kind="company", fields={"account_field": "Tier__c"}
        )
        assert (made.name, made.label, made.type) == ("tier", "Tier", "choice")
        assert [option["value"] for option in made.options] == ["Platinum", "Gold", "Silver", "Bronze"]

    def test_a_standard_mapping_cannot_be_removed_a_custom_one_can(self, connection):
        standard = FieldMapping.objects.filter(is_default=True).first()
        with pytest.raises(Refused, match="standard mapping"):
            mapping_edit.remove(mapping=standard)
        custom = mapping_edit.add(
            connection=connection, target=a_property(), fields={"account_field": "Tier__c"}, rule=PREFER
        )
        mapping_edit.remove(mapping=custom)
        assert not FieldMapping.objects.filter(pk=custom.pk).exists()

    def test_a_default_that_somebody_emptied_does_not_come_back(self, connection):
        city = FieldMapping.objects.get(property__kind="contact", property__name="city")
        mapping_edit.change(mapping=city, fields={"contact_field": "MailingCity"}, rule=PREFER)
        create_defaults(connection=connection, readable={"Lead": ["City"], "Contact": ["MailingCity"]})
        city.refresh_from_db()
        assert city.lead_field == ""


class TestWhenSalesforceChanges:
    def test_a_field_of_another_type_pauses_its_mapping_alone(self, connection):
        mapping_edit.add(
            connection=connection,
            target=a_property("choice"),
            fields={"account_field": "Tier__c"},
            rule=PREFER,
        )
        before = len(mapped_fields(connection=connection, sobject="Account"))
        changed_describe("Account", "Tier__c", type="boolean")
        names = {item.property for item in mapped_fields(connection=connection, sobject="Account")}
        assert "level" not in names
        assert len(names) == before - 1

    def test_an_import_tells_of_a_paused_mapping_once_and_takes_it_back_when_it_works(self, connection, org):
        imported("contacts")
        mapping_edit.add(
            connection=connection,
            target=a_property("choice"),
            fields={"account_field": "Tier__c"},
            rule=PREFER,
        )
        org.hide_field("Account", "Tier__c")
        try:
            run = imported("accounts")
            assert run.state == RunState.FINISHED
            problem = Problem.objects.open().get(code="mapping_field_gone", property="level")
            assert problem.field == "Account.Tier__c"
            imported("accounts")
            assert Problem.objects.open().filter(code="mapping_field_gone", property="level").count() == 1
        finally:
            org.show_field("Account", "Tier__c")
        imported("accounts")
        assert not Problem.objects.open().filter(property="level").exists()
        assert Company.objects.exclude(properties={}).exists()

    def test_what_changed_is_told_until_somebody_has_seen_it(self, connection, org):
        kept = SalesforceObject.objects.get(name="Account")
        kept.describe["fields"] = [
            {**field, "type": "string"} if field["name"] == "AnnualRevenue" else field
            for field in kept.describe["fields"]
            if field["name"] != "Tier__c"
        ]
        kept.save()
        org.hide_field("Account", "Site")
        try:
            schema.refresh(connection=connection)
        finally:
            org.show_field("Account", "Site")

        [changed] = schema.changes(connection=connection, sobjects=["Account"])
        assert changed.changes["new"] == ["Tier__c"]
        assert changed.changes["gone"] == ["Site"]
        assert changed.changes["retyped"] == [
            {"name": "AnnualRevenue", "before": "string", "now": "currency"}
        ]
        schema.seen(connection=connection)
        assert schema.changes(connection=connection, sobjects=["Account"]) == []

    def test_a_paused_mapping_says_why_on_the_page(self, connection, admin_client):
        mapping_edit.add(
            connection=connection,
            target=a_property("choice"),
            fields={"account_field": "Tier__c"},
            rule=PREFER,
        )
        changed_describe("Account", "Tier__c", type="boolean")
        page = admin_client.get("/integrations/fieldmapping/companies/").content.decode()
        assert "paused" in page
        assert "does not fit" in page


class TestJson:
    def test_what_is_exported_changes_nothing_when_imported(self, connection):
        text = mapping_json.export(connection=connection)
        assert mapping_json.compare(connection=connection, text=text) == []
        assert mapping_json.export(connection=connection) == text

    def test_a_file_is_shown_before_it_changes_anything(self, connection):
        data = json.loads(mapping_json.export(connection=connection, kind="company"))
        for row in data["mappings"]:
            if row["property"] == "city":
                row["rule"] = ALWAYS
        text = json.dumps(data)
        [difference] = mapping_json.compare(connection=connection, text=text)
        assert str(difference) == (
            "~ company.city: account_field=BillingCity, rule=prefer → account_field=BillingCity, rule=always"
        )
        mapping_json.apply(connection=connection, text=text)
        assert FieldMapping.objects.get(property__kind="company", property__name="city").rule == ALWAYS

    def test_one_error_leaves_everything_as_it_was(self, connection):
        data = json.loads(mapping_json.export(connection=connection, kind="company"))
        data["mappings"][0]["rule"] = ALWAYS
        data["mappings"].append(
            {"kind": "company", "property": "nothing", "account_field": "Tier__c", "rule": "prefer"}
        )
        with pytest.raises(Refused, match="no such property"):
            mapping_json.apply(connection=connection, text=json.dumps(data))
        assert not FieldMapping.objects.filter(rule=ALWAYS).exists()

    @pytest.mark.parametrize(
        "text", ["", "[]", '{"mappings": [{"kind": "x", "property": "y", "rule": "prefer"}]}']
    )
    def test_what_is_no_file_of_mappings_is_refused(self, connection, text):
        with pytest.raises(Refused):
            mapping_json.compare(connection=connection, text=text)


def filled(mapping: FieldMapping) -> ImportRun:
    run = worked(backfill.start(mapping=mapping, detach=False))
    assert run.state == RunState.FINISHED, run.error_message + run.traceback
    return run


def tiers() -> dict[int, str]:
    found = SalesforceRecord.objects.filter(sobject="Account", link_state="linked")
    return {record.company_id: record.fields["Tier__c"] for record in found if record.fields["Tier__c"]}


class TestBackFill:
    @pytest.fixture
    def mapping(self, connection) -> FieldMapping:
        imported("contacts")
        imported("accounts")
        target = a_property("choice")
        return mapping_edit.add(
            connection=connection, target=target, fields={"account_field": "Tier__c"}, rule=PREFER
        )

    def test_it_fills_what_the_mirror_holds_without_an_api_call(self, mapping):
        expected = tiers()
        [side] = backfill.preview(mapping=mapping)
        assert side.filling.changes == len(expected) > 0
        assert not Company.objects.exclude(properties={}).exists()

        run = filled(mapping)

        found = {
            company.pk: company.properties["level"] for company in Company.objects.exclude(properties={})
        }
        assert found == expected
        assert sums(run)["updated"] == len(expected)
        assert run.api_calls_used == 0

    def test_a_second_one_changes_nothing(self, mapping):
        filled(mapping)
        assert sums(filled(mapping))["updated"] == 0

    def test_it_is_history_and_can_be_undone(self, mapping):
        run = filled(mapping)
        sources = set(PropertyChange.objects.filter(property="level").values_list("source", "source_id"))
        assert sources == {("backfill", run.pk)}
        worked(undo.start(run=run, detach=False))
        assert not Company.objects.exclude(properties={}).exists()

    def test_parts_end_alike_and_a_cancelled_one_goes_on(self, mapping, monkeypatch):
        from integrations.services.slices import run_slice

        expected = tiers()
        original = backfill.backfill.find
        monkeypatch.setattr(backfill.backfill, "find", lambda plan, **o: original(plan, **{**o, "limit": 5}))
        run = backfill.start(mapping=mapping, detach=False)
        assert run_slice(run_id=run.pk, seconds=0)
        imports.cancel(run=run)
        stopped = worked(run)
        assert stopped.state == RunState.CANCELLED
        assert worked(imports.resume(run=stopped, detach=False)).state == RunState.FINISHED
        assert Company.objects.exclude(properties={}).count() == len(expected)

    def test_a_standard_column_and_its_blank_fields(self, connection):
        imported("contacts")
        Contact.objects.update(city="Here")
        mapping = FieldMapping.objects.get(property__kind="contact", property__name="city")
        [contacts, _leads] = backfill.preview(mapping=mapping)

        filled(mapping)

        assert Contact.objects.filter(city="Here").count() == contacts.filling.blank
        assert not Contact.objects.filter(city=None).exists()

    def test_two_way_leaves_what_a_person_changed_later(self, connection):
        imported("contacts")
        mapping = FieldMapping.objects.get(property__kind="contact", property__name="city")
        mapping_edit.change(
            mapping=mapping, fields={"contact_field": "MailingCity", "lead_field": "City"}, rule=TWO_WAY
        )
        one = Contact.objects.filter(city__isnull=False).first()
        with change_source("user"):
            Contact.objects.filter(pk=one.pk).update(city="Here")

        filled(mapping)

        one.refresh_from_db()
        assert one.city == "Here"

    def test_values_that_do_not_fit_are_problems_and_the_rest_goes_in(self, connection):
        imported("contacts")
        imported("accounts")
        target = a_property("text", max_length=4)
        mapping = mapping_edit.add(
            connection=connection, target=target, fields={"account_field": "Tier__c"}, rule=PREFER
        )
        long = [value for value in tiers().values() if len(value) > 4]

        run = filled(mapping)

        found = Problem.objects.filter(occurrences__run=run, code="value_too_long")
        assert sorted(problem.raw_value for problem in found) == sorted(long)
        assert sums(run)["skipped"] == len(long)
        Property.objects.filter(pk=target.pk).update(max_length=None)
        filled(mapping)
        assert not Problem.objects.open().filter(code="value_too_long").exists()

    def test_what_cannot_be_filled_is_refused(self, connection):
        email = FieldMapping.objects.get(property__kind="contact", property__name="email")
        with pytest.raises(Refused, match="e-mail address"):
            backfill.start(mapping=email, detach=False)
        city = FieldMapping.objects.get(property__kind="company", property__name="city")
        FieldMapping.objects.filter(pk=city.pk).update(rule=NONE)
        with pytest.raises(Refused, match="Don't sync"):
            backfill.start(mapping=city, detach=False)

    def test_blank_fields_were_read_and_cost_no_call(self, connection):
        imported("contacts")
        mapping = FieldMapping.objects.get(property__kind="contact", property__name="fax")
        [contacts, *_leads] = backfill.preview(mapping=mapping)
        assert contacts.filling.blank > 0
        assert (contacts.filling.unknown, contacts.calls) == (0, 0)

    def test_two_way_leaves_blank_what_a_person_cleared_later(self, connection):
        imported("contacts")
        mapping = FieldMapping.objects.get(property__kind="contact", property__name="city")
        FieldMapping.objects.filter(pk=mapping.pk).update(rule=TWO_WAY)
        one = Contact.objects.filter(city__isnull=False).first()
        with change_source("user"):
            Contact.objects.filter(pk=one.pk).update(city=None)
        filled(mapping)
        one.refresh_from_db()
        assert one.city is None

    def test_what_a_back_fill_wrote_is_no_change_of_a_person(self, connection):
        imported("contacts")
        mapping = FieldMapping.objects.get(property__kind="contact", property__name="city")
        FieldMapping.objects.filter(pk=mapping.pk).update(rule=TWO_WAY)
        one = Contact.objects.filter(city__isnull=False).first()
        there = one.city
        Contact.objects.filter(pk=one.pk).update(city=None)
        PropertyChange.objects.all().delete()
        filled(mapping)
        SalesforceRecord.objects.filter(contact_id=one.pk).update(
            system_modstamp="2000-01-01T00:00:00Z", fields={"MailingCity": "Before"}
        )
        imported("contacts")
        one.refresh_from_db()
        assert one.city == there
        assert PropertyChange.objects.of("contact", one.pk).first().source == "backfill"

    def test_companies_stay_while_account_sync_is_off(self, mapping):
        mapping.connection.settings.account_sync = False
        mapping.connection.settings.save()
        with pytest.raises(Refused, match="Account Sync is off"):
            backfill.start(mapping=mapping, detach=False)

    def test_only_one_of_a_mapping_at_a_time(self, mapping):
        backfill.start(mapping=mapping, detach=False)
        with pytest.raises(Refused, match="under way"):
            backfill.start(mapping=mapping, detach=False)

    def test_records_read_without_the_field_are_counted_with_what_reading_them_takes(self, mapping):
        one = SalesforceRecord.objects.filter(sobject="Account").first()
        fields = {name: value for name, value in one.fields.items() if name != "Tier__c"}
        SalesforceRecord.objects.filter(salesforce_id=one.salesforce_id).update(fields=fields, shape=0)
        [side] = backfill.preview(mapping=mapping)
        assert (side.filling.unknown, side.calls) == (1, 1)


class TestTheCommand:
    def test_from_adding_to_filling_and_removing(self, connection, capsys):
        imported("contacts")
        imported("accounts")
        call_command("sf_mappings", "add", "company", "--new", "--account", "Tier__c")
        call_command("sf_mappings", "preview", "company", "tier")
        assert f"changes {len(tiers())}" in capsys.readouterr().out
        call_command("sf_mappings", "backfill", "company", "tier", "--wait")
        assert Company.objects.exclude(properties={}).count() == len(tiers())
        call_command("sf_mappings", "change", "company", "tier", "--rule", "always")
        call_command("sf_mappings", "list", "company")
        assert "always" in capsys.readouterr().out
        call_command("sf_mappings", "check", "company")
        call_command("sf_mappings", "remove", "company", "tier")
        assert not FieldMapping.objects.filter(property__name="tier").exists()

    def test_a_file_there_and_back(self, connection, capsys, tmp_path):
        call_command("sf_mappings", "export")
        path = tmp_path / "mappings.json"
        path.write_text(capsys.readouterr().out.replace('"rule": "prefer"', '"rule": "always"', 1))
        call_command("sf_mappings", "import", str(path))
        assert "repeat this with --yes" in capsys.readouterr().out
        assert not FieldMapping.objects.filter(rule=ALWAYS).exists()
        call_command("sf_mappings", "import", str(path), "--yes")
        assert FieldMapping.objects.filter(rule=ALWAYS).count() == 1

    def test_a_refusal_is_a_sentence(self, connection):
        with pytest.raises(CommandError, match="There is no property nothing"):
            call_command("sf_mappings", "change", "company", "nothing", "--rule", "always")
