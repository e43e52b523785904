"""The fields that a column can be mapped to, with the names that such columns have.

Keys are those of our own export wherever it has such a column, so that its files map themselves.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from tracker.claims.enums import Attribution, Certainty, ConditionStatus, DeadlineSource, QuoteKind, SpeakerKind, Status
from tracker.errors import N_
from tracker.exports import claims
from tracker.word_caches import word_cache


class Shape(StrEnum):
    """How the cells of a field are read."""

    TEXT = "text"
    DAY = "day"
    WORD = "word"  # one of fixed words
    LANGUAGE = "language"
    NUMBER = "number"
    PERCENT = "percent"
    BAND = "band"  # one likelihood or two
    SWITCH = "switch"
    LIST = "list"
    NOTE = "note"  # kept in a private note


@dataclass(frozen=True)
class Field:
    """One thing a column can be. `names`, in plain form, are what such columns are called; `many` columns may be the same."""

    key: str
    label: str
    shape: Shape = Shape.TEXT
    names: tuple[str, ...] = ()
    words: type[StrEnum] | None = None
    many: bool = False


def _field(key: str, label: str, names: str = "", shape: Shape = Shape.TEXT, **more: object) -> Field:
    return Field(key, label, shape, tuple(name.strip() for name in names.split(",") if name.strip()), **more)  # type: ignore[arg-type]


# In the order in which a page offers them.
GROUPS: Final[Mapping[str, tuple[Field, ...]]] = {
    N_("The claim"): (
        _field(
            "statement", N_("Statement"),
            "claim, prediction, forecast, question, question title, promise, pledge, text, assertion, prevision, "
            "affirmation, enonce, "
            "formulation, promesse, texte",
        ),
        _field("language", N_("Language of the statement"), "lang, langue", Shape.LANGUAGE),
        _field(
            "made_on", N_("Made on"),
            "date, said on, claim date, statement date, date promised, date made, opened at, created, created at, createdtime, "
            "publish time, date de la prevision, date de la promesse, dit le, enonce le", Shape.DAY,
        ),
        _field(
            "deadline_on", N_("Deadline"),
            "deadline, date limite, echeance, until, by, horizon, resolution date, target date, resolve by, resolve date, "
            "scheduled resolve time, close time, closetime, avant le", Shape.DAY,
        ),
        _field(
            "deadline_source", N_("Who set the deadline"), "source of the deadline, origine de l echeance", Shape.WORD,
            words=DeadlineSource,
        ),
        _field(
            "review_on", N_("Review date"),
            "due, due date, due on, review, review date, next review, check on, a verifier le, date de verification, relecture",
            Shape.DAY,
        ),
        _field("confirmed_if", N_("Confirmed if"), "criteria, resolution criteria, true if, critere, criteres, confirmee si"),
        _field("refuted_if", N_("Refuted if"), "false if, infirmee si"),
        _field("condition", N_("Condition"), "si"),
        _field("condition_status", N_("State of the condition"), "etat de la condition", Shape.WORD, words=ConditionStatus),
        _field("likelihood", N_("Likelihood, one number or a band"),
               "probability, forecast probability, probabilite, chance, confidence", Shape.BAND),
        _field("likelihood_low", N_("Likelihood, lower end"), "low, probability low, probabilite basse", Shape.PERCENT),
        _field("likelihood_high", N_("Likelihood, upper end"), "high, probability high, probabilite haute", Shape.PERCENT),
        _field("certainty", N_("Certainty"), "certitude", Shape.WORD, words=Certainty),
        _field("hedge", N_("Words of doubt"), "hedge word, mot de nuance, nuance"),
        _field("topics", N_("Topics"), "topic, tags, tag, category, categories, theme, themes, sujet, rubrique", Shape.LIST,
               many=True),
        _field("external_id", N_("Number in the file"),
               "id, identifier, reference, ref, number, no, question id, claim ref, identifiant, numero"),
    ),
    N_("Speaker and quote"): (
        _field(
            "speaker", N_("Speaker"),
            "source of the claim, said by, who, who said it, author of the claim, politician, claimant, qui, qui l a dit, "
            "dit par, auteur du propos, politicien, locuteur",
        ),
        _field("speaker_kind", N_("Kind of speaker"), "type de locuteur, type d auteur", Shape.WORD, words=SpeakerKind),
        _field("speaker_affiliation", N_("Speaker’s role or organisation"),
               "affiliation, role, function, party, fonction, organisation, organisme, parti, rattachement"),
        _field("attribution", N_("Attribution"), "", Shape.WORD, words=Attribution),
        _field("quote", N_("Quote"), "quotation, verbatim, original words, citation, mots exacts"),
        _field("quote_kind", N_("Kind of quote"), "type de citation", Shape.WORD, words=QuoteKind),
        _field("quote_language", N_("Language of the quote"), "langue de la citation", Shape.LANGUAGE),
        _field("paragraph", N_("Paragraph"), "paragraphe, para", Shape.NUMBER),
        _field("text_number", N_("Number of the article’s text"), "", Shape.NUMBER),
        _field("quote_start", N_("Start of the quote"), "", Shape.NUMBER),
        _field("quote_end", N_("End of the quote"), "", Shape.NUMBER),
    ),
    N_("The article"): (
        _field("article_title", N_("Headline of the article"), "title, headline, article, titre, titre de l article"),
        _field("article_published_on", N_("Publication date of the article"),
               "published, published on, publication date, article date, date de publication, publie le, paru le", Shape.DAY),
        _field("article_url", N_("Address of the article"), "url, link, source url, lien, adresse, web"),
        _field("outlet", N_("Outlet"), "source, media, publication, newspaper, journal, publisher"),
        _field("article_author", N_("Author of the article"), "author, byline, auteur, signature, journalist, journaliste"),
        _field("article_language", N_("Language of the article"), "langue de l article", Shape.LANGUAGE),
        _field("article_external_id", N_("Number of the article in the file"), "article ref, numero de l article"),
    ),
    N_("The desk"): (
        _field("status", N_("Status"), "state, statut, etat", Shape.WORD, words=Status),
        _field("owner", N_("Owner"), "assigned to, responsible, editor, responsable, suivi par, assigne a"),
        _field("verdict", N_("Verdict, kept as a private note"),
               "outcome, result, resolution, resolved to, rating, ruling, verdict reason, resultat, issue, "
               "evaluation", Shape.NOTE,
               many=True),
        _field("note", N_("Private note"),
               "notes, comment, comments, remark, remarks, commentaire, commentaires, remarque", Shape.NOTE, many=True),
        _field("criteria_set_on", N_("Criteria set on"), "", Shape.DAY),
        _field("criteria_retrospective", N_("Criteria set in hindsight"), "", Shape.SWITCH),
    ),
    N_("Translation of the statement"): (
        _field("translation_language", N_("Language of the translation"), "", Shape.LANGUAGE),
        _field("translation_statement", N_("Statement, translated"), "translation, traduction"),
        _field("translation_condition", N_("Condition, translated")),
        _field("translation_confirmed_if", N_("Confirmed if, translated")),
        _field("translation_refuted_if", N_("Refuted if, translated")),
    ),
}  # fmt: skip
FIELDS: Final[Mapping[str, Field]] = {field.key: field for group in GROUPS.values() for field in group}

# Columns of a file of rows that could not be imported: what was wrong, and whose numbers they have.
ERROR: Final = "import_error"
SOURCE: Final = "import_source"
# Columns of our own exports that are not taken in: numbers and moments of the newsroom they came from.
LEFT_OUT: Final = frozenset({"claim_id", "article_id", "speaker_id", "created_at", "updated_at", ERROR, SOURCE})
# Those of our exports that say what came of a claim, which here is hearsay.
_HEARSAY: Final = (
    "verdict_reason", "rationale", "known_on", "occurred_from", "occurred_to", "occurred_after_deadline", "proposed_by",
    "signed_by", "signed_at", "decided_alone", "evidence_urls", "withdraw_reason",
)  # fmt: skip


_APOSTROPHES: Final = {0x2019: "'", 0x02BC: "'"}


def normalise_label(name: str) -> str:
    """A column's name in small plain letters, with spaces for everything between words."""
    letters = unicodedata.normalize("NFKD", name.translate(_APOSTROPHES)).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z0-9]+|#", letters.lower()))


@word_cache(4096)
def field_for(name: str) -> str | None:
    """The key of the field that a column of this name is, LEFT_OUT's names included; None for a name we do not know."""
    known = _by_name()
    # The name in an object of its own, as in {"speaker": {"name": …}}, is that object's.
    return known.get(normalise_label(name)) or (known.get(normalise_label(name[:-5])) if name.endswith(".name") else None)


def is_known_name(name: str) -> bool:
    """Whether the name of a column means something to us."""
    return field_for(name) is not None


@lru_cache
def _by_name() -> dict[str, str]:
    # Imported here because a column may also have the label of its field in any interface language.
    from tracker.web.catalogues import LANGUAGES
    from tracker.web.i18n import gettext, use_language

    found: dict[str, str] = {}
    for key in (*FIELDS, *LEFT_OUT):
        found[normalise_label(key)] = key
    for key in _HEARSAY:
        found.setdefault(normalise_label(key), "verdict")
    for field in FIELDS.values():
        for name in field.names:
            found.setdefault(name, field.key)
    for language in LANGUAGES:
        with use_language(language):
            for field in FIELDS.values():
                found.setdefault(normalise_label(gettext(field.label)), field.key)
    return found


def is_escaped(columns: Sequence[str]) -> bool:
    """Whether these are columns of a CSV of ours, with an apostrophe before what a spreadsheet would take for a formula.

    In a file of others an apostrophe is part of the words.
    """
    return ERROR in columns or {"claim_id", "article_id", "statement"} <= set(columns)


def is_own_export(columns: tuple[str, ...]) -> bool:
    """Whether these are the columns of our own export of claims, all of them. Its texts are then taken exactly as they stand.

    Columns that are appended later do not count: files that were exported before have none of them.
    """
    return set(claims.COLUMNS[: claims.COLUMNS.index("updated_at") + 1]) <= set(columns)
