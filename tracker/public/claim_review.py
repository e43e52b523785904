"""ClaimReview (schema.org) of a claim, for search engines: only where an outside speaker is named and a verdict is public."""

import json
from typing import Any, Final

from tracker.public.site import Site
from tracker.public.views import ClaimView, read_moment
from tracker.public.words import STATES
from tracker.web import i18n
from tracker.web.i18n import gettext

RATINGS: Final = {"refuted": 1, "partly_confirmed": 2, "confirmed": 3}
REVIEWED_MAX: Final = 500


def build(claim: ClaimView, site: Site, newsroom: str) -> str:
    """The JSON-LD, ready to stand in a page; "" for a claim that has none: in our own voice, without verdict, or unjudgeable."""
    verdict, speaker = claim.verdict, claim.body["speaker"]
    if claim.body["attribution"] != "stated" or speaker is None or verdict is None or claim.state == "withdrawn":
        return ""
    if verdict["outcome"] not in RATINGS:
        return ""
    kind = "Organization" if speaker["kind"] == "organisation" else "Person"
    author: dict[str, Any] = {"@type": kind, "name": speaker["name"]}
    if kind == "Person" and speaker["affiliation"]:
        author["jobTitle"] = speaker["affiliation"]
    appearance = {
        "@type": "CreativeWork",
        "headline": claim.article.title,
        "datePublished": claim.article.body["published_on"],
        "inLanguage": claim.article.language,
    }
    if claim.article.body.get("url"):
        appearance["url"] = claim.article.body["url"]
    shown = "late" if verdict["late"] else verdict["outcome"]
    review = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": site.claim_url(claim),
        "datePublished": read_moment(verdict["signed_at"]).astimezone(i18n.zone()).date().isoformat(),
        "inLanguage": site.language,
        "claimReviewed": claim.statement[:REVIEWED_MAX],
        "author": {"@type": "Organization", "name": newsroom, "url": site.url()},
        "itemReviewed": {
            "@type": "Claim",
            "author": author,
            "datePublished": claim.body["made_on"],
            "appearance": appearance,
        },
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": RATINGS[verdict["outcome"]],
            "worstRating": 1,
            "bestRating": 3,
            "alternateName": gettext(STATES[shown]),
        },
    }
    # No text of ours can end the element that it is in.
    return json.dumps(review, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c").replace(">", "\\u003e")
