"""The web page: templates, static files under names that change with their content, and phrases put in."""

import hashlib
import mimetypes
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.channels.web_links import linked
from bot.messages import File, Replies, Section, reply_from_dict
from bot.services import Services
from bot.sessions import Exchange
from bot.texts import Texts
from item_store.files import MAX_FILE

FOLDER = Path(__file__).parent / "web_page"
BRIEF = 24
"""Characters of a value that is shown large, or beside its heading."""

ASSETS = ("frame.css", "chat.css", "chat.js", "icon.svg")


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file under an address of its own for each content."""

    address: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a person said and was told, ready to be shown."""

    message_id: str
    said: str
    replies: Replies

    @classmethod
    def of(cls, exchange: Exchange) -> "Spoken":
        """From a session's history."""
        return cls(exchange.message_id, exchange.said, [reply_from_dict(data) for data in exchange.replies])


@dataclass(frozen=True, slots=True)
class Unsent:
    """What a plain form sent and was refused: it stands in the box again, with the reason."""

    text: str = ""
    why: str = ""
    status: int = 200


NOTHING_UNSENT = Unsent()

Link = Callable[[File], str]
"""The address a file is fetched at by the person who sees the page."""


@dataclass(frozen=True, slots=True)
class Page:
    """What differs from one showing of the page to the next; `mark` is new each time."""

    exchanges: Iterable[Spoken]
    mark: str
    large: bool
    unsent: Unsent
    link: Link
    staff: bool
    limit: int


class View:
    """Renders the page and parts of it."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @cached_property
    def assets(self) -> Mapping[str, Asset]:
        """Static files by the last part of their address."""
        return {asset.address.rpartition("/")[2]: asset for asset in self._by_name.values()}

    @cached_property
    def _by_name(self) -> Mapping[str, Asset]:
        return {name: _read(name) for name in ASSETS}

    @cached_property
    def _templates(self) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters["linked"] = linked
        environment.tests |= {"single": is_single, "brief": is_brief}
        environment.globals["address"] = lambda name: self._by_name[name].address
        return environment

    def page(self, texts: Texts, page: Page) -> str:
        """The whole page."""
        examples = texts.say("start.examples").splitlines()
        count, line = len(self._services.catalogue), self._services.settings.enquiry_line
        return self._render(
            "page.html", texts, page=page, examples=examples, count=count, line=line, largest=MAX_FILE
        )

    def replies(self, texts: Texts, replies: Replies, link: Link) -> str:
        """The replies to one message, as the script puts them into the page."""
        return self._render("replies.html", texts, replies=replies, mark="", link=link)

    def _render(self, template: str, texts: Texts, **values: Any) -> str:
        language = texts.locale.replace("_", "-")
        return self._templates.get_template(template).render(say=texts.say, language=language, **values)


def is_single(section: Section) -> bool:
    """Whether a section is one plain value."""
    first, *others = section.lines
    return not others and not first.notes and not first.label


def is_brief(section: Section) -> bool:
    """Whether a section fits one row of the card."""
    return is_single(section) and len(section.lines[0].text) <= BRIEF


def _read(name: str) -> Asset:
    path = FOLDER / name
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:12]
    media_type = mimetypes.types_map.get(path.suffix, "application/octet-stream")
    return Asset(f"/static/{path.stem}.{digest}{path.suffix}", media_type, content)
