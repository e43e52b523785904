"""The history calls a field what its form calls it: one word for one thing. Both languages translate one text."""

import pytest
from wtforms.fields.core import UnboundField

from tests.web.support import make_app
from tracker.claims.event_rows import CHECK, CLAIM, EVIDENCE, VERDICT
from tracker.claims.forms.claim import ClaimForm
from tracker.claims.forms.evidence import CheckForm, EvidenceForm
from tracker.claims.forms.verdict import VerdictForm
from tracker.ledger.descriptors import RowKind
from tracker.web.forms import Form

# The form asks the editor, explains, or names the second of two fields; the history has the noun alone.
QUESTIONS = {
    "claim": {"attribution", "certainty", "condition_status", "language", "likelihood_high"},
    "evidence": {"about", "archive_url", "note", "url"},
    "check": {"exhaustive", "found", "period_from", "period_to", "where_looked"},
    "verdict": {"language", "occurred_from", "occurred_to"},
}


@pytest.mark.parametrize(
    ("rows", "form"), [(CLAIM, ClaimForm), (EVIDENCE, EvidenceForm), (CHECK, CheckForm), (VERDICT, VerdictForm)]
)
def test_history_uses_the_labels_of_the_form(rows: RowKind, form: type[Form]):
    fields = {name: getattr(form, name) for name in dir(form)}
    with make_app().test_request_context():
        labels = {name: str(each.args[0]) for name, each in fields.items() if isinstance(each, UnboundField) and each.args}
        other = {
            name
            for name, label in labels.items()
            if name in rows.fields and label.partition(",")[0] != str(rows.fields[name].label).partition(",")[0]
        }
    assert len(labels) > 5
    assert other == QUESTIONS[rows.kind]
