"""The newsroom's own hedge table: how sure a word or expression sounds, and the likelihood band that it stands for.

It is one setting with a line for each expression, so that each change is one entry of the history. Own lines come before those
that ship with Tracker; a line whose certainty is "ignored" keeps an expression from being read as a hedge.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from sqlalchemy.orm import Session

from tracker.accounts.models import Setting
from tracker.errors import N_, Invalid, NotFound, Stale
from tracker.ledger import Actor
from tracker.newsroom import settings
from tracker.suggest import IGNORED, LANGUAGES, HedgeRule, load_default_hedges

EVENT: Final = "newsroom.hedges"
WITH_BAND: Final = ("hedged", "flat")
CERTAINTIES: Final = ("hedged", "flat", "possible_only", "comparative", "not_a_probability", IGNORED)
WORDS_MAX: Final = 80
LINES_MAX: Final = 300


def parse_table(stored: str) -> tuple[HedgeRule, ...]:
    """The lines of the setting; what is no line of it is left out."""
    return tuple(line for each in stored.splitlines() if (line := _parse_line(each)) is not None)


def load_table(stored: str) -> tuple[HedgeRule, ...]:
    """The whole table as `suggest` takes it: the lines of the setting before those that ship with Tracker."""
    return (*parse_table(stored), *load_default_hedges())


def list_default_lines(own: Iterable[HedgeRule], language: str) -> list[tuple[HedgeRule, tuple[str, ...]]]:
    """The lines of a language that ship with Tracker, each with the expressions that no own line replaces."""
    replaced = {_key(line) for line in own}
    found = []
    for line in load_default_hedges():
        forms = tuple(form.strip() for form in line.words.split(","))
        kept = tuple(form for form in forms if (language, _fold(form)) not in replaced)
        if line.language == language and kept:
            found.append((line, kept))
    return found


def find_line(table: Iterable[HedgeRule], language: str, words: str) -> HedgeRule | None:
    """The first line that holds an expression, with that expression alone; None where the table has none."""
    wanted = _fold(words)
    for line in table:
        forms = [form.strip() for form in line.words.split(",")]
        own = next((form for form in forms if _fold(form) == wanted), None)
        if line.language == language and own is not None:
            return replace(line, words=own)
    return None


def describe_state(line: HedgeRule | None) -> str:
    """A line as a form carries it, to detect that someone changed it; "" for none."""
    return _write_line(line) if line is not None else ""


def save_line(session: Session, actor: Actor, line: HedgeRule, *, replaces: str = "", basis: str = "") -> None:
    """Add a line, or put it in the place of the own line for `replaces`.

    `basis` is that line as the form showed it. Raises Invalid, naming the field, Stale, and NotFound for a line that is gone.
    """
    line = _check(line)
    own = _load_own(session)
    before = find_line(own, line.language, replaces) if replaces else None
    if replaces and before is None:
        raise NotFound()
    if describe_state(before) != basis:
        raise Stale(N_("Someone else changed this line of the hedge table. Your changes are not saved yet."))
    same = find_line(own, line.language, line.words)
    if same is not None and same != before:
        raise Invalid(N_("Your table has a line for these words already."), field="words")
    if len(own) >= LINES_MAX and before is None:
        raise Invalid(N_("At most %(most)s lines can be kept."), field="words", most=LINES_MAX)
    kept = [line if each == before else each for each in own] if before is not None else [*own, line]
    _store(session, actor, kept)


def remove_line(session: Session, actor: Actor, language: str, words: str) -> None:
    """Remove an own line, if it is there; the one that ships with Tracker, where there is one, counts again."""
    own = _load_own(session)
    found = find_line(own, language, words)
    _store(session, actor, [each for each in own if each != found])


def _load_own(session: Session) -> list[HedgeRule]:
    row = session.get(Setting, "hedges", with_for_update=True)
    return list(parse_table(row.value)) if row is not None else []


def _store(session: Session, actor: Actor, lines: list[HedgeRule]) -> None:
    ordered = sorted(lines, key=lambda each: (each.language, _fold(each.words)))
    settings.change(session, actor, event=EVENT, hedges="\n".join(map(_write_line, ordered)))


def _check(line: HedgeRule) -> HedgeRule:
    words = " ".join(unicodedata.normalize("NFC", line.words).split())
    if not words or not any(c.isalnum() for c in words):
        raise Invalid(N_("Give a word or an expression."), field="words")
    if len(words) > WORDS_MAX:
        raise Invalid(N_("At most %(most)s characters."), field="words", most=WORDS_MAX)
    if set(words) & set(",;") or any(unicodedata.category(c)[0] == "C" for c in words):
        raise Invalid(N_("One word or expression a line, without commas or semicolons."), field="words")
    if line.language not in LANGUAGES or line.certainty not in CERTAINTIES:
        raise Invalid(N_("Choose one of the answers."), field="language" if line.language not in LANGUAGES else "certainty")
    band = (line.low, line.high)
    if band != (None, None) and line.certainty not in WITH_BAND:
        raise Invalid(N_("Only flat and hedged words have a likelihood."), field="low")
    if line.low is None or line.high is None:
        if band != (None, None):
            raise Invalid(N_("Give both the lower and the upper likelihood, or neither."), field="low")
    elif not 0 <= line.low <= line.high <= 100:
        raise Invalid(N_("Give the likelihood from 0 to 100, the lower end first."), field="low")
    return replace(line, words=words)


def _key(line: HedgeRule) -> tuple[str, str]:
    return line.language, _fold(line.words)


def _fold(words: str) -> str:
    return " ".join(words.replace("’", "'").casefold().split())


def _write_line(line: HedgeRule) -> str:
    band = f"; {line.low}–{line.high}" if line.low is not None else ""
    return f"{line.language}; {line.words}; {line.certainty}{band}"


def _parse_line(stored: str) -> HedgeRule | None:
    parts = [each.strip() for each in stored.split(";")]
    if len(parts) not in (3, 4) or parts[0] not in LANGUAGES or parts[2] not in CERTAINTIES or not parts[1]:
        return None
    low, _, high = parts[3].partition("–") if len(parts) == 4 else ("", "", "")
    band = (int(low), int(high)) if low.isdecimal() and high.isdecimal() else (None, None)
    return HedgeRule(parts[1], parts[0], parts[2], *band)
