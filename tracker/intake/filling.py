"""What is proposed for the claim of a passage: every field that its sentence gives, and nothing that it does not. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from tracker.articles.texts import Paragraphs
from tracker.claims.enums import WITH_BAND, Attribution, Certainty, DeadlineSource, SpeakerKind
from tracker.claims.services.common import NAME_MAX, STATEMENT_MAX
from tracker.intake.models import Candidate, CandidateCue, CandidateKind, CandidateState
from tracker.on_demand import OnDemand
from tracker.suggest import Deadline, Kind, Options, Suggestion, find_deadlines, suggest
from tracker.suggest.criteria import DEFAULT_KIND, choose_kind, propose_criteria

if TYPE_CHECKING:
    from tracker.suggest import statements
else:
    statements = OnDemand("tracker.suggest.statements")

# What an editor can change of a candidate, by the names of its columns.
FIELDS: Final = (
    "statement", "speaker_id", "speaker_name", "speaker_kind", "attribution", "hedge", "certainty", "likelihood_low",
    "likelihood_high", "deadline_on", "deadline_source", "review_on", "confirmed_if", "refuted_if", "topic_ids",
)  # fmt: skip
HORIZON_MOST: Final = 36_500  # days
_EVERY_SENTENCE: Final = {kind.value: 0.0 for kind in Kind}  # thresholds that leave no sentence with a cue out
_ARTICLE: Final = re.compile(
    r"^(?:(?:the|an?|its|his|her|their|le|la|les|une?|des|son|sa|ses|leurs?)\s+|l['’]\s?)(?=\S)", re.IGNORECASE
)
_TITLE: Final = re.compile(r"^(?:M\.|Mme|MM\.|Mlle|Dr\.?|Pr\.?|Me|Mrs?\.?|Ms\.?|Prof\.?|Professor|President|Senator|Sir)\s")
_NAME_WORD: Final = re.compile(r"[A-ZÀ-ÖØ-ÞŒ][\w’'.-]*|de|du|des|la|le|van|von|der|bin|ben|al|el|of")
# "économiste Hugo Besnard": small words before a name of two or more.
_ROLE: Final = re.compile(r"^(?:[a-zà-öø-ÿœ][\w’'-]*\s)+(?=[A-ZÀ-ÖØ-ÞŒ][\w’'-]+(?:\s[A-ZÀ-ÖØ-ÞŒ][\w’'-]+)+$)")
_QUOTED: Final = re.compile(r"[«»“”\"]")
_BODY: Final = re.compile(
    r"\b(?:bank|banque|board|council|conseil|ministry|minist[eè]re|agency|agence|university|université|institut\w*|party|parti|"
    r"union|syndicat|commission|committee|comité|company|société|group|groupe|club|court|tribunal|office|service|fund|fonds|"
    r"authority|autorité|association|federation|fédération|press|police|observator\w+|observatoire|port|airport|aéroport)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Basis:
    """What filling needs of an article: its text, the day its claims were made on, and the newsroom's horizon in days."""

    body: str
    language: str
    published_on: date
    horizon: int


def fill_candidates(basis: Basis, suggestions: Sequence[Suggestion]) -> list[tuple[Candidate, list[CandidateCue]]]:
    """A candidate for each suggestion, with its cues; none is in a session or has a reading yet."""
    paragraphs = Paragraphs(basis.body)
    return [(_fill(basis, paragraphs, each, CandidateKind(each.kind)), _list_cues(each)) for each in suggestions]


def fill_own(basis: Basis, start: int, end: int, options: Options) -> tuple[Candidate, list[CandidateCue]]:
    """A candidate for a passage that an editor chose, with what its sentence says even where it is not marked."""
    wide = replace(options, thresholds=_EVERY_SENTENCE)
    near = [
        each for each in suggest(basis.body, basis.language, basis.published_on, wide) if each.start < end and each.end > start
    ]
    best = max(near, key=lambda each: min(each.end, end) - max(each.start, start), default=None)
    words = basis.body[start:end]
    if best is None:
        own = Suggestion(start, end, words, 1, Kind.PERHAPS, 0.0, (), attribution=None if _QUOTED.search(words) else "article")
    else:
        cues = tuple(cue for cue in best.cues if start <= cue.start and cue.end <= end)
        own = replace(best, start=start, end=end, text=words, cues=cues)
    return _fill(basis, Paragraphs(basis.body), own, CandidateKind.OWN), _list_cues(own)


def move_deadlines(basis: Basis, before: date, candidates: Sequence[Candidate], cues_off: frozenset[str]) -> None:
    """Set what depends on the day of publication as it is proposed for that of `basis`: deadline, review date, criteria.

    `before`: the day that they were proposed for. Words of time that the rules did not find, but a language model, stay.
    """
    places = [(each.quote_start, each.quote_end) for each in candidates]
    then, now = (find_deadlines(basis.body, basis.language, day, places, cues_off) for day in (before, basis.published_on))
    for candidate, old, new in zip(candidates, then, now, strict=True):
        deadline_on, source, stated = _choose_deadline(basis, new)
        if stated is None and candidate.deadline_on is not None and candidate.deadline_source is DeadlineSource.EDITOR:
            # As far off as before, whatever the newsroom's horizon is now.
            deadline_on = candidate.deadline_on + (basis.published_on - before)
        found = None if old is None else (old.start, old.latest)
        is_models = candidate.deadline_start is not None and found != (candidate.deadline_start, candidate.deadline_on)
        if is_models or deadline_on == candidate.deadline_on:
            continue
        candidate.deadline_on, candidate.deadline_source = deadline_on, source
        candidate.deadline_start, candidate.deadline_end = (stated.start, stated.end) if stated else (None, None)
        candidate.review_on = deadline_on + timedelta(days=1)
        criteria = propose_criteria(candidate.statement, basis.language, deadline_on, candidate.criteria_kind)
        candidate.confirmed_if, candidate.refuted_if = criteria.confirmed_if or "", criteria.refuted_if or ""
        if candidate.state in (CandidateState.WAITING, CandidateState.LATER):
            candidate.version += 1  # an open form has the old days


def follow_terms(candidate: Candidate, values: Mapping[str, Any], language: str) -> dict[str, str]:
    """Criteria for the statement and deadline in `values`, where both criteria are still those proposed for the candidate's."""
    then = propose_criteria(candidate.statement, language, candidate.deadline_on, candidate.criteria_kind)
    if (values["confirmed_if"], values["refuted_if"]) != (then.confirmed_if or "", then.refuted_if or ""):
        return {}
    statement, deadline_on = values["statement"], values["deadline_on"]
    now = propose_criteria(statement, language, deadline_on, candidate.criteria_kind)
    if now.missing != then.missing:  # the new statement has no figure, say
        now = propose_criteria(statement, language, deadline_on, DEFAULT_KIND)
    return {"confirmed_if": now.confirmed_if or "", "refuted_if": now.refuted_if or ""}


def list_missing(candidate: Candidate) -> tuple[str, ...]:
    """The fields that have to be asked before the candidate can be kept as it is: "attribution", "statement", "review_on"."""
    missing = ["statement"] if not candidate.statement.strip() else []
    if candidate.attribution is None:
        missing.append("attribution")
    return (*missing, *(["review_on"] if candidate.review_on is None else []))


def _fill(basis: Basis, paragraphs: Paragraphs, each: Suggestion, kind: CandidateKind) -> Candidate:
    cue = max((one for one in each.cues if one.weight > 0), key=lambda one: one.weight, default=None)
    statement = statements.propose_statement(each.text, basis.language, cue.start - each.start if cue else None)[:STATEMENT_MAX]
    deadline_on, source, stated = _choose_deadline(basis, each.deadline)
    criteria_kind = choose_kind(statement, basis.language)
    if criteria_kind == DEFAULT_KIND and kind is CandidateKind.INTENTION:
        criteria_kind = "intention"
    criteria = propose_criteria(statement, basis.language, deadline_on, criteria_kind)
    certainty = Certainty(each.certainty) if each.certainty else Certainty.NOT_RECORDED
    low, high = each.likelihood if each.likelihood and certainty in WITH_BAND else (None, None)
    block = paragraphs.at(each.start)
    return Candidate(
        quote_start=each.start,
        quote_end=each.end,
        paragraph=block.number if block else 1,
        kind=kind,
        score=each.score,
        statement=statement,
        **_name_speaker(each),
        hedge=each.hedge or "",
        certainty=certainty,
        likelihood_low=low,
        likelihood_high=high,
        deadline_on=deadline_on,
        deadline_source=source,
        deadline_start=stated.start if stated else None,
        deadline_end=stated.end if stated else None,
        review_on=deadline_on + timedelta(days=1),
        criteria_kind=criteria_kind,
        confirmed_if=criteria.confirmed_if or "",
        refuted_if=criteria.refuted_if or "",
        topic_ids=[int(topic) for topic in each.topics if topic.isdecimal()],
    )


def _list_cues(each: Suggestion) -> list[CandidateCue]:
    return [
        CandidateCue(number=number, name=cue.name, cue_start=cue.start, cue_end=cue.end, weight=cue.weight)
        for number, cue in enumerate(each.cues, start=1)
    ]


def _choose_deadline(basis: Basis, found: Deadline | None) -> tuple[date, DeadlineSource, Deadline | None]:
    """The day by the words of the sentence, else the newsroom's own horizon, so that the review is as far off as it says."""
    if found is not None and found.latest >= basis.published_on and found.latest < date.max:
        return found.latest, DeadlineSource.INTERPRETED if found.is_vague else DeadlineSource.STATED, found
    days = min(max(basis.horizon, 1), HORIZON_MOST)
    return basis.published_on + timedelta(days=days - 1), DeadlineSource.EDITOR, None


def _name_speaker(each: Suggestion) -> dict[str, object]:
    if each.attribution == "article":
        return {"speaker_id": None, "speaker_name": "", "speaker_kind": SpeakerKind.PERSON, "attribution": Attribution.ARTICLE}
    name = _clean_name(each.speaker or "")
    known = isinstance(each.speaker_key, int)
    return {
        "speaker_id": each.speaker_key if known else None,
        "speaker_name": "" if known else name,
        "speaker_kind": guess_kind(name),
        "attribution": Attribution.STATED if known or name else None,
    }


def _clean_name(name: str) -> str:
    """A name as a list of speakers has it: without the article or the role before it, a capital first."""
    plain = _ARTICLE.sub("", " ".join(name.split()))[:NAME_MAX]
    if not _BODY.search(plain):
        plain = _ROLE.sub("", plain)
    return plain[:1].upper() + plain[1:]


def guess_kind(name: str) -> SpeakerKind:
    """A person, where a name is written like one; else an organisation."""
    words = _TITLE.sub("", name).split()
    is_name = 1 < len(words) < 6 and all(_NAME_WORD.fullmatch(word) for word in words)
    is_person = (is_name or _TITLE.match(name) is not None) and not _BODY.search(name)
    return SpeakerKind.PERSON if is_person else SpeakerKind.ORGANISATION
