"""The clients in docs/api.md: each runs as it is printed, against a live server, and they agree with each other."""

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from live import ROOT, Server

BLOCK = re.compile(r"^```(\w+) (\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SNIPPETS = {name: (language, text) for language, name, text in BLOCK.findall((ROOT / "docs" / "api.md").read_text(encoding="utf-8"))}
COUNTS = ("SPARQLWrapper", "pandas", "rdflib", "pages")
ANSWERS = ("httpx", "fetch", "curl")


def by_python(text: str, base: str, _folder: Path) -> str:
    """What a snippet of Python prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(text, "docs/api.md", "exec"), {"BASE": base})  # noqa: S102  the documentation's own code
    return out.getvalue().strip()


def by_node(text: str, base: str, folder: Path) -> str:
    """What a snippet of JavaScript prints."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    file = folder / "snippet.mjs"
    file.write_text(f"const BASE = {json.dumps(base)};\n{text}", encoding="utf-8")
    return subprocess.run([node, str(file)], capture_output=True, text=True, check=True).stdout.strip()


def by_shell(text: str, base: str, _folder: Path) -> str:
    """The answer to curl."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    found = subprocess.run(["sh", "-c", text], capture_output=True, text=True, check=True, env={**os.environ, "BASE": base})  # noqa: S607  the shell of the reader
    answer: str = json.loads(found.stdout)["outcomes"]["obligation"]["warn_victim"]["answer"]
    return answer


RUN = {"python": by_python, "javascript": by_node, "sh": by_shell}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", ANSWERS)
def test_the_clients_of_rest_agree(server: Server, tmp_path: Path, name: str) -> None:
    """Each prints the same answer to the same case."""
    language, text = SNIPPETS[name]
    assert RUN[language](text, server.url, tmp_path) == "yes"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", COUNTS)
def test_the_clients_of_the_graph_agree(server: Server, tmp_path: Path, name: str) -> None:
    """SPARQL, the whole ontology and the pages of norms have the same number of duties, whoever asks."""
    with server.client() as client:
        for _ in range(600):
            if client.get("/ready").json()["sparql"] == "ready":
                break
            time.sleep(0.05)
        expected = client.get("/v1/norms?modality=obligation&limit=1").json()["total"]
    language, text = SNIPPETS[name]
    assert RUN[language](text, server.url, tmp_path) == str(expected)


def test_all_are_tried() -> None:
    """No snippet is printed that does not run."""
    assert set(SNIPPETS) == {*ANSWERS, *COUNTS, "interview"}


def test_the_interview_comes_to_an_end(server: Server, tmp_path: Path) -> None:
    """The loop of an interview, answered with the first option each time, ends with an answer."""
    language, text = SNIPPETS["interview"]
    assert RUN[language](text, server.url, tmp_path) in ("yes", "no")
