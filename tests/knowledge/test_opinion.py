"""A second opinion on what is meant: learned from the sayings, and shipped as it was learned from these."""

import pytest
from threadpoolctl import threadpool_info

from knowledge import opinion as opinions
from knowledge import sayings
from knowledge.opinion import Opinion, likely, opinion
from knowledge.training import trained

TAUGHT = [
    (("养犬登记",), tuple(f"{who}想给狗上个户口" for who in "我你他她爸妈哥姐")),
    (("养犬注销登记",), tuple(f"{who}的狗死了牌子退回去" for who in "我你他她爸妈哥姐")),
    (("结婚登记",), tuple(f"{who}明天去扯证要带啥" for who in "我你他她爸妈哥姐")),
]


def test_what_is_taught_is_told() -> None:
    taught = Opinion(dict(trained(TAUGHT)))
    for said, wording in (("狗死了", "养犬注销登记"), ("扯证", "结婚登记"), ("给狗上户口", "养犬登记")):
        first, *others = taught.likely(said, 3)
        assert first.wordings == (wording,)
        assert first.share > 0.5
        assert sum(one.share for one in (first, *others)) == pytest.approx(1, abs=1e-4)


def test_no_opinion_where_nothing_is_known() -> None:
    assert likely("qqq") == ()
    assert Opinion(dict(trained(TAUGHT))).likely("zzz", 3) == []


def test_it_was_trained_on_these_sayings() -> None:
    retrain = "the sayings have changed: run python -m knowledge.training"
    assert opinion().stamp == sayings.stamp(sayings.pooled()), retrain


def test_answering_leaves_the_other_cores_alone() -> None:
    opinion()
    assert {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"} <= {1}


@pytest.mark.parametrize(
    ("said", "wording"),
    [
        ("墙上挂的执照被火燎没了，个体户的，再弄一张", "执照"),
        ("妈老汉都走了的娃儿，国家给不给认孤儿", "孤儿"),
        ("结婚证被娃儿撕烂了想再领一本", "结"),
    ],
)
def test_opinions_of_what_people_tell(said: str, wording: str) -> None:
    assert any(wording in variant for variant in likely(said)[0].wordings)


def test_a_name_agrees_as_much_when_it_was_read_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opinions, "NAMES", 2)
    taught = Opinion(dict(trained(TAUGHT)))
    names = ["明天去扯证", "给狗上个户口", "狗死了牌子退", "明天去扯证"]
    meant = taught.likely("扯证", 2)
    first = taught.agreement(meant, names)
    assert taught.agreement(meant, names) == pytest.approx(first)
    assert first[0] == first[3] > max(first[1:3])
