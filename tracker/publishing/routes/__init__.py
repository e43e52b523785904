"""The newsroom's pages about publication: of an article, of a claim, of a person's scorecard, and the reports of readers."""

from tracker.publishing.routes import articles, claims, reports  # noqa: F401  (each adds its routes)
from tracker.publishing.routes.blueprint import bp  # noqa: F401  (tracker.app registers it)
