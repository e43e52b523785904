"""Hooks of mkdocs: the files at the top of the checkout become pages of the site, and links between them fit there."""

import re
from pathlib import Path
from typing import Any, Final

from mkdocs.structure.files import File, Files

ROOT: Final = Path(__file__).resolve().parents[1]
PAGES: Final = {
    "index.md": "README.md", "security.md": "SECURITY.md", "changelog.md": "CHANGELOG.md", "contributing.md": "CONTRIBUTING.md",
}  # fmt: skip
_TARGETS: Final = {source: page for page, source in PAGES.items()}


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that are not in docs/."""
    for page, source in PAGES.items():
        files.append(File.generated(config, page, content=(ROOT / source).read_text("utf-8")))
    return files


def on_page_markdown(markdown: str, page: Any, **_more: Any) -> str:
    """Point links to where the site has their page; a file that is not in the site is named without a link."""
    up = "../" * page.file.src_uri.count("/")
    if page.file.src_uri in PAGES:
        markdown = markdown.replace("](docs/", "](").replace('"docs/pictures/', '"pictures/')

    def moved(match: re.Match[str]) -> str:
        return f"[{match[1]}]({up}{_TARGETS[match[2]]}{match[3] or ''})"

    markdown = re.sub(rf"\[([^\]]+)\]\((?:\.\./)*({'|'.join(map(re.escape, _TARGETS))})(#[^)]*)?\)", moved, markdown)
    return re.sub(r"\[([^\]]+)\]\((?:\.\./)*LICENSE\)", r"\1", markdown)
