"""Free text of claims outside their tracked columns, for erasing."""

from tracker.claims.models import Claim, ClaimTranslation, NameClearance, Note, SavedView, SpeakerAlias
from tracker.errors import N_
from tracker.ledger.text_stores import column_store

STORES = (
    column_store(
        N_("Translation of a claim"),
        ClaimTranslation.statement,
        ClaimTranslation.confirmed_if,
        ClaimTranslation.refuted_if,
        ClaimTranslation.condition,
        subject=lambda row: f"claim:{row.claim_id}",
    ),
    column_store(N_("Note on a claim"), Note.body, subject=lambda row: f"claim:{row.claim_id}"),
    column_store(N_("Another name of a speaker"), SpeakerAlias.name, subject=lambda row: f"speaker:{row.speaker_id}"),
    column_store(N_("Imported number of a claim"), Claim.external_id, subject=lambda row: f"claim:{row.id}"),
    column_store(
        N_("Reason to show the name of an implied speaker"), NameClearance.reason, subject=lambda row: f"claim:{row.claim_id}"
    ),
    column_store(N_("Saved view"), SavedView.name, SavedView.query),
)
