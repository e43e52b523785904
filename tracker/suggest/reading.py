"""Reading an article: its sentences, each with its cues, its scores and what was found in it."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Final

from tracker.on_demand import OnDemand
from tracker.suggest import deadlines, hedges, linear
from tracker.suggest.cues import ANCHOR_GROUPS, FoundCue, find_cues, find_times
from tracker.suggest.features import Place, build_features, sum_by_owner
from tracker.suggest.languages import LANGUAGES
from tracker.suggest.sentences import CAP, Sentence, split_sentences
from tracker.suggest.times import TimeExpression
from tracker.suggest.topics import TopicGuesser
from tracker.suggest.values import Cue, Deadline, Kind, Options, Suggestion

if TYPE_CHECKING:
    from tracker.suggest import speakers
else:
    speakers = OnDemand("tracker.suggest.speakers")

LONGEST: Final = 120_000  # characters of an article that are read
_MOST_SENTENCES: Final = 3_000
_SHOWN: Final = 8  # cues of a sentence that are handed out
_BODY: Final = re.compile(r"(?:the|an?|le|la|les|une?|des)\s|l['’]", re.IGNORECASE)
_LEAST_WEIGHT: Final = 0.05
# Times that can carry a prediction without any verb of the future.
_ANCHOR_TIMES: Final = frozenset(
    {"date_future", "year_future", "span_future", "next", "soon", "in_future", "until", "yet", "bientot", "dici", "pas_encore"}
)


@dataclass(frozen=True)
class ReadSentence:
    """A sentence with what its score is made of. `words`: the part of it that is scored; `place`: where it is in the article."""

    sentence: Sentence
    words: str
    times: list[TimeExpression]
    cues: list[FoundCue]
    place: Place

    @cached_property
    def features(self) -> dict[str, float]:
        """What the weights are multiplied with; built only where it is asked for."""
        return build_features(self.words, self.cues, self.place)

    @property
    def can_be_marked(self) -> bool:
        """Whether it is no title, and anything in it can make a prediction; without, no run of small weights marks it."""
        return not _is_title(self.sentence) and any(
            each.rule.group in ANCHOR_GROUPS or each.rule.name in _ANCHOR_TIMES for each in self.cues
        )


def read_sentences(
    text: str, language: str, published_on: date | None, cues_off: frozenset[str] = frozenset()
) -> Iterator[ReadSentence]:
    """Every sentence of a text with its cues and features, headings included."""
    before: ReadSentence | None = None
    quotes, story = _QuoteCounter(text), _Story()
    for sentence in islice(split_sentences(text), _MOST_SENTENCES):
        words = sentence.text[:CAP]
        times = find_times(words, language, published_on)
        cues = find_cues(words, language, published_on, times, cues_off)
        same_paragraph = before is not None and before.sentence.paragraph == sentence.paragraph
        is_quoted = quotes.is_open_at(sentence.start, sentence.paragraph)
        groups = (
            frozenset(each.rule.group for each in before.cues if each.rule.is_core) if before and same_paragraph else frozenset()
        )
        is_story = story.holds({each.rule.name for each in cues}, is_next=same_paragraph) and not is_quoted and "«" not in words
        before = ReadSentence(sentence, words, times, cues, Place(sentence.is_heading, is_quoted, groups, is_story))
        yield before


class _Story:
    """Knows whether a French story of the past goes on, whose future tenses predict nothing (« Il y passera onze ans. »)."""

    _BEGINS: Final = frozenset({"recit_suite", "recit_futur", "passe_simple", "date_past"})
    _AHEAD: Final = frozenset({"date_future", "year_future", "span_future", "date_now", "weekday", "bientot", "dici"})
    _COUNTED: Final = frozenset({"span_future", "date_now"})  # what « pendant six ans » and « cette année-là » look like
    _REPORT: Final = frozenset({"annonce", "selon"})

    def __init__(self) -> None:
        self._is_past = False

    def holds(self, names: set[str], *, is_next: bool) -> bool:
        """Whether a sentence with these cues is part of a story. `is_next`: it follows another one in its paragraph."""
        goes_on = "recit_suite" in names
        if not (names - self._COUNTED if goes_on else names).isdisjoint(self._AHEAD):
            self._is_past = False
            return False
        was_past = is_next and self._is_past
        self._is_past = was_past or (not names.isdisjoint(self._BEGINS) and "passe_compose" not in names)
        return (was_past or goes_on) and names.isdisjoint(self._REPORT)


class _QuoteCounter:
    """Knows whether a quotation is open, counting from the beginning of each paragraph."""

    _MARKS: Final = re.compile(r"[«»“”\"]")

    def __init__(self, text: str) -> None:
        self._text = text
        self._paragraph = 0
        self._place = 0
        self._depth = 0
        self._straight = False

    def is_open_at(self, place: int, paragraph: int) -> bool:
        """Places must not decrease."""
        if paragraph != self._paragraph:
            self._paragraph, self._place, self._depth, self._straight = paragraph, place, 0, False
        for match in self._MARKS.finditer(self._text, self._place, place):
            mark = match.group()
            if mark == '"':
                self._straight = not self._straight
            else:
                self._depth = max(0, self._depth + (1 if mark in "«“" else -1))
        self._place = place
        return self._depth > 0 or self._straight


def is_cut(text: str) -> bool:
    """Whether `suggest` reads a part of a text alone: its first LONGEST characters, or its first 3,000 sentences."""
    if len(text) > LONGEST:
        return True
    # Sentences end with one of these; most texts have so few that they need not be cut into sentences.
    if sum(map(text.count, ".!?…\n")) < _MOST_SENTENCES:
        return False
    return sum(1 for _ in islice(split_sentences(text), _MOST_SENTENCES + 1)) > _MOST_SENTENCES


def suggest(text: str, language: str, published_on: date | None, options: Options | None = None) -> list[Suggestion]:
    """The sentences of an article that may be predictions, in order.

    Offsets are code points into `text` as it was given. Dates without a year, and words like "next week", are understood from the
    publication date; without one they give no deadline. Raises ValueError for a language that cannot be read.
    """
    if language not in LANGUAGES:
        raise ValueError(f"no cues for the language {language!r}")
    return list(_Reader(text[:LONGEST], language, published_on, options or Options()).read())


def find_deadlines(
    text: str, language: str, published_on: date | None, places: Sequence[tuple[int, int]], cues_off: frozenset[str] = frozenset()
) -> list[Deadline | None]:
    """For each place (start, end) in an article the deadline that `suggest` gives the sentence with which it shares most."""
    sentences = list(islice(split_sentences(text[:LONGEST]), _MOST_SENTENCES))
    starts = [each.start for each in sentences]
    found: list[Deadline | None] = []
    for start, end in places:
        near = sentences[max(0, bisect_right(starts, start) - 1) : bisect_left(starts, end)]
        best = max(near, key=lambda each: min(each.end, end) - max(each.start, start), default=None)
        if best is None:
            found.append(None)
            continue
        times = find_times(best.text[:CAP], language, published_on)
        cues = find_cues(best.text[:CAP], language, published_on, times, cues_off)
        found.append(_find_deadline(best, times, cues, published_on))
    return found


def _find_deadline(
    sentence: Sentence, times: list[TimeExpression], cues: list[FoundCue], published_on: date | None
) -> Deadline | None:
    time = deadlines.find_deadline(sentence.text[:CAP], times, cues, published_on)
    if time is None:
        return None
    start = sentence.start
    return Deadline(time.earliest, time.latest, start + time.start, start + time.end, time.is_vague)


class _Reader:
    def __init__(self, text: str, language: str, published_on: date | None, options: Options) -> None:
        self._text, self._language, self._published_on, self._options = text, language, published_on, options
        self._model = linear.load_model(language)
        table = hedges.load_default_hedges() if options.hedges is None else options.hedges
        self._hedges = hedges.compile_hedges(table, language)
        self._topics = TopicGuesser(options.topics) if options.topics else None

    def read(self) -> Iterator[Suggestion]:
        sentences = list(read_sentences(self._text, self._language, self._published_on, self._options.cues_off))
        marked: list[tuple[ReadSentence, Kind, float]] = []
        for each in sentences:
            if each.can_be_marked:
                kind, score = self._model.judge(each.features, self._options.thresholds)
                if kind is not None:
                    marked.append((each, kind, score))
        speakers_of = _SpeakerFinder(self._text, sentences, self._language) if marked else None
        for each, kind, score in marked:
            assert speakers_of is not None
            cues = self._explain(each, kind)
            if any(cue.weight > 0 for cue in cues):  # nothing is marked without a reason to show
                yield self._build(each, kind, score, cues, speakers_of.find(each))

    def _build(self, each: ReadSentence, kind: Kind, score: float, cues: tuple[Cue, ...], quoting: "_Placed") -> Suggestion:
        sentence = each.sentence
        hedge = hedges.find_hedge(each.words, self._hedges, each.cues)
        certainty, likelihood = hedges.choose_certainty(hedge, each.cues)
        known = speakers.match_known(quoting.name, self._options.speakers) if quoting.name else None
        return Suggestion(
            start=sentence.start,
            end=sentence.end,
            text=sentence.text,
            paragraph=sentence.paragraph,
            kind=kind,
            score=round(score, 3),
            cues=cues,
            speaker=quoting.name,
            speaker_start=quoting.start,
            speaker_end=quoting.end,
            speaker_key=known.key if known else None,
            attribution="stated" if quoting.name else None if quoting.is_open else "article",
            hedge=hedge.words if hedge else None,
            certainty=certainty,
            likelihood=likelihood,
            deadline=_find_deadline(each.sentence, each.times, each.cues, self._published_on),
            topics=self._topics.guess(sentence.text) if self._topics else (),
        )

    def _explain(self, each: ReadSentence, kind: Kind) -> tuple[Cue, ...]:
        weights = self._model.intention if kind is Kind.INTENTION else self._model.claim
        sums = sum_by_owner(weights.contributions(each.features))
        count = Counter(cue.rule.name for cue in each.cues)
        if not any(sums.get(name, 0.0) / count[name] >= _LEAST_WEIGHT for name in count):
            self._add_groups(sums, weights, each)
        found = [
            Cue(each.sentence.start + cue.start, each.sentence.start + cue.end, cue.rule.name, round(weight, 3))
            for cue in each.cues
            if abs(weight := sums.get(cue.rule.name, 0.0) / count[cue.rule.name]) >= _LEAST_WEIGHT
        ]
        strongest = sorted(found, key=lambda cue: -abs(cue.weight))[:_SHOWN]
        return tuple(sorted(strongest, key=lambda cue: (cue.start, cue.end)))

    @staticmethod
    def _add_groups(sums: dict[str, float], weights: linear.Weights, each: ReadSentence) -> None:
        """Where no cue weighs anything of its own, what its group weighs is its weight: « risquent de » as any other hedge."""
        names: dict[str, set[str]] = {}
        for cue in each.cues:
            names.setdefault(cue.rule.group, set()).add(cue.rule.name)
        for group, inside in names.items():
            weight = weights.by_feature.get(f"g:{group}", 0.0)
            for name in inside:
                sums[name] = weight / len(inside) if weight > 0 else sums.get(name, 0.0)


def _is_title(sentence: Sentence) -> bool:
    """A heading that is not to be marked: the title of the article, or a short one inside it."""
    return sentence.is_heading and (sentence.paragraph == 1 or len(sentence.text) < 60 or sentence.text.endswith("?"))


@dataclass(frozen=True)
class _Placed:
    name: str | None
    start: int | None
    end: int | None
    is_open: bool


class _SpeakerFinder:
    """Finds the speaker of a sentence, in it or in the rest of the quotation that it belongs to."""

    def __init__(self, text: str, sentences: list[ReadSentence], language: str) -> None:
        self._full_names = speakers.FullNames(text)
        self._language = language
        self._paragraphs: dict[int, list[ReadSentence]] = {}
        for each in sentences:
            self._paragraphs.setdefault(each.sentence.paragraph, []).append(each)
        self._found: dict[int, speakers.Quoting] = {}

    def _quoting(self, each: ReadSentence) -> "speakers.Quoting":
        key = each.sentence.start
        if key not in self._found:
            self._found[key] = speakers.find_speaker(each.words, self._language, each.place.is_quoted)
        return self._found[key]

    def find(self, each: ReadSentence) -> _Placed:
        own = self._quoting(each)
        if own.speaker is not None:
            return self._place(each, own)
        if own.is_open and own.has_quote:
            inside = self._paragraphs[each.sentence.paragraph][:200]
            named = [(one, self._quoting(one)) for one in inside if abs(one.sentence.start - each.sentence.start) < 1_500]
            named = [(one, quoting) for one, quoting in named if quoting.speaker is not None]
            names = {speakers.fold_name(quoting.speaker.name).split()[-1] for _, quoting in named if quoting.speaker is not None}
            # A pronoun is a person; "the board" is none.
            is_body = any(_BODY.match(quoting.speaker.name) for _, quoting in named if quoting.speaker is not None)
            if len(names) == 1 and not is_body:
                return self._place(*named[0])
        return _Placed(None, None, None, own.is_open)

    def _place(self, each: ReadSentence, quoting: "speakers.Quoting") -> _Placed:
        assert quoting.speaker is not None
        # "Ms Ferrier" is who the article calls Maud Ferrier.
        if speakers.is_surname(quoting.speaker.name):
            full = self._full_names.find(quoting.speaker.name)
            if full is not None:
                return _Placed(full.name, full.start, full.end, False)
        start = each.sentence.start
        return _Placed(quoting.speaker.name, start + quoting.speaker.start, start + quoting.speaker.end, False)
