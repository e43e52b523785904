"""Tracker as an installation has it: an environment with the locked parts alone, without those for testing."""

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]


def installed_tracker() -> Path:
    """Return the program `tracker` of that environment, which is made once for each lock file and kept in the temporary folder.

    Raises CalledProcessError when a part cannot be installed.
    """
    made_of = (ROOT / "uv.lock").read_bytes() + str(ROOT).encode() + sys.version.encode()
    folder = Path(tempfile.gettempdir()) / f"tracker-bench-installed-{hashlib.sha256(made_of).hexdigest()[:12]}"
    if not (folder / "made").exists():
        environment = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(folder), "UV_NO_CONFIG": "1"}
        environment.pop("VIRTUAL_ENV", None)
        options = ["--frozen", "--quiet", "--no-default-groups", "--extra", "postgres", "--compile-bytecode"]
        uv = ROOT / ".uv" / "bin" / "uv"
        subprocess.run([uv, "sync", *options, "--python", sys.executable], cwd=ROOT, env=environment, check=True)
        (folder / "made").touch()
    return folder / "bin" / "tracker"
