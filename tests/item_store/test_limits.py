"""Time limits as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from item_store.limits import INSTANT, Limit, Unit, UnreadableLimit, read_limit

WORKING, CALENDAR = Unit.WORKING, Unit.CALENDAR


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("7(工作日)", Limit(7, WORKING)),
        ("20个工作日", Limit(20, WORKING)),
        ("２０ 个 工作日", Limit(20, WORKING)),
        ("二十个工作日", Limit(20, WORKING)),
        ("十五日", Limit(15, CALENDAR)),
        ("一百二十日", Limit(120, CALENDAR)),
        ("自受理之日起10个工作日内", Limit(10, WORKING)),
        ("1-3个工作日", Limit(3, WORKING)),
        ("20个工作日（不含公示5个工作日）", Limit(20, WORKING)),
        ("0.5个工作日", Limit(1, WORKING)),
        ("5个自然日", Limit(5, CALENDAR)),
        ("3天", Limit(3, CALENDAR)),
        ("两周", Limit(14, CALENDAR)),
        ("3个月", Limit(90, CALENDAR)),
        ("半年", Limit(183, CALENDAR)),
        ("1年", Limit(365, CALENDAR)),
        ("1", Limit(1, WORKING)),
        ("5.0", Limit(5, WORKING)),
        ("0", INSTANT),
        ("0个工作日", INSTANT),
        ("即办", INSTANT),
        ("即时办结", INSTANT),
        ("当场办结", INSTANT),
        ("立等可取", INSTANT),
        ("当日办结", INSTANT),
        ("5分钟", INSTANT),
        ("2小时", INSTANT),
    ],
)
def test_a_limit_is_read(text: str, limit: Limit) -> None:
    assert read_limit(text) == limit


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "limit.none"),
        ("无", "limit.none"),
        ("按规定时间", "limit.none"),
        ("日", "limit.none"),
        ("受理5个工作日，办结15个工作日", "limit.several"),
    ],
)
def test_what_states_no_single_limit_says_so(text: str, why: str) -> None:
    assert read_limit(text) == UnreadableLimit(text, why)


@given(st.text(alphabet="0123456789一二十百半.个工作日自然天月年分钟小时(（）)-即办至 "))
def test_any_text_is_a_limit_or_not(text: str) -> None:
    limit = read_limit(text)
    assert isinstance(limit, UnreadableLimit) or (limit.days == 0) == (limit.unit is Unit.INSTANT)


@given(st.integers(1, 999))
def test_days_stand_as_written(days: int) -> None:
    assert read_limit(f"{days}个工作日") == Limit(days, WORKING)
