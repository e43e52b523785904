"""Texts as feeds can hold them."""

import re
from typing import Final

from tracker.claims.queries.claim_rows import ClaimRow
from tracker.claims.visibility import may_name_speaker
from tracker.web.i18n import gettext as _

# What XML 1.0 cannot hold, and no calendar shows: controls, halves of characters, and the two that are none.
_UNFIT: Final = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")


def plain(text: str, most: int = 500) -> str:
    """A text on one line, without what no feed can hold, and cut where it is too long."""
    shown = _UNFIT.sub(" ", text).strip(" ")  # and no other white space: French has some of its own
    return shown if len(shown) <= most else f"{shown[: most - 1].rstrip()}…"


def describe_claim(claim: ClaimRow, confirmed_if: str = "", absent_owner: str = "") -> list[str]:
    """Who made a claim and where, line by line. An implied speaker is not named: who shows feeds are other companies."""
    named = claim.speaker or _("The article itself")
    speaker = named if may_name_speaker(claim.attribution) else _("Implied, not named here")
    found = [plain(speaker), plain(claim.article_title)]
    if confirmed_if:
        found.append(_("%(field)s: %(value)s", field=_("Confirmed if"), value=plain(confirmed_if, 1_000)))
    if absent_owner:
        found.append(_("You receive this because you cover for %(name)s.", name=plain(absent_owner)))
    return found
