"""Every page there is, and how to come to it: each way in which a page can look stands here once.

Words in capitals stand for rows of `newsroom.furnished`. A page that is missing here fails `tests/browser/test_every_page.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from passlib.totp import TOTP
from playwright.sync_api import Page

from tests.factories import change_settings
from tests.support.newsroom import Newsroom
from tests.support.web import PASSWORD

Typed = Mapping[str, Any]
ALL = object()  # every box of this name


@dataclass(frozen=True)
class Look:
    """An address, who opens it, and what is then typed into forms, one after another: (how the form's address ends, fields).

    A field is a text, a list, `ALL`, or what a function makes of the page. `meanwhile` happens before the last form is sent.
    `listed`: how many speakers and topics a form lists, so that the others have to be typed (0: as many as ever).
    """

    address: str
    who: str = "boss"
    typed: tuple[tuple[str, Typed], ...] = ()
    status: int = 200
    meanwhile: Callable[[Newsroom], None] | None = None
    keys: tuple[str, ...] = ()  # pressed at the end
    awaits: str = ""  # what these bring
    path: str = ""  # where it must end, if not where it began
    listed: int = 0


def sent(address: str, ending: str, status: int = 422, *, who: str = "boss", meanwhile: Any = None, **typed: Any) -> Look:
    return Look(address, who, ((ending, typed),), status, meanwhile)


def _code(page: Page) -> str:
    key = page.locator("code.key").inner_text().replace(" ", "")
    return str(TOTP(key=key, format="base32").generate().token)


PASTED = "id,claim,said on,due,title,published\n" + "".join(
    f"k{n},Claim number {n},{day},2024-07-02,Forecasts,2024-01-15\n" for n, day in enumerate(("2024-02-01", "31 February"))
)
_BEGUN = ("/settings/second-factor", {"password": PASSWORD})
_IMPORT = ("/import", {"pasted": PASTED})
_CHECK = ("/check", {"language": "en"})

# Nobody is signed in.
DOOR = (
    Look("/login", ""),
    sent("/login", "/login", who="", email="kofi@example.org", password="wrong"),
    Look("/login", "", (("/login", {"email": "second@example.org", "password": PASSWORD}),)),
    Look("/reset", ""),
    sent("/reset", "/reset", who="", email="not an address"),
    sent("/reset", "/reset", 200, who="", email="nobody@example.org"),
    Look("RESET", ""),
    sent("RESET", "RESET", who="", password="short", password_again=""),
    Look("/reset/used-before", "", status=410),
    Look("INVITED", ""),
    sent("INVITED", "INVITED", who="", password="short", password_again=""),
    Look("STOP", ""),
    sent("STOP", "STOP", 200, who=""),
    Look("/u/nothing", "", status=404),
    Look("/language", ""),
)  # fmt: skip

# Whatever goes wrong, and for whom.
ERRORS = (
    Look("/nothing-here", status=404),
    Look("/people", "guest", status=404),
    *(Look(f"/goes-wrong/{status}", status=status) for status in (403, 410, 413, 429, 500, 503)),
    sent("/claims/FULL/edit", "/edit", 400, csrf_token="", statement="Typed with care."),
)

QUEUE = (
    Look("/", path="/queue", keys=("j", "Space"), awaits=".peek-in h2"),
    Look("/queue?view=overdue", "guest"),
    Look("/queue?view=signoff&sort=newest"),
    Look("/queue?topic=987654"),
    Look("/queue?filters=open&owner=me"),
    Look("/queue/all?view=overdue"),
    Look("/queue/signed"),
    Look("/queue/signed", "guest"),
    Look("/queue/handover"),
    sent("/queue?view=overdue", "/queue/bulk", pick=ALL, do="postpone"),
    sent("/queue?view=overdue", "/queue/bulk", 200, pick=ALL, do="assign", owner_id=""),
)

CLAIMS = (
    Look("/claims"),
    Look("/claims?q=ferry&status=due"),
    Look("/claims?q=nothing+of+the+kind"),
    Look("/claims/new"),
    Look("/claims/new?article=ARTICLE&text=1&start=28&end=70"),
    sent("/claims/new?article=ARTICLE", "/claims/new?article=ARTICLE", statement="", review_on="3/4/2023", then="track"),
    *(Look(f"/claims/{name}") for name in (
        "FULL", "BARE", "DRAFT", "OPEN", "PROPOSED", "RESOLVED", "REVIEW", "LEAVING", "CHAIN", "RETURNED", "WITHDRAWN",
    )),
    Look("/claims/FULL", "guest"),
    Look("/claims/PROPOSED", "ben"),
    Look("/claims/PROPOSED", "guest"),
    Look("/claims/RETURNED", "ben"),
    Look("/claims/FULL/history"),
    Look("/claims/FULL/dossier"),
    Look("/claims/CHAIN/dossier"),
    *(Look(f"/claims/FULL/{form}") for form in (
        "edit", "translation", "assign", "topics", "relations", "split", "evidence/EVIDENCE/edit",
        "evidence/EVIDENCE/withdraw", "postpone", "withdraw", "quote",
    )),
    *(Look(f"/claims/BARE/{form}") for form in ("evidence", "checks", "notes", "verdict")),
    Look("/claims/FULL/quote?text=2&start=28&end=70"),
    Look("/claims/LOST?verdict=partly_confirmed"),
    Look("/claims/DRAFT/track"),
    Look("/claims/PROPOSED/signoff"),
    Look("/claims/RESOLVED/reopen"),
    Look("/claims/RESOLVED/postscript"),
    Look("/claims/RESOLVED/withdrawal"),
    Look("/claims/RESOLVED/quote"),
    Look("/claims/WITHDRAWN/restore"),
    Look("/claims/RESOLVED/edit", status=409),
    Look("/claims/BARE/edit", listed=1),
    Look("/claims/BARE/edit", typed=(("/edit", {"speaker_id-named": "Nemo Nil"}),), status=422, listed=1),
    Look("/claims/FULL/topics", listed=1),
    Look("/claims/FULL/topics", typed=(("/topics", {"topics-named": "Nothing; of the kind"}),), status=422, listed=1),
    sent("/claims/FULL", "/verdict", outcome="unresolvable", rationale="", known_on="31 February 2024"),
    sent("/claims/BARE", "/evidence", title="", url="javascript:"),
    sent("/claims/BARE/checks", "/checks", where_looked=""),
    sent("/claims/PROPOSED", "/signoff", action="return", note=""),
    sent("/claims/FULL/edit", "/edit", statement="", review_on="3/4/2023"),
    sent("/claims/FULL/split", "/split"),
    sent(
        "/claims/LOST", "/verdict", 409, outcome="refuted", rationale="A long reason.", known_on="10 March 2024",
        meanwhile=lambda room: room.sourced("LOST"),
    ),
    sent(
        "/claims/LOST/edit", "/edit", 409, statement="Mine.", confirmed_if="Mine, too.",
        meanwhile=lambda room: room.edited("LOST", statement="Theirs.", confirmed_if="Theirs, too."),
    ),
    sent(
        "/claims/LOST/translation", "/translation", 409, other_statement="Le mien.",
        meanwhile=lambda room: room.translated("LOST", "Le leur."),
    ),
    sent(
        "/claims/LOST/assign", "/assign", 409, owner_id="KOFI",
        meanwhile=lambda room: room.assigned("LOST", "boss"),
    ),
)  # fmt: skip

LISTS = (
    Look("/articles"),
    Look("/articles?q=nothing"),
    Look("/articles/new"),
    Look("/articles/ARTICLE/attach"),
    Look("/articles/ARTICLE/attach?skip=BARE"),
    Look("/articles/new", typed=(("/articles/sources", {"address": "http://127.0.0.1/"}),), status=422),
    Look("/articles/sources/QUEUED"),
    Look("/articles/sources/READ"),
    Look("/articles/sources/UNREAD"),
    sent("/articles/new", "/articles/new", title="", published_on="3/4/2023"),
    sent("/articles/new", "/articles/new", title="Pier", published_on="3 Apr 2023", body="OK."),
    Look("/articles/ARTICLE-the-ferry-and-the-harbour"),
    Look("/articles/ARTICLE-the-ferry-and-the-harbour", "guest"),
    Look("/articles/SPOKEN-a-talk-on-the-radio"),
    Look("/articles/ARTICLE/text"),
    Look("/articles/ARTICLE/text?number=1"),
    Look("/articles/ARTICLE/text/new"),
    Look("/articles/ARTICLE/text/claims"),
    Look("/articles/sorting"),
    Look("/articles/ARTICLE/sort"),
    Look("/articles/SPOKEN/sort"),
    Look("/articles/SORTING/sort"),
    Look("/articles/SORTING/sort?passage=KEPT"),
    Look("/articles/SORTING/sort?passage=REJECTED"),
    Look("/articles/SORTING/sort?passage=ASKED"),
    Look("/articles/SORTING/sort?start=4&end=30"),
    Look("/articles/EMPTY/sort"),
    Look("/articles/AWAITED/sort"),
    Look("/articles/SORTING/sort?passage=SIMILAR"),
    sent("/articles/SORTING/sort?passage=SIMILAR", "/sort/SIMILAR", do="keep", statement="", review_on="3/4/2023"),
    sent(
        "/articles/SORTING/sort?passage=FREE",
        "/sort/FREE",
        409,
        do="keep",
        statement="Mine",
        meanwhile=lambda room: room.rejected("FREE"),
    ),
    Look("/articles/ARTICLE/mark"),
    Look("/articles/ARTICLE/mark?paragraph=2&claim=FULL"),
    sent("/articles/ARTICLE/mark?paragraph=2", "", words="Not a word of it."),
    Look("/articles/ARTICLE/edit"),
    sent("/articles/ARTICLE/edit", "/edit", 409, outlet="Mine", meanwhile=lambda room: room.renamed("ARTICLE")),
    Look("/speakers"),
    Look("/speakers/new"),
    Look("/speakers/SPEAKER"),
    Look("/speakers/SPEAKER/edit"),
    sent("/speakers/SPEAKER/edit", "/edit", 409, name="Mine", meanwhile=lambda room: room.renamed("SPEAKER")),
    Look("/speakers/TWIN/merge"),
    Look("/speakers/TWIN/merge", listed=1),
    sent("/speakers/TWIN/merge", "/merge"),
    Look("/topics"),
    Look("/topics/new"),
    sent("/topics/new", "/topics/new", label_en=""),
    Look("/topics/TOPIC"),
    Look("/topics/TOPIC/edit"),
    sent("/topics/TOPIC/edit", "/edit", 409, label_en="Mine", meanwhile=lambda room: room.renamed("TOPIC")),
    Look("/reminders"),
    Look("/overview"),
    Look("/overview?months=24&owner=EDITOR", "boss"),
    Look("/overview?months=7", status=422),
    Look("/scorecards"),
    Look("/scorecards?by=topic", "guest"),
    Look("/scorecards?by=hedge&year=2024"),
    Look("/scorecards?hedge=probably"),
    Look("/scorecards?by=nothing", status=422),
    Look("/scorecards/speakers/SPEAKER"),
    Look("/scorecards/topics/TOPIC"),
    Look("/scorecards/years/2024"),
    Look("/scorecards/desk"),
    Look("/scorecards/desks/GROUP"),
    Look("/scorecards/no-desk"),
    Look("/scorecards/own-voice"),
    Look("/exports"),
    Look("/exports?table=claims&as=xlsx"),
    Look("/import"),
    sent("/import", "/import", pasted=""),
    Look("/import", typed=(_IMPORT,)),
    Look("/import", typed=(_IMPORT, ("/check", {"c1-target": ""})), status=422),
    Look("/import", typed=(_IMPORT, _CHECK)),
    Look("/import", typed=(_IMPORT, _CHECK, ("/run", {})), status=422),
    Look("/import", typed=(_IMPORT, _CHECK, ("/run", {"skip_bad": "1"}))),
    Look("/import/WAITING"),
    Look("/import/FAILED"),
)

OFFICE = (
    Look("/settings"),
    Look("/account/tokens"),
    Look("/api/docs"),
    sent("/account/tokens", "/account/tokens", name="", days="400"),
    sent("/account/tokens", "/account/tokens", 200, name="Website box", scopes=["read", "propose"]),
    Look("/settings/reminders"),
    sent("/settings/reminders", "/leave", away_until="yesterday"),
    sent("/settings/reminders", "/feed", 200, feed="calendar", do="renew"),
    Look("/settings/reminders/digest"),
    Look("/settings/webhooks"),
    sent("/settings/webhooks", "/settings/webhooks", name="", url="ftp://"),
    sent("/settings/webhooks", "/settings/webhooks", 200, name="Archive", url="https://example.org/2"),
    Look("/settings/webhooks/HOOK"),
    Look("/settings/desks"),
    sent("/settings/desks", "/settings/desks", name=""),
    sent("/settings/desks", "/settings/desks", 200, name="Culture"),
    Look("/settings/desks/GROUP"),
    sent("/settings/desks/GROUP", "/settings/desks/GROUP", name=""),
    Look("/settings/hedges", "ben"),
    Look("/settings/cues", "ben"),
    Look("/settings/cues"),
    Look("/settings/hedges/line?language=fr&words=probablement"),
    sent("/settings/hedges/line", "/line", words="could", low="30"),
    sent("/settings/hedges/line", "/line", 200, words="could", language="en", certainty="possible_only"),
    sent(
        "/settings/hedges/line?language=en&words=could", "/line", 409, certainty="ignored",
        meanwhile=lambda room: change_settings(room.database, hedges="en; could; hedged; 20–40"),
    ),
    Look("/settings/newsroom"),
    sent("/settings/newsroom", "/settings/newsroom", name="", timezone="Mars/Olympus"),
    Look("/keys"),
    Look("/help/queue"),
    Look("/change"),
    Look("/confirm?next=/people"),
    sent("/confirm", "/confirm", password="wrong"),
    sent("/change", "/change", password="wrong", new_password="short"),
    Look("/settings/passkeys"),
    sent("/settings/passkeys", "/settings/passkeys", name="Phone"),
    Look("/settings/passkeys", "second"),
    sent("/settings/passkeys", "/name", who="second", name=""),
    sent("/settings/passkeys", "/name", 200, who="second", name="Work phone"),
    Look("/settings/second-factor", "second"),
    Look("/settings/second-factor", "pass"),
    sent("/settings/second-factor", "/settings/second-factor", who="pass", password="wrong", code="1"),
    sent("/settings/second-factor", "/codes", who="pass", password="wrong", code="1"),
    Look("/settings/passkeys", "pass"),
    Look("/confirm?next=/people", "second"),
    Look("/account/tokens", "second"),
    Look("/settings/second-factor", "key"),
    sent("/settings/second-factor", "/settings/second-factor", who="key", password="wrong"),
    Look("/settings/second-factor", "key", (_BEGUN,)),
    Look("/settings/second-factor", "key", (_BEGUN, ("/confirm", {"code": "12"})), 422),
    Look("/settings/second-factor", "key", (_BEGUN, ("/confirm", {"code": _code}))),
    Look("/settings/second-factor", "key"),
    Look("/people"),
    sent("/people", "/people", email="no address", name=""),
    sent("/people", "/people", 200, email="third@example.org", name="Third", roles=["editor"]),
    Look("/people/EDITOR"),
    Look("/operations"),
    Look("/record?subject=claim:FULL"),
    Look("/record?subject=nothing", status=422),
    Look("/record/editors/EDITOR"),
    Look("/record/erase"),
    Look("/record/erase?subject=claim:1&row=claim:1"),
    sent("/record/erase", "/record/erase", 200, subject="FULL", words="ferry"),
    Look("/record/erase", typed=(
        ("/record/erase", {"subject": "FULL", "words": "fax"}), ("/look", {"places": ALL, "reason": "A private person."}),
    )),
)  # fmt: skip

# Of a newsroom that has only just begun: the first three before anybody has an account.
EMPTY = (
    Look("/", "", path="/welcome"),
    Look("LINK", ""),
    sent("LINK", "LINK", who="", name="", email="no address"),
    Look("/queue"),
    Look("/queue", "guest"),
    *(Look(address) for address in (
        "/queue/signed", "/articles", "/claims", "/claims/new", "/overview", "/scorecards", "/speakers", "/topics", "/record",
        "/reminders", "/import", "/operations", "/people", "/settings/webhooks", "/settings/desks",
    )),
    sent("/people", "/people", 200, email="third@example.org", name="Third", roles=["editor"]),
)  # fmt: skip

# For readers, in the language of the address.
_CLAIM_STATES = (
    "CONFIRMED", "PARTLY_CONFIRMED", "REFUTED", "UNRESOLVABLE", "VOID", "OPEN", "CHECKING", "NOT_OBSERVED", "LATE",
    "UNDER_REVIEW", "WITHDRAWN", "HELD",
)  # fmt: skip
PUBLIC = (
    Look("/public/LANG/", ""),
    Look("/public/LANG/?q=statement", ""),
    Look("/public/LANG/?q=nothing+of+the+kind", ""),
    Look("/public/LANG/older/9~2030-01-01T00:00:00Z", ""),
    Look("/public/LANG/articles/SHOWN", ""),
    Look("/public/LANG/articles/SHOWN/after/READ-CONFIRMED", ""),
    *(Look(f"/public/LANG/claims/READ-{state}", "") for state in _CLAIM_STATES),
    Look("/public/LANG/claims/READ-CONFIRMED/cite", ""),
    Look("/public/LANG/topics/THEME", ""),
    Look("/public/LANG/topics/THEME/older/999999999", ""),
    Look("/public/LANG/speakers/VOICE", ""),
    Look("/public/LANG/speakers/VOICE/older/999999999", ""),
    Look("/public/LANG/corrections", ""),
    Look("/public/LANG/corrections/older/9~2020-01-01T00:00:00Z", ""),
    Look("/public/LANG/method", ""),
    Look("/public/LANG/scorecards", ""),
    Look("/public/LANG/scorecards/own-voice", ""),
    Look("/public/LANG/scorecards/topics/THEME", ""),
    Look("/public/LANG/scorecards/organisations/INSTITUTE", ""),
    Look("/public/LANG/scorecards/people/VOICE", ""),
    Look("/public/LANG/scorecards/people/SPEAKER", "", status=410),
    Look("/public/LANG/claims/READ-DRAFT", "", status=404),
    Look("/public/LANG/claims/GONE", "", status=410),
    Look("/embed/LANG/claims/READ-CONFIRMED", ""),
    Look("/public/LANG/report", ""),
    Look("/public/LANG/report?claim=READ-CONFIRMED", ""),
    sent("/public/LANG/report?claim=READ-CONFIRMED", "/report", who="", body=""),
    Look("/public/LANG/report/thanks", ""),
    Look("/reports"),
    Look("/reports/REPORT"),
    sent("/reports/REPORT", "/reports/REPORT", answer="", how="answer"),
    Look("/articles/ARTICLE/publication"),
    Look("/articles/SPOKEN/publication", "ben"),
    Look("/articles/SUMMIT/publication"),
    sent("/articles/SPOKEN/publication", "/publication", when="later"),
    Look("/articles/SUMMIT/publication/preview/LANG"),
    Look("/claims/PROPOSED/publication"),
    Look("/claims/FULL/publication"),
    Look("/claims/READ-HELD/publication"),
    Look("/speakers/VOICE/publication"),
    Look("/speakers/VOICE/publication", "ben"),
    sent("/speakers/SPEAKER/publication", "/publication", reason=""),
)

LOOKS = (*DOOR, *ERRORS, *QUEUE, *CLAIMS, *LISTS, *OFFICE, *PUBLIC)

# Addresses that answer with something else than a page of their own: a file, a part of a page, the way to another page.
_NO_PAGES = """
/ /articles/<id:article_id> /settings/keyboard /logout /queue/news /claims/<id:claim_id>/peek /goes-wrong/<int:status>
/static/<path:filename> /healthz /readyz /export /export/verdicts.csv /export/<name>.<ending> /import/<id:import_id>/bad-rows.csv
/oidc/start /oidc/callback /metrics /.well-known/security.txt /.well-known/change-password
/public /public/ /public/<slug> /oembed /og/<id:claim_id>-<string(length=8):digest>-<any(en,fr):language>.png /sitemap.xml
/robots.txt /public/sitemap-<int:part>.xml /public/verdicts.csv /public/scorecards.csv
/public/<any(verdicts,corrections):name>.atom
LANG/<any(verdicts,corrections):name>.atom LANG/claims/<id:claim_id>.json LANG/newest.json LANG/corrections.json
LANG/articles/<id:article_id> LANG/articles/<id:article_id>.json LANG/articles/<id:article_id>-<string(minlength=0):slug>.json
LANG/topics/<id:topic_id> LANG/topics/<id:topic_id>.json LANG/topics/<id:topic_id>-<string(minlength=0):slug>.json
LANG/scorecards.json LANG/scorecards/own-voice.json LANG/scorecards/<any(topics,organisations,people):group>/<id:number>.json
LANG/scorecards/<any(topics,organisations,people):group>/<id:number>-<string(minlength=0):slug>.json
/api/v1/openapi.json /api/v1/articles /api/v1/claims /api/v1/claims/<id:claim_id> /api/v1/verdicts /api/v1/evidence /api/v1/checks
/api/v1/speakers /api/v1/topics /api/v1/events /api/v1/me
/claims/<id:claim_id>/dossier.jsonl /cal/<token>/reviews.ics /feeds/<token>/due.atom /overview/<figure>.csv
"""
NO_PAGES = frozenset(_NO_PAGES.replace("LANG/", "/public/<any(en,fr):language>/").split())
