"""The pages of claims: a list, the claim itself, its form, and every move."""

from tracker.claims import labels
from tracker.claims.routes import edit, evidence, moves, pages, quotes, relations, undo, verdicts  # noqa: F401  (each adds its routes)
from tracker.claims.routes.blueprint import bp
from tracker.web.language_names import language_name


@bp.context_processor
def _words() -> dict[str, object]:
    """The words of claims, for their templates."""
    return {
        "criteria_note": labels.criteria_note,
        "label": labels.label,
        "language_name": language_name,
        "outcome_help": labels.outcome_help,
        "relation_label": labels.relation_label,
        "state_key": labels.state_key,
    }
