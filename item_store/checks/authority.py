"""Levels, agencies and who does what."""

from collections.abc import Iterator

from item_store.findings import Filled, Problem, Values
from item_store.kinds import split_list

NONE = "无"


def undivided(filled: Filled) -> Iterator[Problem]:
    levels = split_list(filled.text("exercise_level"))
    division = filled.text("authority_division")
    if len(levels) > 1 and division in ("", NONE):
        yield Problem("authority_division", {"levels": "、".join(levels)})


def divided_alone(filled: Filled) -> Iterator[Problem]:
    levels = split_list(filled.text("exercise_level"))
    division = filled.text("authority_division")
    if len(levels) == 1 and division not in ("", NONE):
        yield Problem("authority_division", {"level": levels[0]}, {"authority_division": ""})


def joint_unsaid(filled: Filled) -> Iterator[Problem]:
    """Several agencies in one line: the first carries the item, the others join in."""
    first, *others = split_list(filled.text("agency")) or [""]
    joint = tuple(name for name in filled.names("joint_agencies") if name != NONE)
    if others:
        repair: Values = {"agency": first, "joint_agencies": tuple(dict.fromkeys((*joint, *others)))}
        yield Problem("joint_agencies", {"agencies": "、".join(others)}, repair)


def none_and_more(filled: Filled) -> Iterator[Problem]:
    joint = filled.names("joint_agencies")
    others = tuple(name for name in joint if name != NONE)
    if NONE in joint and others:
        yield Problem("joint_agencies", {"agencies": "、".join(others)}, {"joint_agencies": others})


def joint_with_itself(filled: Filled) -> Iterator[Problem]:
    joint, agency = filled.names("joint_agencies"), filled.text("agency")
    if agency and agency in joint:
        others = tuple(name for name in joint if name != agency) or (NONE,)
        yield Problem("joint_agencies", {"agency": agency}, {"joint_agencies": others})
