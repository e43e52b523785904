"""What a webhook is sent. No private notes, no internal evidence, and no name that an article only suggests."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from tracker.claims.models import Verdict
from tracker.claims.queries.claim_rows import ClaimRow
from tracker.claims.visibility import may_name_speaker
from tracker.notifications.models import Format
from tracker.notifications.webhook_events import Event
from tracker.web import formatting
from tracker.web.i18n import gettext as _
from tracker.web.i18n import language, ngettext
from tracker.web.labels import word

SCHEMA: Final = 2  # of the data; it rises when a field changes its meaning or goes
STATEMENT_MAX: Final = 500  # characters of a chat message; the whole is a click away


@dataclass(frozen=True)
class News:
    """An event to be written in any format. `days_late`: of a claim's review, 0 where it is not late."""

    event: Event
    at: datetime
    newsroom: str
    claim: ClaimRow | None = None
    url: str = ""
    days_late: int = 0
    verdict: Verdict | None = None
    is_held: bool = False  # by an embargo: its words stay inside
    decided_alone: bool = False  # without a second signature


def write(news: News, form: Format) -> str:
    """The body in the language spoken now (a chat message is for people): JSON text, or plain words."""
    if form is Format.APPRISE:
        return _line(news, _plain_text, lambda text, url: f"{text}\n{url}")
    body = {Format.STANDARD: standard, Format.SLACK: slack, Format.MATTERMOST: mattermost}[form](news)
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def standard(news: News) -> dict[str, object]:
    """The envelope that Standard Webhooks recommends: type, timestamp, data."""
    data: dict[str, object] = {"schema": SCHEMA, "newsroom": news.newsroom}
    if (claim := news.claim) is not None:
        data["claim"] = {
            "id": claim.id,
            "version": claim.version,
            "url": news.url,
            "statement": claim.statement,
            "language": claim.language,
            "status": claim.status.value,
            "review_on": claim.review_on.isoformat() if claim.review_on else None,
            "attribution": claim.attribution.value,
            "speaker": _speaker(claim) or None,
            "article": {"id": claim.article_id, "title": claim.article_title},
        }
        if news.event is Event.CLAIM_LATE:
            data["days_late"] = news.days_late
    if (verdict := news.verdict) is not None:
        data["verdict"] = {
            "id": verdict.id,
            "number": verdict.number,
            "supersedes": verdict.supersedes_id,
            "kind": verdict.verdict_kind.value,
            "outcome": verdict.outcome.value if verdict.outcome else None,
            "reason": verdict.reason.value if verdict.reason else None,
            "rationale": None if news.is_held else verdict.rationale,
            "held": news.is_held,
            "decided_alone": news.decided_alone,
            "known_on": verdict.known_on.isoformat() if verdict.known_on else None,
        }
    return {"type": news.event.value, "timestamp": news.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "data": data}


def slack(news: News) -> dict[str, object]:
    """A message for Slack's incoming webhooks. Previews are off: the link needs signing in."""
    return {"text": _line(news, _slack_text, lambda text, url: f"<{url}|{text}>"), "unfurl_links": False, "unfurl_media": False}


def mattermost(news: News) -> dict[str, object]:
    """A message for Mattermost's incoming webhooks."""
    return {"text": _line(news, _markdown_text, lambda text, url: f"[{text}]({url})")}


def heading(news: News) -> str:
    """What is the matter, in a few words."""
    match news.event:
        case Event.CLAIM_DUE:
            return _("Ready to check")
        case Event.CLAIM_LATE:
            n = news.days_late
            return ngettext("Still open %(n)s day after the review date", "Still open %(n)s days after the review date", n)
        case Event.SIGNOFF_REQUESTED:
            return _("A verdict is waiting for a second signature")
        case Event.VERDICT_SIGNED:
            outcome = news.verdict.outcome if news.verdict is not None else None
            if outcome and news.decided_alone:
                return _("Verdict decided without a second signature: %(outcome)s", outcome=word(outcome))
            return _("Verdict signed: %(outcome)s", outcome=word(outcome)) if outcome else _("A verdict was signed off")
        case Event.VERDICT_PUBLISHED | Event.CORRECTION_PUBLISHED:
            outcome = news.verdict.outcome if news.verdict is not None else None
            is_new = news.event is Event.VERDICT_PUBLISHED
            title = _("Readers can see a verdict") if is_new else _("Readers can see a corrected verdict")
            return _("%(field)s: %(value)s", field=title, value=word(outcome)) if outcome else title
        case Event.CLAIM_REOPENED:
            return _("A claim with a verdict was reopened")
        case Event.VERDICT_WITHDRAWN:
            return _("A claim with a verdict was withdrawn")
    return _("This is a test")


def _line(news: News, text: Callable[[str], str], link: Callable[[str, str], str]) -> str:
    title = heading(news)
    claim = news.claim
    if claim is None:
        more = _("Messages from %(newsroom)s’s Tracker reach you here.", newsroom=news.newsroom)
        return f"{text(title)}. {text(more)}"
    statement = " ".join(claim.statement.split())
    if len(statement) > STATEMENT_MAX:
        statement = f"{statement[: STATEMENT_MAX - 1].rstrip()}…"
    about = [_speaker(claim)]
    if news.event in (Event.CLAIM_DUE, Event.CLAIM_LATE) and claim.review_on is not None:
        about.append(formatting.day_long(claim.review_on, language()))
    shown = " · ".join(text(each) for each in about if each)
    line = _("%(field)s: %(value)s", field=text(title), value=link(text(statement), news.url))
    return f"{line}\n{shown}" if shown else line


def _speaker(claim: ClaimRow) -> str:
    return claim.speaker if may_name_speaker(claim.attribution) else ""


def _plain_text(text: str) -> str:
    # No @ that notifies a person or everybody.
    return text.replace("@", "@\u200b")


def _slack_text(text: str) -> str:
    # As Slack asks for; without angle brackets nothing in it can be a link or call everybody.
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("|", "¦")


def _markdown_text(text: str) -> str:
    # No @ that notifies a person, and no mark with a meaning.
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>~:])", r"\\\1", text).replace("@", "@\u200b")
