"""The form stepper: which field is asked, and what an answer, back, skip or change makes of a draft; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from item_store.fields import Condition, Field
from item_store.kinds import Unreadable, Value
from item_store.templates import TEMPLATES, Template


@dataclass(frozen=True)
class Form:
    """A draft's answers. The field being asked is never stored, it follows from these.

    `answered` keeps the order of answering for 返回; `dropped` keeps what was taken back, so that nothing
    is typed twice; `wanted` is a field the person asked to change, and comes before all others.
    """

    template: Template
    values: Mapping[str, Value] = field(default_factory=dict)
    answered: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    dropped: Mapping[str, Value] = field(default_factory=dict)
    locked: tuple[str, ...] = ()
    wanted: str = ""

    def said(self, key: str) -> Value | None:
        """The value that conditions look at: one that is being changed still counts."""
        if key in self.values or key in self.skipped:
            return self.values.get(key)
        return self.dropped.get(key)

    @property
    def fields(self) -> list[Field]:
        """Asked fields that apply to what is filled in so far."""
        return [field for field in self.template.asked if self.applies(field)]

    def applies(self, asked: Field) -> bool:
        condition = asked.applies
        if condition is None:
            return True
        said = self.said(condition.field)
        return said is not None and condition.holds({condition.field: said})


def next_field(form: Form) -> Field | None:
    """The field to ask; None when all are answered or skipped."""
    if form.wanted:
        return form.template.by_key[form.wanted]
    settled = {*form.values, *form.skipped}
    return next((field for field in form.fields if field.key not in settled), None)


def answer(form: Form, key: str, value: Value) -> Form:
    """The form with this answer; values of fields that no longer apply are set aside."""
    answered = replace(
        form,
        values={**form.values, key: value},
        answered=(*_without(form.answered, key), key),
        skipped=_without(form.skipped, key),
        dropped=_less(form.dropped, key),
        wanted="" if form.wanted == key else form.wanted,
    )
    return _settled(answered)


def _settled(form: Form) -> Form:
    """Set aside what no longer applies, until nothing more changes."""
    idle = [f.key for f in form.template.asked if f.key in form.values and not form.applies(f)]
    for key in idle:
        form = _drop(form, key)
    if form.wanted and not form.applies(form.template.by_key[form.wanted]):
        form = replace(form, wanted="")
    return form


def _drop(form: Form, key: str) -> Form:
    return replace(
        form,
        values=_less(form.values, key),
        answered=_without(form.answered, key),
        dropped={**form.dropped, key: form.values[key]},
    )


def take_away(form: Form, key: str) -> Form:
    """The form without this answer, which is set aside."""
    return _settled(_drop(form, key)) if key in form.values else form


def prefill(form: Form, values: Mapping[str, Value], locked: Iterable[str] = ()) -> Form:
    """Answers from elsewhere where there are none yet; locked ones replace what stands and cannot be changed.

    They are no part of the order of answering: 返回 goes past them.
    """
    known = {key: value for key, value in values.items() if key in form.template.by_key}
    fixed = tuple(key for key in locked if key in known)
    filled = {**known, **form.values, **{key: known[key] for key in fixed}}
    return _settled(
        replace(
            form,
            values=filled,
            answered=tuple(key for key in form.answered if key not in fixed),
            skipped=tuple(key for key in form.skipped if key not in known),
            dropped={key: value for key, value in form.dropped.items() if key not in known},
            locked=(*form.locked, *fixed),
            wanted="" if form.wanted in known else form.wanted,
        )
    )


def back(form: Form) -> Form | None:
    """Leave a change as it was, or take back the last answer or skip; None at the beginning."""
    if form.wanted:
        return _unchanged(form)
    if not form.answered:
        return None
    last = form.answered[-1]
    if last in form.values:
        return _drop(form, last)
    return replace(form, answered=form.answered[:-1], skipped=_without(form.skipped, last))


def _unchanged(form: Form) -> Form:
    """The form as it was before the change that is under way."""
    key = form.wanted
    kept = {key: form.dropped[key]} if key in form.dropped and key in form.answered else {}
    dropped = _less(form.dropped, key) if kept else form.dropped
    return replace(form, wanted="", values={**form.values, **kept}, dropped=dropped)


def set_aside(form: Form, key: str, value: Value) -> Form:
    """Keep a value with the draft that is no answer yet; an empty one forgets it."""
    dropped = {**form.dropped, key: value} if value else _less(form.dropped, key)
    return replace(form, dropped=dropped)


def restore(form: Form, key: str) -> Form:
    """Answer with what was there before."""
    return answer(form, key, form.dropped[key]) if key in form.dropped else form


def skip(form: Form, key: str) -> Form:
    """Leave a field open; it can be filled in later."""
    return replace(
        form,
        skipped=(*_without(form.skipped, key), key),
        answered=(*_without(form.answered, key), key),
        wanted="" if form.wanted == key else form.wanted,
    )


def change(form: Form, key: str) -> Form:
    """Ask this field next; its old answer is set aside. A change not finished before is left as it was."""
    form = _unchanged(form) if form.wanted else form
    if key not in form.values:
        return replace(form, wanted=key)
    dropped = {**form.dropped, key: form.values[key]}
    return replace(form, wanted=key, values=_less(form.values, key), dropped=dropped)


def missing(form: Form) -> list[Field]:
    """Required fields that apply and are not filled."""
    return [field for field in form.fields if field.required and field.key not in form.values]


def fill_missing(form: Form) -> Form:
    """Ask again what is required and was skipped."""
    again = {field.key for field in missing(form)}
    left = tuple(key for key in form.skipped if key not in again)
    kept = tuple(key for key in form.answered if key not in again)
    return replace(form, skipped=left, answered=kept)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many fields are filled, of how many."""

    done: int
    total: int


def progress(form: Form, section: str = "") -> Progress:
    """Of all fields that apply, or of one section's."""
    counted = [field for field in form.fields if not section or field.section == section]
    return Progress(sum(field.key in form.values for field in counted), len(counted))


def sections(form: Form) -> list[str]:
    """The sections in the order of their first field."""
    return list(dict.fromkeys(field.section for field in form.fields))


@dataclass(frozen=True, slots=True)
class Turned:
    """A field that appeared or vanished, and the condition it hangs on."""

    field: Field
    condition: Condition
    appeared: bool


def turned(before: Form, after: Form) -> list[Turned]:
    """What appeared or vanished between two states of a form."""
    was, now = {f.key for f in before.fields}, {f.key for f in after.fields}
    return [
        Turned(field, field.applies, field.key in now)
        for field in after.template.asked
        if field.applies and (field.key in was) != (field.key in now)
    ]


def form_of(data: Mapping[str, Any]) -> Form:
    """The form in a draft's data; what a template or kind no longer knows is set aside, not lost."""
    template = TEMPLATES[data["template"]]
    keys = template.by_key
    return Form(
        template,
        values=_loaded(template, data.get("values", {})),
        answered=tuple(key for key in data.get("answered", ()) if key in keys),
        skipped=tuple(key for key in data.get("skipped", ()) if key in keys),
        dropped=_loaded(template, data.get("dropped", {})),
        locked=tuple(data.get("locked", ())),
        wanted=data.get("wanted", "") if data.get("wanted") in keys else "",
    )


def _loaded(template: Template, records: Mapping[str, Any]) -> dict[str, Value]:
    loaded = {
        key: template.by_key[key].kind.load(raw) for key, raw in records.items() if key in template.by_key
    }
    return {key: value for key, value in loaded.items() if not isinstance(value, Unreadable) and value}


def data_of(form: Form) -> dict[str, Any]:
    """JSON-able; `form_of` of it is the same form."""
    return {
        "template": form.template.name,
        "values": _records(form.template, form.values),
        "answered": list(form.answered),
        "skipped": list(form.skipped),
        "dropped": _records(form.template, form.dropped),
        "locked": list(form.locked),
        "wanted": form.wanted,
    }


def _records(template: Template, values: Mapping[str, Value]) -> dict[str, Any]:
    return {key: template.by_key[key].kind.record(value) for key, value in values.items()}


def _without(keys: Iterable[str], key: str) -> tuple[str, ...]:
    return tuple(other for other in keys if other != key)


def _less(values: Mapping[str, Value], key: str) -> dict[str, Value]:
    return {other: value for other, value in values.items() if other != key}
