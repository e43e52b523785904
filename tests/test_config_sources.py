"""Settings of a TOML file, of files named by variables and of the environment; names that do not exist."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tracker import config_sources
from tracker.config import ConfigError, Settings

Write = Callable[[str], str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """`write(text)` stores a TOML file and returns its path."""

    def do(text: str) -> str:
        (tmp_path / "tracker.toml").write_text(text, encoding="utf-8")
        return str(tmp_path / "tracker.toml")

    return do


def test_toml_file_gives_settings(write: Write, tmp_path: Path) -> None:
    path = write(
        f'home = "{tmp_path}"\ntimezone = "Europe/Paris"\ntrusted_proxies = ["10.0.0.1", "10.0.0.2"]\nlocal_sign_in = true\n'
    )
    settings = Settings.from_env({"TRACKER_CONFIG": path})
    assert settings.timezone == "Europe/Paris"
    assert [str(each) for each in settings.trusted_proxies] == ["10.0.0.1/32", "10.0.0.2/32"]


def test_environment_wins_over_toml_file(write: Write, tmp_path: Path) -> None:
    path = write(f'home = "{tmp_path}"\ntimezone = "Europe/Paris"\n')
    environ = {"TRACKER_CONFIG": path, "TRACKER_TIMEZONE": "Asia/Tokyo"}
    assert Settings.from_env(environ).timezone == "Asia/Tokyo"
    found = config_sources.read(environ)
    assert (found["TIMEZONE"].source, found["HOME"].source) == ("environment", path)


def test_file_variable_gives_the_content_of_the_file(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("0123456789abcdef0123456789abcdef\n")
    settings = Settings.from_env({"TRACKER_HOME": str(tmp_path / "home"), "TRACKER_SECRET_KEY_FILE": str(secret)})
    assert settings.secret_key == "0123456789abcdef0123456789abcdef"
    assert not (tmp_path / "home" / "secret_key").exists()


@pytest.mark.parametrize(
    ("name", "suggested"),
    [
        ("TRACKER_BASEURL", "TRACKER_BASE_URL"),
        ("TRACKER_SMTP", "TRACKER_SMTP_URL"),
        ("TRACKER_DATABASE_URI", "TRACKER_DATABASE_URL"),
    ],
)
def test_unknown_variable_is_refused_with_a_suggestion(name: str, suggested: str) -> None:
    with pytest.raises(ConfigError) as refused:
        config_sources.read({name: "x"})
    assert str(refused.value) == f"{name}: there is no such setting; did you mean {suggested}?"


def test_unknown_variable_without_a_close_name_has_no_suggestion() -> None:
    with pytest.raises(ConfigError) as refused:
        config_sources.read({"TRACKER_QQQQ": "x"})
    assert str(refused.value) == "TRACKER_QQQQ: there is no such setting"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("timezon = 'UTC'", "timezon: there is no such setting; did you mean timezone?"),
        ("home = ", "is not TOML"),
        ("home = 1.5", "home in "),
        ("[home]\nx = 1", "home in "),
    ],
)
def test_toml_file_that_cannot_be_used_is_refused(write: Write, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        config_sources.read({"TRACKER_CONFIG": write(text)})
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("content", [None, "", " \n", "x" * 70_000])
def test_file_variable_without_usable_content_is_refused(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConfigError) as refused:
        config_sources.read({"TRACKER_SECRET_KEY_FILE": str(path)})
    assert str(refused.value).startswith("TRACKER_SECRET_KEY_FILE: ")


def test_value_and_file_of_one_setting_are_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("x")
    with pytest.raises(ConfigError) as refused:
        config_sources.read({"TRACKER_SECRET_KEY": "y", "TRACKER_SECRET_KEY_FILE": str(tmp_path / "key")})
    assert "give one of them" in str(refused.value)


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("SECRET_KEY", "hidden words", "(set, not shown)"),
        ("OIDC_CLIENT_SECRET", "hidden words", "(set, not shown)"),
        ("MODEL_KEY", "hidden words", "(set, not shown)"),
        ("DATABASE_URL", "postgresql://me:hidden@db/news", "postgresql://me:***@db/news"),
        ("SMTP_URL", "smtp://me:hidden@mail:587", "smtp://me:***@mail:587"),
        ("SMTP_URL", "::hidden::", "(set, not shown)"),
        ("TIMEZONE", "UTC", "UTC"),
    ],
)
def test_masked_hides_secrets(name: str, text: str, shown: str) -> None:
    assert config_sources.masked(name, text) == shown


@pytest.mark.parametrize(
    ("given", "at_fault"),
    [
        ({"OIDC_ISSUER": "https://login.example.org"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "http://login.example.org", "OIDC_CLIENT_ID": "x"}, "OIDC_ISSUER"),
        ({"OIDC_ROLES": "editors"}, "OIDC_ROLES"),
        ({"OIDC_ROLES": "editors=owner"}, "OIDC_ROLES"),
        ({"LOCAL_SIGN_IN": "off"}, "LOCAL_SIGN_IN"),
        ({"LOCAL_SIGN_IN": "perhaps"}, "LOCAL_SIGN_IN"),
        ({"PROXY_USER_HEADER": "X-User"}, "PROXY_USER_HEADER"),
        ({"PROXY_USER_HEADER": "X User", "TRUSTED_PROXIES": "10.0.0.1"}, "PROXY_USER_HEADER"),
        ({"METRICS_TOKEN": "short"}, "METRICS_TOKEN"),
        ({"STATIC_FOLDER": "/srv/www/predictions"}, "STATIC_URL"),
        ({"STATIC_URL": "https://predictions.example.org"}, "STATIC_FOLDER"),
        ({"STATIC_FOLDER": "predictions", "STATIC_URL": "https://predictions.example.org"}, "STATIC_FOLDER"),
        ({"STATIC_FOLDER": "/", "STATIC_URL": "https://predictions.example.org"}, "STATIC_FOLDER"),
        ({"STATIC_FOLDER": "/srv/www/predictions", "STATIC_URL": "predictions.example.org"}, "STATIC_URL"),
        ({"SECURITY_CONTACT": "security@example.org"}, "SECURITY_CONTACT"),
        ({"MODEL_URL": "ftp://models.example.org", "MODEL_NAME": "small"}, "MODEL_URL"),
        ({"MODEL_URL": "https://me:k3y@models.example.org/v1", "MODEL_NAME": "small"}, "MODEL_URL"),
        ({"MODEL_URL": "https://models.example.org/v1"}, "MODEL_NAME"),
        ({"MODEL_NAME": "small"}, "MODEL_URL"),
        ({"MODEL_URL": "https://models.example.org/v1", "MODEL_NAME": "small", "MODEL_KEY": "a b"}, "MODEL_KEY"),
        ({"MODEL_URL": "https://models.example.org", "MODEL_NAME": "m", "MODEL_PRIVATE": "here"}, "MODEL_PRIVATE"),
    ],
)
def test_sign_in_and_monitoring_settings_that_cannot_be_used_are_refused(
    tmp_path: Path, given: dict[str, str], at_fault: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        Settings.from_env({"TRACKER_HOME": str(tmp_path)} | {f"TRACKER_{name}": value for name, value in given.items()})
    assert str(refused.value).startswith(f"TRACKER_{at_fault}: ")


def test_roles_map_groups_of_the_provider(tmp_path: Path) -> None:
    settings = Settings.from_env({"TRACKER_HOME": str(tmp_path), "TRACKER_OIDC_ROLES": "news=editor, chiefs=chief"})
    assert settings.sign_in.roles == (("news", "editor"), ("chiefs", "chief"))


def test_base_url_may_have_a_path(tmp_path: Path) -> None:
    environ = {"TRACKER_HOME": str(tmp_path), "TRACKER_BASE_URL": "https://example.org/tools/tracker/"}
    assert Settings.from_env(environ).base_url == "https://example.org/tools/tracker"


def test_language_model_is_off_unless_an_address_is_given(tmp_path: Path) -> None:
    assert not Settings.from_env({"TRACKER_HOME": str(tmp_path)}).language_model.is_on


def test_language_model_takes_its_key_from_a_file_and_does_not_show_it(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("s3cret\n")
    given = {"MODEL_URL": "http://127.0.0.1:8080/v1/", "MODEL_NAME": "small", "MODEL_KEY_FILE": str(tmp_path / "key")}
    settings = Settings.from_env({"TRACKER_HOME": str(tmp_path)} | {f"TRACKER_{name}": value for name, value in given.items()})
    model = settings.language_model
    assert (model.url, model.name, model.key, model.is_on) == ("http://127.0.0.1:8080/v1", "small", "s3cret", True)
    assert "s3cret" not in repr(settings)
