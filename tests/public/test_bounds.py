"""What readers' pages keep to: their schema, their size, their queries, and calm before any input."""

import json
from pathlib import Path

import jsonschema
import pytest
from sqlalchemy import event, select

from tests.factories import make_article, make_claim
from tests.public.sample import Sample, publish
from tests.support.web import Client
from tracker import paths
from tracker.db import Database
from tracker.public.models import PublicClaim

SCHEMA = Path(paths.__file__).parent / "public" / "claim.schema.json"
ODD = [
    "'", '"', "l'état AND", "NEAR(a b)", "*", "a*", "(", "\\", "%", "_", "\u202e", "\u0000", "五月", "🚢" * 100, "x" * 5000, "-1",
    "0", "01", "9" * 30, "1e5", "٣", "../../etc/passwd", "<script>", "{{7*7}}", "%00", "%ff", "1;DROP TABLE", " ", "~",
    "1~", "1~2024-13-45", "1~9999-12-31T23:59:59Z", "99999999999999999999~2024-01-01T00:00:00Z", "1~2024-01-01",
]  # fmt: skip


def test_every_public_claim_keeps_to_the_schema(database: Database, sample: Sample):
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    with database.reading() as session:
        bodies = [json.loads(body) for body in session.scalars(select(PublicClaim.body))]
    assert len(bodies) == len(sample.claims) - 1
    assert [error.message for body in bodies for error in validator.iter_errors(body)] == []


def test_schema_refuses_what_is_not_on_the_list(database: Database, sample: Sample):
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    with database.reading() as session:
        body = json.loads(session.scalars(select(PublicClaim.body)).first() or "{}")
    assert not validator.is_valid({**body, "owner": "Ada"})


def test_article_of_sixteen_claims_is_small_and_takes_four_queries(client: Client, database: Database):
    article = make_article(database)
    for number in range(16):
        make_claim(database, "resolved", article=article, statement=f"Statement {number}, as long as such statements are.")
    publish(database, article.id)
    path = f"/public/en/articles/{article.id}-what-the-summit-will-bring"
    client.get(path)
    asked: list[str] = []
    listen = lambda _connection, _cursor, statement, *_more: asked.append(statement)  # noqa: E731
    event.listen(database.engine, "before_cursor_execute", listen)
    answer = client.get(path)
    event.remove(database.engine, "before_cursor_execute", listen)
    assert len(answer.data) <= 60_000
    assert 0 < len([each for each in asked if each.startswith("SELECT")]) <= 4


@pytest.mark.parametrize("odd", ODD)
def test_odd_input_is_never_a_failure(client: Client, sample: Sample, odd: str):
    statuses = {
        path: client.get(path, query_string=query).status_code
        for path, query in (
            ("/public/en/", {"q": odd}),
            ("/public/en/", {"q": "statement", "older": odd}),
            (f"/public/en/topics/{sample.topic}-{sample.topic_key}/older/{odd}", {}),
            (f"/public/en/speakers/{sample.organisation}/older/{odd}", {}),
            ("/oembed", {"url": odd, "maxwidth": odd}),
            ("/public/en/report", {"claim": odd}),
            (f"/public/en/older/{odd}", {}),
            (f"/public/en/corrections/older/{odd}", {}),
            (f"/public/en/claims/{odd}", {}),
            (f"/public/en/articles/{sample.article}-{odd}", {}),
            (f"/public/{odd}", {}),
        )
    }
    assert {path: status for path, status in statuses.items() if status >= 500} == {}
