"""The answers of describe, with every key that a real org sends."""

from typing import Any

from integrations.sandbox.schema.model import FLOAT_TYPES, Field, Schema, SObject
from integrations.sandbox.schema.read import INT_DIGITS

SOAP_TYPES = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "int": "xsd:int",
    "address": "urn:address",
} | dict.fromkeys(FLOAT_TYPES, "xsd:double")
ENCODING = {"encoding": "UTF-8", "maxBatchSize": 200}
READ_ONLY = frozenset(("Organization",))
MERGEABLE = frozenset(("Account", "Contact", "Lead"))


def describe_global(schema: Schema, *, base: str) -> dict[str, Any]:
    """All objects in short. `base` is the path of the API version, `/services/data/v60.0`."""
    return ENCODING | {"sobjects": [summary(sobject, base=base) for sobject in schema.objects.values()]}


def summary(sobject: SObject, *, base: str) -> dict[str, Any]:
    """One object in short, as the global describe lists it."""
    writable = sobject.name not in READ_ONLY
    return {
        "activateable": False,
        "associateEntityType": None,
        "associateParentEntity": None,
        "createable": writable,
        "custom": sobject.name.endswith("__c"),
        "customSetting": False,
        "deepCloneable": False,
        "deletable": writable and "IsDeleted" in sobject.fields,
        "deprecatedAndHidden": False,
        "feedEnabled": True,
        "hasSubtypes": False,
        "isInterface": False,
        "isSubtype": False,
        "keyPrefix": sobject.prefix,
        "label": sobject.label,
        "labelPlural": sobject.plural,
        "layoutable": True,
        "mergeable": sobject.name in MERGEABLE,
        "mruEnabled": True,
        "name": sobject.name,
        "queryable": True,
        "replicateable": True,
        "retrieveable": True,
        "searchable": True,
        "triggerable": True,
        "undeletable": writable,
        "updateable": writable,
        "urls": _urls(sobject, base=base),
    }


def _urls(sobject: SObject, *, base: str) -> dict[str, str]:
    root = f"{base}/sobjects/{sobject.name}"
    return {
        "compactLayouts": f"{root}/describe/compactLayouts",
        "rowTemplate": f"{root}/{{ID}}",
        "approvalLayouts": f"{root}/describe/approvalLayouts",
        "listviews": f"{root}/listviews",
        "describe": f"{root}/describe",
        "quickActions": f"{root}/quickActions",
        "layouts": f"{root}/describe/layouts",
        "sobject": root,
    }


def describe_sobject(schema: Schema, sobject: SObject, *, base: str) -> dict[str, Any]:
    """One object in full: its fields and the objects that refer to it."""
    return summary(sobject, base=base) | {
        "actionOverrides": [],
        "childRelationships": _children(schema, sobject),
        "compactLayoutable": True,
        "defaultImplementation": None,
        "extendedBy": None,
        "extendsInterfaces": None,
        "fields": [describe_field(field) for field in sobject],
        "implementedBy": None,
        "implementsInterfaces": None,
        "listviewable": None,
        "lookupLayoutable": None,
        "namedLayoutInfos": [],
        "networkScopeFieldName": None,
        "recordTypeInfos": [],
        "searchLayoutable": True,
        "sobjectDescribeOption": "FULL",
        "supportedScopes": [
            {"label": f"All {sobject.plural.lower()}", "name": "everything"},
            {"label": f"My {sobject.plural.lower()}", "name": "mine"},
        ],
    }


def _children(schema: Schema, parent: SObject) -> list[dict[str, Any]]:
    return [
        {
            "cascadeDelete": child.name == "CampaignMember",
            "childSObject": child.name,
            "deprecatedAndHidden": False,
            "field": field.name,
            "junctionIdListNames": [],
            "junctionReferenceTo": [],
            "relationshipName": _child_relationship(parent, child, field),
            "restrictedDelete": False,
        }
        for child in schema.objects.values()
        for field in child
        if parent.name in field.references
    ]


def _child_relationship(parent: SObject, child: SObject, field: Field) -> str | None:
    if field.name == f"{parent.name}Id":
        return child.plural.replace(" ", "")
    return f"Child{child.plural}" if field.name == "ParentId" else None


def describe_field(field: Field) -> dict[str, Any]:
    """One field with all 55 keys."""
    flags, kind = field.flags, field.type
    formula = "formula" in flags
    return {
        "aggregatable": field.comparable and kind != "boolean",
        "aiPredictionField": False,
        "autoNumber": False,
        "byteLength": field.length if kind in ("id", "reference") else field.length * 3,
        "calculated": formula,
        "calculatedFormula": "true" if formula else None,
        "cascadeDelete": False,
        "caseSensitive": False,
        "compoundFieldName": field.compound or None,
        "controllerName": None,
        "createable": "create" in flags,
        "custom": field.custom,
        "defaultValue": False if kind == "boolean" and not formula else field.default or None,
        "defaultValueFormula": None,
        "defaultedOnCreate": "defaulted" in flags,
        "dependentPicklist": False,
        "deprecatedAndHidden": False,
        "digits": INT_DIGITS if kind == "int" else 0,
        "displayLocationInDecimal": False,
        "encrypted": False,
        "externalId": "external_id" in flags,
        "extraTypeInfo": field.hint or None,
        "filterable": field.filterable,
        "filteredLookupInfo": None,
        "formulaTreatNullNumberAsZero": False,
        "groupable": field.groupable,
        "highScaleNumber": False,
        "htmlFormatted": False,
        "idLookup": "id_lookup" in flags,
        "inlineHelpText": None,
        "label": field.label,
        "length": field.length,
        "mask": None,
        "maskType": None,
        "name": field.name,
        "nameField": "name" in flags,
        "namePointing": "polymorphic" in flags,
        "nillable": "nillable" in flags,
        "permissionable": "permissionable" in flags,
        "picklistValues": [
            _choice(value, label, default=value == field.default)
            for value, label in zip(field.values, field.labels, strict=True)
        ],
        "polymorphicForeignKey": "polymorphic" in flags,
        "precision": field.precision,
        "queryByDistance": kind == "address",
        "referenceTargetField": None,
        "referenceTo": list(field.references),
        "relationshipName": field.relationship or None,
        "relationshipOrder": None,
        "restrictedDelete": False,
        "restrictedPicklist": "restricted" in flags,
        "scale": field.scale,
        "searchPrefilterable": "prefilterable" in flags,
        "soapType": SOAP_TYPES.get(kind, "xsd:string"),
        "sortable": field.sortable,
        "type": kind,
        "unique": "unique" in flags,
        "updateable": "update" in flags,
        "writeRequiresMasterRead": False,
    }


def _choice(value: str, label: str, *, default: bool) -> dict[str, Any]:
    return {"active": True, "defaultValue": default, "label": label, "validFor": None, "value": value}
