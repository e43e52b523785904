"""The newsrooms of the benchmark are what they say: alike each time, their history true, every fate in them."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import jsonschema

from tests.bench import making, making_public
from tests.ledger.support import checked
from tracker import paths
from tracker.db import Database
from tracker.ledger.chain import canonical

CLAIMS = 1_000


def test_a_made_newsroom_has_a_true_history_and_is_the_same_again(tmp_path: Path):
    first, second = tmp_path / "one.db", tmp_path / "two.db"
    making.make(first, CLAIMS)
    making.make(second, CLAIMS)
    heads, claims, evidence = [], [], []
    for file in (first, second):
        connection = sqlite3.connect(file)
        heads.append(connection.execute("SELECT seq, hash FROM chain_head").fetchone())
        claims.append(dict(connection.execute("SELECT status, count(*) FROM claim GROUP BY status").fetchall()))
        evidence.append(connection.execute("SELECT count(*) FROM evidence").fetchone()[0])
        connection.close()
    assert heads[0] == heads[1]
    assert claims[0] == {"draft": 15, "open": 205, "due": 150, "proposed": 15, "resolved": 600, "withdrawn": 15}
    assert 1.4 < evidence[0] / CLAIMS < 1.6
    assert 4 < heads[0][0] / CLAIMS < 6.5
    database = Database(f"sqlite:///{first}")
    assert checked(database, rows=True).findings == []
    database.dispose()


def test_its_quick_json_is_that_of_the_history():
    chain = making.Chain()
    chain.add("editor:3", "claim:7", "claim.created", {"set": {"b": 1, "a": 'é\u2028"\\\n', "c": None, "d": True}, "list": [1]})
    at = making.START.replace(second=11)
    line = {"set": {"b": 1, "a": 'é\u2028"\\\n', "c": None, "d": True}, "list": [1]}
    assert chain.events[0]["canonical"] == canonical(1, at, "editor:3", "claim:7", "claim.created", line)


def test_readers_tables_of_the_benchmark_keep_to_the_schema(tmp_path: Path):
    making_public.make(tmp_path / "tracker.db", 40)
    schema_file = Path(paths.__file__).parent / "public" / "claim.schema.json"
    validator = jsonschema.Draft202012Validator(json.loads(schema_file.read_text("utf-8")))
    with closing(sqlite3.connect(tmp_path / "tracker.db")) as connection:
        bodies = [json.loads(body) for (body,) in connection.execute("SELECT body FROM public_claim ORDER BY claim_id")]
        found = connection.execute("SELECT count(*) FROM public_fts WHERE public_fts MATCH 'school'").fetchone()
        articles = connection.execute("SELECT count(*) FROM publication WHERE state = 'public'").fetchone()
    assert [body["id"] for body in bodies] == list(range(1, 41))
    assert [error.message for body in bodies for error in validator.iter_errors(body)] == []
    assert (found, articles) == ((40,), (3,))
