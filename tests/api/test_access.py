"""Access: keys and their scopes, limits for each key and address, the audit log, and what is refused at the start."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from live import ROOT, Server, serving

from api.access import digest, new_key, read_keys
from api.audit import AuditLog, Broken, entry_hash, verify
from engine.errors import CaseError

Case = dict[str, Any]


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, dict[str, str], Path]]:
    """A server that asks for keys: (server, name → secret, its audit log)."""
    folder = tmp_path_factory.mktemp("keys")
    made = {
        name: new_key(name, scopes) for name, scopes in {"reader": ("read",), "clinic": ("read", "assess"), "other": ("assess",), "boss": ("admin",)}.items()
    }
    (folder / "keys").write_text("# keys\n\n" + "\n".join(line for _, line in made.values()) + "\n")
    with serving(folder, "--keys", str(folder / "keys"), "--audit", str(folder / "audit.log"), rate=1000) as server:
        yield server, {name: secret for name, (secret, _) in made.items()}, folder / "audit.log"


def asked(server: Server, secret: str | None, method: str, path: str, case: Case | None = None) -> httpx.Response:
    """One request with a key."""
    with server.client() as client:
        return client.request(method, path, json=case, headers={"Authorization": f"Bearer {secret}"} if secret else {})


ALLOWED = [
    (None, "GET", "/health", 200),
    (None, "GET", "/", 200),
    (None, "GET", "/openapi.json", 200),
    (None, "GET", "/v1/norms", 401),
    (None, "GET", "/sparql", 401),
    (None, "POST", "/v1/assess", 401),
    (None, "GET", "/metrics", 401),
    ("reader", "GET", "/v1/norms", 200),
    ("reader", "POST", "/v1/assess", 403),
    ("reader", "GET", "/metrics", 403),
    ("clinic", "POST", "/v1/assess", 200),
    ("clinic", "GET", "/metrics", 403),
    ("other", "GET", "/v1/norms", 403),
    ("other", "POST", "/v1/assess", 200),
    ("boss", "GET", "/metrics", 200),
    ("boss", "POST", "/v1/assess", 200),
]


@pytest.mark.parametrize(("name", "method", "path", "status"), ALLOWED, ids=str)
def test_scopes(keyed: tuple[Server, dict[str, str], Path], case: Case, name: str | None, method: str, path: str, status: int) -> None:
    """Each key does what its scopes say, and no more; without a key only what describes the service."""
    server, secrets, _ = keyed
    found = asked(server, secrets[name] if name else None, method, path, case if method == "POST" else None)
    assert found.status_code == status
    if status == 401:
        assert found.headers["www-authenticate"].startswith("Bearer")


def test_a_wrong_key_is_refused(keyed: tuple[Server, dict[str, str], Path]) -> None:
    """Even where none is needed: nobody should think that it works."""
    assert asked(keyed[0], "dg_wrong", "GET", "/health").status_code == 401


def test_an_assessment_belongs_to_its_key(keyed: tuple[Server, dict[str, str], Path], case: Case) -> None:
    """Another key does not find it; an admin does."""
    server, secrets, _ = keyed
    where = asked(server, secrets["clinic"], "POST", "/v1/assess?store=true", case).headers["location"]
    assert asked(server, secrets["clinic"], "GET", where).status_code == 200
    assert asked(server, secrets["other"], "GET", where).status_code == 404
    assert asked(server, secrets["other"], "DELETE", where).status_code == 404
    assert asked(server, secrets["boss"], "GET", where).status_code == 200


def test_the_log_names_no_case(keyed: tuple[Server, dict[str, str], Path], case: Case) -> None:
    """A line for each request with a case: who, when, which endpoint; the chain holds, and no id, fact or secret is in it."""
    server, secrets, log = keyed
    where = asked(server, secrets["clinic"], "POST", "/v1/assess?store=true&jurisdiction=US-TX", case | {"case": "zebra"}).headers["location"]
    asked(server, secrets["clinic"], "GET", where)
    text = log.read_text()
    entries = [json.loads(line) for line in text.splitlines()]
    assert {"key": "clinic", "method": "POST", "endpoint": "/v1/assess"}.items() <= entries[-2].items()
    assert {"key": "clinic", "method": "GET", "endpoint": "/v1/assessments"}.items() <= entries[-1].items()
    for word in ("zebra", "US-TX", where.rsplit("/", 1)[-1], *secrets.values(), *(digest(s) for s in secrets.values())):
        assert word not in text
    assert verify(log) is None


def test_limits_by_address(tmp_path: Path) -> None:
    """The headers count down to 429 with Retry-After; /health is never counted."""
    with serving(tmp_path, rate=5) as server, server.client() as client:
        left = []
        for _ in range(5):
            found = client.get("/v1/limits")
            assert found.headers["ratelimit-policy"] == '"default";q=5;w=60'
            left.append(found.headers["ratelimit"].split(";")[1])
        assert left == ["r=4", "r=3", "r=2", "r=1", "r=0"]
        refused = client.get("/v1/limits")
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert refused.headers["content-type"] == "application/problem+json"
        assert client.get("/health").status_code == 200


def log_of(folder: Path) -> tuple[Path, list[str]]:
    """An audit log of five lines."""
    path = folder / "audit.log"
    log = AuditLog(path)
    for n in range(5):
        log.note("clinic", "POST", "/v1/assess", f"r{n}")
    return path, path.read_text().splitlines()


def forged(line: str, **changes: object) -> str:
    """A line that was changed, with the hash made to fit."""
    entry = {**json.loads(line), **changes}
    return json.dumps({**entry, "hash": entry_hash(entry)})


FORGERIES = {
    "a line changed": (lambda lines: [lines[0], lines[1].replace("clinic", "nobody"), *lines[2:]], 2),
    "a line changed, and its hash": (lambda lines: [lines[0], forged(lines[1], key="nobody"), *lines[2:]], 3),
    "a line taken out": (lambda lines: [*lines[:2], *lines[3:]], 3),
    "two lines exchanged": (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], 2),
    "a line put in": (lambda lines: [*lines[:3], lines[2], *lines[3:]], 4),
}


@pytest.mark.parametrize(("change", "line"), FORGERIES.values(), ids=FORGERIES)
def test_the_chain_shows_what_was_changed(tmp_path: Path, change: Any, line: int) -> None:
    """The first line that does not hold is named."""
    path, lines = log_of(tmp_path)
    assert verify(path) is None
    path.write_text("\n".join(change(lines)) + "\n")
    found = verify(path)
    assert isinstance(found, Broken)
    assert found.line == line


def test_a_log_is_continued(tmp_path: Path) -> None:
    """After a restart the chain goes on from its last line."""
    path, _ = log_of(tmp_path)
    AuditLog(path).note("clinic", "POST", "/v1/assess", "again")
    assert verify(path) is None
    assert len(path.read_text().splitlines()) == 6


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, as a user runs it."""
    return subprocess.run([sys.executable, "-m", "api.main", *arguments], capture_output=True, text=True, check=False, cwd=ROOT)


def test_commands(tmp_path: Path) -> None:
    """A key is made, a log is checked, and a public address without keys is refused."""
    made = command("key", "new", "clinic", "--scopes", "read,assess")
    secret, line = (part.split(": ", 1)[1] for part in made.stdout.splitlines())
    (key,) = read_keys(line, "keys")
    assert (key.name, key.digest) == ("clinic", digest(secret))
    assert secret not in line
    assert command("key", "new", "x", "--scopes", "write").returncode == 2
    path, lines = log_of(tmp_path)
    assert command("audit", "verify", str(path)).returncode == 0
    path.write_text("\n".join(lines[1:]))
    assert command("audit", "verify", str(path)).returncode == 1
    assert command("audit", "verify", str(tmp_path / "none")).returncode == 2
    exposed = command("serve", "--host", "0.0.0.0", "--port", "1")  # noqa: S104  it is refused
    assert exposed.returncode == 2
    assert "--keys" in exposed.stderr


@pytest.mark.parametrize("text", ["clinic read", "clinic write " + "a" * 64, "clinic read a b"])
def test_a_file_of_keys_is_checked(text: str) -> None:
    """A line that is no key is refused with its number."""
    with pytest.raises(CaseError, match="keys:2"):
        read_keys("# ours\n" + text, "keys")


def test_the_document_says_whether_a_key_is_needed(keyed: tuple[Server, dict[str, str], Path], client: httpx.Client) -> None:
    """Where keys are asked for, OpenAPI says so, and which addresses need none; where none is asked for, that none need be sent."""
    server, _, _ = keyed
    with server.client() as caller:
        document = caller.get("/openapi.json").json()
        assert {} not in document["security"]
        for address in ("/health", "/v1/limits"):
            assert document["paths"][address]["get"]["security"] == [{}]
            assert caller.get(address).status_code == 200
        assert "security" not in document["paths"]["/v1/norms"]["get"]
        assert caller.get("/v1/norms").status_code == 401
    assert {} in client.get("/openapi.json").json()["security"]
