"""Adding, changing and disabling editors."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from tests.factories import events_of, fresh, make_claim, make_editor
from tests.support.web import SignIn, password_hash
from tracker.accounts import passwords, people, sessions
from tracker.accounts.models import Editor, EditorSession, initials
from tracker.accounts.queries import editor_names
from tracker.accounts.roles import GIVEN, Role, expand
from tracker.db import Database
from tracker.errors import Conflict, Forbidden, Invalid
from tracker.ledger import SYSTEM

PHRASE = "seven green bicycles"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Ann@Example.ORG\n", "ann@example.org"),
        ("ＡＮＮ＠example.org", "ann@example.org"),
        ("\u212aelvin@example.org", "kelvin@example.org"),
        ("e\u0301ve@example.org", "éve@example.org"),
        ("STRASSE@example.org", "strasse@example.org"),
        ("straße@example.org", "straße@example.org"),
        ("adm\u0131n@example.org", "adm\u0131n@example.org"),
        ("desk@localhost", "desk@localhost"),
    ],
)
def test_an_address_has_one_form(typed: str, stored: str):
    assert people.normal_email(typed) == stored
    assert people.normal_email(stored) == stored


def test_name_refuses_characters_that_change_direction():
    with pytest.raises(Invalid) as refused:
        people.checked_name("Ann\u202eeel")
    assert refused.value.field == "name"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ada Marsh", "AM"),
        ("Ada", "AD"),
        ("“Ada” (Marsh)", "AM"),
        ("\u202eAda Marsh", "AM"),
        ("…", "…"),
        ("Ada de la Marsh", "AM"),
    ],
)
def test_initials_are_letters_alone(name: str, letters: str):
    assert initials(name) == letters


def test_letters_that_meet_in_upper_case_are_still_two_accounts():
    forms = {people.normal_email(f"adm{i}n@example.org") for i in "iıİI"}
    assert len(forms) == 3


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ann",
        "@example.org",
        "ann@",
        "a b@example.org",
        "ann@a@b",
        "a\x00@b.org",
        "a\u200b@b.org",
        "a@b..org",
        "a" * 300 + "@b.org",
        "a\ud800@b.org",
    ],
)
def test_what_is_no_address_is_refused(typed: str):
    with pytest.raises(Invalid) as refused:
        people.normal_email(typed)
    assert refused.value.field == "email"


def test_a_new_editor_is_in_the_history_without_address_name_or_password_in_the_clear(database: Database):
    with database.writing() as session:
        editor = people.add_editor(session, "Ann@Example.org", " Ann  Lee ", ["editor", "chief"], PHRASE, SYSTEM)
        assert (editor.email, editor.name, editor.role_names) == ("ann@example.org", "Ann Lee", {"editor", "chief", "viewer"})
        name = f"editor:{editor.id}"
    (event,) = events_of(database, name)
    assert event.kind == "editor.created"
    assert '"roles":["chief","editor"]' in event.canonical
    for secret in ("ann@example.org", "Ann Lee", PHRASE):
        assert secret not in event.canonical


def test_two_accounts_cannot_share_an_address(database: Database):
    with database.writing() as session:
        people.add_editor(session, "ann@example.org", "Ann", ["viewer"], None, SYSTEM)
    with pytest.raises(Conflict), database.writing() as session:
        people.add_editor(session, "ANN@example.org", "Other", ["viewer"], None, SYSTEM)
    with database.writing() as session:
        # A refusal within leaves the rest of the transaction usable.
        with pytest.raises(Conflict):
            people.add_editor(session, "ann@example.org", "Other", ["viewer"], None, SYSTEM)
        people.add_editor(session, "ben@example.org", "Ben", ["viewer"], None, SYSTEM)
    with database.reading() as session:
        assert [e.email for e in people.everybody(session)] == ["ann@example.org", "ben@example.org"]


@pytest.mark.parametrize("roles", [[], ["system"], ["editor", "root"], ["EDITOR"]])
def test_only_roles_that_exist_can_be_given(database: Database, roles: list[str]):
    with database.writing() as session, pytest.raises(Invalid):
        people.add_editor(session, "ann@example.org", "Ann", roles, None, SYSTEM)


@pytest.mark.parametrize("name", ["", "   ", "a\x00b", "x" * 121, "a\ud800"])
def test_an_editor_needs_a_name(database: Database, name: str):
    with database.writing() as session, pytest.raises(Invalid) as refused:
        people.add_editor(session, "ann@example.org", name, ["viewer"], None, SYSTEM)
    assert refused.value.field == "name"


@pytest.mark.parametrize("role", ["viewer", "editor", "chief"])
def test_only_an_admin_looks_after_people(database: Database, role: str):
    one, other = make_editor(database, roles=(role,)), make_editor(database)
    with database.writing() as session:
        row = people.get(session, other.id)
        for work in (
            lambda: people.add_editor(session, "x@example.org", "X", ["viewer"], None, one.actor),
            lambda: people.disable(session, row, actor=one.actor),
            lambda: people.enable(session, row, actor=one.actor),
            lambda: people.set_roles(session, row, ["admin"], actor=one.actor),
            lambda: people.set_password(session, row, PHRASE, actor=one.actor),
        ):
            with pytest.raises(Forbidden):
                work()
    assert len(events_of(database, other)) == 1


def test_a_role_taken_away_counts_from_the_next_request(sign_in: SignIn, database: Database):
    admin = make_editor(database, roles=("admin",))
    chief = sign_in("chief")
    assert chief.get("/settings/newsroom").status_code == 200
    with database.writing() as session:
        people.set_roles(session, people.get(session, chief.editor.id), ["viewer"], actor=admin.actor)  # type: ignore[attr-defined]
    assert chief.get("/settings/newsroom").status_code == 303
    again = sign_in(chief.editor)  # type: ignore[attr-defined]
    assert again.get("/settings/newsroom").status_code == 404
    assert events_of(database, chief.editor)[-1].kind == "editor.roles"  # type: ignore[attr-defined]


def test_giving_the_roles_one_has_ends_nothing(sign_in: SignIn, database: Database):
    browser = sign_in("chief")
    with database.writing() as session:
        people.set_roles(session, people.get(session, browser.editor.id), ["chief"], actor=SYSTEM)  # type: ignore[attr-defined]
    assert browser.get("/settings").status_code == 200
    assert len(events_of(database, browser.editor)) == 1  # type: ignore[attr-defined]


def test_the_last_admin_stays(database: Database):
    admin = make_editor(database, roles=("admin",))
    make_editor(database, roles=("admin",), active=False)
    with database.writing() as session:
        row = people.get(session, admin.id)
        with pytest.raises(Invalid):
            people.disable(session, row, actor=admin.actor)
        with pytest.raises(Invalid):
            people.set_roles(session, row, ["chief"], actor=admin.actor)
    second = make_editor(database, roles=("admin",))
    with database.writing() as session:
        people.disable(session, people.get(session, admin.id), actor=second.actor)
    with database.reading() as session:
        assert not people.get(session, admin.id).active


def test_disabling_frees_claims_cancels_requests_and_ends_sessions(database: Database):
    admin, ann, ben = make_editor(database, roles=("admin",)), make_editor(database), make_editor(database)
    mine, other = make_claim(database, "due", owner=ann), make_claim(database, "open", owner=ben)
    waiting = make_claim(database, "proposed", owner=ben)
    with database.writing() as session:
        fresh(session, waiting).requested_signer_id = ann.id
        sid = sessions.start(session, ann)
    with database.writing() as session:
        assert people.disable(session, people.get(session, ann.id), actor=admin.actor) == 1
    assert fresh(database, mine).owner_id is None
    assert fresh(database, mine).version == mine.version + 1
    assert (fresh(database, waiting).owner_id, fresh(database, waiting).requested_signer_id) == (ben.id, None)
    assert fresh(database, other).version == other.version
    with database.reading() as session:
        assert sessions.find(session, sid) is None
    last = events_of(database, mine)[-1]
    assert (last.kind, last.actor) == ("claim.assign", f"editor:{admin.id}")
    assert [e.kind for e in events_of(database, ann)][-1] == "editor.disabled"


def test_disabling_can_hand_the_claims_over(database: Database):
    ann, ben = make_editor(database), make_editor(database)
    claims = [make_claim(database, status, owner=ann) for status in ("draft", "due", "resolved", "withdrawn")]
    with database.writing() as session:
        heir = people.get(session, ben.id)
        assert people.disable(session, people.get(session, ann.id), actor=SYSTEM, hand_to=heir) == 4
    assert {fresh(database, claim).owner_id for claim in claims} == {ben.id}


@pytest.mark.parametrize("heir", [{"roles": ("viewer",)}, {"active": False}])
def test_claims_are_not_reassigned_to_an_account_that_cannot_own_them(database: Database, heir: dict[str, object]):
    ann, ben = make_editor(database), make_editor(database, **heir)  # type: ignore[arg-type]
    with pytest.raises(Invalid), database.writing() as session:
        people.disable(session, people.get(session, ann.id), actor=SYSTEM, hand_to=people.get(session, ben.id))
    with database.reading() as session:
        assert people.get(session, ann.id).active


def test_a_disabled_editor_can_be_let_in_again(database: Database, sign_in: SignIn):
    ann = make_editor(database, active=False)
    with database.writing() as session:
        row = people.get(session, ann.id)
        row.password = password_hash()
        people.enable(session, row, actor=SYSTEM)
    ann.password = password_hash()
    assert sign_in(ann).get("/settings").status_code == 200
    assert events_of(database, ann)[-1].kind == "editor.enabled"


def test_a_new_password_ends_sessions_and_shows_in_the_history_without_itself(database: Database):
    ann = make_editor(database, password=PHRASE)
    with database.writing() as session:
        sid = sessions.start(session, ann)
    before = ann.fs_uniquifier
    with database.writing() as session:
        people.set_password(session, people.get(session, ann.id), "nine yellow tricycles", actor=SYSTEM)
    with database.reading() as session:
        row = people.get(session, ann.id)
        assert sessions.find(session, sid) is None
        assert row.fs_uniquifier != before
        ended = session.scalars(select(EditorSession.ended_because)).all()
    assert ended == ["password"]
    last = events_of(database, ann)[-1]
    assert (last.kind, "tricycles" in last.canonical, "argon2" in last.canonical) == ("editor.password", False, False)


@pytest.mark.parametrize(
    "password",
    [
        "", "short", "eleven char", "x" * 12, "ababababababab", "password1234", "PasswordPassword", "x" * 2000,
        "y\x00" * 10, "\ud800" * 20, "ann@example.org",
    ],
)  # fmt: skip
def test_a_bad_password_is_refused_in_words(password: str):
    with pytest.raises(Invalid) as refused:
        passwords.check(password, about=("ann@example.org", "Ann Lee"))
    assert refused.value.field == "password"
    assert password not in str(refused.value) or not password


@pytest.mark.parametrize(
    "password",
    ["seven green bicycles", "пароль из слов", "十二文字以上の長い言葉です", "a" * 64 + "bcdefg" * 10, " spaces around it "],
)
def test_any_script_and_any_sentence_can_be_a_password(password: str):
    assert passwords.check(password) == passwords.normal(password)


def test_roles_include_those_they_are_built_on():
    assert expand({"chief"}) == {Role.CHIEF, Role.EDITOR, Role.VIEWER}
    assert expand({"admin"}) == {Role.ADMIN, Role.VIEWER}
    assert expand({"system", "root"}) == set()
    assert {role.value for role in GIVEN} == {"viewer", "editor", "chief", "admin"}


def test_has_editors_does_not_count_the_sample(database: Database, make_editor: Callable[..., Editor]):
    make_editor(is_sample=True)
    with database.reading() as session:
        assert not people.has_editors(session)
    make_editor()
    with database.reading() as session:
        assert people.has_editors(session)


@pytest.mark.parametrize(
    "easy",
    [
        "unbelievable1",
        "manchester1234",
        "sunshine123456",
        "football2024!",
        "P@ssw0rd1234",
        "qwertyuiop[]",
        "congratulations",
        "ann.lee@example.org",
        "abcabcabcabcabc",
    ],
)
def test_a_password_that_others_guess_first_is_refused(easy: str):
    with pytest.raises(Invalid, match="too easy"):
        passwords.check(easy, about=("ann.lee@example.org", "Ann Lee"))


def test_the_long_ones_among_known_passwords_and_words_are_refused():
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    long = {word for words in FREQUENCY_LISTS.values() for word in words if len(word) >= passwords.SHORTEST}
    assert len(long) >= 3_000
    for word in sorted(long)[::40]:  # one in forty: a hundred of them
        with pytest.raises(Invalid):
            passwords.check(word)


@pytest.mark.parametrize("good", [PHRASE, "mot de passe é à è", "bda-7kq2-xx9z", "x1 y2 z3 " * 12])
def test_unrelated_words_and_chance_pass(good: str):
    assert passwords.check(good) == passwords.normal(good)


def test_names_of_editors_are_found_though_they_have_left(database: Database):
    gone = make_editor(database, "Léa Fournier")
    with database.writing() as session:
        session.get_one(Editor, gone.id).active = False
        # Not written yet, and found all the same.
        session.get_one(Editor, gone.id).name = "Léa Fournier-Roy"
        assert editor_names(session, [gone.id, None, gone.id]) == {gone.id: "Léa Fournier-Roy"}
        assert editor_names(session, [None]) == {}
