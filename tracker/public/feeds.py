"""Verdicts and corrections as Atom (RFC 4287), newest first. Free of Flask."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from tracker.public.site import Site
from tracker.public.views import ChangeView
from tracker.public.words import CHANGES, STATES
from tracker.web.atom import LANG, add, format_moment, new_feed, to_bytes
from tracker.web.i18n import gettext as _
from tracker.web.i18n import use_language

TITLE_MAX: Final = 300
_EPOCH: Final = datetime(2024, 1, 1, tzinfo=UTC)


def write(changes: Sequence[ChangeView], site: Site, name: str, title: str, newsroom: str) -> bytes:
    """A feed. The same changes give the same bytes; an entry's id stays the same what happens to the claim later."""
    feed = new_feed(site.language)
    add(feed, "id", f"tag:{site.host},2024:public/{name}/{site.language}")
    add(feed, "title", title)
    add(feed, "updated", format_moment(max((each.at for each in changes), default=_EPOCH)))
    add(add(feed, "author"), "name", newsroom)
    add(feed, "link", rel="self", type="application/atom+xml", href=site.url(f"/{name}.atom"))
    add(feed, "link", rel="alternate", type="text/html", href=site.url("/corrections" if name == "corrections" else "/"))
    for change in changes:
        _add_entry(feed, change, site)
    return to_bytes(feed)


def _add_entry(feed: ET.Element, change: ChangeView, site: Site) -> None:
    entry = add(feed, "entry")
    add(entry, "id", f"tag:{site.host},2024:public/{change.ref}/{change.kind}")
    claim = change.claim
    told = _(CHANGES[change.kind])
    verdict = change.verdict
    if verdict is not None:
        shown = "late" if verdict["late"] else verdict["outcome"]
        told = _(STATES[shown])
    about = claim.statement if claim is not None else change.article.title
    add(entry, "title", _cut(_("%(field)s: %(value)s", field=told, value=about)))
    add(entry, "updated", format_moment(change.at))
    add(entry, "published", format_moment(change.at))
    href = site.claim_url(claim) if claim is not None else site.url(f"/articles/{change.article.path}")
    add(entry, "link", rel="alternate", type="text/html", href=href)
    text, language = _content(change, verdict)
    if text:
        content = add(entry, "content", text, type="text")
        if language and language != site.language:
            content.set(LANG, language)


def _content(change: ChangeView, verdict: dict[str, object] | None) -> tuple[str, str]:
    """What an entry says, and its language where that is known."""
    if change.claim is not None and change.kind in ("signed", "update", "correction"):
        return (_verdict_text(verdict), str(verdict["language"])) if verdict is not None else ("", "")
    verdicts = change.claim.body.get("verdicts", []) if change.claim is not None else []
    added = {f"postscript:{line['id']}": str(line["language"]) for each in verdicts for line in each["postscripts"]}
    return change.line, added.get(change.ref, "")


def _verdict_text(verdict: dict[str, object]) -> str:
    """The reasons of a verdict, in its language, with a last line where one editor decided alone."""
    text = str(verdict["rationale"])
    if not verdict["decided_alone"]:
        return text
    with use_language(str(verdict["language"])):
        alone = _("Decided without a second signature")
    return f"{text}\n\n{alone}." if text else f"{alone}."


def _cut(text: str) -> str:
    plain = " ".join(text.split(" "))
    return plain if len(plain) <= TITLE_MAX else f"{plain[: TITLE_MAX - 1].rstrip()}…"
