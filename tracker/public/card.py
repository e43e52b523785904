"""The picture of a claim for other sites (Open Graph): 1200 by 630, drawn from our own fonts. Free of Flask.

The fonts hold Latin letters with all their marks. A statement in another script is left out of the picture: a row of boxes
would be worse than none.
"""

import io
from functools import lru_cache
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from tracker.web.assets import FOLDER

WIDTH: Final = 1200
HEIGHT: Final = 630
_MARGIN: Final = 72
_PAPER, _INK, _SOFT, _RULE = "#faf8f3", "#1c1a17", "#544e45", "#857d6f"
COLOURS: Final = {
    "confirmed": "#1c6440",
    "partly_confirmed": "#7a5000",
    "refuted": "#a02828",
    "late": "#a02828",
    "unresolvable": "#5a4d80",
    "void": "#47586a",
}
_SIZES: Final = (60, 52, 46, 40, 36)
# What the two files of each font hold (their unicode-range in the style sheet).
_LATIN: Final = (
    (0x20, 0xFF), (0x131, 0x131), (0x152, 0x153), (0x2BB, 0x2BC), (0x2C6, 0x2C6), (0x2DA, 0x2DA), (0x2DC, 0x2DC),
    (0x2010, 0x2015), (0x2018, 0x2022), (0x2026, 0x2026), (0x2030, 0x2030), (0x2039, 0x203A), (0x20AC, 0x20AC), (0x2122, 0x2122),
    (0x2212, 0x2212),
)  # fmt: skip
_EXTENDED: Final = ((0x100, 0x2AF), (0x1E00, 0x1E9F), (0x1EA0, 0x1EFF))
_SPACES: Final = dict.fromkeys(map(ord, "\u00a0\u2009\u202f\u2007\u200b\t\n\r"), " ")

Font = ImageFont.FreeTypeFont


@lru_cache(maxsize=64)
def _fonts(family: str, size: int, weight: int) -> tuple[Font, Font]:
    found = []
    for part in ("latin", "latin-ext"):
        font = ImageFont.truetype(str(FOLDER / "fonts" / f"{family}-{part}-wght-normal.woff2"), size)
        font.set_variation_by_axes([weight])
        found.append(font)
    return found[0], found[1]


def _within(char: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= ord(char) <= last for first, last in ranges)


def is_drawable(text: str) -> bool:
    """Whether our fonts hold every character of a text."""
    return all(_within(char, _LATIN) or _within(char, _EXTENDED) for char in text.translate(_SPACES))


def _runs(text: str, fonts: tuple[Font, Font]) -> list[tuple[str, Font]]:
    found: list[tuple[str, Font]] = []
    for char in text:
        font = fonts[0] if _within(char, _LATIN) else fonts[1]
        if found and found[-1][1] is font:
            found[-1] = (found[-1][0] + char, font)
        else:
            found.append((char, font))
    return found


def _length(text: str, fonts: tuple[Font, Font]) -> float:
    return sum(font.getlength(part) for part, font in _runs(text, fonts))


def _draw(draw: ImageDraw.ImageDraw, x: float, y: float, text: str, fonts: tuple[Font, Font], colour: str) -> None:
    for part, font in _runs(text, fonts):
        draw.text((x, y), part, font=font, fill=colour, anchor="ls")
        x += font.getlength(part)


def _wrap(text: str, fonts: tuple[Font, Font], width: float) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _length(longer, fonts) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def draw_card(statement: str, state: str, state_text: str, speaker: str, newsroom: str) -> bytes:
    """The PNG of a claim. What the fonts do not hold is left out; a long statement is set smaller and then cut."""
    image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    draw = ImageDraw.Draw(image)
    colour = COLOURS.get(state, _SOFT)
    draw.rectangle((0, 0, WIDTH, 14), fill=colour)
    top = _fonts("source-sans-3", 34, 600)
    if is_drawable(state_text):
        _draw(draw, _MARGIN, 104, state_text, top, colour)
    if is_drawable(statement):
        _draw_statement(draw, statement.translate(_SPACES))
    draw.line((_MARGIN, HEIGHT - 112, WIDTH - _MARGIN, HEIGHT - 112), fill=_RULE, width=2)
    foot = _fonts("source-sans-3", 30, 400)
    names = [name for name in (speaker, newsroom) if name and is_drawable(name)]
    line = " · ".join(names).translate(_SPACES)
    while line and _length(line, foot) > WIDTH - 2 * _MARGIN:
        line = f"{line[:-2].rstrip('…')}…"
    _draw(draw, _MARGIN, HEIGHT - 60, line, foot, _SOFT)
    buffer = io.BytesIO()
    image.quantize(colors=64, method=Image.Quantize.FASTOCTREE).save(buffer, "PNG")
    return buffer.getvalue()


def _draw_statement(draw: ImageDraw.ImageDraw, statement: str) -> None:
    width = WIDTH - 2 * _MARGIN
    for size in _SIZES:
        fonts = _fonts("newsreader", size, 500)
        lines = _wrap(statement, fonts, width)
        step = round(size * 1.18)
        if len(lines) * step <= HEIGHT - 290 and all(_length(line, fonts) <= width for line in lines):
            break
    else:
        most = (HEIGHT - 290) // step
        lines = [*lines[: most - 1], f"{lines[most - 1]}…"] if len(lines) > most else lines
    for number, line in enumerate(lines):
        _draw(draw, _MARGIN, 170 + size + number * step, line, fonts, _INK)
