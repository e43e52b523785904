"""The forms of a claim's pages."""

from tracker.claims.forms.claim import ClaimForm, WordsForm, as_sent, choices_of, quote_place
from tracker.claims.forms.common import offer
from tracker.claims.forms.evidence import CheckForm, EditEvidenceForm, EvidenceForm, NoteForm, WithdrawEvidenceForm
from tracker.claims.forms.moves import (
    AssignForm,
    PostponeForm,
    QuoteForm,
    RelationForm,
    ReopenForm,
    RestoreForm,
    SplitForm,
    TopicsForm,
    TrackForm,
    WithdrawalForm,
    WithdrawForm,
)
from tracker.claims.forms.verdict import PostscriptForm, SignoffForm, VerdictForm

__all__ = [
    "AssignForm",
    "CheckForm",
    "ClaimForm",
    "EditEvidenceForm",
    "EvidenceForm",
    "NoteForm",
    "PostponeForm",
    "PostscriptForm",
    "QuoteForm",
    "RelationForm",
    "ReopenForm",
    "RestoreForm",
    "SignoffForm",
    "SplitForm",
    "TopicsForm",
    "TrackForm",
    "VerdictForm",
    "WithdrawEvidenceForm",
    "WithdrawForm",
    "WithdrawalForm",
    "WordsForm",
    "as_sent",
    "choices_of",
    "offer",
    "quote_place",
]
