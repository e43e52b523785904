"""What the template of a claim's page is given: the claim as read, what this editor may do with it now, and its forms."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from flask import render_template, request
from sqlalchemy.orm import Session

from tracker.accounts.access import current_editor
from tracker.accounts.queries import working_editors
from tracker.accounts.roles import Role
from tracker.claims import lifecycle, visibility
from tracker.claims.claim_page import ClaimPage
from tracker.claims.enums import Outcome, Status
from tracker.claims.forms.common import offer
from tracker.claims.forms.evidence import CheckForm, EvidenceForm, NoteForm
from tracker.claims.forms.verdict import PostscriptForm, SignoffForm, VerdictForm
from tracker.claims.public_form import INTERNAL_GROUNDS
from tracker.claims.queries.claim_page import Window, add_names, load_unnamed
from tracker.claims.routes import initial_values, timeline
from tracker.claims.routes.timeline import Line
from tracker.claims.services.verdict_facts import facts_of, load_facts
from tracker.claims.verdict_rules import Facts, absence_of_evidence_refutes, is_before_deadline, missing_requirement
from tracker.errors import N_, IllegalMove, Message, Refusal, Stale
from tracker.pagination import read_id
from tracker.web import i18n
from tracker.web.database import session as reading
from tracker.web.errors import Typed, typed
from tracker.web.forms import Form
from tracker.web.page_context import ctx
from tracker.web.pages import page_url

GONE = N_("This is no longer possible: the claim has changed since you opened it.")
JUDGING: Final = frozenset({"propose", "decide"})
LIST_SHOWN = 50  # evidence, checks and notes each; older ones a page at a time
HISTORY_SHOWN = 20  # lines on the page; all of it, with all changes, has a page of its own


@dataclass(frozen=True)
class ClaimView:
    """See the module. `signers`: who can be asked to sign, where a verdict can be given. `lacks`: per verdict, what the claim
    still needs; `changes`: what others did since the page was read."""

    page: ClaimPage
    signers: list[tuple[int, str]]
    allowed: frozenset[str]
    may_work: bool
    facts: Facts
    lacks: Mapping[Outcome, Message | None]
    history: list[Line]
    changes: list[Line]
    refusal: Refusal | None
    typed: list[Typed]

    @property
    def is_stale(self) -> bool:
        """Whether another editor was faster; else the move itself is not possible."""
        return isinstance(self.refusal, Stale)

    @property
    def may_edit(self) -> bool:
        """Whether the terms can be changed now."""
        return self.may_work and self.page.claim.status not in (Status.PROPOSED, Status.RESOLVED, Status.WITHDRAWN)

    @property
    def may_add(self) -> bool:
        """Whether evidence, checks and the like can be added."""
        return self.may_work and self.page.claim.status != Status.WITHDRAWN

    @property
    def may_judge(self) -> bool:
        """Whether this editor can give or propose a verdict now."""
        return bool(self.allowed & JUDGING)

    @property
    def known_days(self) -> dict[Outcome, date]:
        """The day that is suggested as the one on which an outcome became known, by outcome."""
        return initial_values.known_days(self.page)

    @property
    def rests_on_internal_checks(self) -> bool:
        """Whether readers do not see the verdict that is proposed or signed because it rests on internal checks alone."""
        judged = self.page.proposed or self.page.signed
        return judged is not None and not visibility.may_publish_verdict(
            judged.verdict.outcome,
            is_held=False,
            contradicting=self.facts.contradicting,
            public_checks=sum(visibility.is_public(each) for each in self.page.checks) if self.page.is_whole else 1,
        )

    @property
    def before_deadline(self) -> bool:
        """Whether refuting would mean that it has become impossible."""
        return is_before_deadline(self.facts)

    @property
    def absence_of_evidence_refutes(self) -> bool:
        """Whether an exhaustive look that finds nothing can refute."""
        return absence_of_evidence_refutes(self.facts)


def _window() -> Window:
    """The part of the claim's lists that the address asks for."""
    before = {name: read_id(request.args.get(f"{name}_before")) for name in ("evidence", "checks", "notes")}
    return Window(LIST_SHOWN, before["evidence"], before["checks"], before["notes"])


def load_claim_view(session: Session, claim_id: int, *, refusal: Refusal | None = None, read_at: int | None = None) -> ClaimView:
    """Read a claim's page for the signed-in editor. `read_at` is the version that the editor's page was made from."""
    editor = current_editor()
    actor = editor.actor
    is_editor = Role.EDITOR in actor.roles
    page = load_unnamed(session, claim_id, today=i18n.today(), notes=is_editor, window=_window())
    claim = page.claim
    allowed = lifecycle.allowed(session, claim, actor, was_returned=page.returns > 0)
    signers = working_editors(session) if allowed & JUDGING else []
    add_names(session, page, dict(signers))
    known = facts_of(claim, page.evidence, page.checks, page.today) if page.is_whole else load_facts(session, claim, page.today)
    past = timeline.of_claim(session, claim_id, limit=HISTORY_SHOWN, private=is_editor, known=page.known_names())
    return ClaimView(
        page=page,
        signers=signers,
        allowed=allowed,
        may_work=is_editor,
        facts=known,
        lacks={outcome: missing_requirement(outcome, known) for outcome in Outcome},
        history=past.lines,
        changes=[line for line in past.lines if read_at is not None and line.version is not None and line.version > read_at],
        refusal=refusal,
        typed=typed() if refusal is not None else [],
    )


def page_forms(view: ClaimView, bound: Mapping[str, Form], focus: str = "") -> dict[str, Form]:
    """The forms that the page shows this editor now, empty but for those in `bound`, which come back as they were sent.

    The verdict's is always there; others are a link until they are opened (`focus`) or sent. Without evidence, its form is open.
    """
    version = view.page.claim.version
    opened = {focus, *bound}
    forms: dict[str, Form] = {}
    if view.may_add and ("evidence" in opened or not view.page.evidence):
        forms["evidence"] = EvidenceForm(ids="ev")
    if view.may_add and "check" in opened:
        forms["check"] = CheckForm(ids="ck")
    if view.may_work and "note" in opened:
        forms["note"] = NoteForm(ids="nt")
    if view.may_judge:
        may_decide = "decide" in view.allowed
        start = initial_values.verdict(view.page, current_editor().id, may_decide=may_decide)
        forms["verdict"] = VerdictForm(ids="vd", data={"version": version, **start})
    if view.allowed & {"sign", "return", "recall"}:
        forms["signoff"] = SignoffForm(ids="so", data={"version": version})
    if view.may_add and "postscript" in opened and view.page.signed is not None:
        forms["postscript"] = PostscriptForm(ids="ps")
    forms |= {name: form for name, form in bound.items() if name in forms}
    verdict = forms.get("verdict")
    for form in (verdict, forms.get("postscript")):
        if isinstance(form, VerdictForm | PostscriptForm):
            form.language.offer(view.page.claim.language)
    if isinstance(verdict, VerdictForm):
        offer(verdict.requested_signer_id, view.signers, without=current_editor().id)
    return forms


def claim_page(
    claim_id: int,
    bound: Mapping[str, Form] | None = None,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
    focus: str = "",
) -> tuple[str, int]:
    """Draw the claim's page. `bound` are forms that come back with errors or after a conflict; `focus` the one that is open."""
    session = reading()
    sent = bound or {}
    read_at = next((form["version"].data for form in sent.values() if "version" in form), None)
    view = load_claim_view(session, claim_id, refusal=refusal, read_at=read_at)
    for form in sent.values():
        if refusal is not None and "version" in form:
            # The page now shows the current version; sent again, the form refers to it.
            form["version"].data = view.page.claim.version
    forms = page_forms(view, sent, focus)
    shown = next((form for name, form in sent.items() if name in forms), None)
    stranded = bool(sent) and shown is None
    if stranded and refusal is None:
        # The page does not hold this form any more; what was typed is shown all the same.
        view, status = replace(view, refusal=IllegalMove(GONE), typed=typed()), IllegalMove.status
    values: dict[str, object] = {
        "view": view,
        "page": view.page,
        "forms": forms,
        "form": shown,
        "stranded": stranded,
        "problem": status >= 400,
        "language": ctx.language,
        "page_url": page_url,
        "internal_grounds": INTERNAL_GROUNDS,
    }
    return render_template("claims/show.html", **values), status
