"""A list says in one sentence what it means: each operator in one clause, in both languages."""

import pytest
from django.utils import translation

from crmbridge.lists.filters import catalogue, operators
from crmbridge.lists.filters.catalogue import Catalogue, KnownImport, KnownList, KnownProperty
from crmbridge.lists.filters.definition import Definition, Filter
from crmbridge.lists.filters.sentence import sentence
from tests.crmbridge.lists.making import filters, of

VALUES = {
    "texts": ("a", "b"),
    "options": ("Gold", "x"),
    "number": ("1234.5",),
    "numbers": ("1", "2"),
    "two numbers": ("1", "2000"),
    "day": ("2026-01-31",),
    "days": ("2026-01-31",),
    "two days": ("2026-01-01", "2026-01-31"),
    "span": ("7",),
    "yes or no": ("yes",),
    "lists": ("1",),
    "campaigns": ("701A",),
    "imports": ("7",),
    "nothing": (),
}
OPERATORS = {
    **operators.BY_TYPE,
    "list": operators.LIST,
    "campaign": operators.CAMPAIGN,
    "import": operators.IMPORT,
}
# A type or what a filter is about, an operator of it, what the sentence says.
CLAUSES = [
    ("text", "is", "P is “a” or “b”", "Pが「a」または「b」である"),
    ("text", "is_not", "P is not “a” or “b”", "Pが「a」または「b」ではない"),
    ("text", "contains", "P contains “a” or “b”", "Pが「a」または「b」を含む"),
    ("text", "not_contains", "P does not contain “a” or “b”", "Pが「a」または「b」を含まない"),
    ("text", "starts", "P starts with “a” or “b”", "Pが「a」または「b」で始まる"),
    ("text", "ends", "P ends with “a” or “b”", "Pが「a」または「b」で終わる"),
    ("text", "known", "P is known", "Pに値がある"),
    ("text", "unknown", "P is unknown", "Pが不明である"),
    ("text", "ever", "P is or once was “a” or “b”", "Pが「a」または「b」であるか過去にそうだった"),
    ("text", "never", "P has never been “a” or “b”", "Pが「a」または「b」であったことがない"),
    ("number", "eq", "P is exactly 1,234.5", "Pが1,234.5に等しい"),
    ("number", "ne", "P is another number than 1,234.5", "Pが1,234.5に等しくない"),
    ("number", "lt", "P is less than 1,234.5", "Pが1,234.5より小さい"),
    ("number", "le", "P is at most 1,234.5", "Pが1,234.5以下である"),
    ("number", "gt", "P is more than 1,234.5", "Pが1,234.5より大きい"),
    ("number", "ge", "P is at least 1,234.5", "Pが1,234.5以上である"),
    ("number", "within", "P is between 1 and 2,000", "Pが1以上2,000以下である"),
    ("number", "ever", "P is or once was 1 or 2", "Pが1または2であるか過去にそうだった"),
    ("number", "never", "P has never been 1 or 2", "Pが1または2であったことがない"),
    ("date", "before", "P is before Jan. 31, 2026", "Pが2026年1月31日より前である"),
    ("date", "after", "P is after Jan. 31, 2026", "Pが2026年1月31日より後である"),
    (
        "date",
        "between",
        "P is from Jan. 1, 2026 to Jan. 31, 2026",
        "Pが2026年1月1日から2026年1月31日までである",
    ),
    ("date", "last_days", "P is in the last 7 days", "Pが過去7日以内である"),
    ("date", "next_days", "P is in the next 7 days", "Pが今後7日以内である"),
    ("date", "days_ago", "P is more than 7 days ago", "Pが7日前より前である"),
    ("date", "days_ahead", "P is more than 7 days ahead", "Pが7日後より後である"),
    ("date", "ever", "P is or once was Jan. 31, 2026", "Pが2026年1月31日であるか過去にそうだった"),
    ("date", "never", "P has never been Jan. 31, 2026", "Pが2026年1月31日であったことがない"),
    ("yes_no", "yes", "P is yes", "Pが「はい」である"),
    ("yes_no", "no", "P is no", "Pが「いいえ」である"),
    ("yes_no", "ever", "P is or once was yes", "Pが「はい」であるか過去にそうだった"),
    ("yes_no", "never", "P has never been yes", "Pが「はい」であったことがない"),
    ("choice", "any_of", "P is “Gold!” or “x”", "Pが「Gold!」または「x」である"),
    ("choice", "none_of", "P is not “Gold!” or “x”", "Pが「Gold!」または「x」ではない"),
    (
        "choice",
        "ever",
        "P is or once was “Gold!” or “x”",
        "Pが「Gold!」または「x」であるか過去にそうだった",
    ),
    (
        "choice",
        "never",
        "P has never been “Gold!” or “x”",
        "Pが「Gold!」または「x」であったことがない",
    ),
    ("multiple_choice", "has_any", "P contains “Gold!” or “x”", "Pが「Gold!」または「x」を含む"),
    (
        "multiple_choice",
        "has_all",
        "P contains “Gold!” and “x”",
        "Pが「Gold!」と「x」をすべて含む",
    ),
    (
        "multiple_choice",
        "has_none",
        "P does not contain “Gold!” or “x”",
        "Pが「Gold!」または「x」を含まない",
    ),
    ("list", "member", "is on the list “Spring”", "コンタクトがリスト「Spring」に含まれる"),
    ("list", "not_member", "is not on the list “Spring”", "コンタクトがリスト「Spring」に含まれない"),
    (
        "campaign",
        "in_campaign",
        "is a member of the campaign “Fair”",
        "コンタクトがキャンペーン「Fair」のメンバーである",
    ),
    (
        "campaign",
        "not_in_campaign",
        "is not a member of the campaign “Fair”",
        "コンタクトがキャンペーン「Fair」のメンバーではない",
    ),
    ("import", "created_by", "was created by Import 7", "コンタクトがImport 7で作成された"),
    (
        "import",
        "changed_by",
        "was created or changed by Import 7",
        "コンタクトがImport 7で作成または変更された",
    ),
]


def known() -> Catalogue:
    """A property P of each type, a list, a campaign, an import."""
    gold = (("Gold", "Gold!"),)
    properties = [
        KnownProperty("contact", type, "P", type, options=gold if "choice" in type else ())
        for type in operators.BY_TYPE
    ]
    fair = KnownList(2, "Fair", "contact", False, source="salesforce-campaign:701A")
    return Catalogue(
        properties={(item.kind, item.name): item for item in properties},
        lists={1: KnownList(1, "Spring", "contact", False), 2: fair},
        find_imports=lambda numbers: {7: KnownImport("Import 7")},
    )


def test_every_operator_has_its_row_in_the_table():
    told = {operator for _type, operator, *_sentences in CLAUSES}
    assert told == {operator.name for group in OPERATORS.values() for operator in group}


@pytest.mark.parametrize(("type", "operator", "english", "japanese"), CLAUSES)
def test_an_operator_says_what_it_asks(type, operator, english, japanese):
    is_property = type in operators.BY_TYPE
    takes = operators.named(operator, OPERATORS[type]).takes
    item = Filter("contact" if is_property else type, type if is_property else "", operator, VALUES[takes])
    for language, expected in (("en", english), ("ja", japanese)):
        with translation.override(language):
            told = sentence(Definition(((item,),)), kind="contact", catalogue=known())
            assert expected in told


SENTENCES = [
    (
        [
            [
                of("company", "industry", "any_of", "Energy"),
                of("contact", "country", "is_not", "Japan", with_blank=True),
            ]
        ],
        "Contacts where the company's Industry is “Energy”, and (Country is not “Japan” or is unknown).",
        "会社の業種が「Energy」である、かつ（国が「Japan」ではない、または不明である）コンタクト。",
    ),
    (
        [
            [of("contact", "annual_revenue", "within", "1", "2000")],
            [of("contact", "birthdate", "last_days", "30")],
        ],
        "Contacts where Annual revenue is between 1 and 2,000, or Date of birth is in the last 30 days.",
        "年間売上が1以上2,000以下である、または生年月日が過去30日以内であるコンタクト。",
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("groups", "english", "japanese"), SENTENCES)
def test_a_list_says_what_it_means_in_both_languages(groups, english, japanese):
    definition = filters(*groups)
    for language, expected in (("en", english), ("ja", japanese)):
        with translation.override(language):
            assert sentence(definition, kind="contact", catalogue=catalogue.read()) == expected
