"""The fixed words of a claim. Their keys are stored, exported and linked to; what a person reads is in `labels`."""

import enum


class Status(enum.StrEnum):
    """The state of the work on a claim."""

    DRAFT = "draft"
    OPEN = "open"
    DUE = "due"
    PROPOSED = "proposed"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


class Outcome(enum.StrEnum):
    """The outcome of a verdict."""

    CONFIRMED = "confirmed"
    PARTLY_CONFIRMED = "partly_confirmed"
    REFUTED = "refuted"
    UNRESOLVABLE = "unresolvable"
    VOID = "void"


class OutcomeReason(enum.StrEnum):
    """Why a claim is unresolvable (first three) or void (last three)."""

    NO_PUBLIC_INFORMATION = "no_public_information"
    SOURCES_CONFLICT = "sources_conflict"
    TOO_VAGUE = "too_vague"
    CONDITION_NOT_MET = "condition_not_met"
    WITHDRAWN_BY_SPEAKER = "withdrawn_by_speaker"
    SUPERSEDED = "superseded"


UNRESOLVABLE_REASONS = (OutcomeReason.NO_PUBLIC_INFORMATION, OutcomeReason.SOURCES_CONFLICT, OutcomeReason.TOO_VAGUE)
VOID_REASONS = (OutcomeReason.CONDITION_NOT_MET, OutcomeReason.WITHDRAWN_BY_SPEAKER, OutcomeReason.SUPERSEDED)


class ProposalKind(enum.StrEnum):
    """What a second editor is asked to sign."""

    VERDICT = "verdict"
    WITHDRAWAL = "withdrawal"


class VerdictKind(enum.StrEnum):
    """Whether a verdict is a claim's first, or follows because the world changed or because we erred."""

    FIRST = "first"
    UPDATE = "update"
    CORRECTION = "correction"


class Decision(enum.StrEnum):
    """What became of a proposal."""

    SIGNED = "signed"
    RETURNED = "returned"
    RECALLED = "recalled"


class Attribution(enum.StrEnum):
    """How the article ties the claim to its speaker."""

    STATED = "stated"
    IMPLIED = "implied"  # never public as a name and never scored
    ARTICLE = "article"  # the article's own voice


class Certainty(enum.StrEnum):
    """How sure the speaker sounded."""

    FLAT = "flat"
    HEDGED = "hedged"
    POSSIBLE_ONLY = "possible_only"
    COMPARATIVE = "comparative"
    NOT_A_PROBABILITY = "not_a_probability"
    NOT_RECORDED = "not_recorded"  # not entered yet, or an import did not say; never scored


# Only these carry a likelihood band, and only these can enter a score.
WITH_BAND = (Certainty.FLAT, Certainty.HEDGED)


class ConditionStatus(enum.StrEnum):
    """Whether the "if …" of a claim came about."""

    UNKNOWN = "unknown"
    MET = "met"
    NOT_MET = "not_met"


class DeadlineSource(enum.StrEnum):
    """Who set the day by which it must have happened."""

    STATED = "stated"
    INTERPRETED = "interpreted"
    EDITOR = "editor"  # our horizon, not theirs: silence until then refutes nothing


class QuoteKind(enum.StrEnum):
    """How close the quote is to the speaker's words."""

    VERBATIM = "verbatim"
    TRANSLATION = "translation"
    PARAPHRASE = "paraphrase"


class SpeakerKind(enum.StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"


class Stance(enum.StrEnum):
    """What a piece of evidence does to the claim."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    CONTEXT = "context"


class SourceKind(enum.StrEnum):
    PRIMARY = "primary"
    OFFICIAL = "official"
    NEWS = "news"
    EXPERT = "expert"
    OTHER = "other"


class Visibility(enum.StrEnum):
    """Internal evidence never leaves the desk and never carries a verdict alone."""

    PUBLIC = "public"
    INTERNAL = "internal"


class EvidenceAbout(enum.StrEnum):
    """Whether evidence bears on the claim or on its condition."""

    CLAIM = "claim"
    CONDITION = "condition"


class WithdrawReason(enum.StrEnum):
    MISTAKE = "mistake"
    DUPLICATE = "duplicate"
    SPLIT = "split"
    TOO_VAGUE = "too_vague"
    NOT_A_PREDICTION = "not_a_prediction"
    OTHER = "other"


class RelationKind(enum.StrEnum):
    DUPLICATE_OF = "duplicate_of"
    SPLIT_FROM = "split_from"
    ALTERNATIVE_TO = "alternative_to"
    PART_OF = "part_of"
