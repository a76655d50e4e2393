"""The OpenAPI document is held against Spectral, and the service against the document."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from live import ROOT, Server

CONTRACT = ROOT / "tests" / "api" / "contract"
EXAMPLES = os.environ.get("DUTYGRAPH_EXAMPLES", "3")
"""Examples for each operation. More, and the whole vocabulary: DUTYGRAPH_EXAMPLES=100 DUTYGRAPH_CONTRACT=whole."""


@pytest.mark.slow
def test_clean_under_spectral(server: Server, tmp_path: Path) -> None:
    """No finding of any severity under all rules for OpenAPI."""
    spectral = shutil.which("spectral", path=f"{ROOT / 'node_modules' / '.bin'}{os.pathsep}{os.environ.get('PATH', '')}")
    if spectral is None:
        pytest.skip("spectral is not installed: npm install @stoplight/spectral-cli")
    document = tmp_path / "openapi.json"
    with server.client() as client:
        document.write_text(json.dumps(client.get("/openapi.json").json()), encoding="utf-8")
    command = [spectral, "lint", str(document), "--ruleset", str(ROOT / ".spectral.yaml"), "--fail-severity", "hint"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


RUNS = {
    "one by one": ("examples,coverage,fuzzing", os.environ.get("DUTYGRAPH_CONTRACT", "short")),
    "along the links": ("stateful", os.environ.get("DUTYGRAPH_CONTRACT", "links")),
}
"""Phases of schemathesis, and what hooks.py does to the document for them."""


@pytest.mark.slow
@pytest.mark.parametrize(("phases", "document"), RUNS.values(), ids=RUNS)
def test_the_service_keeps_its_contract(server: Server, tmp_path: Path, phases: str, document: str) -> None:
    """Schemathesis asks every operation what the document allows and what it does not, with all its checks; contract/ says where one cannot hold, and why."""
    program = Path(sys.executable).parent / "schemathesis"
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(CONTRACT), "DUTYGRAPH_CONTRACT": document}
    command = [program, "--config-file", CONTRACT / "schemathesis.toml", "run", server.url + "/openapi.json", "--phases", phases, "--max-examples", EXAMPLES]
    found = subprocess.run([*command, "--continue-on-failure"], capture_output=True, text=True, check=False, timeout=3600, cwd=tmp_path, env=environment)
    assert found.returncode == 0, found.stdout[-8000:]
    assert "Tested: 0" not in found.stdout


def test_every_check_is_on() -> None:
    """Where a check is switched off, it is for an operation by name, and the line above says why."""
    text = (CONTRACT / "schemathesis.toml").read_text(encoding="utf-8")
    assert set(tomllib.loads(text)) == {"request-timeout", "suppress-health-check", "generation", "phases", "operations"}
    for block in text.split("[[operations]]")[:-1]:
        assert block.rstrip().splitlines()[-1].startswith("# ")
