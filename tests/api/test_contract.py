"""The OpenAPI document is held against Spectral, and the service against the document."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from live import ROOT, Server

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance"
EXAMPLES = os.environ.get("DUTYGRAPH_EXAMPLES", "3")
"""Examples for each operation."""


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


@pytest.mark.slow
def test_the_service_keeps_its_contract(server: Server, tmp_path: Path) -> None:
    """Schemathesis asks every operation what the document allows: no 5xx, no status, form, header or field that is not declared."""
    program = Path(sys.executable).parent / "schemathesis"
    options = ["--checks", CHECKS, "--max-examples", EXAMPLES, "--seed", "1", "--phases", "examples,fuzzing", "--generation-database", "none"]
    options += [
        "--suppress-health-check",
        "all",
        "--request-timeout",
        "60",
        "--exclude-operation-id",
        "assessBatch",
    ]  # it cannot write NDJSON; test_assess.py does
    found = subprocess.run([program, "run", server.url + "/openapi.json", *options], capture_output=True, text=True, check=False, timeout=900, cwd=tmp_path)
    assert found.returncode == 0, found.stdout[-6000:]
