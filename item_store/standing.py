"""What a publication or withdrawal leaves behind: audit acts and notices, the same in every store."""

from collections.abc import Mapping
from typing import Any

from item_store.audit import SYSTEM, Act
from item_store.differences import differences
from item_store.item import Item
from item_store.register import Notice, Phrase, Scheduled, Switch


def publish_act(item: Item, by: str) -> Act:
    details = {"version": item.version, "digest": item.digest, "source": item.source}
    return Act(by, "publish", f"item:{item.id}", details)


def withdraw_act(item_id: str, version: int, by: str) -> Act:
    return Act(by, "withdraw", f"item:{item_id}", {"version": version})


def draft_act(action: str, draft_id: str, data: Mapping[str, Any], version: int) -> Act:
    """Who entered or changed what in a draft; the values themselves are in the draft and its versions."""
    by = data.get("last", {}).get("person") or next(iter(data.get("authors", ())), SYSTEM)
    answered = data.get("answered") or [""]
    return Act(str(by), action, f"draft:{draft_id}", {"version": version, "field": str(answered[-1])})


def change_notice(person: str, before: Item | None, now: Item | None, withdrawn: Item | None) -> Notice:
    """For a follower: what became of the item, and in which fields."""
    item = now or withdrawn
    assert item is not None  # noqa: S101 - one of the two happened
    if now is None:
        phrase = Phrase.ITEM_WITHDRAWN
    else:
        phrase = Phrase.ITEM_CHANGED if before else Phrase.ITEM_PUBLISHED
    titles = [found.field.title for found in differences(before, now)] if before and now else []
    details = {"item": item.id, "name": item.name, "version": item.version, "fields": titles}
    return Notice(f"{phrase}:{item.id}:{item.version}:{person}", person, phrase, details)


def claim_notice(task: Mapping[str, Any]) -> Notice:
    """For the unit whose item was claimed from one that changed."""
    key = f"{Phrase.CLAIM_WAITS}:{task['lower_id']}:{task['upper_id']}:{task['upper_version']}"
    details = {"item": task["lower_id"], "upper": task["upper_id"], "kind": str(task["kind"])}
    return Notice(key, f"unit:{task['unit']}", Phrase.CLAIM_WAITS, details)


def switch_act(switch: Switch) -> Act:
    subject = f"switch:{switch.item_id}:{switch.aspect}"
    return Act(switch.by or SYSTEM, "switch_off", subject, {"notice": switch.notice})


def schedule_act(scheduled: Scheduled) -> Act:
    item = scheduled.item
    details = {
        "schedule": scheduled.id,
        "effective_at": scheduled.effective_at.isoformat(),
        "digest": item.digest if item else "",
    }
    return Act(scheduled.by, "schedule", f"item:{scheduled.item_id}", details)
