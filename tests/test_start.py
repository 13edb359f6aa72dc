"""The app answers `/ready` soon: what takes long to import is imported by the first visit, not before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_the_asgi_app_imports_no_data_and_no_statistics() -> None:
    heavy = ("lifelines", "scipy", "duckdb", "crlm_dash.store", "crlm_dash.analyses")
    code = f"import app, sys; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
