"""The structured parts of an item: a material, a step, a legal basis, a place, a question and answer."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

SITUATIONS_APART = "；"
TRUE_WORDS = frozenset({"是", "true", "1", "yes", "可以", "支持"})


class Part(BaseModel):
    """One entry of a structured field; the first attribute is what it is called, the only required one."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", coerce_numbers_to_str=True, str_strip_whitespace=True
    )

    @model_validator(mode="before")
    @classmethod
    def _drop_empty(cls, data: Any) -> Any:
        """An attribute given as null is one not given; a plain text is the leading attribute."""
        if isinstance(data, str):
            return {cls.lead(): unix_lines(data)}
        if isinstance(data, Mapping):
            flags = _flags(cls)
            return {key: _plain(flags, key, value) for key, value in data.items() if value is not None}
        return data

    @classmethod
    def lead(cls) -> str:
        return next(iter(cls.model_fields))

    @classmethod
    def titles(cls) -> dict[str, str]:
        return {key: info.title or key for key, info in cls.model_fields.items()}

    def record(self) -> dict[str, Any]:
        """JSON-able, without the attributes that were not filled."""
        return self.model_dump(mode="json", exclude_defaults=True)

    def filled(self) -> list[tuple[str, str]]:
        """(key, text) of every attribute that says something."""
        return [(key, _text(value)) for key, value in self if _text(value)]


class Material(Part):
    name: str = Field(title="材料名称", min_length=1)
    material_type: str = Field(default="", title="材料类型")
    sample: str = Field(default="", title="材料样本")
    e_form: str = Field(default="", title="电子表单")
    source: str = Field(default="", title="来源渠道")
    copies_and_spec: str = Field(default="", title="纸质材料份数和规格")
    instructions: str = Field(default="", title="填报须知")
    acceptance_standard: str = Field(default="", title="受理标准")
    needs_electronic: str = Field(default="", title="是否需电子材料")
    deferrable: bool = Field(default=False, title="可容缺")
    pledge: bool = Field(default=False, title="可告知承诺")
    shared_from: str = Field(default="", title="免提交来源")
    situations: tuple[str, ...] = Field(default=(), title="适用情形")


class Step(Part):
    name: str = Field(title="环节", min_length=1)
    days: str = Field(default="", title="时限")
    description: str = Field(default="", title="说明")


class LegalBasis(Part):
    title: str = Field(title="依据", min_length=1)
    rank: str = Field(default="", title="位阶")
    article: str = Field(default="", title="条款")
    text: str = Field(default="", title="内容")


class Location(Part):
    address: str = Field(title="地址", min_length=1)
    name: str = Field(default="", title="名称")
    hours: str = Field(default="", title="办理时间")
    phone: str = Field(default="", title="电话")
    level: str = Field(default="", title="层级")
    region: str = Field(default="", title="地区")


class Faq(Part):
    question: str = Field(title="问", min_length=1)
    answer: str = Field(default="", title="答")


def unix_lines(text: str) -> str:
    """Line ends differ by where a file was written, and mean nothing."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


@cache
def _flags(model: type[Part]) -> frozenset[str]:
    return frozenset(key for key, info in model.model_fields.items() if info.annotation is bool)


def _plain(flags: frozenset[str], key: str, value: Any) -> Any:
    """Messy but plain in meaning: 是 for true, situations as one text."""
    if isinstance(value, str):
        if key in flags:
            return value.strip().casefold() in TRUE_WORDS
        value = unix_lines(value) if "\r" in value else value
    if key == "situations" and isinstance(value, str | list | tuple):
        said = SITUATIONS_APART.join([value] if isinstance(value, str) else [str(part) for part in value])
        return tuple(part.strip() for part in said.split(SITUATIONS_APART) if part.strip())
    return value


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else ""
    if isinstance(value, tuple):
        return SITUATIONS_APART.join(value)
    return str(value)
