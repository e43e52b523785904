"""The quotes of a corrected article: each in both texts; those that are unchanged are moved to the newest text together."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.accounts.roles import Role
from tracker.articles import queries
from tracker.articles.routes import bp
from tracker.claims.models import Claim
from tracker.claims.queries import outdated_quotes
from tracker.claims.routes.attach_quotes import find_next_page
from tracker.claims.services import update_quote
from tracker.errors import NotFound
from tracker.pagination import read_id
from tracker.web.access import current_actor, needs
from tracker.web.database import session, writing
from tracker.web.i18n import ngettext
from tracker.web.page_context import ctx
from tracker.web.pages import pager_of, toast


@bp.get("/<id:article_id>/text/claims", endpoint="quotes")
@needs(Role.EDITOR)
def show_quotes(article_id: int) -> ResponseReturnValue:
    """The claims quoted from an older text than the newest, each with both texts; without any, the newest text."""
    article = queries.get(session(), article_id)
    latest = queries.latest_text(session(), article.id)
    if latest is None:
        raise NotFound()
    found = outdated_quotes.list_outdated(
        session(),
        article.id,
        ctx.language,
        latest=latest,
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    if not found.rows:
        return redirect(find_next_page(article_id), 303)
    return render_template(
        "articles/quotes.html",
        article=article,
        text=latest,
        same=[each for each in found.rows if each.quote.same_place is not None],
        elsewhere=[each for each in found.rows if each.quote.is_elsewhere],
        changed=[each for each in found.rows if not each.quote.found_again],
        pager=pager_of(found),
    )


@bp.post("/<id:article_id>/text/claims", endpoint="requote")
@needs(Role.EDITOR)
def update_quotes(article_id: int) -> ResponseReturnValue:
    """Move the quotes of the claims that the page named to the newest text, where their words and surroundings are unchanged."""
    article = queries.get(session(), article_id)
    sent = (read_id(given) for given in request.form.getlist("claim")[: outdated_quotes.SIZE])
    with writing() as current:
        done = _update(current, article.id, [number for number in sent if number is not None])
    toast(ngettext("%(n)s quote now refers to the newest text.", "%(n)s quotes now refer to the newest text.", done))
    return redirect(url_for("articles.quotes", article_id=article_id), 303)


def _update(current: Session, article_id: int, claim_ids: list[int]) -> int:
    latest = queries.latest_text(current, article_id)
    if latest is None:
        raise NotFound()
    done = 0
    for each in outdated_quotes.compare(current, article_id, claim_ids, ctx.language, latest=latest):
        place = each.quote.same_place
        if place is None or each.is_frozen:
            continue
        claim = current.get_one(Claim, each.row.id)
        version, number = claim.version, latest.number
        update_quote.requote(
            current, claim, number=number, start=place.start, end=place.end, actor=current_actor(), version=version
        )
        done += 1
    return done
