"""The queue keeps to its bytes while all its filters are open, however many there are to choose from."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import insert, select, update

from tests.claims import crowd
from tests.support.web import SignIn
from tracker.accounts.models import Editor, RoleRow, editor_role
from tracker.claims.models import Claim, Speaker, Topic
from tracker.claims.queries.name_lists import OFFERED
from tracker.db import Database

MOST = 300_000  # bytes, before they are compressed
MANY = 300
STATEMENT = "The ministry will publish the results of the inquiry into the harbour and its ferries before the end of the year."


def fill_choices(database: Database, many: int) -> None:
    """Put so many editors, speakers and topics into a newsroom, with names as long as usual ones are."""
    numbers = [f"{number:04}" for number in range(many)]
    people = [
        {"id": 1_000 + n, "name": f"Anne-Marie Lefebvre {n}", "email": f"{n}@example.org", "fs_uniquifier": f"u{n}"}
        for n in range(many)
    ]
    labels = [(f"Trade and industry {n}", f"Commerce et industrie {n}") for n in numbers]
    with database.sessions() as session, database.writing(session):
        session.execute(insert(Editor), people)
        role = session.scalars(select(RoleRow.id).where(RoleRow.name == "editor")).one()
        session.execute(insert(editor_role), [{"editor_id": each["id"], "role_id": role} for each in people])
        names = [f"Ministry of Trade and Industry {n}" for n in numbers]
        session.execute(insert(Speaker), [{"name": name, "name_key": name.casefold(), "kind": "organisation"} for name in names])
        topics = [
            {"key": f"t-{n}", "label_en": en, "label_fr": fr, "label_en_key": en.casefold(), "label_fr_key": fr.casefold()}
            for n, (en, fr) in zip(numbers, labels, strict=True)
        ]
        session.execute(insert(Topic), topics)
        session.execute(update(Claim).values(statement=STATEMENT))


def test_queue_with_its_filters_open_keeps_to_its_bytes(database: Database, sign_in: SignIn, clock_at: Callable[[date], None]):
    clock_at(crowd.TODAY)
    people = crowd.fill(database, 1_600).editors
    fill_choices(database, MANY)
    client = sign_in(people[0])  # who proposed half of what waits for a signature, so that there is a fifth group
    for language in ("en", "fr"):
        client.post("/language", data={"language": language})
        page = client.get("/queue?filters=open")
        assert f'lang="{language}"' in page.text
        assert page.text.count('class="q-t"') >= 100
        assert page.text.count("<option") >= 3 * OFFERED
        assert len(page.data) <= MOST
