"""What each field of an answer holds, as JSON Schema 2020-12, and what it means, in both languages.

Fields have the names and meanings of the exports' columns; those that only the API has are described here.
"""

from enum import StrEnum
from typing import Any, Final

from tracker.claims import enums
from tracker.exports.data_dictionary import MEANINGS as EXPORTED

Schema = dict[str, Any]

_ENUMS: Final[dict[str, type[StrEnum]]] = {
    "status": enums.Status,
    "verdict": enums.Outcome,
    "verdict_reason": enums.OutcomeReason,
    "verdict_kind": enums.VerdictKind,
    "proposal": enums.ProposalKind,
    "decision": enums.Decision,
    "attribution": enums.Attribution,
    "certainty": enums.Certainty,
    "condition_status": enums.ConditionStatus,
    "deadline_source": enums.DeadlineSource,
    "quote_kind": enums.QuoteKind,
    "speaker_kind": enums.SpeakerKind,
    "stance": enums.Stance,
    "source_kind": enums.SourceKind,
    "visibility": enums.Visibility,
    "about": enums.EvidenceAbout,
    "withdraw_reason": enums.WithdrawReason,
}
_INTEGERS: Final = frozenset(
    {
        "paragraph", "text_number", "quote_start", "quote_end", "likelihood_low", "likelihood_high", "verdict_number", "number",
        "evidence_for_count", "evidence_against_count", "checks_count", "corrections_count", "version", "seq",
    }
)  # fmt: skip
_BOOLEANS: Final = frozenset({"criteria_retrospective", "is_scored", "occurred_after_deadline", "decided_alone", "exhaustive"})
_LISTS: Final = frozenset({"topics", "evidence_urls"})
_TEXT_IDS: Final = frozenset({"external_id", "article_external_id"})

# Fields that no export has: English, French.
MEANINGS: Final[dict[str, tuple[str, str]]] = {
    **EXPORTED,
    "version": (
        "Rises with each change of an editor; send it with If-Match",
        "Augmente à chaque changement par la rédaction ; à envoyer avec If-Match",
    ),
    "visibility": (
        "public or internal; internal rows need the scope read:desk",
        "public ou internal ; les lignes internes demandent la portée read:desk",
    ),
    "merged_into_id": ("The speaker that this one was merged into", "L’auteur avec lequel celui-ci a été fusionné"),
    "topic_id": ("Number of the topic", "Numéro du thème"),
    "topic": ("Key of the topic", "Clé du thème"),
    "label_en": ("English label", "Libellé anglais"),
    "label_fr": ("French label", "Libellé français"),
    "event": (
        "The entry as hashed, RFC 8785 JSON, with the scope read:desk; else null",
        "L’entrée telle que hachée, JSON RFC 8785, avec la portée read:desk ; sinon null",
    ),
}


def schema_of(column: str, *, nullable: bool = True) -> Schema:
    """The JSON Schema of a field; every field but the key of its row may be null, where it is not known."""
    if column in _LISTS:
        return {"type": "array", "items": {"type": "string"}}
    if column in _ENUMS:
        keys: list[object] = [member.value for member in _ENUMS[column]]
        return {"type": ["string", "null"], "enum": [*keys, None]} if nullable else {"type": "string", "enum": keys}
    found: Schema = {"type": "string"}
    if column in _INTEGERS or (column.endswith("_id") and column not in _TEXT_IDS):
        found = {"type": "integer"}
    elif column in _BOOLEANS:
        found = {"type": "boolean"}
    elif column.endswith("_on") or column in ("occurred_from", "occurred_to", "period_from", "period_to"):
        found = {"type": "string", "format": "date"}
    elif column.endswith("_at") or column == "at":
        found = {"type": "string", "format": "date-time"}
    return {**found, "type": [found["type"], "null"]} if nullable else found


def row_schema(columns: tuple[str, ...]) -> Schema:
    """The JSON Schema of a row, whose first column is its key."""
    properties = {name: {**schema_of(name, nullable=name != columns[0]), "description": MEANINGS[name][0]} for name in columns}
    return {"type": "object", "required": list(columns), "properties": properties}
