"""The one serialiser of claims for the world outside: each function names the fields of one kind of row that may leave."""

from datetime import UTC, date, datetime
from typing import Any

from tracker.claims.models import Check, Claim, ClaimTranslation, Evidence, Postscript, Verdict, VerdictDecision
from tracker.claims.public_rows import Judged, NamedSpeaker, Rows

# A row of the public form: what JSON can hold, by the names that readers' programs know.
Json = dict[str, Any]


def serialise_translation(row: ClaimTranslation) -> Json:
    return {name: getattr(row, name) for name in ("language", "statement", "condition", "confirmed_if", "refuted_if")}


def serialise_quote(claim: Claim) -> Json | None:
    if not claim.quote:
        return None
    kind = claim.quote_kind.value if claim.quote_kind else None
    return {"text": claim.quote, "kind": kind, "language": claim.quote_language or claim.language}


def serialise_speaker(speaker: NamedSpeaker) -> Json:
    return {"id": speaker.id, "name": speaker.name, "affiliation": speaker.affiliation, "kind": speaker.kind.value}


def serialise_condition(claim: Claim) -> Json | None:
    if not claim.condition:
        return None
    return {"text": claim.condition, "status": claim.condition_status.value if claim.condition_status else None}


def serialise_verdict(claim: Claim, verdict: Verdict, decision: VerdictDecision, rows: Rows) -> Json:
    assert verdict.outcome is not None
    by_one = verdict.proposed_by_id is not None and verdict.proposed_by_id == decision.decided_by_id
    found = {
        "id": verdict.id,
        "number": verdict.number,
        "kind": verdict.verdict_kind.value,
        "outcome": verdict.outcome.value,
        "reason": verdict.reason.value if verdict.reason else None,
        "language": verdict.language or claim.language,
        **_read_texts(rows, f"verdict:{verdict.id}", verdict, "rationale", "missing"),
        "known_on": iso(verdict.known_on),
        "occurred_from": iso(verdict.occurred_from),
        "occurred_to": iso(verdict.occurred_to),
        "late": verdict.occurred_after_deadline,
        "signed_at": _moment(decision.decided_at),
        "decided_alone": by_one,
        "postscripts": [
            {
                "id": line.id,
                "written_on": iso(line.written_on),
                "language": line.language or claim.language,
                **_read_texts(rows, f"postscript:{line.id}", line, "body"),
            }
            for line in rows.postscripts.get(verdict.id, [])
        ],
    }
    if rows.editors:
        found["proposed_by"] = rows.editors.get(verdict.proposed_by_id or 0)
        # There is no second signature to name.
        found["signed_by"] = None if by_one else rows.editors.get(decision.decided_by_id or 0)
    return found


def read_text(rows: Rows, subject: str, row: Verdict | Postscript, name: str) -> str:
    """A text of a row; `subject` is the row's name in the ledger, such as "verdict:7"."""
    return "" if (subject, name) in rows.removed else str(getattr(row, name))


def _read_texts(rows: Rows, subject: str, row: Verdict | Postscript, *names: str) -> Json:
    """The texts of a row; one that was erased from the ledger is empty, with the day under `removed`."""
    found: Json = {name: read_text(rows, subject, row, name) for name in names}
    days = {name: day.isoformat() for name in names if (day := rows.removed.get((subject, name)))}
    return {**found, "removed": days} if days else found


def serialise_evidence(row: Evidence) -> Json:
    return {
        "id": row.id,
        "about": row.about.value,
        "stance": row.stance.value,
        "title": row.title,
        "url": row.url,
        **({"archive_url": row.archive_url} if row.archive_url else {}),
        "document": row.document,
        "publisher": row.publisher,
        "published_on": iso(row.published_on),
        "locator": row.locator,
        "source_kind": row.source_kind.value,
    }


def serialise_check(row: Check) -> Json:
    return {
        "id": row.id,
        "checked_on": iso(row.checked_on),
        "where_looked": row.where_looked,
        "queries": row.queries,
        "period_from": iso(row.period_from),
        "period_to": iso(row.period_to),
        "found": row.found,
        "exhaustive": row.exhaustive,
    }


def serialise_withdrawal(claim: Claim, withdrawal: Judged | None, rows: Rows) -> Json:
    reason = claim.withdraw_reason.value if claim.withdraw_reason else None
    if withdrawal is None:
        return {"reason": reason, "line": "", "language": claim.language, "at": None}
    verdict, decision = withdrawal
    return {
        "reason": reason,
        "line": read_text(rows, f"verdict:{verdict.id}", verdict, "rationale"),
        "language": verdict.language or claim.language,
        "at": _moment(decision.decided_at),
    }


def find_search_texts(body: Json) -> tuple[str, ...]:
    quote, speaker = body["quote"], body["speaker"]
    texts = [body["statement"], *(each["statement"] for each in body["translations"])]
    texts += [quote["text"]] if quote else []
    texts += [speaker["name"], speaker["affiliation"]] if speaker else []
    texts += [topic[language] for topic in body["topics"] for language in ("en", "fr")]
    return tuple(filter(None, texts))


def iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
