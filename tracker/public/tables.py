"""The columns of the public verdicts as CSV."""

from collections.abc import Sequence
from typing import Any, Final

from tracker.public.site import Site
from tracker.public.views import ClaimView

COLUMNS: Final = (
    "claim_id", "address", "article_id", "article_title", "article_url", "outlet", "article_published_on",
    "speaker", "attribution", "topics", "statement", "language", "quote", "quote_kind", "hedge", "certainty",
    "likelihood_low", "likelihood_high", "condition", "confirmed_if", "refuted_if", "criteria_set_on",
    "made_on", "deadline_on", "deadline_source", "review_on", "state", "verdict", "verdict_reason",
    "rationale", "missing", "occurred_from", "occurred_to", "late", "known_on", "verdict_number",
    "verdict_kind", "decided_alone", "signed_at", "evidence_urls", "corrections_count",
    "verdict_language",
)  # fmt: skip


def row(claim: ClaimView, site: Site) -> Sequence[Any]:
    """One claim with its newest public verdict, in the order of COLUMNS."""
    body, verdict, article = claim.body, claim.verdict or {}, claim.article.body
    quote, condition, likelihood = body["quote"] or {}, body["condition"] or {}, body["likelihood"] or [None, None]
    values: dict[str, Any] = {
        **{name: body.get(name) for name in COLUMNS},
        **{name: verdict.get(name) for name in ("rationale", "missing", "occurred_from", "occurred_to", "late", "known_on")},
        **{name: body["criteria"][name] for name in ("confirmed_if", "refuted_if")},
        "claim_id": claim.id,
        "address": site.claim_url(claim),
        "article_id": claim.article.id,
        "article_title": article["title"],
        "article_url": article["url"],
        "outlet": article["outlet"],
        "article_published_on": article["published_on"],
        "speaker": body["speaker"]["name"] if body["speaker"] else None,
        "topics": [topic["key"] for topic in body["topics"]],
        "quote": quote.get("text"),
        "quote_kind": quote.get("kind"),
        "likelihood_low": likelihood[0],
        "likelihood_high": likelihood[1],
        "condition": condition.get("text"),
        "criteria_set_on": body["criteria"]["set_on"],
        "state": claim.state,
        "verdict": verdict.get("outcome"),
        "verdict_language": verdict.get("language"),
        "verdict_reason": verdict.get("reason"),
        "verdict_number": verdict.get("number"),
        "verdict_kind": verdict.get("kind"),
        "decided_alone": verdict.get("decided_alone"),
        "signed_at": verdict.get("signed_at"),
        "evidence_urls": [each["url"] for each in body["evidence"] if each["url"]],
        "corrections_count": sum(1 for each in body["verdicts"] if each["kind"] == "correction"),
    }
    return [values[name] for name in COLUMNS]
