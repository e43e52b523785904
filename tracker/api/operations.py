"""The table of what writes: address, scope, fields of the body, and the function that does it.

There is no signing, deciding, restoring, redacting or merging here, and nothing about people or settings: a second signature is a
person in a session.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy.orm import Session

from tracker import validation
from tracker.accounts.tokens import Scope
from tracker.api import writing
from tracker.api.columns import MEANINGS, Schema, schema_of
from tracker.api.filters import read_day
from tracker.api.writing import Written
from tracker.claims import enums
from tracker.claims.services.terms import EDITABLE
from tracker.errors import N_, Forbidden, Invalid
from tracker.ledger import Actor
from tracker.pagination import ID_MAX

DECISIONS: Final = ("sign", "return", "decide", "restore")  # a person's alone
BODY_TEXT_MAX: Final = 400_000

Handler = Callable[[Session, Actor, int, Mapping[str, Any]], Written]


@dataclass(frozen=True)
class Field:
    """One member of a body."""

    name: str
    schema: Schema
    meaning: tuple[str, str]  # English, French
    required: bool = False
    example: object = None


@dataclass(frozen=True)
class Operation:
    """One address that takes a body. `needs_version`: the claim's, with If-Match. POST takes an Idempotency-Key."""

    name: str
    method: str
    path: str
    scope: Scope
    summary: tuple[str, str]
    fields: tuple[Field, ...]
    handler: Handler
    needs_version: bool = False

    @property
    def example(self) -> dict[str, object]:
        """A body that works."""
        return {field.name: field.example for field in self.fields if field.example is not None}


def _field(name: str, *, required: bool = False, example: object = None, schema: Schema | None = None, column: str = "") -> Field:
    found = schema or schema_of(column or name, nullable=not required)
    return Field(name, found, MEANINGS[column or name], required, example)


def _own(name: str, schema: Schema, english: str, french: str, *, required: bool = False, example: object = None) -> Field:
    return Field(name, schema, (english, french), required, example)


_TEXT: Final[Schema] = {"type": "string"}
_TERMS: Final = tuple(
    _field(name, example=example)
    for name, example in {
        **dict.fromkeys(EDITABLE),
        "confirmed_if": "The port authority announces a regular line.",
        "review_on": "2027-01-15",
        "certainty": "hedged",
        "hedge": "will probably",
    }.items()
    if name != "statement"
)
_STATEMENT: Final = "A ferry line will open by the end of 2026."
_NEW_CRITERION: Final = "The port authority names an operator."
_CHANGE_FIELDS: Final = tuple(
    _field(
        name,
        example=_NEW_CRITERION if name == "confirmed_if" else None,
        schema=_TEXT if name == "statement" else None,
    )
    for name in EDITABLE
)


def _keys(kind: type[StrEnum], *, only: tuple[str, ...] = ()) -> Schema:
    return {"type": "string", "enum": list(only) or [member.value for member in kind]}


OPERATIONS: Final[Mapping[str, Operation]] = {
    operation.name: operation
    for operation in (
        Operation(
            "add_article", "POST", "/articles", Scope.WRITE_CLAIMS, ("Add an article", "Ajouter un article"),
            (
                _field("article_title", required=True, example="What the port will bring"),
                _field("article_language", required=True, example="en"),
                _field("article_published_on", required=True, example="2026-03-02"),
                _field("outlet"),
                _field("article_url"),
                _field("article_author"),
                _field("article_external_id"),
                _own("text", {"type": ["string", "null"]}, "The article’s text", "Le texte de l’article"),
            ),
            writing.add_article,
        ),
        Operation(
            "add_claim", "POST", "/claims", Scope.WRITE_CLAIMS, ("Add a claim as a draft", "Ajouter une prévision, en brouillon"),
            (
                _field("article_id", required=True, example=12),
                _field("statement", required=True, example=_STATEMENT),
                *_TERMS,
                _field("topics"),
                _field("external_id"),
                _own("track", {"type": "boolean"}, "true: start tracking", "true : mettre en suivi", example=True),
            ),
            writing.add_claim,
        ),
        Operation(
            "change_claim", "PATCH", "/claims/{claim_id}", Scope.WRITE_CLAIMS, ("Change a claim", "Modifier une prévision"),
            _CHANGE_FIELDS, writing.change_claim, needs_version=True,
        ),
        Operation(
            "add_evidence", "POST", "/claims/{claim_id}/evidence", Scope.WRITE_EVIDENCE,
            ("Add a source", "Ajouter une source"),
            (
                _field("title", required=True, example="Port authority, press release"),
                _field("stance", required=True, example="supports"),
                _field("url", example="https://example.org/press/41"),
                _field("archive_url", example="https://archive.example.org/press/41"),
                _field("document"),
                _field("publisher"),
                _field("published_on"),
                _field("locator"),
                _field("source_kind", example="official"),
                _field("visibility"),
                _field("note"),
                _field("about"),
            ),
            writing.add_evidence,
        ),
        Operation(
            "add_check", "POST", "/claims/{claim_id}/checks", Scope.WRITE_EVIDENCE,
            ("Log a check", "Consigner une vérification"),
            (
                _field("where_looked", required=True, example="The register of ferry lines"),
                _field("found", required=True, example="No line was registered."),
                _field("queries"),
                _field("checked_on"),
                _field("period_from"),
                _field("period_to"),
                _field("exhaustive"),
                _field("visibility"),
            ),
            writing.add_check,
        ),
        Operation(
            "add_note", "POST", "/claims/{claim_id}/notes", Scope.WRITE_EVIDENCE,
            ("Add a private note; no token can read notes", "Ajouter une note privée ; aucun jeton ne lit les notes"),
            (_own("body", _TEXT, "The note", "La note", required=True, example="The ministry answers on Monday."),),
            writing.add_note,
        ),
        Operation(
            "make_move", "POST", "/claims/{claim_id}/moves", Scope.WRITE_CLAIMS,
            ("Track, postpone, withdraw or reopen a claim", "Suivre, reporter, retirer ou rouvrir une prévision"),
            (
                _own(
                    "move", {"type": "string", "enum": list(writing.MOVES)}, "Which move", "Quelle étape",
                    required=True, example="postpone",
                ),
                _field("review_on", example="2027-03-01"),
                _own(
                    "reason", {"type": ["string", "null"]},
                    "Why; needed to postpone and to reopen", "Pourquoi ; nécessaire pour reporter et rouvrir",
                    example="The register is published in March.",
                ),
                _field("withdraw_reason"),
                _own(
                    "verdict_kind", {"type": ["string", "null"], "enum": ["update", "correction", None]},
                    "Reopen: update (the facts changed) or correction (we erred)",
                    "Rouvrir : update (les faits ont changé) ou correction (nous nous sommes trompés)",
                ),
            ),
            writing.make_move, needs_version=True,
        ),
        Operation(
            "propose", "POST", "/claims/{claim_id}/proposals", Scope.PROPOSE,
            ("Propose a verdict, or the withdrawal of a resolved claim", "Proposer un verdict, ou un retrait"),
            (
                _own(
                    "proposal", _keys(enums.ProposalKind), "verdict or withdrawal", "verdict ou withdrawal (retrait)",
                    required=True, example="verdict",
                ),
                _field("rationale", required=True, example="The line opened on 3 May."),
                _field("verdict", example="confirmed"),
                _field("verdict_reason"),
                _field("missing"),
                _own("language", {"type": ["string", "null"]}, "Language of the rationale", "Langue du texte"),
                _field("known_on", example="2026-05-03"),
                _field("occurred_from", example="2026-05-03"),
                _field("occurred_to"),
                _own(
                    "impossible", {"type": "boolean"},
                    "Refuted before the deadline: it can no longer happen",
                    "Infirmée avant l’échéance : cela ne peut plus se produire",
                ),
                _field("withdraw_reason"),
            ),
            writing.propose, needs_version=True,
        ),
        Operation(
            "suggest", "POST", "/suggestions", Scope.SUGGEST,
            ("Have the article at an address read for predictions", "Faire lire l’article d’une adresse"),
            (_field("url", required=True, example="https://example.org/news/port"),),
            writing.suggest,
        ),
    )
}  # fmt: skip


def read_fields(operation: Operation, body: object) -> dict[str, object]:
    """The members of a body, days as days; null counts as left out, except in a PATCH. Raises Invalid for what does not fit."""
    if not isinstance(body, dict):
        raise Invalid(N_("Send one JSON object."))
    if operation.name == "make_move" and body.get("move") in DECISIONS:
        raise Forbidden(N_("No token signs or decides. A second signature is a person who is signed in."))
    known = {field.name: field for field in operation.fields}
    for name in body:
        if name not in known:
            printable = "".join(c for c in name[:64] if c.isprintable() and not 0xD800 <= ord(c) <= 0xDFFF)
            raise Invalid(N_("There is no such field here."), field=printable or "?")
    for field in operation.fields:
        if field.required and body.get(field.name) is None:
            raise Invalid(N_("This field is missing."), field=field.name)
    is_change = operation.method == "PATCH"
    if is_change and not body:
        raise Invalid(N_("Give at least one field to change."))
    return {name: _read(known[name], value) for name, value in body.items() if value is not None or is_change}


def _read(field: Field, value: Any) -> object:
    kinds = field.schema["type"]
    allowed = {kinds} if isinstance(kinds, str) else set(kinds)
    if _kind_of(value) not in allowed:
        raise Invalid(N_("This is not of the right type."), field=field.name)
    if field.schema.get("enum") is not None and value not in field.schema["enum"]:
        raise Invalid(N_("This is not a usable value."), field=field.name)
    if isinstance(value, int) and not isinstance(value, bool) and not -1 < value <= ID_MAX:
        raise Invalid(N_("This is not a usable value."), field=field.name)
    if field.schema.get("format") == "date" and value is not None:
        return read_day(value, field.name)
    if isinstance(value, list):
        return [validation.text(each, field.name, most=255) for each in value]
    if isinstance(value, str):
        validation.text(value, field.name, most=BODY_TEXT_MAX, strip=False)
    return value


def _kind_of(value: object) -> str:
    names = {bool: "boolean", int: "integer", str: "string", list: "array", dict: "object", float: "number", type(None): "null"}
    return names[type(value)]
