"""A statement proposed from a sentence: its own words without the attribution, connecting words and quotation marks around them.

Nothing is added and no tense is changed. Where nothing can be taken away, the sentence is the statement.
"""

import re
from typing import Final

from tracker.suggest.cues import find_cues
from tracker.suggest.speakers import NO_NAME, NP_EN, NP_FR

LONGEST: Final = 400  # characters; of a longer sentence the clause with the prediction is proposed
_LEAST_WORDS: Final = 3
# Verbs of saying alone: "expects" and « craint » are a part of what is stated.
VERBS_EN: Final = (
    r"(?:said|says|say|told\s\w+|announced|announces|stated|states|added|adds|claimed|claims|confirmed|confirms|insisted|insists|noted|notes|"
    r"explained|explains|argued|argues|wrote|writes|tweeted|reported|reports|indicated|remarked|continued|concluded|declared|stressed)"
)
VERBS_FR: Final = (
    r"(?:(?:a|ont|avait|avaient)\s(?:\w{2,12}\s){0,2}?(?:déclaré|dit|affirmé|annoncé|indiqué|précisé|expliqué|ajouté|assuré|confirmé|"
    r"souligné|répété|conclu|poursuivi|fait\ssavoir|écrit|rappelé|commenté|confié|lancé|martelé)"
    r"|(?:déclare|affirme|annonce|indique|précise|explique|ajoute|assure|confirme|souligne|conclut|poursuit|rappelle|dit)(?:nt)?)"
)
_PREDICTING: Final = frozenset({"future", "scheduled", "hedge"})
_DAY_EN: Final = r"(?:\s(?:on\s)?(?:mon|tues|wednes|thurs|fri|satur|sun)day|\stoday|\syesterday|\s(?:late|earlier|last)\s\w+)?"
_DAY_FR: Final = r"(?:\s(?:ce\s)?(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|hier)(?:\s\d{1,2}\s\w+)?)?"
_CONNECTORS: Final = {
    "en": r"(?:however|but|and|so|yet|still|meanwhile|moreover|in\saddition|also|nevertheless|even\sso|either\sway|instead|"
    r"then|finally|for\sexample|in\sfact|of\scourse),?\s",
    "fr": r"(?:cependant|mais|et|toutefois|or|donc|ainsi|par\sailleurs|en\soutre|de\splus|enfin|pourtant|néanmoins|"
    r"au\slieu\sde\scela|en\seffet|quoi\squ['’]il\sen\ssoit|d['’]ailleurs|en\srevanche|de\sson\scôté|bien\ssûr),?\s",
}
_BEFORE: Final = {
    "en": (
        rf"according\sto\s{NP_EN}(?:,\s[^,;]{{2,80}})?,\s",
        rf"{NP_EN}(?:,\s[^,;\"“”]{{2,90}},)?\s(?:also\s|has\s|later\s)?{VERBS_EN}{_DAY_EN},?\s?(?:that\s|:\s?)",
        rf"{NP_EN}(?:,\s[^,;\"“”]{{2,90}},)?\s(?:also\s|has\s|later\s)?(?:said|says){_DAY_EN},?\s(?=[“\"]?\w)",
        rf"(?:he|she|they)\s(?:also\s)?{VERBS_EN}{_DAY_EN}\s(?:that\s|:\s?)",
    ),
    "fr": (
        rf"(?:selon|d['’]après)\s{NP_FR}(?:,\s[^,;]{{2,80}})?,\s",
        rf"{NP_FR}(?:,\s[^,;«»]{{2,110}},)?\s(?:{VERBS_FR}){_DAY_FR},?\s?(?:que\s|qu['’]|:\s?)",
        rf"(?:ils?|elles?)\s(?:{VERBS_FR}){_DAY_FR}\s(?:que\s|qu['’]|:\s?)",
    ),
}
_AFTER: Final = {
    "en": (
        rf",?[”\"]?,?\s(?:{VERBS_EN}\s(?:{NP_EN}|he|she|they)|(?:{NP_EN}|he|she|they)\s(?:also\s)?{VERBS_EN})(?:,\s[^,;\"“”]{{2,90}})?{_DAY_EN}"
        rf"(?:\sin\s(?:a|an)\s\w+)?",
        rf",\saccording\sto\s{NP_EN}(?:,\s[^,;]{{2,90}})?",
    ),
    "fr": (
        rf"\s?»?,\s(?:{VERBS_FR}){_DAY_FR}\s{NP_FR}(?:,\s[^;«»]{{2,110}})?{_DAY_FR}",
        rf"\s?»?,\s(?:a|ont)-t-(?:ils?|elles?)\s\w{{2,14}}{_DAY_FR}",
        rf",\s(?:selon|d['’]après)\s{NP_FR}(?:,\s[^;]{{2,110}})?",
    ),
}
_COMPILED: Final = {
    language: (
        re.compile(rf"^{_CONNECTORS[language]}", re.IGNORECASE),
        [re.compile(rf"^[«“\"]?\s?{each}", re.IGNORECASE) for each in _BEFORE[language]],
        [re.compile(rf"{each}\s?[.!]?$", re.IGNORECASE) for each in _AFTER[language]],
    )
    for language in ("en", "fr")
}
_QUOTES: Final = re.compile(r"^[«“\"]\s?|\s?[»”\"]$")
_BRACKETS: Final = re.compile(r"\[([^\[\]]{0,80})\]")
_SPACE: Final = re.compile(r"\s+")
_CLAUSE: Final = re.compile(r"\s?[;:]\s|\s[—–]\s")


def propose_statement(sentence: str, language: str, cue_at: int | None = None) -> str:
    """The statement that a sentence makes, in its own words. `cue_at`: where in it the strongest cue is."""
    words = sentence
    if len(words) > LONGEST and cue_at is not None:
        words = _cut_clause(words, cue_at)
    words = _BRACKETS.sub(lambda match: match[1] if match[1].strip(" .…") else "", words)
    words = _SPACE.sub(" ", words).strip()
    connector, before, after = _COMPILED[language]
    for pattern in (connector, connector, *before, *after):
        words = _strip(pattern, words, language)
    words = _strip(connector, _balance(words), language)
    words = words.strip(" ,;:").rstrip(".")
    return words[:1].upper() + words[1:] if words else _SPACE.sub(" ", sentence).strip()


def _cut_clause(words: str, cue_at: int) -> str:
    start = 0
    for match in _CLAUSE.finditer(words):
        if match.start() > cue_at:
            clause = words[start : match.start()]
            break
        start = match.end()
    else:
        clause = words[start:]
    return clause if len(clause.split()) >= _LEAST_WORDS else words


def _strip(pattern: re.Pattern[str], words: str, language: str) -> str:
    """The words without what the pattern finds, unless that is most of them, holds the prediction, or starts with a pronoun."""
    match = pattern.search(words)
    if match is None:
        return words
    removed, kept = match.group(), (words[: match.start()] + words[match.end() :]).strip()
    first = removed.strip(' «“"').split()[0].lower().rstrip(",") if removed.strip(' «“"') else ""
    is_pronoun = first in NO_NAME and first in {"we", "i", "you", "it", "this", "that", "nous", "je", "on", "cela", "ce"}
    predicts = any(each.rule.group in _PREDICTING for each in find_cues(removed, language, None))
    return words if is_pronoun or predicts or len(kept.split()) < _LEAST_WORDS else kept


def _balance(words: str) -> str:
    """Words without quotation marks that close nothing, or that enclose all of it."""
    for opening, closing in (("«", "»"), ("“", "”")):
        if words.count(opening) != words.count(closing):
            words = words.replace(opening, "").replace(closing, "")
    if words.count('"') % 2:
        words = words.replace('"', "")
    inside = _QUOTES.sub("", words.rstrip(".,"))
    if len(_QUOTES.findall(words.rstrip(".,"))) == 2 and not re.search(r"[«»“”\"]", inside):
        words = inside
    return _SPACE.sub(" ", words).strip()
