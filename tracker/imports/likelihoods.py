"""Parse likelihoods: "60–75 %", "60 to 75", "about 30 %", "> 50 %", 0.3. The scale of bare numbers is an option of the column."""

import re
from typing import Final

from tracker.errors import N_, Invalid

Band = tuple[int, int]

_LONGEST: Final = 60  # characters
_NUMBER: Final = r"(\d{1,3}(?:[.,]\d{1,20})?(?:e-\d{1,3})?)\s*(%|percent|per cent|pour cent|p\.c\.)?"
_ONE: Final = re.compile(rf"(?:~|≈|about|around|c\.|ca\.?|env\.?|environ)?\s*{_NUMBER}", re.IGNORECASE)
_TWO: Final = re.compile(
    rf"(?:from |between |de |entre )?\s*{_NUMBER}\s*(?:-|‐|‑|–|—|−|to|and|à|a|et|\.\.+|…)\s*{_NUMBER}", re.IGNORECASE
)
_BEYOND: Final = re.compile(rf"([<>≤≥]=?)\s*{_NUMBER}", re.IGNORECASE)


def parse_band(text: str, scale: str | None) -> Band:
    """Both ends in whole per cent. `scale` is for numbers without a sign: "percent", "fraction", or "mixed" (up to 1 a fraction).

    Next to 0 and 100 a number becomes the band round it, for nothing that was possible becomes impossible. Raises Invalid.
    """
    if len(text) > _LONGEST:
        raise _unreadable()
    words = " ".join(text.split())
    if match := _ONE.fullmatch(words):
        point = _percent(match[1], match[2], scale)
        return _rounded(point, down=True), _rounded(point, down=False)
    if match := _TWO.fullmatch(words):
        sign = match[2] or match[4]
        low, high = _percent(match[1], sign, scale), _percent(match[3], sign, scale)
        if low > high:
            raise Invalid(N_("The lower likelihood is higher than the upper one."))
        return _rounded(low, down=True), _rounded(high, down=False)
    if match := _BEYOND.fullmatch(words):
        end = _percent(match[2], match[3], scale)
        return (_rounded(end, down=True), 100) if match[1][0] in ">≥" else (0, _rounded(end, down=False))
    raise _unreadable()


def _rounded(value: float, *, down: bool) -> int:
    if 0 < value < 0.5:
        return 0 if down else 1
    if 99.5 <= value < 100:
        return 99 if down else 100
    return int(value + 0.5)


def _unreadable() -> Invalid:
    return Invalid(N_("This is not a likelihood. Write it as 60–75 % or 60."))


def _percent(number: str, sign: str | None, scale: str | None) -> float:
    value = float(number.replace(",", "."))
    if not sign:
        if scale is None and value <= 1 and value != 0:
            raise Invalid(N_("Say for the column whether its numbers are per cent or lie between 0 and 1."))
        if scale == "fraction" or (scale == "mixed" and value <= 1):
            value = round(value * 100, 9)
    if not 0 <= value <= 100:
        raise Invalid(N_("A likelihood lies between 0 and 100 per cent."))
    return value


def detect_scale(text: str) -> str | None:
    """What a number without a sign shows of its column: "percent" over 1, "fraction" between 0 and 1, "either" for 1.

    None for all else, and for what is no likelihood.
    """
    match = _ONE.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if match is None or match[2]:
        return None
    value = float(match[1].replace(",", "."))
    if value > 100:
        return None
    if value > 1:
        return "percent"
    return "fraction" if 0 < value < 1 else "either" if value == 1 else None
