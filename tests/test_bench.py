"""The newsrooms of the benchmark are what they say: alike each time, their history true, every fate in them."""

import sqlite3
from pathlib import Path

from tests.bench import making
from tests.ledger.support import checked
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
