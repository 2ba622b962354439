"""The pieces of a drawing: elements that escape what they say, and a linear scale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import floor, log10
from xml.etree.ElementTree import Element, SubElement, tostring

INK, NOW, TARGET, BASE, BAND, LINE = "#16202c", "#1f5f99", "#a3201a", "#16202c", "#e4e8ee", "#7a8491"


@dataclass(frozen=True, slots=True)
class Scale:
    """Numbers from `low` to `high` on pixels from `start` to `end`; numbers outside stand at the edge."""

    low: float
    high: float
    start: float
    end: float

    def at(self, number: Decimal | float) -> float:
        """Where a number stands, to a tenth of a pixel."""
        share = (float(number) - self.low) / (self.high - self.low)
        return round(self.start + min(max(share, 0.0), 1.0) * (self.end - self.start), 1)


def drawing(ident: str, title: str, text: str, size: tuple[int, int]) -> Element:
    """An empty picture that is read out as its title and text. `ident` is unique on its page."""
    width, height = size
    svg = Element(
        "svg",
        {
            "viewBox": f"0 0 {width} {height}",
            "width": str(width),
            "height": str(height),
            "role": "img",
            "aria-labelledby": f"{ident}-t {ident}-d",
            "class": "chart",
        },
    )
    SubElement(svg, "title", id=f"{ident}-t").text = title
    SubElement(svg, "desc", id=f"{ident}-d").text = text
    return svg


def beside_words(size: tuple[int, int]) -> Element:
    """An empty picture that is passed over when read out: the words stand beside it."""
    width, height = size
    box = {"viewBox": f"0 0 {width} {height}", "width": str(width), "height": str(height)}
    return Element("svg", box | {"aria-hidden": "true", "class": "chart"})


def rect(svg: Element, left: float, top: float, right: float, bottom: float, fill: str) -> None:
    """A filled box between two corners, in either order of left and right."""
    left, right = sorted((left, right))
    place = {"x": left, "y": top, "width": round(right - left, 1), "height": round(bottom - top, 1)}
    SubElement(svg, "rect", {name: _short(number) for name, number in place.items()} | {"fill": fill})


def line(svg: Element, points: Iterable[tuple[float, float]], stroke: str, width: float, dash: str = "") -> None:
    """A line through points."""
    path = " ".join(f"{_short(x)},{_short(y)}" for x, y in points)
    more = {"stroke-dasharray": dash} if dash else {}
    SubElement(
        svg, "polyline", {"points": path, "fill": "none", "stroke": stroke, "stroke-width": _short(width)} | more
    )


def dot(svg: Element, x: float, y: float, radius: float, fill: str) -> None:
    """A filled circle."""
    SubElement(svg, "circle", {"cx": _short(x), "cy": _short(y), "r": _short(radius), "fill": fill})


def diamond(svg: Element, x: float, y: float, radius: float) -> None:
    """The hollow mark of a baseline 基期."""
    corners = [(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)]
    path = " ".join(f"{_short(a)},{_short(b)}" for a, b in corners)
    SubElement(svg, "polygon", {"points": path, "fill": "#fff", "stroke": BASE, "stroke-width": "1.4"})


def words(svg: Element, x: float, y: float, text: str, anchor: str = "start") -> None:
    """A few words at a point of their baseline."""
    place = {"x": _short(x), "y": _short(y), "text-anchor": anchor, "fill": INK, "font-size": "11"}
    SubElement(svg, "text", place).text = text


def text_of(svg: Element) -> str:
    """The picture as it is put into a page."""
    return tostring(svg, encoding="unicode")


def ceiling(number: float) -> float:
    """The next round number (1, 2, 2.5 or 5 times a power of ten) that is not below a positive number."""
    step = 10.0 ** floor(log10(number))
    return next(step * factor for factor in (1, 2, 2.5, 5, 10) if step * factor >= number * (1 - 1e-9))


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
