"""The wheel works outside the checkout: it carries the ontology."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.slow
def test_built_installed_and_run(tmp_path: Path) -> None:
    """Build it, install it into a fresh environment, assess the example from another folder."""
    subprocess.run([sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path), str(ROOT)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("dutygraph-*.whl")
    venv.create(tmp_path / "fresh", with_pip=True)
    bin_folder = tmp_path / "fresh" / "bin"
    subprocess.run([bin_folder / "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel)], check=True, capture_output=True)
    example = (ROOT / "examples" / "tarasoff.json").read_bytes()
    found = subprocess.run([bin_folder / "dutygraph", "assess", "-"], input=example, cwd=tmp_path, check=True, capture_output=True)
    assert b"Cal. Civ. Code" in found.stdout
    rows = subprocess.run([bin_folder / "dutygraph", "query", "deadlines", "-f", "csv"], cwd=tmp_path, check=True, capture_output=True)
    assert b"PT24H" in rows.stdout
