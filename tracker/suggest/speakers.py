"""Who a sentence quotes. Only patterns that are right nine times in ten name a speaker; where the sentence quotes without them,
the speaker is left open.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from tracker.suggest.values import KnownSpeaker
from tracker.suggest.words import split_words

_CAP: Final = r"(?-i:[A-ZÀ-ÖØ-ÞŒ])[\w’'.&-]{0,30}"
VERBS_EN: Final = (
    r"(?:said|says|told|tells|announced|announces|stated|states|added|adds|warned|warns|predicted|predicts|predict|believes?|believed|"
    r"expects?|estimates?|estimated|claimed|claims|confirmed|confirms|insisted|insists|noted|notes|explained|explains|argued|argues|"
    r"wrote|writes|tweeted|reported|reports|indicated|thinks|fears?|feared|forecasts?|remarked|continued|concluded|concludes|declared|"
    r"say|stressed|commented|observed|admitted|pledged|promised|vowed|suspects?)"
)
VERBS_FR: Final = (
    r"(?:(?:a|ont|avait|avaient)\s(?:\w{2,12}\s){0,2}?(?:déclaré|dit|affirmé|annoncé|indiqué|précisé|expliqué|ajouté|estimé|assuré|"
    r"confirmé|souligné|prévenu|averti|promis|répété|jugé|conclu|poursuivi|fait\ssavoir|fait\svaloir|prédit|écrit|rappelé|soutenu|"
    r"laissé\sentendre|commenté|confié|mis\sen\sgarde|réagi|lancé|martelé|reconnu|tweeté|réitéré|insisté)"
    r"|(?:déclare|affirme|annonce|indique|précise|explique|ajoute|estime|assure|confirme|souligne|prévient|avertit|juge|pense|croit|"
    r"craint|redoute|espère|prévoit|table|considère|soutient|promet|prédit|conclut|poursuit|rappelle|reconnaît|dit|craignent|"
    r"estiment|affirment|pensent|prévoient|annoncent|espèrent|redoutent|jugent)(?:nt)?)"
)
_PARTICLES: Final = r"(?:de|du|des|d['’]|la|le|of|the|al|el|von|van|der|bin|ben|and|et|for|pour|à|aux?|en|in)"
_NAME: Final = rf"(?:{_CAP}(?:\s(?:{_PARTICLES}\s?){{0,2}}{_CAP}){{0,7}})"
_TITLE_FR: Final = r"(?:M\.|Mme|MM\.|Mlle|Dr|Pr|Me)\s"
_TITLE_EN: Final = (
    r"(?:Mr\.?|Mrs\.?|Ms\.?|Dr\.?|Prof\.?|Professor|President|Senator|Minister|Mayor|Judge|Chancellor|General|Sir|Lord)\s"
)
# A role before a name: "le premier ministre Jean Martin", "Finance minister Ann Lee".
_ROLE: Final = r"(?:[\w’'-]{2,16}\s){0,5}?"
_NOUNS_EN: Final = (
    r"(?:experts|analysts|officials|economists|scientists|researchers|forecasters|authorities|critics|observers|organi[sz]ers|"
    r"engineers|unions|retailers|contacts|respondents|meteorologists|prosecutors|ministers|diplomats|doctors|police)"
)
_NOUNS_FR: Final = (
    r"(?:experts|analystes|responsables|économistes|scientifiques|chercheurs|autorités|spécialistes|observateurs|organisateurs|"
    r"ingénieurs|syndicats|météorologues|prévisionnistes|diplomates|médecins|opposants|associations|enquêteurs)"
)
_BODIES_EN: Final = (
    r"(?:board|council|government|ministry|company|bank|agency|police|court|union|party|office|service|committee|report|study|survey|"
    r"mayor|minister|president|spokes\w+|firm|institute|university|army|group|club|association|commission|authority|airline|treasury|"
    r"fund|coach|director|governor|senator|prosecutor|operator|regulator|charity|federation|newspaper|cent(?:re|er)|team|department)"
)
_BODIES_FR: Final = (
    r"(?:conseil|gouvernement|ministère|ministre|entreprise|société|banque|agence|police|tribunal|syndicat|parti|bureau|service|comité|"
    r"mairie|maire|président|présidente|porte-parole|groupe|institut|université|armée|club|association|commission|"
    r"autorité|compagnie|fonds|directeur|directrice|préfecture|préfet|procureur|exploitant|régulateur|fédération|journal|centre|"
    r"direction|organisation|opposition|région|département)"
)
NP_FR: Final = (
    rf"(?:{_TITLE_FR}{_NAME}|{_NAME}|(?:l['’]|l[ae]s?\s|une?\s|des\s)(?:{_ROLE}{_NAME}(?:\s(?:du|de\sla|des)\s\w{{3,16}})?"
    rf"|{_NOUNS_FR}(?:\s[\w’'-]{{2,16}}){{0,3}}"
    rf"|(?:rapport|étude|sondage)(?:\s(?:du|de\sla|de\sl['’])\s?[\w’'-]{{2,16}}){{0,2}}"
    rf"|{_BODIES_FR}(?:\s(?:du|de\sla|des|de|d['’])\s?[\w’'-]{{2,16}}(?:\s\w{{3,16}})?|\s(?!\w*(?:ée?s?|is|it)\b)[\w’'-]{{3,16}})?))"
)
NP_EN: Final = (
    rf"(?:{_TITLE_EN}{_NAME}|{_NAME}|(?:the|an?|some|many|most|several|its|his|her|their)\s(?:{_ROLE}{_NAME}|(?:\w{{2,14}}\s){{0,2}}"
    rf"(?:{_NOUNS_EN}|{_BODIES_EN}))|{_NOUNS_EN})"
)
_PATTERNS: Final = {
    "en": (
        rf"\baccording\sto\s(?P<who>{NP_EN})",
        rf"(?:[\"”’'],?|,)\s(?:{VERBS_EN})\s(?P<who>{NP_EN})(?=[,.;:]|\s(?:on|in|at|to|of|after|during|as|when|about|from|for)\b|$|\s[\"“])",
        rf"(?:^|[.;,]\s|[\"”]\s|\b(?:and|but|while|as|however,)\s)(?P<who>{NP_EN})(?:,\s[^,;\"“”]{{2,90}},)?\s(?:also\s|has\s|have\s|had\s|later\s|then\s)?"
        rf"{VERBS_EN}(?=\s|:|,|$)",
    ),
    "fr": (
        rf"\b(?:selon|d['’]après|à\sen\scroire)\s(?P<who>{NP_FR})",
        rf"(?:»|”|\"|,)\s?,?\s?(?:{VERBS_FR})\s(?P<who>{NP_FR})(?=[,.;:(]|\s(?:à|lors|dans|au|aux|sur|en|dans|devant|après|pour|mardi|lundi|"
        r"mercredi|jeudi|vendredi|samedi|dimanche|ce|hier|qui|«)\b|$|\s«)",
        rf"(?:^|[.;,]\s|»\s|\b(?:et|mais|que|alors\sque|tandis\sque)\s)(?P<who>{NP_FR})(?:,\s[^,;«»]{{2,110}},)?\s(?:n['’]|ne\s|s['’]|se\s|l['’])?"
        rf"(?:{VERBS_FR})(?=\s|:|,|$)",
    ),
}
_COMPILED: Final = {language: [re.compile(each, re.IGNORECASE) for each in patterns] for language, patterns in _PATTERNS.items()}
_PRONOUN: Final = {
    "en": re.compile(rf"\b(?:he|she)\s(?:also\s|later\s)?{VERBS_EN}\b|\b(?:said|says|added)\s(?:he|she)\b", re.IGNORECASE),
    "fr": re.compile(
        rf"-(?:t-)?(?:il|elle)\b|\b(?:il|elle)\s(?:a\s)?(?:{VERBS_FR})\b|\b(?:selon|d['’]après)\s(?:lui|elle)\b", re.IGNORECASE
    ),
}  # fmt: skip
_QUOTES: Final = re.compile(r"[«»“”\"]")
NO_NAME: Final = frozenset(
    split_words(
        "he she it they we i you this that these those there who which what one il elle ils elles nous je on ce cela "
        "qui tout tous but and if in on at as for the le la les un une mais et si en dans pour however meanwhile "
        "yesterday today monday tuesday wednesday thursday friday saturday sunday lundi mardi mercredi jeudi vendredi "
        "samedi dimanche hier selon according"
    )
)
_TRAILING: Final = re.compile(rf"\s(?:{_PARTICLES})$", re.IGNORECASE)
_DETERMINER: Final = re.compile(
    r"^(?:l['’]|(?:the|an?|les?|la|une?|des|mrs?|ms|dr|mme|m|professor|president)(?:\.\s?|\s))", re.IGNORECASE
)
_SURNAME_TITLE: Final = re.compile(rf"^(?:{_TITLE_EN}|{_TITLE_FR})", re.IGNORECASE)
_SURNAME: Final = re.compile(rf"(?:{_TITLE_EN}|{_TITLE_FR})?(?-i:[A-ZÀ-ÖØ-ÞŒ])[\w’'-]+")
_NAME_WORD: Final = r"[A-ZÀ-ÖØ-ÞŒ][\w’'-]{1,30}"
_NAME_WORDS: Final = re.compile(rf"(?<![\w.’'-]){_NAME_WORD}(?:[ \u00a0\u202f]{_NAME_WORD}){{1,5}}(?![\w’'-])")
_SMALL_WORD: Final = re.compile(r"(?<![\w’'-])[a-zà-öø-ÿœ][\w’'-]*")
_SENTENCE_START: Final = re.compile(r"(?:^|[\n.!?…:;«“\"])[\s«“\"]*$")
_NAME_MAX: Final = 4  # words of a full name
# What stands before a name and is no part of it.
_NO_GIVEN: Final = NO_NAME | frozenset(
    split_words(
        "mr mrs ms miss dr mme mlle pr me prof professor president senator minister mayor judge chancellor general sir lord lady "
        "dame baron baroness councillor secretary governor captain deputy prime foreign finance interior defence vice chief "
        "commissioner inspector sergeant colonel major lieutenant admiral bishop archbishop pope king queen prince princess "
        "coach director chairman chairwoman leader madame monsieur docteur maître ministre député députée sénateur sénatrice "
        "maire préfet préfète président présidente capitaine général commissaire juge secrétaire premier première évêque pape "
        "roi reine princesse when although though since after while because then unless until before once where why how whether "
        "yet still even only later now here quand lorsque après avant alors puis depuis comme tandis ainsi aussi enfin pourtant "
        "cependant car donc or ni "
        "january february march april may june july august september october november december "
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
    )
)


@dataclass(frozen=True)
class FoundSpeaker:
    """A speaker as the text names them, at the place in the sentence."""

    start: int
    end: int
    name: str


@dataclass(frozen=True)
class Quoting:
    """What a sentence states of its speaker. `is_open`: one is quoted whom no pattern names; `has_quote`: in their words."""

    speaker: FoundSpeaker | None
    is_open: bool
    has_quote: bool = False


def find_speaker(sentence: str, language: str, is_quoted: bool = False) -> Quoting:
    """Who is quoted in a sentence. `is_quoted`: it starts inside a quotation."""
    found = []
    for pattern in _COMPILED[language]:
        for match in pattern.finditer(sentence):
            named = _clean(match["who"], match.start("who"))
            if named is not None:
                found.append(named)
    best = _prefer(found)
    is_open = best is None and (
        is_quoted or _PRONOUN[language].search(sentence) is not None or len(_QUOTES.findall(sentence)) > 0
    )
    return Quoting(best, is_open, is_quoted or _QUOTES.search(sentence) is not None)


def _clean(words: str, start: int) -> FoundSpeaker | None:
    kept = words.rstrip(" .,'’-")
    kept = _TRAILING.sub("", kept)
    first = kept.split()[0].lower().rstrip(",.") if kept.split() else ""
    if not kept or kept.lower() in NO_NAME or first in NO_NAME - {"the", "le", "la", "les", "un", "une", "l"}:
        return None
    return FoundSpeaker(start, start + len(kept), kept)


def _prefer(found: Sequence[FoundSpeaker]) -> FoundSpeaker | None:
    """The only one named, or the first; None where different people are named as speakers of one sentence."""
    if not found:
        return None
    names = {fold_name(each.name) for each in found}
    first = min(found, key=lambda each: each.start)
    if len(names) > 1 and not all(name in fold_name(first.name) or fold_name(first.name) in name for name in names):
        return found[0] if len(names) == 2 else None
    return first


def fold_name(name: str) -> str:
    """A name to compare by: without case, marks, title and article."""
    plain = unicodedata.normalize("NFKD", name.casefold()).replace("’", "'")
    plain = "".join(each for each in plain if not unicodedata.combining(each))
    before = None
    while before != plain:
        before, plain = plain, _DETERMINER.sub("", plain).strip(" .'")
    return " ".join(plain.split())


def match_known(name: str, known: Sequence[KnownSpeaker]) -> KnownSpeaker | None:
    """The known speaker of this name or alias, or the only one with this surname.

    "The council" is no surname: it names no "Saltby Council" alone.
    """
    folded = fold_name(name)
    if not folded:
        return None
    for each in known:
        names = [fold_name(one) for one in (each.name, *each.aliases)]
        if folded in names or any(len(one) > 3 and folded.endswith(f" {one}") for one in names):
            return each
    if not is_surname(name):
        return None
    same_end = [each for each in known if fold_name(each.name).split()[-1:] == [folded]]
    return same_end[0] if len(same_end) == 1 else None


def is_surname(name: str) -> bool:
    """Whether it is one capitalised word, with or without a title: "Ferrier", "Ms Ferrier", not "the council"."""
    return _SURNAME.fullmatch(name.strip()) is not None


class FullNames:
    """The people whom a text names in full, by surname. The text is read once, when the first is asked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    def find(self, surname: str) -> FoundSpeaker | None:
        """Where the text first gives the full name of a person of this surname; None where it gives none, or two."""
        found = self._by_surname.get(_SURNAME_TITLE.sub("", surname.strip()), [])
        return found[0] if len({fold_name(each.name) for each in found}) == 1 else None

    @cached_property
    def _by_surname(self) -> dict[str, list[FoundSpeaker]]:
        small = set(_SMALL_WORD.findall(self._text))
        index: dict[str, list[FoundSpeaker]] = {}
        for match in _NAME_WORDS.finditer(self._text):
            words = match.group().split()
            # The first word of a sentence has a capital letter whatever it is.
            if words[0].lower() in small and _SENTENCE_START.search(self._text, max(0, match.start() - 5), match.start()):
                del words[0]
            while words and words[0].lower() in _NO_GIVEN:
                del words[0]
            if 2 <= len(words) <= _NAME_MAX:
                length = sum(map(len, words)) + len(words) - 1
                found = FoundSpeaker(match.end() - length, match.end(), self._text[match.end() - length : match.end()])
                index.setdefault(words[-1], []).append(found)
        return index
