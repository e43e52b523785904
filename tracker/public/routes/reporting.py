"""The form by which readers report a mistake or reply. It needs no account, no cookie and no script."""

from typing import Final

from flask import Flask, current_app, redirect, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.errors import Invalid
from tracker.pagination import read_id
from tracker.public import queries, reports
from tracker.public.forms import ReportForm
from tracker.public.models import ReportKind
from tracker.public.reports import Given
from tracker.public.routes.blueprint import LANGUAGE, bp
from tracker.public.routes.caching import render, site
from tracker.public.views import ClaimView
from tracker.web import forms, headers
from tracker.web.access import PUBLIC
from tracker.web.database import session, writing
from tracker.web.headers import Profile
from tracker.web.i18n import gettext as _

BODY_LIMIT: Final = 64 * 1024
# The form is made for one reader at one moment.
_OWN: Final = Profile(headers.PUBLIC.headers)


def exempt_from_sessions(app: Flask) -> None:
    """The form's own token covers for the one that lies in a session."""
    app.extensions["csrf"].exempt(app.view_functions["public.send_report"])


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])


def _page(language: str, form: ReportForm, claim: ClaimView | None, status: int = 200) -> ResponseReturnValue:
    headers.use_profile(_OWN)
    token = reports.make_token(_secret(), clock.now(), claim.id if claim is not None else None)
    here = site(language)
    page = render(
        "public/report.html", site=here, form=form, claim=claim, token=token, rest="/report", noindex=True, problem=status >= 400
    )
    return page, status


def _claim(language: str, given: str | None) -> ClaimView | None:
    number = read_id(given)
    return queries.load_claim(session(), number, language) if number is not None else None


@bp.get(f"/public/{LANGUAGE}/report", needs=PUBLIC)
def report(language: str) -> ResponseReturnValue:
    """The form, about the claim of `?claim=` or about none."""
    return _page(language, ReportForm(None), _claim(language, request.args.get("claim")))


@bp.post(f"/public/{LANGUAGE}/report", needs=PUBLIC, limit=BODY_LIMIT)
def send_report(language: str) -> ResponseReturnValue:
    """Store a report. What a program filled in is thanked for and thrown away."""
    headers.use_profile(_OWN)
    claim = _claim(language, request.form.get("claim"))
    form = ReportForm(request.form)
    thanks = redirect(site(language).path("/report/thanks"), 303)
    if request.form.get("website"):
        return thanks
    claim_id = claim.id if claim is not None else None
    if not form.validate():
        return _page(language, form, claim, 422)
    if not reports.is_token_good(_secret(), request.form.get("token", ""), clock.now(), claim_id):
        form.body.errors = [_("This form was open for too long or sent too quickly. Send it again.")]
        return _page(language, form, claim, 422)
    given = Given(ReportKind(form.kind.data), claim_id, language, form.name.data, form.email.data, form.body.data)
    try:
        with writing() as current:
            reports.receive(current, given, network=reports.name_network(_secret(), request.remote_addr or ""))
    except Invalid as refusal:
        forms.feed(form, refusal)
        return _page(language, form, claim, 422)
    return thanks


@bp.get(f"/public/{LANGUAGE}/report/thanks", needs=PUBLIC)
def report_thanks(language: str) -> ResponseReturnValue:
    """That it came in, and what happens now."""
    headers.use_profile(headers.PUBLIC)
    return render("public/report_thanks.html", site=site(language), rest="/report/thanks", noindex=True)
