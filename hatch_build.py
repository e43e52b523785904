"""What a wheel holds beyond the files as they are: the compiled French catalogue, and static files compressed once and for all.

Run by hatchling, without the tracker's own parts: the merging is loaded from its file, which needs Babel alone.
"""

import gzip
import importlib.util
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = "tracker/translations"
STATIC = "tracker/static"
COMPRESSED = (".css", ".js", ".svg")  # fonts and pictures are compressed already


class CompiledCatalogues(BuildHookInterface[Any]):
    """Adds `messages.mo` for each language, and a `.gz` next to each static text, which WhiteNoise serves instead of it.

    An editable install reads the files as they are.
    """

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

        for file in sorted((root / STATIC).iterdir()):
            if file.suffix in COMPRESSED:
                made = Path(self._made.name, f"{file.name}.gz")
                made.write_bytes(gzip.compress(file.read_bytes(), compresslevel=9, mtime=0))
                build_data["force_include"][str(made)] = f"{STATIC}/{file.name}.gz"

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
