import pytest

from integrations.salesforce.ids import is_id, to_18


@pytest.mark.parametrize(
    ("short", "complete"),
    [
        ("001D000000IqhSL", "001D000000IqhSLIAZ"),
        ("003A0000011QZ4f", "003A0000011QZ4fIAG"),
        ("aaaaaAAAAAaAaAa", "aaaaaAAAAAaAaAaA5K"),
    ],
)
def test_fifteen_characters_get_the_checksum_of_their_case(short: str, complete: str) -> None:
    assert to_18(short) == complete


def test_ids_that_differ_only_in_case_stay_different() -> None:
    assert to_18("001D000000IqhSL") != to_18("001D000000IqhSl")


def test_eighteen_characters_come_back_as_they_are() -> None:
    assert to_18(" 001D000000IqhSLIAZ ") == "001D000000IqhSLIAZ"


@pytest.mark.parametrize("value", ["", "001D000000IqhS", "001D000000Iqh-L", "001D000000IqhSé", "0" * 16])
def test_what_is_no_id_is_refused_with_a_sentence(value: str) -> None:
    with pytest.raises(ValueError, match="15 or 18 letters and digits"):
        to_18(value)


def test_an_id_whose_case_was_lost_is_refused() -> None:
    with pytest.raises(ValueError, match="last three characters"):
        to_18("001D000000IQHSLIAZ")


def test_is_id_tells_without_raising() -> None:
    assert is_id("001D000000IqhSL")
    assert not is_id("Acme")
