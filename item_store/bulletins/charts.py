"""Pictures as SVG: stacked bars of counts, every part with its figure, so that no colour is needed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

ROW, TOP, WIDTH, SIZE = 50, 48, 440, 15
"""Narrow enough to be read on a telephone without scrolling: each name stands above its bar."""

BAR_END = 40
"""Room for the figure behind the longest bar."""

COLOURS = {"overdue": "#b3261e", "late": "#b26a00", "open": "#5b6b7b", "on_time": "#1b6e3c"}


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of count: its key, which chooses the colour, and what it is called."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a chart: its name and a count for each series."""

    name: str
    counts: tuple[int, ...]


def bars(title: str, series: Sequence[Series], rows: Sequence[Bar]) -> str:
    """Stacked bars, one a row, each part with its figure, and a legend."""
    height = TOP + ROW * max(1, len(rows)) + 12
    most = max((sum(row.counts) for row in rows), default=0) or 1
    body = [part for n, row in enumerate(rows) for part in _bar(row, series, TOP + ROW * n, most)]
    summary = "；".join(f"{row.name} {'，'.join(_named(row, series))}" for row in rows)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
            f'aria-label="{escape(title)}" font-family="sans-serif" font-size="{SIZE}">',
            f"<title>{escape(title)}</title>",
            f"<desc>{escape(summary)}</desc>",
            *_legend(series),
            *body,
            "</svg>",
        ]
    )


def _named(row: Bar, series: Sequence[Series]) -> list[str]:
    return [f"{each.label}{count}" for each, count in zip(series, row.counts, strict=True) if count]


def _legend(series: Sequence[Series]) -> Iterator[str]:
    for number, each in enumerate(series):
        at = number * WIDTH // len(series)
        yield f'<rect x="{at}" y="12" width="14" height="14" rx="2" fill="{COLOURS[each.key]}"/>'
        yield f'<text x="{at + 20}" y="24" fill="currentColor">{escape(each.label)}</text>'


def _bar(row: Bar, series: Sequence[Series], top: int, most: int) -> Iterator[str]:
    yield (f'<text x="0" y="{top + 16}" fill="currentColor">{escape(_shortened(row.name))}</text>')
    at, scale = 0.0, (WIDTH - BAR_END) / most
    for each, count in zip(series, row.counts, strict=True):
        if count:
            wide = count * scale
            yield (
                f'<rect x="{at:.1f}" y="{top + 22}" width="{max(wide - 1, 1):.1f}" height="{ROW - 28}" '
                f'fill="{COLOURS[each.key]}"/>'
            )
            if wide > 12 * len(str(count)):
                place = f'x="{at + wide / 2:.1f}" y="{top + 38}" text-anchor="middle"'
                yield f'<text {place} fill="#ffffff">{count}</text>'
            at += wide
    yield f'<text x="{at + 6:.1f}" y="{top + 38}" fill="currentColor">{sum(row.counts)}</text>'


def _shortened(name: str) -> str:
    return name if len(name) <= 26 else name[:25] + "…"
