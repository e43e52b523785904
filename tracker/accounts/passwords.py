"""Passwords: one normal form, what is asked of a new one, and its hash. Free of Flask."""

import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from tracker.errors import N_, Invalid

SHORTEST: Final = 12  # characters, after normalising
LONGEST: Final = 128
# Too long to be typed; refused before hashing costs anything.
BYTES_MAX: Final = 1024

# Argon2id as OWASP's cheat sheet has it: 19 MiB, two passes, one lane. Flask-Security is configured
# alike, or it would think every hash out of date.
MEMORY_KIB: Final = 19_456
PASSES: Final = 2
LANES: Final = 1
_hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)

# How many guesses a password has to withstand, as zxcvbn counts them by its lists of 30,000 passwords and 80,000 words and names,
# of which nearly 4,000 have as many characters as a password here, and by patterns: keyboards, dates, repetition, l33t.
GUESSES_LEAST: Final = 10**8
_LOOKED_AT: Final = 72  # characters; what comes after does not make a password easier to guess

# The long ones among the passwords that are tried first everywhere; shorter ones are too short anyhow.
_COMMON_TEXT: Final = """
    password1234 password12345 password123456 passwordpassword password123! 123456789012 1234567890123 123456789123
    1234567891011 qwertyuiop12 qwertyuiop123 qwertyuiopasdf qwerty123456 qwertyqwerty azertyuiop12 azertyuiop123 azertyazerty
    1q2w3e4r5t6y 1qaz2wsx3edc q1w2e3r4t5y6 qazwsxedcrfv zaq12wsxcde3 asdfghjkl123 adminadmin12 administrator administrator1
    administrateur motdepasse123 motdepasse1234 iloveyou1234 iloveyouforever letmein12345 letmeinletmein changemechangeme
    changeme1234 welcome12345 welcomewelcome trustno1trustno1 correcthorsebatterystaple footballfootball abcdefghijkl
    abcdefghijklm abc123abc123 abcd1234abcd 1234abcd1234 aaaa11112222 secretsecret rootrootroot testtesttest testpassword
    defaultpassword newpassword1 mypassword123 superpassword princess1234 sunshine1234 monkeymonkey dragondragon
    """
_COMMON: Final = frozenset(_COMMON_TEXT.split())


def normal(password: str) -> str:
    """The form that is hashed and compared: the same characters typed on another keyboard or system give the same."""
    return unicodedata.normalize("NFKC", password)


def check(password: str, *, about: tuple[str, ...] = ()) -> str:
    """The normal form of a new password. Raises Invalid, with field "password", if it is too short, too long or too easy.

    `about` are words that everybody knows of the person, such as name and e-mail: they are no password.
    """
    if len(password.encode("utf-8", "surrogatepass")) > BYTES_MAX:
        raise _too_long()
    try:
        password.encode("utf-8")
    except UnicodeEncodeError:
        raise Invalid(N_("This password contains characters that cannot be used."), field="password") from None
    password = normal(password)
    if len(password) < SHORTEST:
        raise Invalid(
            N_("Use at least %(least)s characters; a few words make a good password."), field="password", least=SHORTEST
        )
    if len(password) > LONGEST:
        raise _too_long()
    if "\x00" in password:
        raise Invalid(N_("This password contains characters that cannot be used."), field="password")
    if _is_easy(password, about):
        raise Invalid(N_("This password is too easy to guess. A few unrelated words make a good one."), field="password")
    return password


def _too_long() -> Invalid:
    return Invalid(N_("Use at most %(most)s characters."), field="password", most=LONGEST)


def _is_easy(password: str, about: tuple[str, ...]) -> bool:
    plain = password.casefold()
    if plain in _COMMON or len(set(plain)) < 5:
        return True
    if any(word and plain in {word.casefold(), word.casefold().partition("@")[0] * 2} for word in about):
        return True
    from zxcvbn import zxcvbn  # its lists take a moment to load, and few requests set a password

    known = [part for word in about for part in (word, *word.replace("@", " ").replace(".", " ").split())]
    return bool(zxcvbn(password[:_LOOKED_AT], user_inputs=known)["guesses"] < GUESSES_LEAST)


def hash_of(password: str) -> str:
    """The Argon2id hash of a password that `check` has let pass."""
    return _hasher.hash(normal(password))


def matches(kept: str, given: str) -> bool:
    """Whether a hash of `hash_of` is that of this text."""
    try:
        return _hasher.verify(kept, normal(given))
    except (Argon2Error, InvalidHashError):
        return False
