"""The pages of the record: the newsroom's log, the dossier of a claim, and erasing words."""

from tracker.audit.routes import dossiers, erasing, log  # noqa: F401  (each adds its routes)
from tracker.audit.routes.blueprint import bp
from tracker.claims import labels
from tracker.web.language_names import language_name


@bp.context_processor
def _words() -> dict[str, object]:
    """The words of claims, for the dossier."""
    return {"criteria_note": labels.criteria_note, "label": labels.label, "language_name": language_name}
