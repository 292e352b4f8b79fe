"""What an answer can come to: each outcome has a name, the aspects asked, candidates, the next context."""

from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that may be meant; the score is a calibrated probability from 0 to 1."""

    id: str
    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Context:
    """What a conversation remembers from one question to the next, as plain data."""

    item: str = ""
    aspects: tuple[str, ...] = ()
    region: str = ""
    situation: str = ""
    options: tuple[str, ...] = ()
    asked: int = 0
    question: str = ""

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Context":
        """Read what `to_dict` wrote, or what JSON made of it; keys of a later version are passed over."""
        known: dict[str, Any] = {key: data[key] for key in cls.__slots__ if key in data}
        lists: dict[str, Any] = {key: tuple(value) for key, value in known.items() if isinstance(value, list)}
        return cls(**(known | lists))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What all outcomes share."""

    name: ClassVar[str] = ""
    aspects: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    context: Context = field(default_factory=Context)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Outcome):
    """One item is meant; `also` are others asked in the same message."""

    name: ClassVar[str] = "found"
    item: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose(Outcome):
    """Several may be meant; `about` says what sets the options apart."""

    name: ClassVar[str] = "choose"
    options: tuple[str, ...]
    about: str = "item"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFound(Outcome):
    """A question for a service, but no item is near enough."""

    name: ClassVar[str] = "not_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting(Outcome):
    """Only a greeting."""

    name: ClassVar[str] = "greeting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thanks(Outcome):
    """Only thanks or assent."""

    name: ClassVar[str] = "thanks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Farewell(Outcome):
    """The person takes leave."""

    name: ClassVar[str] = "farewell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Help(Outcome):
    """About the assistant itself: what it can do, who it is."""

    name: ClassVar[str] = "help"


@dataclass(frozen=True, slots=True, kw_only=True)
class Human(Outcome):
    """A person is asked for."""

    name: ClassVar[str] = "human"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfScope(Outcome):
    """Not a question that an item answers; kind: complaint, elsewhere, far, chat, abuse, prompt, gibberish.

    `place` is where a matter that is far away is to be done.
    """

    name: ClassVar[str] = "out_of_scope"
    kind: str
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency(Outcome):
    """Somebody is in danger; service is the number to call first."""

    name: ClassVar[str] = "emergency"
    service: str
