"""A newsroom's own language model as a second reader, off unless an endpoint is set. It speaks the chat completions of OpenAI.

Its answer is checked (`model_answers`) and added to what the rules find. Any failure, and an answer of which more than half had
to be dropped, leaves the rules' marks as they are, with a note. No lock is held: the caller is in no transaction.
"""

import hashlib
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from tracker.config_reading import LanguageModelSettings
from tracker.errors import N_
from tracker.intake.model_answers import (
    PROMPT_VERSION,
    Checked,
    ModelClaim,
    Unusable,
    build_request,
    read_answer,
    split_questions,
)
from tracker.net.bounds import FetchError, Limits
from tracker.net.fetching import post
from tracker.net.ssrf_guard import Guard
from tracker.suggest import Deadline, Kind, Suggestion
from tracker.word_caches import word_cache

LIMITS: Final = Limits(body=1_000_000, unpacked=1_000_000, seconds=20.0)
CALLS_MAX: Final = 5  # for an article; what comes after is read by the rules alone
ANSWERS_KEPT: Final = 100
_MODEL_SCORE: Final = 0.5  # of a sentence that the model alone marks

NOT_REACHED: Final = N_("The language model did not answer. These marks come from the built-in rules alone.")
NOT_USABLE: Final = N_("The language model’s answer could not be used. These marks come from the built-in rules alone.")

Send = Callable[[bytes], bytes]
Progress = Callable[[int, int], None]  # calls that were answered, and how many there will be


def ignore_progress(_done: int, _total: int) -> None:
    """The progress that is shown nowhere."""


@dataclass(frozen=True)
class LanguageModel:
    """What the model is called. `send` puts a request to it and returns its answer; raises FetchError."""

    name: str
    send: Send
    cache: MutableMapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class SecondReading:
    """Marks after the model was asked. `reasons`: its words by the start of a sentence, to show as the model's, not to keep."""

    suggestions: tuple[Suggestion, ...]
    reasons: dict[int, str] = field(default_factory=dict)
    note: str | None = None
    dropped: int = 0


@dataclass(frozen=True)
class Endpoint:
    """An address, up to and without /chat/completions, the key that opens it, and where it may be."""

    base_url: str
    key: str = field(default="", repr=False)
    guard: Guard = field(default_factory=Guard)
    limits: Limits = LIMITS


def connect(endpoint: Endpoint, name: str, cache: MutableMapping[str, bytes] | None = None) -> LanguageModel:
    """The model of this name behind an endpoint. What it answered once is taken from `cache`."""
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if endpoint.key:
        headers["Authorization"] = f"Bearer {endpoint.key}"

    def send(body: bytes) -> bytes:
        return post(endpoint.base_url.rstrip("/") + "/chat/completions", body, headers, endpoint.guard, endpoint.limits).body

    return LanguageModel(name, send, {} if cache is None else cache)


@word_cache(4)
def load_model(settings: LanguageModelSettings) -> LanguageModel | None:
    """The model of the settings; None where none is set. Its answers are kept for a minute, by a job until it ends."""
    if not settings.is_on:
        return None
    return connect(Endpoint(settings.url, settings.key, Guard(settings.networks)), settings.name, _Answers())


class _Answers(dict[str, bytes]):
    """The newest answers; the oldest goes where there are too many."""

    def __setitem__(self, key: str, value: bytes) -> None:
        super().__setitem__(key, value)
        while len(self) > ANSWERS_KEPT:
            del self[next(iter(self))]


def read_article(
    settings: LanguageModelSettings,
    text: str,
    language: str,
    published_on: date,
    found: Sequence[Suggestion],
    progress: Progress = ignore_progress,
) -> SecondReading:
    """The marks of an article: those of the rules, with those of the model where one is set. Takes up to 20 s a call."""
    model = load_model(settings)
    return read_again(model, text, language, published_on, found, progress) if model is not None else SecondReading(tuple(found))


def read_again(
    model: LanguageModel,
    text: str,
    language: str,
    published_on: date,
    found: Sequence[Suggestion],
    progress: Progress = ignore_progress,
) -> SecondReading:
    """The rules' marks with those of the model; the rules' alone, and a note, where the model fails."""
    try:
        answers = _ask(model, text, language, published_on, progress)
    except FetchError:
        return SecondReading(tuple(found), note=NOT_REACHED)
    except Unusable:
        return SecondReading(tuple(found), note=NOT_USABLE)
    claims = [claim for answer in answers for claim in answer.claims]
    dropped = sum(answer.dropped for answer in answers)
    if dropped > len(claims):
        return SecondReading(tuple(found), note=NOT_USABLE, dropped=dropped)
    return SecondReading(_merge(text, found, claims), {claim.start: claim.why for claim in claims}, dropped=dropped)


def _ask(model: LanguageModel, text: str, language: str, published_on: date, progress: Progress) -> list[Checked]:
    answers: list[Checked] = []
    questions = split_questions(text)[:CALLS_MAX]
    for sentences in questions:
        progress(len(answers), len(questions))
        body = build_request(model.name, language, published_on, sentences)
        key = hashlib.sha256(b"\n".join((PROMPT_VERSION.encode(), model.name.encode(), body))).hexdigest()
        answer = model.cache.get(key) or model.send(body)
        answers.append(read_answer(answer, sentences, published_on))
        model.cache[key] = answer  # only what can be read is kept
    return answers


def _merge(text: str, found: Sequence[Suggestion], claims: Sequence[ModelClaim]) -> tuple[Suggestion, ...]:
    merged = {each.start: each for each in found}
    for claim in claims:
        own = merged.get(claim.start)
        merged[claim.start] = _complete(own, claim) if own else _build(text, claim)
    return tuple(merged[start] for start in sorted(merged))


def _complete(own: Suggestion, claim: ModelClaim) -> Suggestion:
    """A mark of the rules with what they left open. An intention that the model calls a prediction becomes worth a look."""
    kind = Kind.PERHAPS if own.kind is Kind.INTENTION and not claim.is_borderline else own.kind
    filled = replace(own, kind=kind)
    if own.speaker is None and claim.speaker is not None:
        filled = replace(
            filled, speaker=claim.speaker, speaker_start=claim.speaker_start, speaker_end=claim.speaker_end, attribution="stated"
        )
    if own.deadline is None:
        filled = replace(filled, deadline=_build_deadline(claim))
    return filled


def _build(text: str, claim: ModelClaim) -> Suggestion:
    return Suggestion(
        start=claim.start,
        end=claim.end,
        text=text[claim.start : claim.end],
        paragraph=claim.paragraph,
        kind=Kind.INTENTION if claim.is_borderline else Kind.PERHAPS,
        score=_MODEL_SCORE,
        cues=(),
        speaker=claim.speaker,
        speaker_start=claim.speaker_start,
        speaker_end=claim.speaker_end,
        attribution="stated" if claim.speaker else None,
        deadline=_build_deadline(claim),
    )


def _build_deadline(claim: ModelClaim) -> Deadline | None:
    if claim.horizon is None or claim.horizon_start is None or claim.horizon_end is None:
        return None
    return Deadline(*claim.horizon, claim.horizon_start, claim.horizon_end, is_vague=True)
