"""What readers see, or would see, made from the newsroom's rows without touching the readers' tables."""

import json

from tracker.articles.models import Article
from tracker.articles.slugs import slug
from tracker.claims.public_form import Forms
from tracker.public.models import Publication
from tracker.public.views import ArticleView, ClaimView
from tracker.publishing import projection


def article_view(article: Article, row: Publication | None) -> ArticleView:
    """The article as readers see it; under the address that it would get where it has none."""
    own = row.slug if row is not None and row.published_at is not None else slug(article.title)
    noindex = row.noindex if row is not None else False
    return ArticleView(article.id, own, noindex, "", json.loads(projection.article_body(article)))


def claim_views(forms: Forms, article: ArticleView, language: str) -> list[ClaimView]:
    """The claims in reading order."""
    found = sorted(forms.claims.values(), key=lambda form: (form.position, form.claim_id))
    return [
        ClaimView(form.claim_id, form.state, form.changed_at, json.dumps({**form.body, "replies": []}), language, article)
        for form in found
    ]
