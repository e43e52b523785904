"""Nine days of a newsroom, hour by hour: every message that anybody got, and no other."""

from datetime import date, datetime, time, timedelta

from tests.factories import change_settings, fresh, make_editor
from tests.notifications.harness import Office
from tests.notifications.test_reminders import DAY, a_claim, act, leave, propose
from tracker.claims.enums import WithdrawReason
from tracker.claims.services import editing, moves, verdicts
from tracker.notifications.models import State

MONDAY = date(2024, 9, 16)
HOURS = (time(7, 30), time(8), time(11, 5), time(17))


def test_nine_days_of_a_newsroom(office: Office):
    """Inès has the usual preferences, Tom single messages alone, Ada is the chief and has a weekly digest; there is a desk."""
    database = office.database
    office.go(date(2024, 8, 1))
    change_settings(database, desk_address="desk@example.org", holidays="2024-09-20")
    ines = make_editor(database, "Inès", email="ines@example.org", language="fr")
    tom = make_editor(database, "Tom", email="tom@example.org")
    ada = make_editor(database, "Ada", email="ada@example.org", roles=["chief"])
    gone = make_editor(database, "Gone", email="gone@example.org", active=False)
    office.preferences(tom, digest="off")
    office.preferences(ada, digest="weekly", signoffs=False)

    def claim(name, owner, day):
        return a_claim(office, owner, day, statement=name)

    strike = claim("Strike", ines, MONDAY + 1 * DAY)  # proposed on its day
    claim("Rail", ines, MONDAY + 9 * DAY)  # a week before: Wednesday
    grid = claim("Grid", tom, MONDAY)
    port = claim("Port", tom, MONDAY + 2 * DAY)  # postponed before its hour
    claim("Oil", tom, MONDAY - 5 * DAY)  # 7 days late: Wednesday
    claim("Tax", tom, MONDAY - 26 * DAY)  # 30 days late: Friday, a holiday
    claim("War", tom, MONDAY - 35 * DAY)  # 37 days late: Wednesday
    claim("Rain", None, MONDAY + 1 * DAY)
    snow = claim("Snow", tom, MONDAY + 3 * DAY)  # withdrawn
    hail = claim("Hail", tom, MONDAY + 5 * DAY)  # handed to Inès on Wednesday; due on a Saturday
    claim("Fog", tom, MONDAY + 6 * DAY)  # Tom is on leave by then

    def propose_strike():
        propose(office, fresh(database, strike), by=ines, signer=tom)

    events = {
        (0, time(11, 5)): lambda: act(office, snow, moves.withdraw, WithdrawReason.DUPLICATE, "", actor=tom),
        (1, time(11, 5)): propose_strike,
        (2, time(7, 30)): lambda: act(office, port, moves.postpone, MONDAY + 40 * DAY, "Delayed.", actor=tom),
        (2, time(11, 5)): lambda: act(office, hail, editing.assign, ines.id, actor=tom),
        (4, time(17)): lambda: leave(office, tom, MONDAY + 7 * DAY, ada),
        (7, time(17)): lambda: act(office, fresh(database, strike), verdicts.sign, actor=tom),
        (8, time(11, 5)): lambda: act(office, grid, moves.postpone, MONDAY + 15 * DAY, "Not yet.", actor=tom),
    }
    # Where it was before the nine days began.
    office.days(MONDAY - 3 * DAY, MONDAY - 1 * DAY, time(20))

    got: list[tuple[str, str, str]] = []
    for number in range(9):
        for hour in HOURS:
            moment = datetime.combine(MONDAY + number * DAY, hour)
            office.go(moment.date(), hour)
            arrived = office.round()
            if (number, hour) in events:
                events[number, hour]()
                office.go(moment.date(), (moment + timedelta(minutes=1)).time())
                arrived += office.round()
            got += [(f"{moment:%a %d %H:%M}", to, subject) for to, subject in arrived]

    assert got == [
        ("Mon 16 08:00", "ines", "1 cette semaine"),
        ("Mon 16 08:00", "tom", "Ready to check: Grid"),
        ("Tue 17 08:00", "desk", "Ready to check: Rain"),
        ("Tue 17 08:00", "ines", "1 cette semaine"),
        ("Tue 17 11:05", "tom", "Inès asks you to sign off a verdict: Strike"),
        ("Wed 18 08:00", "ada", "No verdict 37 days after the review date: War"),
        ("Wed 18 08:00", "ines", "À vérifier dans 7 jours\u202f: Rail"),
        ("Wed 18 08:00", "tom", "Still open 7 days after the review date: Oil"),
        ("Thu 19 08:00", "ines", "2 cette semaine"),
        ("Fri 20 08:00", "tom", "Still open 30 days after the review date: Tax"),
        ("Sat 21 08:00", "ines", "À vérifier dès maintenant\u202f: Hail"),
        ("Sun 22 08:00", "ada", "Ready to check: Fog"),
        ("Mon 23 08:00", "ada", "5 overdue"),
        ("Mon 23 08:00", "ada", "Still waiting for your sign-off: Strike"),
        ("Mon 23 08:00", "ines", "1 en retard, 1 cette semaine"),
        ("Tue 24 08:00", "desk", "Still open 7 days after the review date: Rain"),
        ("Tue 24 08:00", "ines", "1 en retard, 1 cette semaine"),
    ]
    assert gone.email not in {mail.receiver for mail in office.sink.mails}
    # Every reason has one row, and what became of it can be seen.
    rows = office.rows()
    assert len({row.key for row in rows}) == len(rows)
    assert {row.state for row in rows if row.due_at <= datetime.combine(MONDAY + 8 * DAY, time(17)).astimezone()} <= {
        State.SENT,
        State.CANCELLED,
    }
    assert len({mail.id for mail in office.sink.mails}) == len(office.sink.mails)
