"""Tables of the claims area."""

from tracker.claims.models.claim import Claim, ClaimTopic, ClaimTranslation, Relation
from tracker.claims.models.desk import BulkStep, BulkStepClaim, SavedView
from tracker.claims.models.search import ClaimSearch
from tracker.claims.models.speakers import Speaker, SpeakerAlias
from tracker.claims.models.topics import Topic
from tracker.claims.models.verdict import Hold, NameClearance, Postscript, Verdict, VerdictDecision
from tracker.claims.models.work import Check, Evidence, Note

__all__ = [
    "BulkStep",
    "BulkStepClaim",
    "Check",
    "Claim",
    "ClaimSearch",
    "ClaimTopic",
    "ClaimTranslation",
    "Evidence",
    "Hold",
    "NameClearance",
    "Note",
    "Postscript",
    "Relation",
    "SavedView",
    "Speaker",
    "SpeakerAlias",
    "Topic",
    "Verdict",
    "VerdictDecision",
]
