"""Settings of the language model that reads articles a second time. Off unless an address and a name are given."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tracker.config_access import Given, Network, is_plain, read_networks
from tracker.config_sources import ConfigError


@dataclass(frozen=True)
class LanguageModelSettings:
    """An endpoint of chat completions, up to and without /chat/completions. `networks`: private ones that it may be in."""

    url: str = ""
    name: str = ""
    key: str = field(default="", repr=False)
    networks: tuple[Network, ...] = ()

    @property
    def is_on(self) -> bool:
        """Whether articles are read by a language model, too."""
        return bool(self.url)


def read_language_model(given: Given) -> LanguageModelSettings:
    """Return the settings of the language model. Raises ConfigError."""
    url, name = given("TRACKER_MODEL_URL") or "", given("TRACKER_MODEL_NAME") or ""
    key, networks = given("TRACKER_MODEL_KEY") or "", given("TRACKER_MODEL_PRIVATE")
    if url and not _is_usable(url):
        raise ConfigError("TRACKER_MODEL_URL: give an address such as https://models.example.org/v1")
    if url and not name:
        raise ConfigError("TRACKER_MODEL_NAME: name the model behind TRACKER_MODEL_URL")
    if not url and (name or key or networks):
        raise ConfigError("TRACKER_MODEL_URL: give the address of the model, or leave its other settings out")
    if not is_plain(key) or not is_plain(name):
        raise ConfigError("TRACKER_MODEL_KEY: letters, digits and signs without spaces, as in TRACKER_MODEL_NAME")
    return LanguageModelSettings(url.rstrip("/"), name, key, read_networks("TRACKER_MODEL_PRIVATE", networks))


def _is_usable(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and parts.port != 0
            and parts.username is None
            and not parts.query
            and not parts.fragment
            and is_plain(url)
        )
    except ValueError:
        return False
