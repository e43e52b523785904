"""Tables of the claims area."""

from tracker.claims.models.claim import Claim, ClaimTopic, ClaimTranslation, Relation
from tracker.claims.models.evidence import Check, Evidence, Note
from tracker.claims.models.names import Speaker, SpeakerAlias, Topic
from tracker.claims.models.saved_views import BulkStep, BulkStepClaim, SavedView
from tracker.claims.models.search import ClaimSearch
from tracker.claims.models.verdict import Hold, NameClearance, Postscript, Verdict, VerdictDecision

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
