"""What a wheel holds beyond the files as they are: the French fragments compiled into one catalogue.

Run by hatchling, without the tracker's own parts: the merging is loaded from its file, which needs Babel alone.
"""

import importlib.util
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = "tracker/translations"


class CompiledCatalogues(BuildHookInterface[Any]):
    """Adds `messages.mo` beside the fragments of each language; an editable install reads the fragments."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        catalogues = _load(root / "tracker/web/catalogues.py")
        folder = root / PACKAGE
        self._made = tempfile.TemporaryDirectory()
        for language in catalogues.LANGUAGES:
            if catalogues.fragments(language, folder):
                made = Path(self._made.name, f"{language}.mo")
                made.write_bytes(catalogues.compiled(language, folder))
                build_data["force_include"][str(made)] = f"{PACKAGE}/{language}/{catalogues.COMPILED}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            self._made.cleanup()


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogues", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
