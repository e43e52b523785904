"""The digest: when it goes out, to whom, and what stands in it."""

import re
from datetime import UTC, date, datetime, time
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest

from tests.factories import change_settings, make_article, make_claim, make_editor, make_evidence, make_speaker
from tests.notifications.harness import ON_ONE, Office
from tests.notifications.test_reminders import DAY, a_claim, leave, propose
from tests.support.mail import Mail
from tests.support.web import Client
from tracker import clock
from tracker.accounts.models import Editor
from tracker.claims.enums import Attribution, Stance
from tracker.claims.models import Claim
from tracker.claims.services import editing
from tracker.errors import NotFound
from tracker.notifications import recipients, services
from tracker.notifications.links import Links
from tracker.notifications.models import Frequency
from tracker.notifications.workdays import Workdays

TUESDAY = date(2024, 9, 17)
MONDAY, FRIDAY, SATURDAY = TUESDAY - DAY, TUESDAY + 3 * DAY, TUESDAY + 4 * DAY


@pytest.fixture
def ines(office: Office) -> Editor:
    """An editor with the usual digest and no single messages."""
    office.go(date(2024, 8, 1))
    change_settings(office.database, name="Meridian")
    editor = make_editor(office.database, "Inès Carpentier", email="ines@example.org")
    office.preferences(editor, before=False, on_the_day=False, late=False)
    return editor


@pytest.fixture
def full(office: Office, ines: Editor) -> None:
    """Something of everything."""
    tom = make_editor(office.database, "Tom Okafor", email="tom@example.org")
    office.preferences(tom, digest="off")
    hale = make_speaker(office.database, "M. Hale")
    deals = a_claim(
        office, ines, TUESDAY - 12 * DAY, statement="Trade deals will emerge from the summit",
        speaker_id=hale.id, attribution=Attribution.STATED,
    )  # fmt: skip
    for stance in (Stance.SUPPORTS, Stance.SUPPORTS, Stance.CONTRADICTS):
        make_evidence(office.database, deals, stance, at=datetime(2024, 8, 2, tzinfo=UTC))
    a_claim(office, ines, TUESDAY - 8 * DAY, statement="Moscow will help with food & <oil>")
    a_claim(office, ines, TUESDAY, statement="Grid operators will avoid rolling cuts")
    a_claim(office, ines, TUESDAY + 6 * DAY, statement="The rail link opens")
    a_claim(office, ines, TUESDAY + 7 * DAY, statement="Not this week")
    a_claim(office, ines, TUESDAY + 30 * DAY, statement="In a month")
    a_claim(office, ines, TUESDAY + 31 * DAY, statement="In more than a month")
    a_claim(office, tom, TUESDAY, statement="Somebody else’s")
    a_claim(office, None, TUESDAY, statement="Nobody’s")
    pacts = a_claim(office, tom, TUESDAY - 4 * DAY, statement="Trade pacts will come with any deal")
    office.go(TUESDAY - DAY, time(18))
    propose(office, pacts, by=tom, signer=ines)


def digest_of(office: Office, to: str = "ines@example.org") -> Mail:
    office.round()
    found = [mail for mail in office.sink.mails if mail.receiver == to and "Tom Okafor" not in mail.subject]
    assert found, "there is no digest"
    return found[-1]


def test_digest_lists_work_with_urgent_first(office: Office, full: None):
    office.go(TUESDAY)
    mail = digest_of(office)

    assert mail.subject == "2 overdue, 2 due this week, 1 to sign off [Tracker]"
    assert (
        mail.text.split("\n-- \n")[0]
        == """\
TRACKER / Meridian
2 claims overdue, 2 to check this week, 1 to sign off
Tuesday 17 September 2024 · for Inès Carpentier

OVERDUE (2)
5 Sep (12 days late)
  Trade deals will emerge from the summit
  M. Hale | evidence: 2 for, 1 against
  https://tracker.example.org/claims/1
  Propose a verdict: https://tracker.example.org/claims/1/verdict
  Move the review date: https://tracker.example.org/claims/1/postpone
  Reassign: https://tracker.example.org/claims/1/assign
9 Sep (8 days late)
  Moscow will help with food & <oil>
  The article itself | no evidence yet
  https://tracker.example.org/claims/2
  Propose a verdict: https://tracker.example.org/claims/2/verdict
  Move the review date: https://tracker.example.org/claims/2/postpone
  Reassign: https://tracker.example.org/claims/2/assign

DUE THIS WEEK (2)
17 Sep (today)
  Grid operators will avoid rolling cuts
  The article itself | no evidence yet
  https://tracker.example.org/claims/3
  Propose a verdict: https://tracker.example.org/claims/3/verdict
  Move the review date: https://tracker.example.org/claims/3/postpone
  Reassign: https://tracker.example.org/claims/3/assign
23 Sep (in 6 days)
  The rail link opens
  The article itself | no evidence yet
  https://tracker.example.org/claims/4
  Propose a verdict: https://tracker.example.org/claims/4/verdict
  Move the review date: https://tracker.example.org/claims/4/postpone
  Reassign: https://tracker.example.org/claims/4/assign

AWAITING YOUR SIGN-OFF (1)
13 Sep (4 days late)
  Trade pacts will come with any deal
  The article itself | evidence: 1 for, 0 against
  https://tracker.example.org/claims/10
  Sign off: https://tracker.example.org/claims/10/signoff

Open the review queue: https://tracker.example.org/queue
In the next 30 days: 2 more, the first on 24 September 2024.
"""
    )


@ON_ONE
def test_it_is_in_french_for_who_reads_french(office: Office, ines: Editor, full: None):
    with office.database.writing() as session:
        session.get_one(Editor, ines.id).language = "fr"
        claim = session.get_one(Claim, 1)
        editing.set_translation(session, claim, "fr", {"statement": "Des accords sortiront du sommet"}, actor=ines.actor)
    office.go(TUESDAY)
    mail = digest_of(office)

    assert mail.subject == "2 en retard, 2 cette semaine, 1 à contresigner [Tracker]"
    lines = mail.text.splitlines()
    assert lines[2] == "Mardi 17 septembre 2024 · pour Inès Carpentier"
    assert [line for line in lines if line.isupper() and "(" in line] == [
        "EN RETARD (2)", "CETTE SEMAINE (2)", "À CONTRESIGNER PAR VOUS (1)",
    ]  # fmt: skip
    assert "  Des accords sortiront du sommet" in lines
    assert "Dans les 30 jours\u202f: 2 autres, la première le 24 septembre 2024." in lines
    assert "à 8\u00a0h" in mail.text
    # What is in another language says so, for whoever has it read aloud.
    assert '<html lang="fr">' in mail.html
    assert 'lang="en">Moscow will help with food &amp; &lt;oil&gt;</a>' in mail.html


class Words(HTMLParser):
    """What a page says, without what is there for the eye alone."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("style", "title"):
            self._silent += 1
        if tag == "a":
            self.found.append(dict(attrs)["href"] or "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)


def words(text: str) -> list[str]:
    """The words of a text in no order: the HTML has the day in the last column, the plain text on the first line of an item."""
    return sorted(word.rstrip(":") for word in re.findall(r"[\w’&<>/:.]+", text.lower()) if re.search(r"\w", word))


@ON_ONE
@pytest.mark.parametrize("language", ["en", "fr"])
def test_plain_text_matches_html_in_order(office: Office, ines: Editor, full: None, language: str):
    with office.database.writing() as session:
        session.get_one(Editor, ines.id).language = language
    office.go(TUESDAY)
    mail = digest_of(office)

    shown = " ".join(Words(mail.html).found)
    assert words(shown) == words(mail.text)
    order = [
        "Trade deals", "Moscow", "Grid operators", "The rail link", "Trade pacts", "/queue", "2024.", "/settings", "/u/",
    ]  # fmt: skip
    for said in (shown, mail.text):
        places = [said.index(each) for each in order]
        assert places == sorted(places)


@ON_ONE
def test_nothing_is_fetched_and_nothing_tells_who_has_read_it(office: Office, full: None):
    office.go(TUESDAY)
    html = digest_of(office).html

    assert not re.search(r"<(img|link|script|iframe|object|video|form|input)\b|url\(|@import|@font-face|src=", html)
    assert {address.split("/")[2] for address in re.findall(r'href="([^"]+)"', html)} == {"tracker.example.org"}


def test_it_is_not_sent_where_nothing_is_due(office: Office, ines: Editor):
    a_claim(office, ines, TUESDAY + 7 * DAY)

    office.go(TUESDAY)
    assert office.round() == []
    assert office.fates(kind="digest") == [(f"editor:{ines.id}", "2024-09-17", "nothing_due")]
    # What comes up later the same day is for the next one.
    office.go(TUESDAY, time(15))
    a_claim(office, ines, TUESDAY)
    assert office.round() == []
    office.go(TUESDAY + DAY)
    assert office.round() == [("ines", "1 overdue, 1 due this week")]


@ON_ONE
def test_working_days_and_holidays_are_the_newsrooms(office: Office, ines: Editor):
    a_claim(office, ines, TUESDAY)
    change_settings(office.database, working_days="1267", holidays="2024-09-23")

    sent = office.days(TUESDAY, TUESDAY + 8 * DAY)

    # Tuesday; Saturday and Sunday; not the holiday on Monday; Tuesday.
    assert sorted(sent) == [TUESDAY, SATURDAY, SATURDAY + DAY, TUESDAY + 7 * DAY]


@ON_ONE
@pytest.mark.parametrize(
    ("frequency", "sent"),
    [
        (Frequency.DAILY, [17, 18, 19, 20, 21, 22, 23, 24]),
        (Frequency.WEEKDAYS, [17, 18, 19, 20, 23, 24]),
        (Frequency.WEEKLY, [23]),
        (Frequency.OFF, []),
    ],
)
def test_an_editor_chooses_how_often(office: Office, ines: Editor, frequency: Frequency, sent: list[int]):
    a_claim(office, ines, TUESDAY - 2 * DAY)
    office.go(MONDAY, time(12))
    office.preferences(ines, digest=frequency)

    assert [day.day for day in office.days(TUESDAY, TUESDAY + 7 * DAY)] == sent


def test_a_new_hour_counts_from_the_same_day_on(office: Office, ines: Editor):
    a_claim(office, ines, TUESDAY)
    office.go(TUESDAY, time(6))
    office.plan()
    office.preferences(ines, hour=14)

    office.go(TUESDAY, time(9))
    assert office.round() == []
    office.go(TUESDAY, time(14))
    assert office.round() == [("ines", "1 due this week")]
    assert office.round() == []


def test_who_changes_their_mind_before_the_hour_has_todays(office: Office, ines: Editor):
    a_claim(office, ines, TUESDAY)
    office.go(TUESDAY, time(6))
    office.plan()
    office.preferences(ines, digest="off")
    office.plan()
    assert [row.reason for row in office.rows(kind="digest")] == ["switched_off"]
    office.preferences(ines, digest="weekdays")

    office.go(TUESDAY)
    assert office.round() == [("ines", "1 due this week")]


@ON_ONE
def test_who_chooses_an_hour_that_is_over_is_not_sent_todays_at_once(office: Office, ines: Editor):
    office.preferences(ines, digest="off")
    a_claim(office, ines, TUESDAY)
    office.go(TUESDAY, time(12))
    office.preferences(ines, digest="weekdays")

    assert office.round() == []
    office.go(TUESDAY + DAY)
    assert office.round() == [("ines", "1 overdue")]


def test_after_some_days_off_one_digest_makes_up_for_all(office: Office, ines: Editor):
    a_claim(office, ines, MONDAY)
    office.go(MONDAY)
    assert office.round() == [("ines", "1 due this week")]

    # Back on Saturday, early in the morning: not before the hour, and not once more on Sunday.
    office.go(SATURDAY, time(3))
    assert office.round() == []
    office.go(SATURDAY)
    assert office.round() == [("ines", "1 overdue")]
    text = " ".join(office.sink.mails[-1].text.split())
    assert "This is the digest of Friday 20 September 2024, which could not be sent on time." in text
    assert list(office.days(SATURDAY, MONDAY + 7 * DAY)) == [MONDAY + 7 * DAY]


@ON_ONE
def test_back_on_a_working_day_before_the_hour_todays_is_the_one(office: Office, ines: Editor):
    a_claim(office, ines, MONDAY - 10 * DAY)
    office.go(TUESDAY, time(3))
    assert office.round() == []
    office.go(TUESDAY)
    assert office.round() == [("ines", "1 overdue")]
    assert [row.step for row in office.rows(kind="digest")] == ["2024-09-17"]


def test_what_is_nobodys_and_the_number_of_what_comes_are_a_matter_of_choice(office: Office, ines: Editor, full: None):
    office.preferences(ines, unowned=True, look_ahead=False)
    office.go(TUESDAY)
    mail = digest_of(office)

    assert mail.subject.startswith("2 overdue, 3 due this week")
    assert "Nobody’s" in mail.text
    assert "In the next 30 days" not in mail.text


def test_unassigned_proposal_is_listed_for_all_signers_except_proposer(office: Office, ines: Editor):
    tom = make_editor(office.database, "Tom", email="tom@example.org")
    claim = a_claim(office, tom, TUESDAY)
    office.go(TUESDAY, time(6))
    propose(office, claim, by=tom)

    office.go(TUESDAY)
    assert office.round() == [("ines", "1 to sign off")]


@ON_ONE
def test_samples_stand_in_no_digest(office: Office, ines: Editor):
    a_claim(office, ines, TUESDAY, article=make_article(office.database, is_sample=True))
    office.go(TUESDAY)
    assert office.round() == []


def test_a_stand_in_sees_what_is_the_others_and_the_other_sees_nothing(office: Office, ines: Editor):
    tom = make_editor(office.database, "Tom", email="tom@example.org")
    a_claim(office, ines, TUESDAY)
    office.go(MONDAY, time(7))
    leave(office, ines, TUESDAY, tom)

    assert office.days(MONDAY, TUESDAY + DAY) == {
        MONDAY: [("tom", "1 due this week")],
        TUESDAY: [("tom", "1 due this week")],
        TUESDAY + DAY: [("ines", "1 overdue")],
    }
    assert "The article itself | for Inès Carpentier | no evidence yet" in office.sink.mails[0].text


@ON_ONE
def test_leave_after_planning_counts(office: Office, ines: Editor):
    tom = make_editor(office.database, "Tom", email="tom@example.org")
    a_claim(office, ines, TUESDAY)
    office.go(TUESDAY, time(6))
    office.plan()
    leave(office, ines, TUESDAY, tom)

    office.go(TUESDAY)
    assert office.round() == [("tom", "1 due this week")]


def test_what_it_names_is_no_message_of_its_own(office: Office, ines: Editor):
    office.preferences(ines, before=True, on_the_day=True, late=True)
    a_claim(office, ines, TUESDAY, statement="Today.")
    a_claim(office, ines, TUESDAY - 7 * DAY, statement="A week late.")
    a_claim(office, ines, TUESDAY + 7 * DAY, statement="In a week.")

    office.go(TUESDAY)
    assert office.round() == [("ines", "1 overdue, 1 due this week"), ("ines", "Due in 7 days: In a week.")]
    digest, *singles = sorted(office.rows(channel="email"), key=lambda row: row.kind)
    assert {row.state for row in (digest, *singles)} == {"sent"}
    assert {row.step: row.leader_id for row in singles} == {"on_the_day": digest.id, "late_7": digest.id, "before": None}
    # On a day without a digest it is one.
    office.days(TUESDAY + DAY, FRIDAY)
    a_claim(office, ines, SATURDAY, statement="On Saturday.")
    office.go(SATURDAY)
    assert ("ines", "Ready to check: On Saturday.") in office.round()


def test_where_a_digest_is_not_wanted_after_all_what_travelled_in_it_goes_out_alone(office: Office, ines: Editor):
    office.preferences(ines, on_the_day=True)
    a_claim(office, ines, TUESDAY, statement="Today.")
    office.go(TUESDAY, time(6))
    office.plan()
    office.preferences(ines, digest="off")

    office.go(TUESDAY)
    assert office.round() == [("ines", "Ready to check: Today.")]


def test_of_many_claims_fifty_are_named(office: Office, ines: Editor):
    article = make_article(office.database, "Many")
    with office.database.writing() as session:
        for number in range(53):
            make_claim(session, "open", article=article, owner=ines, review_on=TUESDAY - DAY, statement=f"Claim {number:02}.",
                       deadline_on=None)  # fmt: skip
    office.go(TUESDAY)
    mail = digest_of(office)

    assert mail.subject == "53 overdue [Tracker]"
    assert len(re.findall(r"  Claim \d\d\.", mail.text)) == 50
    assert "and 3 more" in mail.text
    assert "and 3 more" in mail.html


# --- the day, whatever the clocks do ---


@pytest.mark.parametrize(
    ("zone", "hour", "day", "moment"),
    [
        # The clocks leap from 2 to 3, and are set back from 3 to 2.
        ("Europe/Paris", 2, date(2024, 3, 31), datetime(2024, 3, 31, 1, 0, tzinfo=UTC)),
        ("Europe/Paris", 2, date(2024, 10, 27), datetime(2024, 10, 27, 0, 0, tzinfo=UTC)),
        ("America/Sao_Paulo", 0, date(2018, 11, 4), datetime(2018, 11, 4, 3, 0, tzinfo=UTC)),  # a day that begins at one o'clock
        ("Australia/Lord_Howe", 2, date(2024, 10, 6), datetime(2024, 10, 5, 15, 30, tzinfo=UTC)),  # by half an hour
        ("Pacific/Kiritimati", 8, date(2024, 3, 11), datetime(2024, 3, 10, 18, 0, tzinfo=UTC)),
        ("Pacific/Niue", 8, date(2024, 3, 11), datetime(2024, 3, 11, 19, 0, tzinfo=UTC)),
    ],
)
def test_every_day_has_its_moment_once(zone: str, hour: int, day: date, moment: datetime):
    days = Workdays(ZoneInfo(zone), hour, frozenset(range(1, 8)), frozenset())

    assert days.moment(day) == moment
    assert days.day_of(moment) == day
    moments = [days.moment(day + number * DAY) for number in range(-3, 4)]
    assert moments == sorted(set(moments))


@ON_ONE
@pytest.mark.parametrize(
    ("day", "hour", "moments"),
    [
        (date(2024, 3, 31), 2, ["2024-03-31T00:59", "2024-03-31T01:00", "2024-03-31T01:30", "2024-03-31T02:00"]),
        (date(2024, 10, 27), 2, ["2024-10-26T23:59", "2024-10-27T00:00", "2024-10-27T01:00", "2024-10-27T01:59"]),
    ],
)
def test_on_a_day_the_clocks_change_there_is_exactly_one(office: Office, ines: Editor, day: date, hour: int, moments: list[str]):
    office.preferences(ines, digest="daily", hour=hour)
    a_claim(office, ines, day)
    before, *after = (datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in moments)

    office.travel(before)
    assert office.round() == []
    sent = []
    for moment in after:
        office.travel(moment)
        sent += office.round()
    assert sent == [("ines", "1 due this week")]


@ON_ONE
def test_the_zone_is_the_newsrooms(office: Office, ines: Editor):
    change_settings(office.database, timezone="America/New_York")
    a_claim(office, ines, TUESDAY)

    office.travel(datetime(2024, 9, 17, 11, 59, tzinfo=UTC))
    assert office.round() == []
    office.travel(datetime(2024, 9, 17, 12, 0, tzinfo=UTC))
    assert office.round() == [("ines", "1 due this week")]


@ON_ONE
def test_the_clock_set_back_an_hour_sends_nothing_twice(office: Office, ines: Editor):
    office.preferences(ines, on_the_day=True)
    a_claim(office, ines, TUESDAY)
    office.go(TUESDAY, time(8, 5))
    assert len(office.round()) == 1

    for at in (time(7, 5), time(7, 59), time(8), time(8, 5), time(9, 5)):
        office.go(TUESDAY, at)
        assert office.round() == []


@ON_ONE
def test_a_leap_of_30_days_and_back_sends_nothing_twice_and_things_go_on(office: Office, ines: Editor):
    a_claim(office, ines, TUESDAY)
    office.go(TUESDAY)
    assert office.round() == [("ines", "1 due this week")]
    office.go(TUESDAY + 30 * DAY)
    assert office.round() == [("ines", "1 overdue")]

    assert office.days(TUESDAY, TUESDAY + 2 * DAY) == {
        TUESDAY + DAY: [("ines", "1 overdue")],
        TUESDAY + 2 * DAY: [("ines", "1 overdue")],
    }
    office.go(TUESDAY + 30 * DAY)
    assert office.round() == []


@ON_ONE
def test_a_digest_planned_by_a_wrong_clock_waits_for_its_day(office: Office, ines: Editor):
    a_claim(office, ines, TUESDAY)
    office.go(TUESDAY + 2 * DAY, time(6))
    office.plan()

    assert office.days(TUESDAY, TUESDAY + 2 * DAY) == {
        TUESDAY: [("ines", "1 due this week")],
        TUESDAY + DAY: [("ines", "1 overdue")],
        TUESDAY + 2 * DAY: [("ines", "1 overdue")],
    }


# --- what the pages ask for ---


def test_when_the_next_one_comes_and_what_would_stand_in_it(office: Office, ines: Editor):
    links = Links("https://tracker.example.org", "secret")
    office.go(FRIDAY, time(9))
    with office.database.reading() as session:
        workdays = recipients.load_directory(session).workdays
        assert workdays.next_digest_from(clock.now(), Frequency.WEEKDAYS, None) == datetime(2024, 9, 23, 6, tzinfo=UTC)
        assert services.todays_digest(session, ines.id, links, clock.now()) is None
        with pytest.raises(NotFound):
            services.todays_digest(session, 999, links, clock.now())
    a_claim(office, ines, FRIDAY)
    office.preferences(ines, digest="off")
    with office.database.reading() as session:
        assert workdays.next_digest_from(clock.now(), Frequency.OFF, None) is None
        content = services.todays_digest(session, ines.id, links, clock.now())
    assert content is not None
    assert content.subject == "1 due this week"


def test_a_test_is_sent_once_however_often_it_is_asked_for_in_a_minute(office: Office, ines: Editor):
    office.go(FRIDAY)
    for _ in range(2):
        with office.database.writing() as session:
            services.send_test(session, ines.id, clock.now())

    assert office.round() == [("ines", "This is a test")]


@ON_ONE
def test_digest_links_lead_to_sign_in_and_then_to_the_form(office: Office, ines: Editor, client: Client):
    claim = a_claim(office, ines, TUESDAY - DAY)
    office.go(TUESDAY)
    text = digest_of(office).text
    for form in ("verdict", "postpone", "assign"):
        path = f"/claims/{claim.id}/{form}"
        assert f": https://tracker.example.org{path}\n" in text
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"].endswith(f"next=/claims/{claim.id}/{form}")) == (303, True)


@ON_ONE
def test_french_plain_text_has_thin_spaces_and_no_other(office: Office, ines: Editor, full: None):
    with office.database.writing() as session:
        session.get_one(Editor, ines.id).language = "fr"
    office.go(TUESDAY)
    text = digest_of(office).text
    assert "Proposer un verdict\u202f: https://" in text
    assert re.findall(r"(?<!\u202f)[;!?»](?!\w)|[^\u202f\W] ?:(?= )", text) == []
