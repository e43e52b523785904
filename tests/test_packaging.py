"""What is installed elsewhere is whole: built through the sdist, it finds its folders and runs from an empty home."""

import gzip
import json
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from dataclasses import dataclass
from email.parser import Parser
from pathlib import Path

import pytest

from tests.support.fixtures import RUN
from tracker import __version__

CHECKOUT = Path(__file__).resolve().parents[1]
FOLDERS = ("migrations", "seeds", "templates")

ASK = """
import json, tracker
from tracker import paths
print(json.dumps({
    "package": str(tracker.__path__[0]),
    "is_checkout": paths.is_checkout(),
    **{name: str(getattr(paths, f"{name}_dir")()) for name in ("migrations", "seeds", "templates")},
}))
"""


@dataclass(frozen=True)
class Installed:
    """A virtual environment far from the checkout, with the tracker in it and its parts borrowed from ours."""

    folder: Path

    def run(self, *command: str | Path, home: Path, ok: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [self.folder / "bin/python", "-W", "error::SyntaxWarning", *command],
            cwd=home,
            env={"PATH": os.defpath, "HOME": str(home), "TRACKER_HOME": str(home / "data")},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert not ok or done.returncode == 0, done.stderr
        return done

    def told(self, home: Path) -> dict[str, str]:
        answer: dict[str, str] = json.loads(self.run("-c", ASK, home=home).stdout)
        return answer


@pytest.fixture(scope="session")
def common(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all workers of the run share."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def built(request: pytest.FixtureRequest, common: Path) -> Path:
    """The folder with the sdist of the checkout, and the wheel made from that sdist, which is installed beside them."""
    request.config.stash[RUN].once("packages", lambda: _build(common))
    return common / "dist"


@pytest.fixture(scope="session")
def installed(common: Path, built: Path) -> Installed:
    """The wheel, installed."""
    return Installed(common / "installed")


def test_the_wheel_holds_the_package_its_folders_and_its_licence_and_no_tests(built: Path):
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = wheel.namelist()
    tops = {name.split("/")[0] for name in names}
    assert "tracker" in tops
    assert all(top == "tracker" or top.endswith(".dist-info") for top in tops)
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert not [name for name in names if "__pycache__" in name]


def test_wheel_holds_static_texts_compressed(built: Path):
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        compressed = [name for name in wheel.namelist() if name.startswith("tracker/static/") and name.endswith(".gz")]
        assert "tracker/static/desk.css.gz" in compressed
        for name in compressed:
            assert gzip.decompress(wheel.read(name)) == wheel.read(name.removesuffix(".gz"))
            assert not name.endswith((".woff2.gz", ".png.gz"))


def test_the_sdist_can_be_worked_on(built: Path):
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert {"Makefile", ".ci/setup", "uv.lock", "LICENSE", "tests/conftest.py"} <= names
    assert {"SECURITY.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/operations.md"} <= names


def test_distribution_is_newsroom_tracker_with_complete_metadata(built: Path):
    with zipfile.ZipFile(next(built.glob("newsroom_tracker-*.whl"))) as wheel:
        about = Parser().parsestr(wheel.read(f"newsroom_tracker-{__version__}.dist-info/METADATA").decode())
    assert (about["Name"], about["Version"]) == ("newsroom-tracker", __version__)
    assert about["Author"]
    assert about["License-Expression"] == "MIT AND OFL-1.1"
    assert {url.partition(",")[0] for url in about.get_all("Project-URL", [])} >= {"Documentation", "Changelog", "Security"}
    assert "Programming Language :: Python :: 3.11" in about.get_all("Classifier", [])
    assert not [url for url in about.get_all("Project-URL", []) if "example.org" not in url]


def test_version_is_written_in_one_place():
    assert __version__ not in (CHECKOUT / "pyproject.toml").read_text("utf-8")


def test_no_text_installs_the_other_project_that_is_called_tracker():
    other = re.compile(r"(pip|uv tool|pipx)3? install [^\n`]*?(?<![-\w./])tracker\b(?!\.)|(?<![-\w])tracker\[")
    files = [
        *CHECKOUT.glob("*.md"),
        *(path for folder in ("docs", "tracker", "templates") for path in (CHECKOUT / folder).rglob("*") if path.is_file()),
    ]
    texts = {path: path.read_text("utf-8") for path in files if path.suffix in {".md", ".py", ".html", ".po", ".txt"}}
    assert len(texts) > 500
    assert [str(path) for path, text in texts.items() if other.search(text)] == []
    assert other.search("pip install -U tracker")
    assert other.search('pip install "tracker[postgres]"')
    assert not other.search('pip install "newsroom-tracker[postgres]"')


@pytest.mark.parametrize("folder", FOLDERS)
def test_an_installed_tracker_finds_its_own_copy_of_every_file(installed: Installed, tmp_path: Path, folder: str):
    told = installed.told(tmp_path)
    there = Path(told[folder])
    assert there.is_relative_to(installed.folder)
    assert not told["is_checkout"]
    assert _files(there) == _files(CHECKOUT / folder) != set()


def test_an_installed_tracker_brings_its_static_files_and_translations(installed: Installed, tmp_path: Path):
    package = Path(installed.told(tmp_path)["package"])
    assert package.is_relative_to(installed.folder)
    for folder in ("static", "translations"):
        assert _files(CHECKOUT / "tracker" / folder) <= _files(package / folder)


def test_the_command_and_the_module_say_what_they_can_do(installed: Installed, tmp_path: Path):
    as_module = installed.run("-m", "tracker", "--help", home=tmp_path).stdout
    as_command = installed.run(installed.folder / "bin/tracker", "--help", home=tmp_path).stdout
    for said in (as_module, as_command):
        assert "flag-due" in said


def test_installed_command_prints_the_documentation(installed: Installed, tmp_path: Path):
    tracker = installed.folder / "bin/tracker"
    pages = json.loads(installed.run(tracker, "docs", "--json", home=tmp_path).stdout)
    assert {"readme", "changelog", "security", "operations"} <= {page["name"] for page in pages}
    assert all(Path(page["file"]).is_relative_to(installed.folder) for page in pages)

    page = installed.run(tracker, "docs", "operations", home=tmp_path).stdout
    assert page.strip() == (CHECKOUT / "docs/operations.md").read_text("utf-8").strip()


def test_an_installed_tracker_makes_its_database_in_an_empty_home(installed: Installed, tmp_path: Path):
    tracker = installed.folder / "bin/tracker"
    assert installed.run(tracker, "db", "check", home=tmp_path, ok=False).returncode == 1
    installed.run(tracker, "db", "upgrade", home=tmp_path)
    installed.run(tracker, "db", "check", home=tmp_path)
    assert (tmp_path / "data/tracker.db").stat().st_size > 0


def test_an_editable_install_uses_the_folders_of_the_checkout(installed: Installed, tmp_path: Path):
    # With the pip that is there already: to bring one along takes longer than all the rest.
    folder = _environment(tmp_path / "editable", with_pip=False)
    _pip(installed.folder, "install", "--no-build-isolation", "--editable", CHECKOUT, into=folder)
    told = Installed(folder).told(tmp_path)
    assert [told[name] for name in FOLDERS] == [str(CHECKOUT / name) for name in FOLDERS]


def _build(common: Path) -> None:
    dist, folder = common / "dist", _environment(common / "installed")
    _call([sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", dist], CHECKOUT)
    _pip(folder, "wheel", "--no-build-isolation", "--wheel-dir", dist, *dist.glob("*.tar.gz"))
    _pip(folder, "install", *dist.glob("*.whl"))


def _environment(folder: Path, *, with_pip: bool = True) -> Path:
    venv.create(folder, with_pip=with_pip, symlinks=True)
    ours = sysconfig.get_path("purelib")
    theirs = sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
    # A line in a .pth adds the folder and none of its own .pth files: our editable tracker does not come along.
    Path(theirs, "borrowed.pth").write_text(ours + "\n")
    return folder


def _pip(folder: Path, command: str, *arguments: str | Path, into: Path | None = None) -> None:
    where: list[str | Path] = ["--python", into / "bin/python"] if into else []
    _call([folder / "bin/python", "-m", "pip", *where, command, "--quiet", "--no-index", "--no-deps", *arguments], folder)


def _call(command: list[str | Path], where: Path) -> None:
    environment = {"PATH": os.defpath, "HOME": str(where), "PIP_CONFIG_FILE": os.devnull}
    done = subprocess.run(command, cwd=where, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


def _files(folder: Path) -> set[str]:
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.name != ".DS_Store"
    }
