"""The group robots that are known: which host a webhook must have, and how much one message holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Robot:
    """`limit` is in bytes; `busy` and `gone` are the codes of its answers for too many and for never."""

    host: str
    limit: int
    code: str
    busy: frozenset[int]
    gone: frozenset[int]


ROBOTS: Mapping[str, Robot] = {
    "wecom": Robot(
        "qyapi.weixin.qq.com", 2000, "errcode", frozenset({45009}), frozenset({93000, 93004, 93008})
    ),
    "dingtalk": Robot(
        "oapi.dingtalk.com",
        18000,
        "errcode",
        frozenset({130101, 410100}),
        frozenset({300001, 300005, 310000}),
    ),
    "feishu": Robot(
        "open.feishu.cn",
        18000,
        "code",
        frozenset({9499, 11232, 11233}),
        frozenset({19001, 19021, 19022, 19024}),
    ),
}


def channel_of(webhook: str) -> str:
    """The product a webhook belongs to; empty for an address that is none of theirs."""
    try:
        parts = urlsplit(webhook)
        usual_port = parts.port in (None, 443)
    except ValueError:
        return ""
    if parts.scheme != "https" or not usual_port or parts.username:
        return ""
    return next((name for name, robot in ROBOTS.items() if parts.hostname == robot.host), "")
