"""A bare Flask page: one query, one template, a table. It runs in the environment of the peers: `gunicorn bare_site:app`."""

import os
import sqlite3

from flask import Flask, g, request

app = Flask(__name__)
app.jinja_env.autoescape = True
TODAY = os.environ["PEERS_TODAY"]

ROWS = """
SELECT c.id, c.statement, c.status, c.review_on, c.likelihood_low, c.likelihood_high, a.title AS article, s.name AS speaker,
  e.name AS owner,
  (SELECT count(*) FROM evidence v WHERE v.claim_id = c.id AND v.stance = 'supports') AS supports,
  (SELECT count(*) FROM evidence v WHERE v.claim_id = c.id AND v.stance = 'contradicts') AS contradicts
FROM claim c JOIN article a ON a.id = c.article_id LEFT JOIN speaker s ON s.id = c.speaker_id
  LEFT JOIN editor e ON e.id = c.owner_id
"""
LIST = """<!doctype html><title>Claims</title><form><input name="q" value="{{ q }}"></form><table>
{% for row in rows %}<tr><td><a href="/claims/{{ row.id }}">{{ row.statement }}</a><td>{{ row.speaker or "–" }}
<td>{{ row.article }}
<td>{{ row.status }}<td>{{ row.likelihood_low }}–{{ row.likelihood_high }}<td>+{{ row.supports }} −{{ row.contradicts }}
<td>{{ row.review_on }}<td>{{ row.owner or "–" }}
{% endfor %}</table>"""
LIST_PAGE = app.jinja_env.from_string(LIST)
CLAIM = """<!doctype html><title>Claim {{ claim.id }}</title><h1>{{ claim.statement }}</h1>
<blockquote>{{ claim.quote }}</blockquote>
<dl>{% for name in claim.keys() %}<dt>{{ name }}<dd>{{ claim[name] }}{% endfor %}</dl>
<h2>Evidence</h2><ol>{% for row in evidence %}<li>{{ row.stance }} <a href="{{ row.url }}">{{ row.title }}</a> {{ row.publisher }}
{% endfor %}</ol><h2>Checks</h2><ol>{% for row in checks %}<li>{{ row.checked_on }} {{ row.found }}{% endfor %}</ol>
<h2>Verdicts</h2><ol>{% for row in verdicts %}<li>{{ row.outcome }} {{ row.rationale }}{% endfor %}</ol>
<h2>History</h2><ol>{% for row in events %}<li>{{ row.at }} {{ row.actor }} {{ row.kind }}{% endfor %}</ol>"""
CLAIM_PAGE = app.jinja_env.from_string(CLAIM)


def connection() -> sqlite3.Connection:
    """Return the connection of this request."""
    if "connection" not in g:
        g.connection = sqlite3.connect(os.environ["PEERS_FILE"])
        g.connection.row_factory = sqlite3.Row
    opened: sqlite3.Connection = g.connection
    return opened


@app.teardown_appcontext
def close(_error: BaseException | None) -> None:
    """Close the connection."""
    if "connection" in g:
        g.connection.close()


@app.get("/claims")
def claims() -> str:
    """All claims, newest first, or those with a word."""
    q = request.args.get("q", "")
    if q:
        found = "WHERE c.id IN (SELECT rowid FROM claim_fts WHERE claim_fts MATCH ? ORDER BY rowid DESC LIMIT 50)"
        rows = connection().execute(f"{ROWS} {found} ORDER BY c.id DESC", ['"' + q.replace('"', "") + '"']).fetchall()
    else:
        rows = connection().execute(f"{ROWS} ORDER BY c.id DESC LIMIT 50").fetchall()
    return LIST_PAGE.render(rows=rows, q=q)


@app.get("/overdue")
def overdue() -> str:
    """Overdue claims, oldest first."""
    rows = connection().execute(f"{ROWS} WHERE c.status = 'due' AND c.review_on < ? ORDER BY c.review_on, c.id LIMIT 50", [TODAY])
    return LIST_PAGE.render(rows=rows.fetchall(), q="")


@app.get("/claims/<int:number>")
def claim(number: int) -> str:
    """One claim with what belongs to it."""
    at = connection()
    return CLAIM_PAGE.render(
        claim=at.execute("SELECT * FROM claim WHERE id = ?", [number]).fetchone(),
        evidence=at.execute("SELECT * FROM evidence WHERE claim_id = ?", [number]).fetchall(),
        checks=at.execute("SELECT * FROM claim_check WHERE claim_id = ?", [number]).fetchall(),
        verdicts=at.execute("SELECT * FROM verdict WHERE claim_id = ?", [number]).fetchall(),
        events=at.execute("SELECT * FROM event WHERE subject = ? ORDER BY seq DESC LIMIT 10", [f"claim:{number}"]).fetchall(),
    )
