"""Codes are taken apart, put together and refused part by part; ID numbers are told from them."""

from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from item_store.check_characters import CREDIT_ALPHABET, citizen_check, credit_check, organisation_check
from item_store.code_schemes import Scheme, credit_terms, scheme_for, schemes
from item_store.codes import (
    CodeKind,
    Unrecognised,
    Valid,
    Wrong,
    check,
    citizen_id_numbers,
    compose_basic,
    compose_business,
    compose_implementation,
    explain,
    looks_like_citizen_id,
    next_free,
    next_free_sub_item,
)

# Invented bodies; the standards' own published examples stand in their own tests below.
ORGANISATIONS = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8)
PREFIXES = st.sampled_from(["11", "12", "13", "51", "52", "91", "92"])
REGIONS = st.sampled_from(["110105", "440300", "500119", "500120", "510107", "511920", "232020", "341920"])


def credit(prefix: str, region: str, organisation: str) -> str:
    head = prefix + region + organisation + organisation_check(organisation)
    return head + credit_check(head)


def of(region: str) -> Scheme:
    scheme = scheme_for(region)
    assert scheme is not None
    return scheme


CREDITS = st.builds(credit, PREFIXES, REGIONS, ORGANISATIONS)
OFFICE = credit("11", "500109", "00927465")
BASIC = "500112345000"


@st.composite
def citizen_ids(draw: st.DrawFn) -> str:
    division = draw(st.sampled_from(["110105", "440301", "445122", "500109", "510104", "654301", "429004"]))
    born = draw(st.dates(date(1930, 1, 1), date(2025, 12, 31)))
    head = f"{division}{born:%Y%m%d}{draw(st.integers(1, 999)):03d}"
    return head + citizen_check(head)


def wrong(outcome: object) -> Wrong:
    assert isinstance(outcome, Wrong), outcome
    return outcome


def valid(outcome: object) -> Valid:
    assert isinstance(outcome, Valid), outcome
    return outcome


@pytest.mark.parametrize("first_8_check", [("D2143569", "X"), ("00000000", "0")])
def test_organisation_check_of_known_codes(first_8_check: tuple[str, str]) -> None:
    assert organisation_check(first_8_check[0]) == first_8_check[1]


def test_citizen_check_of_the_standards_example() -> None:
    assert looks_like_citizen_id("11010519491231002X")
    assert looks_like_citizen_id("440524188001010014") is False, "nobody born in 1880 asks"


@given(CREDITS)
def test_a_credit_code_is_valid_and_its_parts_make_it_up(code: str) -> None:
    outcome = valid(check(code))
    assert outcome.kind is CodeKind.CREDIT
    assert "".join(part.value for part in outcome.parts) == code
    assert outcome.parts[0].meaning and outcome.parts[2].meaning


@given(CREDITS, st.integers(0, 17), st.sampled_from(CREDIT_ALPHABET))
def test_every_single_wrong_character_is_caught(code: str, place: int, char: str) -> None:
    assume(code[place] != char)
    outcome = wrong(check(code[:place] + char + code[place + 1 :]))
    assert outcome.part in ("credit_code", "organisation")


@given(CREDITS, st.integers(0, 16))
def test_every_swap_of_neighbours_is_caught(code: str, place: int) -> None:
    assume(code[place] != code[place + 1])
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert isinstance(check(swapped), Wrong)


def test_a_wrong_check_character_comes_with_the_right_one() -> None:
    typo = OFFICE[:17] + ("A" if OFFICE[17] != "A" else "B")
    outcome = wrong(check(typo))
    assert (outcome.part, outcome.why, outcome.expected) == ("credit_code", "code.check", OFFICE[17])


@pytest.mark.parametrize(
    ("code", "part", "why"),
    [
        ("TE500109GD030003VV", "credit_code", "code.temporary"),
        (credit("11", "990105", "00927465"), "credit_code", "code.region"),
        (OFFICE[:5] + "I" + OFFICE[6:], "credit_code", "code.characters"),
        (OFFICE + "7" + BASIC, "level", "code.level"),
        (OFFICE + "3" + "99" + BASIC[2:], "region", "code.region"),
        (OFFICE + "3" + "5021" + BASIC[4:], "type", "code.type"),
        (OFFICE + "3" + "500100000000", "main", "code.main"),
        (OFFICE + "3" + "50011234500X", "basic_code", "code.basic_form"),
        (OFFICE + "3" + BASIC + "00", "serial", "code.serial"),
        (OFFICE + "3" + BASIC + "A1", "serial", "code.serial"),
        ("441099999000", "type", "code.type"),
    ],
)
def test_each_part_is_refused_by_name(code: str, part: str, why: str) -> None:
    outcome = wrong(check(code))
    assert (outcome.part, outcome.why) == (part, why)


def test_a_field_that_asks_for_one_kind_refuses_another_length() -> None:
    outcome = wrong(check(BASIC, CodeKind.IMPLEMENTATION))
    assert outcome.details == {"length": "12", "needed": "31"}
    assert valid(check(f" {BASIC} ", CodeKind.BASIC)).code == BASIC


def test_bodies_of_the_state_have_a_region_of_their_own() -> None:
    assert isinstance(check(credit("11", "100000", "00001346")), Valid)


def test_full_width_and_small_letters_are_read() -> None:
    assert valid(check("５００１１２３４５００y")).code == "50011234500Y"


@pytest.mark.parametrize(
    ("code", "scheme"),
    [
        ("5201XK0012", "guizhou_older"),
        ("510184-209-XK-042", "sichuan_older"),
        ("渝北审2016-12", ""),
        ("12345", ""),
        ("ABCDEFGHIJKL", ""),
        ("", ""),
    ],
)
def test_a_code_of_another_form_is_kept_and_marked(code: str, scheme: str) -> None:
    assert check(code) == Unrecognised(code, scheme)
    assert explain(code) == ()


def test_type_digits_depend_on_the_region() -> None:
    assert of("44").types["20"] == "其他行政权力" and of("44").types["21"] == "公共服务"
    assert of("50").types == of("00").types == of("13").types
    assert of("50").type_digits("公共服务") == of("50").type_digits("劳动就业服务") == "20"
    assert of("44").type_digits("社会保险") == "21"
    assert of("50").type_digits("行政审批") == "01"
    assert of("13").region_title == "河北省"
    assert scheme_for("99") is None


def test_every_scheme_names_all_its_parts() -> None:
    for scheme in schemes().values():
        assert {"credit_code", "level", "region", "type", "main", "sub", "serial"} <= set(scheme.parts)
        assert set(scheme.also.values()) <= set(scheme.types), scheme.name
    assert set(credit_terms().parts) == {"department", "body_kind", "region", "organisation", "check"}


def test_codes_are_composed_and_explained() -> None:
    basic = valid(compose_basic("50", "行政许可", 12345, 7))
    assert basic.code == "500112345007"
    implementation = valid(compose_implementation(OFFICE, "4", basic.code))
    business = valid(compose_business(implementation.code, 3))
    assert (len(implementation.code), len(business.code)) == (31, 33)
    told = {part.name: part for part in explain(business.code)}
    assert told["level"].meaning == "县级（区级）"
    assert told["type"].meaning == "行政许可" and told["region"].meaning == "重庆市"
    assert told["sub"].meaning == "50011234500Y", "a sub-item names its parent"
    assert told["serial"].value == "03"
    assert valid(compose_basic("50", "01", 12345, parent=True)).code == "50011234500Y"


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ({"region": "99", "item_type": "行政许可", "main": 1}, "region"),
        ({"region": "50", "item_type": "行政拥抱", "main": 1}, "type"),
        ({"region": "50", "item_type": "行政许可", "main": 0}, "main"),
        ({"region": "50", "item_type": "行政许可", "main": 100_000}, "length"),
        ({"region": "50", "item_type": "行政许可", "main": 1, "sub": 1000}, "length"),
    ],
)
def test_what_cannot_be_composed_says_which_part(arguments: dict[str, Any], part: str) -> None:
    assert wrong(compose_basic(**arguments)).part == part


def test_the_next_code_follows_the_highest_ever_given() -> None:
    assert valid(next_free(of("50"), [], "行政许可")).code == "500100001000"
    cancelled = "500100007002"
    temporary = "TE500109GD030003VV4" + "500100009000"
    taken = ["500100003000", cancelled, temporary, "440100050000", "500200040000", "5201XK0012"]
    assert valid(next_free(of("50"), taken, "行政许可")).code == "500100010000"
    assert valid(next_free(of("44"), taken, "公共服务")).code == "442100001000"


@given(st.lists(st.integers(1, 99_998), max_size=30))
def test_a_code_is_never_given_twice(mains: list[int]) -> None:
    given_out = {f"5001{main:05d}000" for main in mains}
    for _ in range(3):
        outcome = next_free(of("50"), given_out, "01")
        if isinstance(outcome, Wrong):
            assert outcome.why == "code.used_up"
            return
        assert valid(outcome).code not in given_out
        given_out.add(valid(outcome).code)


def test_codes_run_out_and_unknown_types_are_said() -> None:
    assert wrong(next_free(of("50"), ["500199999000"], "01")).why == "code.used_up"
    assert wrong(next_free(of("50"), [], "行政拥抱")).why == "code.type"


def test_the_next_sub_item_stands_under_its_main_item() -> None:
    assert valid(next_free_sub_item(BASIC, [BASIC])).code == "500112345001"
    taken = ["50011234500Y", "500112345004", OFFICE + "4" + "500112345006"]
    assert valid(next_free_sub_item("50011234500Y", taken)).code == "500112345007"
    assert wrong(next_free_sub_item(BASIC, ["500112345999"])).why == "code.used_up"
    assert isinstance(next_free_sub_item("ABC", []), Wrong)


@given(CREDITS, st.sampled_from(["社会组织 {} 。", "{}", "（{}）", "统一社会信用代码：{}"]))
def test_a_credit_code_is_never_an_id_number(code: str, text: str) -> None:
    assert not looks_like_citizen_id(code)
    assert citizen_id_numbers(text.format(code)) == []


@given(citizen_ids())
def test_part_of_a_longer_code_is_never_an_id_number(number: str) -> None:
    assert citizen_id_numbers(number + "3" + BASIC) == []
    assert citizen_id_numbers("A" + number) == []
    assert citizen_id_numbers(f"实施编码：{number}") == []


@given(citizen_ids(), st.sampled_from(["我的身份证号是{}，电话13800000000", "{}", "身份证{}张三", "（{}）"]))
def test_an_id_number_is_found_where_it_stands(number: str, text: str) -> None:
    whole = text.format(number)
    (span,) = citizen_id_numbers(whole)
    assert whole[span.start : span.end] == number


@given(citizen_ids())
def test_an_id_number_is_no_credit_code(number: str) -> None:
    assert not isinstance(check(number), Valid)


@given(citizen_ids(), st.integers(0, 16), st.sampled_from("0123456789"))
def test_a_mistyped_id_number_fails_its_check(number: str, place: int, digit: str) -> None:
    assume(number[place] != digit)
    assert not looks_like_citizen_id(number[:place] + digit + number[place + 1 :])


def test_grouped_and_full_width_numbers_are_found() -> None:
    text = "号码 110105 19491231 002x 和１１０１０５１９４９１２３１００２Ｘ"
    assert [text[span.start : span.end] for span in citizen_id_numbers(text)] == [
        "110105 19491231 002x",
        "１１０１０５１９４９１２３１００２Ｘ",
    ]
