"""The export of verdicts as a database's own program writes it: the same columns from the same rows, in plain SQL."""

from pathlib import Path

from tests.bench.newsrooms import Newsroom

_QUERY = """
SELECT c.id, c.article_id, a.title, a.url, a.outlet, a.published_on, c.paragraph, c.speaker_id, s.name, s.affiliation,
  c.attribution,
  (SELECT {joined_topics} FROM claim_topic ct JOIN topic t ON t.id = ct.topic_id WHERE ct.claim_id = c.id),
  c.statement, c.language, c.quote, c.quote_kind, c.quote_language, c.hedge, c.certainty, c.likelihood_low, c.likelihood_high,
  c.condition, c.condition_status, c.confirmed_if, c.refuted_if, c.criteria_set_on, c.criteria_retrospective, c.made_on,
  c.deadline_on, c.deadline_source, c.review_on, c.status, v.outcome, v.reason, v.is_scored, v.rationale, v.occurred_from,
  v.occurred_to, v.occurred_after_deadline, v.known_on, v.number, v.verdict_kind, p.name, v.proposed_at, g.name, d.decided_at,
  (SELECT count(*) FROM evidence e WHERE e.claim_id = c.id AND e.withdrawn_at IS NULL AND e.visibility = 'public'
     AND e.about = 'claim' AND e.stance = 'supports'),
  (SELECT count(*) FROM evidence e WHERE e.claim_id = c.id AND e.withdrawn_at IS NULL AND e.visibility = 'public'
     AND e.about = 'claim' AND e.stance = 'contradicts'),
  (SELECT {joined_urls} FROM evidence e WHERE e.claim_id = c.id AND e.withdrawn_at IS NULL AND e.visibility = 'public'),
  (SELECT count(*) FROM claim_check k WHERE k.claim_id = c.id),
  (SELECT max(checked_on) FROM claim_check k WHERE k.claim_id = c.id),
  (SELECT count(*) FROM verdict w JOIN verdict_decision x ON x.verdict_id = w.id WHERE w.claim_id = c.id
     AND w.verdict_kind = 'correction' AND w.proposal_kind = 'verdict' AND x.decision = 'signed'),
  c.updated_at
FROM claim c JOIN article a ON a.id = c.article_id JOIN verdict v ON v.id = c.signed_verdict_id
  JOIN verdict_decision d ON d.verdict_id = v.id LEFT JOIN speaker s ON s.id = c.speaker_id
  LEFT JOIN editor p ON p.id = v.proposed_by_id LEFT JOIN editor g ON g.id = d.decided_by_id
WHERE c.signed_verdict_id IS NOT NULL AND c.status <> 'withdrawn' AND NOT c.is_sample
ORDER BY c.id
"""


def command(newsroom: Newsroom) -> list[str | Path]:
    """The program and its arguments; it writes to standard output."""
    if newsroom.server is None:
        query = _QUERY.format(joined_topics="group_concat(t.key, '; ')", joined_urls="group_concat(e.url, '; ')")
        return ["sqlite3", "-readonly", "-csv", "-header", newsroom.url.removeprefix("sqlite:///"), query]
    query = _QUERY.format(joined_topics="string_agg(t.key, '; ')", joined_urls="string_agg(e.url, '; ')")
    return ["psql", "-q", "-d", newsroom.url, "-c", "\\copy (" + " ".join(query.split()) + ") TO STDOUT (FORMAT csv, HEADER)"]
