"""Future and conditional forms of French verbs, recognised by their endings and by the infinitive that the stem rebuilds."""

import re
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from tracker.suggest.words import split_words
from tracker.word_caches import word_cache

Tense = Literal["future", "conditional"]

_FUTURE: Final = re.compile(r"(?:rai|ras|ra|rons|rez|ront)$")
_CONDITIONAL: Final = re.compile(r"(?:rais|rait|rions|riez|raient)$")
# Stems of the future that do not follow from the infinitive; a prefix may precede the longer ones (reviendr-, obtiendr-).
_IRREGULAR: Final = frozenset(
    split_words(
        "ser aur ir fer pourr devr voudr saur verr viendr tiendr faudr vaudr enverr courr mourr recevr concevr décevr "
        "percevr pleuvr cueiller assiér assoir acquerr conquerr requerr enquerr prévoir pourvoir siér"
    )
)
_PREFIXED: Final = ("viendr", "tiendr", "courr", "cueiller", "vaudr", "fer", "verr")
_PREFIXES: Final = frozenset(
    split_words(
        "re dé de ré par pro inter sub con contre dis main entre abs ac ad ap as ob dé dis é par se sou sous satis "
        "appar con concour pré"
    )
)
# Verbs in -iser and -ifier are coined faster than dictionaries are made.
_PRODUCTIVE: Final = re.compile(r"[^\W\d_]{3,}(?:iser|ifier)")
# Forms of other words, or of the imperfect and the simple past of a verb in -rer, that look like a future or a conditional.
_OTHER_WORDS: Final = frozenset(
    split_words(
        "para opéra caméra camera rivera tiara ara contra extra infra supra ras gras bras vrai frais marais patrons "
        "électrons neutrons escadrons citrons chaudrons barons jurons marrons girons éperons environs étrons perrons "
        "front affront confront rez portrait retrait extrait attrait trait distrait abstrait soustrait"
    )
)


@word_cache(32_768)
def find_tense(form: str) -> Tense | None:
    """The tense of a lower-case form, or None. "montrait" is the imperfect of montrer, "montrerait" its conditional."""
    if len(form) < 3 or form in _OTHER_WORDS:
        return None
    conditional = _CONDITIONAL.search(form)
    match = conditional or _FUTURE.search(form)
    if match is None:
        return None
    stem = form[: match.start()] + "r"
    if not (_is_irregular(stem) or _PRODUCTIVE.fullmatch(stem) or any(each in _infinitives() for each in _rebuilt(stem))):
        return None
    return "conditional" if conditional else "future"


def _is_irregular(stem: str) -> bool:
    if stem in _IRREGULAR:
        return True
    return any(stem.endswith(each) and stem[: -len(each)] in _PREFIXES for each in _PREFIXED)


def _rebuilt(stem: str) -> list[str]:
    """Infinitives that a future stem in -r may belong to."""
    found = []
    if stem.endswith(("er", "ir", "ïr")):
        found.append(stem)
    elif stem[-2:] in ("dr", "tr", "vr", "pr", "cr", "ur"):
        found.append(stem + "e")  # prendr-, mettr-, suivr-, rompr-, vaincr-, conclur-
    if stem.endswith("ir"):
        found += [stem + "e", stem[:-1] + "re"]  # dir-, produir-
    if stem.endswith("ier"):
        found.append(stem[:-3] + "yer")  # emploier- of employer
    if stem.endswith("oir"):
        found.append(stem + "e")  # croir-, boir-
    if "è" in stem:
        found += [stem.replace("è", "e"), stem.replace("è", "é")]  # lèver-, cèder-
    doubled = re.fullmatch(r"(.+)([lt])\2er", stem)
    if doubled:
        found.append(f"{doubled[1]}{doubled[2]}er")  # appeller-, jetter-
    return found


@cache
def _infinitives() -> frozenset[str]:
    return frozenset((files(__package__) / "infinitives.fr.txt").read_text(encoding="utf-8").split())
