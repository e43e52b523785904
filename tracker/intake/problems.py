"""Why a text could not be read, in words, and what to do next."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from tracker.errors import N_
from tracker.intake.models import ArticleSource
from tracker.net.bounds import Reason
from tracker.web.i18n import gettext

_PROBLEMS: Final[Mapping[str, str]] = {
    Reason.NOT_ALLOWED: N_("This address is not allowed: only pages of the public internet can be read."),
    Reason.NO_HOST: N_("There is no site at this address. Check the spelling."),
    Reason.UNREACHABLE: N_("The site could not be reached."),
    Reason.INSECURE: N_("The site has no secure connection that can be trusted."),
    Reason.TIMEOUT: N_("The site took too long to answer."),
    Reason.TOO_LARGE: N_("The page is too large: at most 10 MB can be read."),
    Reason.TOO_MANY_REDIRECTS: N_("The site forwarded the link too many times."),
    Reason.BAD_ANSWER: N_("The site sent something that cannot be read."),
    "no_text": N_("No article text was found there."),
    "paywall": N_("The site shows the full text to subscribers only."),
    "encrypted": N_("This file is protected by a password."),
    "stopped": N_("Reading the text was interrupted several times."),
    "damaged": N_("This file is damaged or cannot be read."),
    "unknown_kind": N_("This kind of file cannot be read. Use PDF, DOCX, HTML or TXT."),
    "too_long": N_("The text is too long: at most 400,000 characters."),
    "too_many_pages": N_("This PDF has more than 200 pages. Save the pages with the article as a PDF of their own."),
    "too_slow": N_("Reading the text took too long."),
}
_STATUSES: Final[Mapping[int, str]] = {
    HTTPStatus.UNAUTHORIZED: N_("The site asks for a sign-in."),
    HTTPStatus.PAYMENT_REQUIRED: N_("The site shows the full text to subscribers only."),
    HTTPStatus.FORBIDDEN: N_("The site does not let Tracker read the page (403)."),
    HTTPStatus.NOT_FOUND: N_("The site has no page at this address (404)."),
    HTTPStatus.GONE: N_("The site has removed this page (410)."),
    HTTPStatus.TOO_MANY_REQUESTS: N_("The site asks to wait before reading more pages (429)."),
}


def describe_problem(source: ArticleSource) -> str:
    """One sentence on why a source has no text; "" if it has."""
    if source.problem != Reason.STATUS:
        return gettext(_PROBLEMS[source.problem]) if source.problem in _PROBLEMS else ""
    if (known := _STATUSES.get(source.http_status or 0)) is not None:
        return gettext(known)
    return gettext("The site answered with an error (%(status)s).", status=str(source.http_status))
