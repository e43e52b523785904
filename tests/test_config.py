"""The environment becomes settings, or one line that names the variable at fault."""

import os
import stat
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path

import pytest

from tests.support import bad_inputs
from tests.support.processes import process, wait_until
from tracker import config, paths
from tracker.config import ConfigError, Settings
from tracker.db import Database

KEY = "0123456789abcdef0123456789abcdef"
POSTGRES = "postgresql://tracker:s%25cret@db.example.org:5433/newsroom"

Read = Callable[..., Settings]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """`read(TIMEZONE="Europe/Paris")` with a home of its own, if no other is given."""

    def do(**given: str) -> Settings:
        return Settings.from_env({"TRACKER_HOME": str(tmp_path / "home")} | {f"TRACKER_{k}": v for k, v in given.items()})

    return do


def refused(read: Read, name: str, **given: str) -> str:
    """The message of the refusal, after checking that it is one line and names the variable."""
    with pytest.raises(ConfigError) as error:
        read(**given)
    message = str(error.value)
    assert message.startswith(f"TRACKER_{name}: ")
    assert "\n" not in message
    return message


def test_nothing_needs_to_be_set(read: Read, tmp_path: Path):
    settings = read()
    assert settings.home == tmp_path / "home"
    assert settings.is_sqlite
    assert settings.database_url.endswith("/home/tracker.db")
    assert (settings.base_url, settings.timezone, settings.smtp_url, settings.mail_from, settings.demo) == (
        None, None, None, None, False,
    )  # fmt: skip


def test_the_home_defaults_to_the_users_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(paths, "default_home", lambda: tmp_path / "data" / "tracker")
    assert Settings.from_env({}).home == tmp_path / "data" / "tracker"
    assert Settings.from_env({"TRACKER_HOME": "  "}).home == tmp_path / "data" / "tracker"


def test_the_environment_of_the_process_is_read_where_none_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TRACKER_HOME", str(tmp_path))
    assert Settings.from_env(demo=True).home == tmp_path
    assert Settings.from_env(demo=True).demo is True


def test_settings_cannot_be_changed(read: Read):
    with pytest.raises(AttributeError):
        read().demo = True


# --- home ---


def test_a_home_is_made_and_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_env({"TRACKER_HOME": "some/where"})
    assert settings.home == tmp_path / "some" / "where"
    assert settings.home.is_dir()


@pytest.mark.parametrize("name", ["plain", "a b", "a?b", "a#b", "a%41b", "a%b", "a@b:c", "é", "=1;x"])
def test_sqlite_database_is_in_the_home_folder(tmp_path: Path, name: str):
    settings = Settings.from_env({"TRACKER_HOME": str(tmp_path / name)})
    database = Database(settings.database_url)
    with database.writing() as session:
        session.connection().exec_driver_sql("CREATE TABLE here (id integer)")
    database.dispose()
    assert (tmp_path / name / "tracker.db").is_file()
    assert os.listdir(tmp_path) == [name]


def test_a_home_that_cannot_be_is_refused(tmp_path: Path):
    (tmp_path / "file").touch()
    for given in (f"{tmp_path}/file", f"{tmp_path}/file/below", "~nobody-of-that-name/x", "/proc/no/such", f"{tmp_path}/\udcff"):
        with pytest.raises(ConfigError) as error:
            Settings.from_env({"TRACKER_HOME": given})
        assert str(error.value).startswith("TRACKER_HOME: ")


# --- database ---


def test_postgresql_is_reached_through_psycopg_whichever_driver_is_named(read: Read):
    for scheme in ("postgresql", "postgresql+psycopg2", "postgresql+asyncpg", "postgres"):
        settings = read(DATABASE_URL=POSTGRES.replace("postgresql", scheme), SECRET_KEY=KEY)
        assert settings.database_url == POSTGRES.replace("postgresql", "postgresql+psycopg")
        assert not settings.is_sqlite


def test_a_file_of_ones_own_choice(read: Read, tmp_path: Path):
    assert read(DATABASE_URL=f"sqlite:///{tmp_path}/other.db").database_url == f"sqlite:///{tmp_path}/other.db"


@pytest.mark.parametrize(
    "given",
    [
        "newsroom.db",
        "mysql://root@localhost/x",
        "mongodb://localhost",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite+aiosqlite:////srv/x.db",
        "sqlite:////srv/x.db?mode=ro",
        "postgresql://host",
        "postgresql://host:port/x",
        "https://example.org",
        "://",
    ],
)
def test_a_database_that_cannot_be_used_is_refused(read: Read, given: str):
    refused(read, "DATABASE_URL", DATABASE_URL=given, SECRET_KEY=KEY)


def test_a_missing_driver_is_named_at_the_start(read: Read, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(config, "find_spec", lambda _name: None)
    assert "newsroom-tracker[postgres]" in refused(read, "DATABASE_URL", DATABASE_URL=POSTGRES, SECRET_KEY=KEY)


def test_refusal_masks_the_database_password(read: Read):
    assert "hush" not in refused(read, "DATABASE_URL", DATABASE_URL="mysql://root:hush@localhost/x", SECRET_KEY=KEY)


# --- secret key ---


def test_a_key_is_made_once_for_the_owners_eyes_alone(read: Read):
    first = read()
    file = first.home / "secret_key"
    assert len(first.secret_key) >= 43
    assert first.secret_key == file.read_text() == read().secret_key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir(first.home) == ["secret_key"]


def test_a_key_that_is_given_is_used_and_none_is_made(read: Read):
    settings = read(SECRET_KEY=f" {KEY} ")
    assert settings.secret_key == KEY
    assert os.listdir(settings.home) == []


def test_with_postgresql_a_key_must_be_given(read: Read):
    refusal = refused(read, "SECRET_KEY", DATABASE_URL=POSTGRES)
    assert "required" in refusal
    assert "secrets.token_urlsafe" in refusal  # it says how to make one


@pytest.mark.parametrize("key", ["short", "a" * 64, "abababab" * 8])
def test_a_weak_key_is_refused_and_not_repeated(read: Read, key: str):
    assert key not in refused(read, "SECRET_KEY", SECRET_KEY=key).removeprefix("TRACKER_SECRET_KEY")


@pytest.mark.parametrize("content", [b"", b"short\n", b"\xff" * 60])
def test_a_key_file_that_holds_no_key_is_not_trusted(read: Read, content: bytes):
    home = read(SECRET_KEY=KEY).home
    (home / "secret_key").write_bytes(content)
    assert "delete it" in refused(read, "HOME")


def test_a_key_file_that_is_a_folder_is_refused(read: Read):
    home = read(SECRET_KEY=KEY).home
    (home / "secret_key").mkdir()
    refused(read, "HOME")


def test_where_no_links_can_be_made_the_key_is_made_all_the_same(read: Read, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    assert read().secret_key == read().secret_key


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path):
    home, told = tmp_path / "home", []
    with process(say_key, str(home)) as one, process(say_key, str(home)) as two, process(say_key, str(home)) as three:
        for each in (one, two, three):
            wait_until(lambda each=each: each.said == "ready\n" or each.ended)
        (tmp_path / "go").touch()
        for each in (one, two, three):
            assert each.wait() == 0, each.said
            told.append(each.said.splitlines()[-1])
    assert len(set(told)) == 1
    assert told[0] == (home / "secret_key").read_text()
    assert os.listdir(home) == ["secret_key"]


def say_key(home: str) -> None:
    print("ready", flush=True)
    go = Path(home).parent / "go"
    while not go.exists():
        pass
    print(Settings.from_env({"TRACKER_HOME": home}).secret_key)


# --- the rest ---


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://tracker.example.org", "https://tracker.example.org"),
        ("http://localhost:5000/", "http://localhost:5000"),
        ("http://[::1]:5000", "http://[::1]:5000"),
    ],
)
def test_a_base_address_is_scheme_and_host(read: Read, given: str, kept: str):
    assert read(BASE_URL=given).base_url == kept


@pytest.mark.parametrize(
    "given",
    [
        "tracker.example.org", "ftp://example.org", "https://", "https://user@example.org", "https://:pw@example.org",
         "https://example.org?x=1", "https://example.org/?", "https://example.org#x",
        "https://example.org:99999", "https://example.org:0", "https://[::1", "https://exa mple.org",
    ],
)  # fmt: skip
def test_a_base_address_with_anything_else_is_refused(read: Read, given: str):
    refused(read, "BASE_URL", BASE_URL=given)


@pytest.mark.parametrize("zone", ["Europe/Paris", "Pacific/Kiritimati", "UTC", "America/Argentina/Buenos_Aires"])
def test_time_zones_of_the_database_are_known(read: Read, zone: str):
    assert read(TIMEZONE=zone).timezone == zone


@pytest.mark.parametrize(
    "zone", ["Mars/Phobos", "+25:00", "../../etc/passwd", "/etc/passwd", "Europe", "x\ny", "Europe/Paris\x00"]
)
def test_any_other_time_zone_is_refused(read: Read, zone: str):
    refused(read, "TIMEZONE", TIMEZONE=zone)


@pytest.mark.parametrize("given", ["smtp://localhost", "smtp://user:p%23ss@host:587/", "smtps://user:pw@mail.example.org:465"])
def test_a_mail_server_is_an_address(read: Read, given: str):
    assert read(SMTP_URL=given).smtp_url == given


@pytest.mark.parametrize(
    "given", ["localhost:25", "http://host", "smtp://", "smtp://host:0", "smtp://host:port", "smtp://h/x", "smtp://h o"]
)
def test_any_other_mail_server_is_refused(read: Read, given: str):
    refused(read, "SMTP_URL", SMTP_URL=given)


def test_refusal_masks_the_mail_password(read: Read):
    assert "hush" not in refused(read, "SMTP_URL", SMTP_URL="http://user:hush@host")


@pytest.mark.parametrize(
    "given", ["tracker@example.org", "The Tracker <tracker@example.org>", '"Prévisions, vérifiées" <t@example.org>']
)
def test_a_sender_has_an_address(read: Read, given: str):
    assert read(MAIL_FROM=given).mail_from == given


@pytest.mark.parametrize("given", ["tracker", "@example.org", "tracker@", "a@b\nBcc: c@d", "a b@example.org x", "a@b\x9b", "<>"])
def test_any_other_sender_is_refused(read: Read, given: str):
    refused(read, "MAIL_FROM", MAIL_FROM=given)


def test_webhooks_may_be_sent_to_the_networks_that_are_named(read: Read):
    assert read().webhook_private == ()
    assert read(WEBHOOK_PRIVATE="10.1.0.0/16, 192.168.1.7 fd00::/8").webhook_private == tuple(
        map(ip_network, ["10.1.0.0/16", "192.168.1.7/32", "fd00::/8"])
    )
    for wrong in ("chat.example.org", "10.1.0.0/99", "10.1.0.1/16", "*"):
        assert wrong in refused(read, "WEBHOOK_PRIVATE", WEBHOOK_PRIVATE=wrong)


@pytest.mark.parametrize(("name", "given"), bad_inputs.lists("settings"))
def test_hostile_setting_is_refused_by_its_name(read: Read, name: str, given: str):
    own = name.removeprefix("TRACKER_")
    said = refused(read, own, **{"SECRET_KEY": KEY, own: given})
    assert len(said) < 1_000
    assert not set("\n\r\u202e") & set(said)
