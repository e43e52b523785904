"""The quotes of an article's claims. Of a corrected one: each in both texts; unchanged ones move to the newest together.

And for claims that have no quote, the sentence of the article that each seems to come from.
"""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.accounts.access import current_editor
from tracker.accounts.roles import Role
from tracker.articles import queries
from tracker.articles.routes import bp
from tracker.claims.models import Claim
from tracker.claims.queries import outdated_quotes, unquoted_claims
from tracker.claims.routes.form_pages import undo_address
from tracker.claims.services import quoting, saved_views
from tracker.errors import Conflict, Invalid, NotFound
from tracker.pagination import read_id
from tracker.web.access import current_actor
from tracker.web.database import session, writing
from tracker.web.i18n import ngettext
from tracker.web.idempotency import run_once
from tracker.web.page_context import ctx
from tracker.web.pages import pager_of, toast, warn


@bp.get("/<id:article_id>/attach", endpoint="attach", needs=Role.EDITOR)
def show_proposals(article_id: int) -> ResponseReturnValue:
    """The claims without a quote and their proposed sentences; `?skip=` names claims that are left for later."""
    article = queries.get(session(), article_id)
    latest = queries.latest_text(session(), article.id)
    if latest is None:
        raise NotFound()
    skipped = _skipped()
    found = unquoted_claims.list_proposals(session(), article, latest, ctx.language, skipped=skipped)
    return render_template(
        "articles/attach.html",
        article=article,
        text=latest,
        proposed=[each for each in found.rows if each.match is not None],
        without=[each for each in found.rows if each.match is None],
        has_more=found.has_more,
        most=unquoted_claims.SIZE,
        longest=unquoted_claims.LONGEST if unquoted_claims.is_too_long(latest) else None,
        skipped=skipped,
        skip_url=lambda claim_id: _url(article_id, [*skipped, claim_id]),
    )


@bp.post("/<id:article_id>/attach", endpoint="attach_now", needs=Role.EDITOR)
def attach(article_id: int) -> ResponseReturnValue:
    """Attach the sentences that the page showed: that of `only`, or those of all ticked claims; one entry of the history each.

    Several can be taken back together, like any change to several claims at once.
    """
    article = queries.get(session(), article_id)
    only = read_id(request.form.get("only"))
    claim_ids = [only] if only is not None else [read_id(each) for each in request.form.getlist("claim")]
    done: list[tuple[int, int]] = []
    refused, undo = 0, ""
    with writing() as current, run_once(current) as answer_with:
        for claim_id in dict.fromkeys(claim_ids[: unquoted_claims.SIZE]):
            claim = current.get(Claim, claim_id) if claim_id is not None else None
            if claim is None or claim.article_id != article.id:
                continue
            if _attach(current, claim):
                done.append((claim.id, claim.version))
            else:
                refused += 1
        if len(done) > 1:
            step = saved_views.remember(current, current_editor().id, done)
            undo = url_for("bulk.undo", step_id=step.id)
        answer = answer_with(_url(article_id, _skipped()))
    if refused:
        warn(ngettext("%(n)s claim had changed and was left alone.", "%(n)s claims had changed and were left alone.", refused))
    if done:
        undo = undo or undo_address(done[0][0])
        toast(ngettext("%(n)s quote attached.", "%(n)s quotes attached.", len(done)), undo=undo)
    return answer


def _attach(current: Session, claim: Claim) -> bool:
    """Whether the sentence was attached; not where the claim has a quote by now or may not be changed any more."""
    place = [read_id(part) or 0 for part in request.form.get(f"place-{claim.id}", "").split(":")]
    version = read_id(request.form.get(f"version-{claim.id}"))
    if len(place) != 3 or version != claim.version or claim.quote:
        return False
    number, start, end = place
    try:
        with current.begin_nested():
            quoting.requote(current, claim, number=number, start=start, end=end, actor=current_actor(), version=version)
    except (Invalid, Conflict):
        return False
    return True


def _skipped() -> list[int]:
    given = (read_id(each) for each in request.args.get("skip", "").split("."))
    return [number for number in given if number is not None][-10 * unquoted_claims.SIZE :]


def _url(article_id: int, skipped: list[int]) -> str:
    return url_for("articles.attach", article_id=article_id, skip=".".join(map(str, skipped)) or None)


def find_next_page(article_id: int) -> str:
    """Where an editor goes from a text whose quotes are all up to date: to the claims without a quote, else to the text."""
    wanted = "articles.attach" if unquoted_claims.has_unquoted(session(), article_id) else "articles.text"
    return url_for(wanted, article_id=article_id)


@bp.get("/<id:article_id>/text/claims", endpoint="quotes", needs=Role.EDITOR)
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


@bp.post("/<id:article_id>/text/claims", endpoint="requote", needs=Role.EDITOR)
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
        quoting.requote(current, claim, number=number, start=place.start, end=place.end, actor=current_actor(), version=version)
        done += 1
    return done
