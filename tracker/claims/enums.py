"""The fixed words of a claim. Their keys are stored, exported and linked to; people read their labels (see `labels`)."""

import enum

from tracker.errors import N_
from tracker.labelled_enum import LabelledEnum


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


class OutcomeReason(LabelledEnum):
    """Why a claim is unresolvable (first three) or void (last three)."""

    NO_PUBLIC_INFORMATION = "no_public_information", N_("There is no public information")
    SOURCES_CONFLICT = "sources_conflict", N_("Sources contradict each other")
    TOO_VAGUE = "too_vague", N_("The wording is too vague")
    CONDITION_NOT_MET = "condition_not_met", N_("Its condition was not met")
    WITHDRAWN_BY_SPEAKER = "withdrawn_by_speaker", N_("The speaker withdrew it")
    SUPERSEDED = "superseded", N_("The speaker or publisher replaced the words")


UNRESOLVABLE_REASONS = (OutcomeReason.NO_PUBLIC_INFORMATION, OutcomeReason.SOURCES_CONFLICT, OutcomeReason.TOO_VAGUE)
VOID_REASONS = (OutcomeReason.CONDITION_NOT_MET, OutcomeReason.WITHDRAWN_BY_SPEAKER, OutcomeReason.SUPERSEDED)


class ProposalKind(LabelledEnum):
    """What a second editor is asked to sign."""

    VERDICT = "verdict", N_("Verdict")
    WITHDRAWAL = "withdrawal", N_("Withdrawal")


class VerdictKind(LabelledEnum):
    """Whether a verdict is a claim's first, or follows because the facts changed or because we erred."""

    FIRST = "first", N_("First verdict")
    UPDATE = "update", N_("Update: the facts changed")
    CORRECTION = "correction", N_("Correction: we erred")


class Decision(LabelledEnum):
    """What became of a proposal."""

    SIGNED = "signed", N_("Signed")
    RETURNED = "returned", N_("Sent back")
    RECALLED = "recalled", N_("Withdrawn by its proposer")


class Attribution(LabelledEnum):
    """How the article ties the claim to its speaker."""

    STATED = "stated", N_("Stated: the article says who")
    IMPLIED = "implied", N_("Implied: the article only suggests who")  # never public as a name and never scored
    ARTICLE = "article", N_("The article’s own voice")  # the article's own voice


class Certainty(LabelledEnum):
    """How sure the speaker sounded."""

    FLAT = "flat", N_("Flat (“will”)")
    HEDGED = "hedged", N_("Hedged (“probably”, “may”)")
    POSSIBLE_ONLY = "possible_only", N_("Only possible (“could”)")
    COMPARATIVE = "comparative", N_("Comparative (“likelier than”)")
    NOT_A_PROBABILITY = "not_a_probability", N_("Not a probability")
    NOT_RECORDED = "not_recorded", N_("Not recorded")  # not entered yet, or an import did not say; never scored


# Only these carry a likelihood band, and only these can enter a score.
WITH_BAND = (Certainty.FLAT, Certainty.HEDGED)


class ConditionStatus(LabelledEnum):
    """Whether the "if …" of a claim came about."""

    UNKNOWN = "unknown", N_("Not known yet")
    MET = "met", N_("Met")
    NOT_MET = "not_met", N_("Not met")


class DeadlineSource(LabelledEnum):
    """Who set the day by which it must have happened."""

    STATED = "stated", N_("Stated by the speaker")
    INTERPRETED = "interpreted", N_("Interpreted from the quote")
    EDITOR = "editor", N_("Set by the newsroom")  # our horizon, not theirs: silence until then refutes nothing


class QuoteKind(LabelledEnum):
    """How close the quote is to the speaker's words."""

    VERBATIM = "verbatim", N_("Verbatim")
    TRANSLATION = "translation", N_("From a translation")
    PARAPHRASE = "paraphrase", N_("Paraphrase")


class SpeakerKind(LabelledEnum):
    PERSON = "person", N_("Person")
    ORGANISATION = "organisation", N_("Organisation")


class Stance(enum.StrEnum):
    """What a piece of evidence does to the claim."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    CONTEXT = "context"


class SourceKind(LabelledEnum):
    PRIMARY = "primary", N_("Primary document")
    OFFICIAL = "official", N_("Official source")
    NEWS = "news", N_("News report")
    EXPERT = "expert", N_("Expert")
    OTHER = "other", N_("Other source")


class Visibility(LabelledEnum):
    """Internal evidence never leaves the desk and never carries a verdict alone."""

    PUBLIC = "public", N_("Public")
    INTERNAL = "internal", N_("Internal: for editors only")


class EvidenceAbout(LabelledEnum):
    """Whether evidence bears on the claim or on its condition."""

    CLAIM = "claim", N_("The claim")
    CONDITION = "condition", N_("Its condition")


class WithdrawReason(LabelledEnum):
    MISTAKE = "mistake", N_("Entered by mistake")
    DUPLICATE = "duplicate", N_("A duplicate")
    SPLIT = "split", N_("Split into several")
    TOO_VAGUE = "too_vague", N_("Too vague to check")
    NOT_A_PREDICTION = "not_a_prediction", N_("Not a prediction")
    OTHER = "other", N_("Another reason")


class RelationKind(LabelledEnum):
    DUPLICATE_OF = "duplicate_of", N_("is a duplicate of")
    SPLIT_FROM = "split_from", N_("was split from")
    ALTERNATIVE_TO = "alternative_to", N_("is an alternative to")
    PART_OF = "part_of", N_("is part of")
