"""Submitting a draft: what is missing, what the rules find, the summary, and the last confirmation."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot import dialog, prompts
from bot.checking import Finding
from bot.commands import Command
from bot.dialog import Form
from bot.drafts import OpenDraft
from bot.handlers import my_drafts
from bot.messages import Choice, Reply
from bot.reviews import review
from bot.rights import permitted
from bot.steps import Step
from bot.turn import Turn
from item_store.kinds import Value
from item_store.people import Right


async def submit(turn: Turn, opened: OpenDraft, command: Command) -> Step:
    """提交: name what is in the way, one thing at a time; else show all and ask once more."""
    missing = dialog.missing(opened.form)
    if missing:
        titles = "、".join(field.title for field in missing)
        text = turn.say("submit.missing", count=len(missing), titles=titles)
        return Step(replies=(Reply(text, choices=(prompts.command(turn, "fill_missing"),)),), asks=False)
    found = await turn.services.check(opened.draft, opened.form.values)
    in_the_way = standing(opened, found)
    if in_the_way:
        return Step(replies=(_finding(turn, opened, in_the_way[0], len(in_the_way)),), asks=False)
    confirm = Choice(turn.say("submit.confirm"), {"do": "confirm"}, numbered=False)
    ready = Reply(turn.say("submit.ready"), choices=(confirm,))
    return Step(replies=(prompts.preview(turn, opened), ready), asks=False)


def standing(opened: OpenDraft, found: Sequence[Finding]) -> list[Finding]:
    """Hard findings, then soft ones that nobody has given a reason for."""
    reasons = opened.draft.data.get("reasons", {})
    open_ones = [finding for finding in found if finding.rule.hard or finding.rule.id not in reasons]
    return sorted(open_ones, key=lambda finding: not finding.rule.hard)


def _finding(turn: Turn, opened: OpenDraft, finding: Finding, count: int) -> Reply:
    """What a rule found, and the buttons that mend or excuse it."""
    rule, field = finding.rule, opened.form.template.by_key.get(finding.field)
    details = {"title": field.title if field else "", **finding.details}
    why = turn.say(f"rule.{rule.id}", **details)
    if finding.because:
        why += turn.say(finding.because, **details)
    key = "submit.hard" if rule.hard else "submit.soft"
    choices = []
    if finding.repair is not None:
        label = f"repair.{rule.id}"
        text = turn.say(label, **details) if turn.texts.knows(label) else turn.say("submit.repair")
        choices.append(
            Choice(text, {"do": "repair", "rule": rule.id, "field": finding.field}, numbered=False)
        )
    if field is not None:
        mend = turn.say("submit.mend", title=field.title)
        choices.append(Choice(mend, {"do": "choose_field", "field": field.key}, numbered=False))
    if not rule.hard:
        choices.append(Choice(turn.say("submit.explain"), {"do": "reason", "rule": rule.id}, numbered=False))
    return Reply(turn.say(key, why=why, count=count), choices=tuple(choices))


async def repair(turn: Turn, opened: OpenDraft, action: Mapping[str, str]) -> Step:
    """Mend as the rule proposes, seen afresh: what it proposes may have changed."""
    found = await turn.services.check(opened.draft, opened.form.values)
    same = [f for f in found if (f.rule.id, f.field) == (action["rule"], action["field"])]
    if not same or same[0].repair is None:
        return Step(notes=(turn.say("fill.expired"),))
    form, notes = _mended(turn, opened.form, same[0].repair)
    return await _go_on(turn, opened, Step(form, opened.part, tuple(notes)))


async def _go_on(turn: Turn, opened: OpenDraft, step: Step) -> Step:
    """The step, and what stands in the way after it."""
    form = step.form or opened.form
    after = replace(opened, form=form, draft=replace(opened.draft, data={**opened.draft.data, **step.extra}))
    coming = await submit(turn, after, Command("submit"))
    return replace(step, replies=coming.replies, asks=coming.asks)


def _mended(turn: Turn, form: Form, repair: Mapping[str, Value]) -> tuple[Form, list[str]]:
    """The form with a repair put in, and what was changed; locked fields stay."""
    notes = []
    for key, value in repair.items():
        field = form.template.by_key.get(key)
        if field is None or key in form.locked:
            continue
        form = dialog.answer(form, key, value) if value else dialog.take_away(form, key)
        said = prompts.shown(field, value) if value else turn.say("fill.empty")
        notes.append(turn.say("fill.noted", title=field.title, value=said))
    return form, notes


async def ask_reason(turn: Turn, opened: OpenDraft, action: Mapping[str, str]) -> Step:
    """The next message is the reason for leaving things as they are."""
    turn.session.task["reason"] = action["rule"]
    return Step(replies=(Reply(turn.say("submit.reason")),), asks=False)


async def take_reason(turn: Turn, opened: OpenDraft, rule: str, text: str) -> Step:
    """Keep the reason with the draft, for the reviewers to read."""
    reasons = {**opened.draft.data.get("reasons", {}), rule: text}
    kept = Step(opened.form, opened.part, (turn.say("submit.reason_kept"),), extra={"reasons": reasons})
    return await _go_on(turn, opened, kept)


async def confirm(turn: Turn, opened: OpenDraft, action: Mapping[str, str]) -> Step:
    """Hand it over: checked once more, with the right asked for."""
    found = await turn.services.check(opened.draft, opened.form.values)
    if dialog.missing(opened.form) or standing(opened, found):
        return await submit(turn, opened, Command("submit"))
    person = await permitted(turn, Right.SUBMIT, opened.draft.owner, f"draft:{opened.draft.id}")
    if person is None:
        return Step(notes=(turn.say("submit.no_right"),))
    lacking = await review(turn.services).obstacle(opened.draft.data, opened.draft.owner)
    if lacking is not None:
        return Step(notes=(turn.say(f"submit.{lacking}"),))
    now = turn.services.clock().isoformat(timespec="seconds")
    extra = {"submitted_by": person.id, "submitted_at": now}
    text = turn.say("submit.done", name=prompts.cut(str(opened.form.values.get("name", ""))))
    replies = (Reply(text, choices=(my_drafts.list_button(turn), my_drafts.new_button(turn))),)
    return Step(opened.form, opened.part, replies=replies, ends=True, submits=True, extra=extra)
