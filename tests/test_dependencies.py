"""Every part is named with its reason, is used, and is locked; what was dropped does not come back."""

import re
import tomllib

from tests.support.postgres import CHECKOUT

PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
LOCKED = {part["name"] for part in tomllib.loads((CHECKOUT / "uv.lock").read_text("utf-8"))["package"]}
NAMES = {re.split(r"[\[<>=;]", line)[0].lower() for line in PROJECT["dependencies"]}
# The module of a distribution whose name is another.
MODULES = {
    "argon2-cffi": "argon2", "authlib": "authlib", "backports.zstd": "backports",
    "pillow": "PIL", "python-docx": "docx", "pyyaml": "yaml",
    "flask-babel": "flask_babel", "flask-security": "flask_security", "flask-wtf": "flask_wtf",
    "prometheus-client": "prometheus_client",
}  # fmt: skip
# Used by others of them, or at run time without being imported by name.
INDIRECT = {"tzdata", "lxml_html_clean"}
DROPPED = {"tenacity", "feedgen", "xlsxwriter", "bcrypt", "flask-mail", "phonenumberslite"}


def test_every_part_is_named_with_its_reason():
    text = (CHECKOUT / "docs" / "dependencies.md").read_text("utf-8")
    rows = re.findall(r"^\| ([\w, .-]+?) \| (.{10,}) \|$", text, re.MULTILINE)

    assert {name for cell, _ in rows for name in cell.split(", ")} - {"Part"} == NAMES


def test_every_part_is_imported_somewhere():
    sources = "\n".join(path.read_text("utf-8") for path in (CHECKOUT / "tracker").rglob("*.py"))
    unused = [
        name
        for name in NAMES - INDIRECT
        if not re.search(rf"^\s*(?:from|import) {re.escape(MODULES.get(name, name))}\b", sources, re.MULTILINE)
    ]

    assert unused == []


def test_dropped_parts_are_not_locked():
    assert set() == LOCKED & DROPPED
    assert {re.sub("[_.]", "-", name) for name in NAMES} <= LOCKED
