"""Cards: the part of a published record that was asked for, and where it comes from."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from bot.answer_record import code_of, note_card
from bot.clock import china_day
from bot.messages import Card, Choice, Line, Reply, Section
from bot.nearest import near
from bot.texts import Texts
from bot.turn import Turn
from item_store.fields import FIELD
from item_store.item import Item
from item_store.kinds import Value
from item_store.parts import Faq, LegalBasis, Location, Material, Step

ASPECT_FIELDS: Mapping[str, tuple[str, ...]] = {
    "materials": ("materials",),
    "limit": ("promised_limit", "statutory_limit", "case_type"),
    "place": ("handling_location", "handling_hours"),
    "hours": ("handling_hours", "handling_location"),
    "fee": ("charges_fee", "fee_standard", "fee_basis"),
    "procedure": ("procedure",),
    "conditions": ("conditions", "quantity_limit"),
    "phone": ("enquiry_phone",),
    "online": ("handling_form", "operating_system"),
    "booking": ("supports_booking",),
    "delivery": ("supports_delivery",),
    "payment": ("supports_online_payment",),
    "cross_region": ("cross_region_scope",),
    "result": ("result_name", "result_sample"),
    "basis": ("legal_basis",),
    "audience": ("audience",),
    "agency": ("agency", "agency_nature", "joint_agencies", "intermediary_services"),
    "supervision": ("supervision_phone",),
    "faq": ("faq",),
}
"""Which fields answer an aspect, the first being the one asked; in the order the buttons stand."""

PLACES = ("handling_location", Location)
PLACE_ASPECTS = frozenset({"place", "hours"})

OVERVIEW = (
    "materials",
    "promised_limit",
    "handling_location",
    "handling_hours",
    "charges_fee",
    "enquiry_phone",
)
BUTTONS = 6
LONG = 240
"""Characters of one value shown before 「看全文」."""

MANY = 12
"""Lines of one part shown before 「看全文」."""

SAMPLE_SOURCE = "示例数据"


def reply(turn: Turn, item: Item, aspects: Sequence[str], full: bool = False) -> Reply:
    """The card for these aspects, the first asked first, with buttons for what else can be asked."""
    off = turn.services.catalogue.switched_off(item.id)
    if off:
        note_card(turn, item, aspects, ["*"])
        return Reply(switched_off(turn, item, off.notice))
    found = near(item, turn.session.context.get("region", ""))
    asked = [aspect for aspect in aspects if aspect in ASPECT_FIELDS]
    note_card(turn, item, asked, [a for a in asked if turn.services.catalogue.switched_off(item.id, a)])
    whole = sections_of(turn, found.whole, asked)
    shown = whole if full else [shortened(section) for section in sections_of(turn, found.serving, asked)]
    card = Card(item.name, tuple(shown), origin(turn, item), notice(turn.texts, item))
    choices = tuple(buttons(turn.texts, item, asked, shown != whole))
    tells_places = not asked or not PLACE_ASPECTS.isdisjoint(asked)
    text = turn.say(found.phrase, place=found.place) if found.phrase and tells_places else ""
    return Reply(text, card, choices)


def sections_of(turn: Turn, item: Item, asked: Sequence[str]) -> list[Section]:
    """What was asked, or the main points."""
    sections = [section for aspect in asked for section in asked_sections(turn, item, aspect)]
    return sections or [overview(turn.texts, without_switched_off(turn, item))]


def switched_off(turn: Turn, item: Item, notice: str) -> str:
    """What is said of an item that is not answered from for now."""
    phone = item.text("enquiry_phone") or turn.services.settings.enquiry_line
    return turn.say("answer.switched_off", name=item.name, notice=notice, phone=phone)


def asked_sections(turn: Turn, item: Item, aspect: str) -> list[Section]:
    """The sections that answer one aspect, or the notice in their place."""
    off = turn.services.catalogue.switched_off(item.id, aspect)
    if off:
        return [Section(FIELD[ASPECT_FIELDS[aspect][0]].title, (Line(off.notice),))]
    return aspect_sections(turn.texts, item, aspect)


def without_switched_off(turn: Turn, item: Item) -> Item:
    """The item without the fields of kinds of question that are not answered for now."""
    catalogue = turn.services.catalogue
    hidden = {key for a, keys in ASPECT_FIELDS.items() if catalogue.switched_off(item.id, a) for key in keys}
    shown = {key: value for key, value in item.values.items() if key not in hidden or key == "enquiry_phone"}
    return replace(item, values=shown)


def aspect_sections(texts: Texts, item: Item, aspect: str) -> list[Section]:
    """The sections that answer one aspect; fields of small print only where they are filled."""
    first, *others = ASPECT_FIELDS[aspect]
    filled = [key for key in others if item[key]]
    sections = [section(texts, item, first), *(section(texts, item, key) for key in filled)]
    if aspect == "hours" and not item["handling_hours"] and any(p.hours for p in item.parts(*PLACES)):
        return sections[1:]
    return sections


def section(texts: Texts, item: Item, key: str) -> Section:
    """One field under its official title; an empty one says so and gives the phone."""
    value = item[key]
    if not value:
        return Section(FIELD[key].title, (Line(empty(texts, item)),))
    lines = PRESENT[key](texts, item) if key in PRESENT else plain(value)
    return Section(
        FIELD[key].title, tuple(lines), ordered=key in {"materials", "procedure"} and len(lines) > 1
    )


def empty(texts: Texts, item: Item) -> str:
    """The phrase for a field the record does not fill."""
    phone = item.text("enquiry_phone")
    return texts.say("answer.empty_ask", phone=phone) if phone else texts.say("answer.empty")


def overview(texts: Texts, item: Item) -> Section:
    """The main fields in a line each, for a question that asks nothing particular."""
    lines = [Line(" · ".join(brief(item, key)), FIELD[key].title) for key in OVERVIEW if item[key]]
    return Section(texts.say("answer.overview"), tuple(lines or [Line(empty(texts, item))]))


def brief(item: Item, key: str) -> Iterable[str]:
    """A field's value in few words."""
    match key:
        case "materials":
            return [material.name for material in item.parts("materials", Material)]
        case "handling_location":
            return [place.name or place.address for place in item.parts(*PLACES)]
        case "charges_fee" if item["fee_standard"]:
            return [*FIELD[key].kind.show(item.values[key]), item.text("fee_standard").partition("。")[0]]
        case _:
            return FIELD[key].kind.show(item.values[key])


def plain(value: Value) -> list[Line]:
    """A simple value as it stands in the record."""
    texts = [value] if isinstance(value, str) else [str(part) for part in value]
    return [Line(line) for text in texts for line in text.splitlines() if line.strip()]


def materials(texts: Texts, item: Item) -> list[Line]:
    """A line a material, with copies and originals, and how it can be spared."""
    return [Line(m.name, notes=tuple(material_notes(texts, m))) for m in item.parts("materials", Material)]


def material_notes(texts: Texts, material: Material) -> Iterable[Line]:
    """What a citizen must know of one material beside its name."""
    if material.copies_and_spec or material.material_type:
        yield Line(material.copies_and_spec or material.material_type)
    if material.situations:
        yield Line("、".join(material.situations), texts.say("material.situations"))
    if material.shared_from:
        yield Line(material.shared_from, texts.say("material.shared"))
    if material.deferrable:
        yield Line(texts.say("material.deferrable"))
    if material.pledge:
        yield Line(texts.say("material.pledge"))


def procedure(texts: Texts, item: Item) -> list[Line]:
    """A line a step, with its days."""
    steps = item.parts("procedure", Step)
    return [Line(s.name, notes=tuple(Line(note) for note in (s.days, s.description) if note)) for s in steps]


def locations(texts: Texts, item: Item) -> list[Line]:
    """A line a place, with address, hours and phone."""
    return [Line(p.name or p.address, notes=tuple(location_notes(texts, p))) for p in item.parts(*PLACES)]


def location_notes(texts: Texts, place: Location) -> Iterable[Line]:
    """Where a place is and when it is open."""
    if place.name and place.address:
        yield Line(place.address)
    if place.hours:
        yield Line(place.hours, texts.say("location.hours"))
    if place.phone:
        yield Line(place.phone, texts.say("location.phone"))


def legal_basis(texts: Texts, item: Item) -> list[Line]:
    """A line a law, with its article."""
    entries = item.parts("legal_basis", LegalBasis)
    return [Line(b.title, b.rank, tuple(Line(note) for note in (b.article, b.text) if note)) for b in entries]


def faq(texts: Texts, item: Item) -> list[Line]:
    """A line a question, with its answer."""
    return [Line(entry.question, notes=(Line(entry.answer),)) for entry in item.parts("faq", Faq)]


PRESENT: Mapping[str, Callable[[Texts, Item], list[Line]]] = {
    "materials": materials,
    "procedure": procedure,
    "handling_location": locations,
    "legal_basis": legal_basis,
    "faq": faq,
}


def shortened(part: Section) -> Section:
    """A section that fits a phone screen: long lines cut at a mark, many lines ended."""
    lines = tuple(Line(cut(line.text), line.label, line.notes) for line in part.lines[:MANY])
    return Section(part.heading, lines, part.ordered)


def cut(text: str) -> str:
    """The beginning of a long text, cut where a sentence ends where there is one."""
    if len(text) <= LONG:
        return text
    end = max(text.rfind(mark, LONG // 2, LONG) for mark in "。；;\n，") + 1
    return f"{text[: end or LONG]}……"


def origin(turn: Turn, item: Item) -> tuple[Line, ...]:
    """Where the answer comes from: code, version, date of publication, source and phone."""
    published = china_day(item.published_at) if item.published_at else turn.say("answer.no_date")
    phone = item.text("enquiry_phone") or turn.services.settings.enquiry_line
    lines = [
        Line(code_of(item), turn.say("answer.code")),
        Line(turn.say("answer.version", version=item.version, date=published)),
        Line(phone if len(phone) <= LONG else cut(phone), FIELD["enquiry_phone"].title),
    ]
    if item.source:
        lines.append(Line(item.source, turn.say("answer.source")))
    return tuple(lines)


def notice(texts: Texts, item: Item) -> str:
    """A mark on cards that are not official."""
    return texts.say("answer.sample") if item.source == SAMPLE_SOURCE else ""


def buttons(texts: Texts, item: Item, asked: Sequence[str], was_cut: bool) -> Iterable[Choice]:
    """What else the record can answer, and the whole text where it was cut."""
    show = {"do": "show", "item": item.id}
    if was_cut:
        yield Choice(texts.say("choice.full"), {**show, "aspects": ",".join(asked), "full": "1"})
    rest = [a for a, keys in ASPECT_FIELDS.items() if a not in asked and item[keys[0]]]
    for aspect in rest[:BUTTONS]:
        yield Choice(texts.say(f"aspect.{aspect}"), {**show, "aspects": aspect})


def distinct_labels(items: Sequence[Item]) -> list[tuple[Item, str]]:
    """Names to choose from; where two are the same, with the region or agency that tells them apart."""
    if is_about_place(items):
        return [(item, item.region) for item in items]
    names = Counter(item.name for item in items)
    return [
        (item, item.name if names[item.name] == 1 else f"{item.name}（{_told_apart_by(item, items)}）")
        for item in items
    ]


def is_about_place(items: Sequence[Item]) -> bool:
    """Whether these are one item of several places, so that the place alone is asked."""
    regions = {item.region for item in items}
    return len({item.name for item in items}) == 1 < len(regions) == len(items) and "" not in regions


def _told_apart_by(item: Item, items: Sequence[Item]) -> str:
    same = [other for other in items if other.name == item.name]
    for tell in TELLS:
        if len({tell(other) for other in same}) == len(same):
            return tell(item)
    return item.id


TELLS: Sequence[Callable[[Item], str]] = (
    lambda item: item.region,
    lambda item: item.text("agency"),
    lambda item: item.text("implementation_code"),
)
