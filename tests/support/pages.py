"""Every page there is, with something to show on each: for tests that walk through all of them."""

from collections.abc import Iterator

from tests.factories import (
    DESK,
    change_settings,
    make_article,
    make_check,
    make_claim,
    make_editor,
    make_evidence,
    make_speaker,
    make_topic,
)
from tests.support.web import Client
from tracker.accounts.models import Editor
from tracker.articles import services as articles
from tracker.articles.models import Article
from tracker.claims.enums import Attribution, QuoteKind, RelationKind, Stance, Visibility
from tracker.claims.models import Claim
from tracker.claims.services import evidence
from tracker.db import Database

BODY = "Ένα.\n\nΤο πλοίο θα σταματήσει 🚢. Είναι παλιό.\n\nΤέλος."
QUOTE = "Το πλοίο θα σταματήσει 🚢."


def furnish(database: Database) -> tuple[Editor, dict[str, int]]:
    """A newsroom with claims in every status, written in Greek alone: who may do everything, and ids by their names."""
    change_settings(database, name="Ρόδο")
    boss = make_editor(database, "Άννα Βέρδη", roles=("viewer", "editor", "chief", "admin"), email="a@1.23")
    owner = make_editor(database, "Γη Δέλτα", email="b@1.23")
    named = {"outlet": "Νέα", "author": "Ζήτα"}
    article = make_article(database, "Άρθρο", body=BODY, language="el", **named)
    speaker = make_speaker(database, "Ήτα Θήτα", affiliation="Ιώτα", aliases=("Κάππα",))
    topic = make_topic(database, "Λάμδα", "Λάμδα", key="1")
    start = BODY.index(QUOTE)
    said = {
        "article": article, "topics": [topic], "speaker_id": speaker.id, "attribution": Attribution.IMPLIED, "owner": owner,
        "quote": QUOTE, "quote_kind": QuoteKind.VERBATIM, "text_number": 1, "quote_start": start, "quote_end": start + len(QUOTE),
        "hedge": "ίσως", "certainty": "hedged", "likelihood_low": 60, "likelihood_high": 85, "condition": "Αν βρέξει.",
        "confirmed_if": "Σταματά.", "refuted_if": "Δεν σταματά.", "statement": "Το πλοίο θα σταματήσει.", "language": "fr",
    }  # fmt: skip
    claims = [
        make_claim(database, status, **said)
        for status in ("due", "proposed", "resolved", "withdrawn", "draft", "open", "under_review")
    ]
    with database.writing() as session:
        for claim in claims[:2]:
            own = session.get_one(Claim, claim.id)
            if claim is claims[0]:
                make_check(session, own, where_looked="Μι", found="Νι", exhaustive=True)
                source = make_evidence(session, own, Stance.CONTRADICTS, title="Ξι", url="https://1.23/", note="Ομικρόν").id
                make_evidence(session, own, Stance.CONTEXT, title="Πι", url="https://1.23/", visibility=Visibility.INTERNAL)
                evidence.relate(session, own, claims[5].id, RelationKind.ALTERNATIVE_TO, actor=DESK)
            evidence.add_note(session, own, "Ρο", actor=owner.actor)
        articles.add_text(session, DESK, session.get_one(Article, article.id), BODY.replace("παλιό", "νέο").replace("🚢", "⛴"))
    ids = {
        "ARTICLE": article.id,
        "CLAIM": claims[0].id,
        "EVIDENCE": source,
        "EDITOR": owner.id,
        "SPEAKER": speaker.id,
        "TOPIC": topic.id,
    }
    return boss, ids


def pages(client: Client, ids: dict[str, int], lines: list[tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """(address, text) of every address of the table of routes that answers a signed-in browser with a page, and of each claim."""
    more = [("", "GET", f"/claims/{ids['CLAIM'] + step}") for step in range(1, 7)]
    seen = set()
    for _need, method, pattern in [*lines, *more]:
        if method != "GET" or pattern in ("/logout", "/login"):
            continue
        address = pattern.replace("-SLUG", "")
        for name, number in ids.items():
            address = address.replace(name, str(number))
        answer = client.get(address, follow_redirects=True)
        path = answer.request.full_path.rstrip("?")
        if answer.status_code == 200 and answer.mimetype == "text/html" and path not in seen:
            seen.add(path)
            yield path, answer.text
