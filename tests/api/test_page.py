"""The page at `/`: what is shown to be copied runs, the buttons ask what can be answered, and nothing comes from elsewhere."""

import html
import json
import re
import subprocess
import sys
import time

import httpx
import pytest
from live import Server


@pytest.fixture(scope="module")
def text(client: httpx.Client) -> str:
    """The page as it is served."""
    found = client.get("/")
    assert found.headers["content-type"].startswith("text/html")
    return found.text


def wait_for_sparql(client: httpx.Client) -> None:
    """SPARQL begins a moment after the rest."""
    for _ in range(120):
        if client.get("/sparql", params={"query": "ASK {}"}).status_code == 200:
            return
        time.sleep(0.25)


def test_every_example_runs(text: str, client: httpx.Client) -> None:
    """Each example, copied as it stands, gives an answer and no problem."""
    wait_for_sparql(client)
    examples = [html.unescape(e) for e in re.findall(r"<button>Copy</button><pre>(.*?)</pre>", text, re.DOTALL)]
    assert len(examples) == 4
    outputs = []
    for example in examples:
        command = ["bash", "-c", example] if example.startswith("curl") else [sys.executable, "-c", example]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        assert done.stdout.strip()
        assert "problems/" not in done.stdout
        outputs.append(done.stdout)
    assert json.loads(outputs[0])["outcomes"]["obligation"]["warn_victim"]["answer"] == "yes"
    assert "Psychotherapist's duty to protect" in outputs[1]
    assert outputs[2].startswith("place,duties")


def test_every_button_asks_what_can_be_answered(text: str, client: httpx.Client) -> None:
    """The case in the box with what each button asks is explained, as text and as a picture."""
    case = json.loads(html.unescape(re.findall(r"<textarea[^>]*>(.*?)</textarea>", text, re.DOTALL)[0]))
    buttons = re.findall(r"<button[^>]*data-kind=\"([\w-]+)\"((?: data-\w+=\"\w+\")*)>", text)
    assert len(buttons) == 4
    for kind, rest in buttons:
        body = {"case": case, **dict(re.findall(r"data-(\w+)=\"(\w+)\"", rest))}
        for accept, start in (("text/plain", ""), ("image/svg+xml", "<svg")):
            found = client.post(f"/v1/explanations/{kind}", json=body, headers={"Accept": accept})
            assert found.status_code == 200, found.text
            assert found.text.startswith(start)


def test_every_link_leads_somewhere_on_this_server(text: str, client: httpx.Client) -> None:
    """No address of another host is fetched, and no link is dead."""
    wait_for_sparql(client)
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", text)
    for link in re.findall(r"href=\"(/[^\"]*)\"", text):
        assert client.get(link).status_code == 200, link


def test_what_is_served_is_said(text: str, server: Server) -> None:
    """The page names its own address, and counts the norms."""
    assert server.url in text
    assert re.search(r"\d{3,} norms of \d+", text)
