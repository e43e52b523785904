"""The pages for readers."""

from collections.abc import Callable

from flask import redirect, request
from flask.typing import ResponseReturnValue

from tracker.errors import NotFound
from tracker.public import article_queries, claim_review, queries
from tracker.public.routes.blueprint import LANGUAGE, bp
from tracker.public.routes.caching import answer, newsroom, render, site
from tracker.public.routes.embed import blockquote, iframe
from tracker.public.site import Site
from tracker.public.views import ArticleView, ClaimView, list_tally
from tracker.search import names
from tracker.web.access import PUBLIC
from tracker.web.database import session
from tracker.web.i18n import gettext

Q_MAX = 200


def listing_page(name: str, found: queries.Listing, **context: object) -> str:
    """A list of claims."""
    return render("public/list.html", kind=name, claims=found.rows, older=found.older, **context)


@bp.get("/public")
@bp.get("/public/", needs=PUBLIC)
def home() -> ResponseReturnValue:
    """To the newest claims, in the newsroom's language."""
    return redirect(site(newsroom().language).path(), 302)


@bp.get(f"/public/{LANGUAGE}/", needs=PUBLIC)
def newest(language: str) -> ResponseReturnValue:
    """The claims that changed last, or those that have the words of `?q=`."""
    typed = request.args.get("q", "").strip()
    q = typed[:Q_MAX].strip()
    older = request.args.get("older", "")[:80]
    head = queries.load_head(session())
    is_cut = typed != q or names.is_cut(q)

    def draw() -> str:
        if q:
            found = queries.find(session(), q, language, older=older)
            return listing_page("search", found, q=q, q_is_cut=is_cut, head=head, rest="/", noindex=True)
        found = queries.list_newest(session(), language)
        return listing_page("newest", found, q="", head=head, rest="/", base="/older/")

    return answer(f"newest {language} {head.version} {is_cut} {q} {older}", draw)


@bp.get(f"/public/{LANGUAGE}/older/<place>", needs=PUBLIC)
def older(language: str, place: str) -> ResponseReturnValue:
    """The claims that changed before those of the page that leads here."""
    head = queries.load_head(session())

    def draw() -> str:
        found = queries.list_newest(session(), language, older=place)
        return listing_page("newest", found, q="", head=head, rest=f"/older/{place}", base="/older/", noindex=True)

    return answer(f"older {language} {head.version} {place}", draw)


@bp.get(f"/public/{LANGUAGE}/articles/<id:article_id>")
@bp.get(f"/public/{LANGUAGE}/articles/<id:article_id>-<string(minlength=0):slug>")
@bp.get(f"/public/{LANGUAGE}/articles/<id:article_id>-<string(minlength=0):slug>/after/<id:after>", needs=PUBLIC)
def article(language: str, article_id: int, slug: str | None = None, after: int | None = None) -> ResponseReturnValue:
    """An article with its predictions, from the first on or after one of them."""
    found = article_queries.load_article(session(), article_id)
    here = site(language)
    right = here.article(found, after or 0)
    if request.script_root + request.path != right and request.path != right:
        return redirect(right, 301)

    def draw() -> str:
        page = article_queries.load_page(session(), found, language, after)
        return article_page(page, found, here, after, lambda place: here.article(found, place), noindex=found.noindex)

    return answer(f"article {language} {found.content_digest} {after}", draw)


def article_page(
    page: article_queries.ArticlePage,
    found: ArticleView,
    here: Site,
    after: int | None,
    address: Callable[[int], str],
    *,
    noindex: bool,
) -> str:
    """A page of an article, the first or that after a claim; `address` of the page after another one, 0 for the first."""
    return render(
        "public/article.html",
        site=here,
        article=found,
        page=page,
        tally=list_tally(page.counts),
        changes=None if after else article_queries.list_changes(session(), found, page.claims, here.language),
        has_changes=page.has_changes,
        changed_at=page.changed_at,
        first=address(0),
        previous=address(page.previous) if page.previous is not None else "",
        following=address(page.following) if page.following is not None else "",
        rest=f"/articles/{found.path}/after/{after}" if after else f"/articles/{found.path}",
        noindex=noindex or after is not None,
    )


@bp.get(f"/public/{LANGUAGE}/claims/<id:claim_id>", needs=PUBLIC)
def claim(language: str, claim_id: int) -> ResponseReturnValue:
    """A claim: what was stated, what would count, what happened, how it was judged."""
    found = queries.load_claim(session(), claim_id, language)
    after = article_queries.find_page_of(session(), found)
    here = site(language)

    def draw() -> str:
        return render(
            "public/claim.html",
            site=here,
            claim=found,
            article=found.article,
            article_page=here.article(found.article, after),
            speaker_path=speaker_path(found, language),
            review=claim_review.build(found, here, newsroom().name),
            changed_at=found.changed_at,
            rest=f"/claims/{claim_id}",
            noindex=found.article.noindex,
        )

    return answer(f"claim {language} {found.content_digest} {found.article.path} {after} {found.article.title}", draw)


@bp.get(f"/public/{LANGUAGE}/claims/<id:claim_id>/cite", needs=PUBLIC)
def cite(language: str, claim_id: int) -> ResponseReturnValue:
    """How to cite a claim, with the newsroom's ledger as it was when something public changed last."""
    found = queries.load_claim(session(), claim_id, language)
    head = queries.load_head(session())
    here = site(language)

    def draw() -> str:
        rest = f"/claims/{claim_id}/cite"
        return render(
            "public/cite.html",
            site=here,
            claim=found,
            article=found.article,
            head=head,
            frame=iframe(found, here),
            plain=blockquote(found, here, gettext(found.state_text)),
            rest=rest,
            noindex=True,
        )

    return answer(f"cite {language} {found.content_digest} {found.article.path} {head.version}", draw)


def speaker_path(found: ClaimView, language: str) -> str:
    """Where the speaker's other claims are listed; "" where the newsroom does not list them."""
    speaker = found.body["speaker"]
    shown = newsroom().speaker_pages
    if speaker is None or not shown or (shown == "organisation" and speaker["kind"] != "organisation"):
        return ""
    return site(language).path(f"/speakers/{speaker['id']}")


@bp.get(f"/public/{LANGUAGE}/topics/<id:topic_id>")
@bp.get(f"/public/{LANGUAGE}/topics/<id:topic_id>-<string(minlength=0):slug>")
@bp.get(f"/public/{LANGUAGE}/topics/<id:topic_id>-<string(minlength=0):slug>/older/<id:place>", needs=PUBLIC)
def topic(language: str, topic_id: int, slug: str | None = None, place: int | None = None) -> ResponseReturnValue:
    """The claims about a topic, from the newest on or older than one of them."""
    head = queries.load_head(session())
    found = queries.list_topic(session(), topic_id, language, older=place)
    if not found.rows:
        raise NotFound()
    of_topic = next(each for each in found.rows[0].body["topics"] if each["id"] == topic_id)
    own = site(language).topic(of_topic)
    right = own if place is None else f"{own}/older/{place}"
    if request.script_root + request.path != right and request.path != right:
        return redirect(right, 301)

    def draw() -> str:
        return _group_page("topic", found, f"/topics/{topic_id}-{of_topic['key']}", place, of_topic[language], head)

    return answer(f"topic {language} {topic_id} {head.version} {place}", draw)


@bp.get(f"/public/{LANGUAGE}/speakers/<id:speaker_id>")
@bp.get(f"/public/{LANGUAGE}/speakers/<id:speaker_id>/older/<id:place>", needs=PUBLIC)
def speaker(language: str, speaker_id: int, place: int | None = None) -> ResponseReturnValue:
    """The claims of a speaker, where the newsroom lists them: of organisations, or of people as well."""
    head = queries.load_head(session())
    found = queries.list_speaker(session(), speaker_id, language, older=place)
    if not found.rows or not speaker_path(found.rows[0], language):
        raise NotFound()
    of_speaker = found.rows[0].body["speaker"]

    def draw() -> str:
        return _group_page("speaker", found, f"/speakers/{speaker_id}", place, of_speaker["name"], head)

    return answer(f"speaker {language} {speaker_id} {head.version} {place}", draw)


def _group_page(kind: str, found: queries.Listing, first: str, place: int | None, title: str, head: queries.Head) -> str:
    """A page of the list of a topic or a speaker, whose first page is at `first`."""
    rest = first if place is None else f"{first}/older/{place}"
    context = {"title": title, "q": "", "head": head, "rest": rest, "base": f"{first}/older/", "noindex": place is not None}
    return listing_page(kind, found, **context)


@bp.get(f"/public/{LANGUAGE}/corrections")
@bp.get(f"/public/{LANGUAGE}/corrections/older/<place>", needs=PUBLIC)
def corrections(language: str, place: str = "") -> ResponseReturnValue:
    """Every correction, update, withdrawal and changed term, newest first."""
    head = queries.load_head(session())

    def draw() -> str:
        found = queries.list_changes(session(), language, verdicts=False, older=place)
        rest = f"/corrections/older/{place}" if place else "/corrections"
        context = {"changes": found.rows, "older": found.older, "head": head, "rest": rest, "noindex": bool(place)}
        return render("public/corrections.html", **context)

    return answer(f"corrections {language} {head.version} {place}", draw)


@bp.get(f"/public/{LANGUAGE}/method", needs=PUBLIC)
def method(language: str) -> ResponseReturnValue:
    """How the newsroom judges."""
    own = newsroom().method_fr if language == "fr" else newsroom().method_en
    return answer(f"method {language}", lambda: render("public/method.html", own=own, rest="/method"))


@bp.get("/public/<slug>", needs=PUBLIC)
def by_slug(slug: str) -> ResponseReturnValue:
    """To the article with this slug, in the newsroom's language."""
    found = queries.find_slug(session(), slug[:80])
    return redirect(site(newsroom().language).article(found), 301)
