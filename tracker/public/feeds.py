"""Verdicts and corrections as Atom (RFC 4287), newest first. Free of Flask."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from tracker.public.queries import ChangeView
from tracker.public.site import Site
from tracker.public.words import CHANGES, STATES
from tracker.web.i18n import gettext as _

ATOM: Final = "http://www.w3.org/2005/Atom"
TITLE_MAX: Final = 300
_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
# What XML 1.0 cannot hold.
_UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_EPOCH: Final = datetime(2024, 1, 1, tzinfo=UTC)

ET.register_namespace("", ATOM)


def write(changes: Sequence[ChangeView], site: Site, name: str, title: str, newsroom: str) -> bytes:
    """A feed. The same changes give the same bytes; an entry's id stays the same what happens to the claim later."""
    feed = ET.Element(f"{{{ATOM}}}feed", {_LANG: site.language})
    _add(feed, "id", f"tag:{site.host},2024:public/{name}/{site.language}")
    _add(feed, "title", title)
    _add(feed, "updated", _moment(max((each.at for each in changes), default=_EPOCH)))
    _add(_add(feed, "author"), "name", newsroom)
    _add(feed, "link", rel="self", type="application/atom+xml", href=site.url(f"/{name}.atom"))
    _add(feed, "link", rel="alternate", type="text/html", href=site.url("/corrections" if name == "corrections" else "/"))
    for change in changes:
        _add_entry(feed, change, site)
    return bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True))


def _add_entry(feed: ET.Element, change: ChangeView, site: Site) -> None:
    entry = _add(feed, "entry")
    _add(entry, "id", f"tag:{site.host},2024:public/{change.ref}/{change.kind}")
    claim = change.claim
    told = _(CHANGES[change.kind])
    verdict = None
    if claim is not None and change.kind in ("signed", "update", "correction"):
        verdict = next((v for v in claim.body["verdicts"] if f"verdict:{v['id']}" == change.ref), None)
        if verdict is not None:
            shown = "late" if verdict["late"] else verdict["outcome"]
            told = _(STATES[shown])
    about = claim.statement if claim is not None else change.article.title
    _add(entry, "title", _cut(_("%(field)s: %(value)s", field=told, value=about)))
    _add(entry, "updated", _moment(change.at))
    _add(entry, "published", _moment(change.at))
    href = site.claim_url(claim) if claim is not None else site.url(f"/articles/{change.article.path}")
    _add(entry, "link", rel="alternate", type="text/html", href=href)
    text, language = _content(change, verdict)
    if text:
        content = _add(entry, "content", text, type="text")
        if language and language != site.language:
            content.set(_LANG, language)


def _content(change: ChangeView, verdict: dict[str, Any] | None) -> tuple[str, str]:
    """What an entry says, and its language where that is known."""
    if change.claim is not None and change.kind in ("signed", "update", "correction"):
        return (str(verdict["rationale"]), str(verdict["language"])) if verdict is not None else ("", "")
    verdicts = change.claim.body.get("verdicts", []) if change.claim is not None else []
    added = {f"postscript:{line['id']}": str(line["language"]) for each in verdicts for line in each["postscripts"]}
    return change.line, added.get(change.ref, "")


def _add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, f"{{{ATOM}}}{tag}", attributes)
    if text is not None:
        element.text = _UNFIT.sub(" ", text)
    return element


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _cut(text: str) -> str:
    plain = " ".join(text.split(" "))
    return plain if len(plain) <= TITLE_MAX else f"{plain[: TITLE_MAX - 1].rstrip()}…"
