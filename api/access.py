"""Who may do what, and how often: hashed keys with scopes, and a limit for each key or address."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.keeper import Keeper
from api.problems import Problem
from api.settings import Settings
from engine.errors import CaseError, Location

SCOPES = ("read", "assess", "admin")
WINDOW = 60
"""Seconds over which requests are counted."""
OPEN = ("/", "/health", "/ready", "/openapi.json", "/v1/limits")
"""Addresses that need no key."""
UNCOUNTED = ("/health", "/ready")
ADMIN = ("/metrics",)
ASSESS = ("/v1/assess", "/v1/batch", "/v1/compare", "/v1/explanations", "/v1/interview", "/v1/receipts")
"""Beginnings of the addresses that take a case, or give one back."""
MARK = "dg_"


@dataclass(frozen=True, slots=True)
class Key:
    """A key without its secret. digest: SHA-256 of the secret, which is random and long, so that a slow hash adds nothing."""

    name: str
    scopes: frozenset[str]
    digest: str


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. name: of the key, or '' without one. counted: under which name its requests are counted. unknown: a wrong key was sent."""

    name: str
    scopes: frozenset[str]
    counted: str
    unknown: bool = False


def may_read(caller: Caller, owner: str) -> bool:
    """Whether a caller may read what was kept with the key of that name: its own key, or an admin."""
    return owner == caller.name or "admin" in caller.scopes


def new_key(name: str, scopes: tuple[str, ...]) -> tuple[str, str]:
    """(the secret, to be shown once; the line for the file of keys)."""
    secret = MARK + secrets.token_urlsafe(32)
    return secret, f"{name} {','.join(scopes)} {digest(secret)}"


def digest(secret: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(secret.encode()).hexdigest()


def read_keys(text: str, name: str) -> tuple[Key, ...]:
    """Lines of NAME SCOPES DIGEST; empty lines and those that start with # are comments."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        parts = line.split()
        if not parts or parts[0].startswith("#"):
            continue
        scopes = frozenset(parts[1].split(",")) if len(parts) == 3 else frozenset(("",))  # noqa: PLR2004  name, scopes, digest
        if not scopes <= set(SCOPES):
            raise CaseError(Location(name, number), "not a key", "write NAME SCOPES DIGEST, as `dutygraph key new` prints them")
        found.append(Key(parts[0], scopes, parts[2]))
    return tuple(found)


def keys_of(settings: Settings) -> tuple[Key, ...]:
    """The keys of the file and of the environment."""
    try:
        text = Path(settings.keys).read_text(encoding="utf-8") if settings.keys else ""
    except OSError as error:
        raise CaseError(Location(settings.keys), f"cannot be read: {error.strerror}", "name a file with one key a line") from error
    return read_keys(text, settings.keys) + read_keys(settings.key_lines, "DUTYGRAPH_KEY_LINES")


def needed(method: str, path: str) -> str:
    """The scope that a request needs, or '' for none."""
    if path in OPEN or method == "OPTIONS":
        return ""
    if path in ADMIN:
        return "admin"
    return "assess" if path.startswith(ASSESS) else "read"


class Access:
    """Checks every request before anything else is done with it."""

    def __init__(self, settings: Settings, keeper: Keeper) -> None:
        self._keys = {k.digest: k for k in keys_of(settings)}
        self._limit = settings.rate
        self._keeper = keeper
        self._audited = bool(settings.audit)
        self._anybody = frozenset(("read", "assess")) if settings.exposed else frozenset(SCOPES)

    async def check(self, scope: MutableMapping[str, Any], by_name: Mapping[bytes, bytes]) -> list[tuple[bytes, bytes]]:
        """Let a request through, or refuse it; gives the headers that say what is left of its share. by_name: the request's own headers."""
        path = scope["path"]
        caller = self.caller(scope, by_name)
        scope["caller"] = caller
        headers = await self.spend(caller) if self._limit and path not in UNCOUNTED else {}
        if caller.unknown:
            raise Problem("no-key", "the key is not known", headers={**headers, "WWW-Authenticate": 'Bearer realm="dutygraph", error="invalid_token"'})
        wanted = needed(scope["method"], path)
        if wanted and wanted not in caller.scopes:
            if caller.name or not self._keys:
                raise Problem("scope", f"this needs the scope {wanted}", headers=headers)
            raise Problem("no-key", "no key was sent", headers={**headers, "WWW-Authenticate": 'Bearer realm="dutygraph"'})
        if self._audited and wanted in ("assess", "admin"):
            await self._keeper.note(caller.name, scope["method"], path.partition("/v1/assessments/")[0] or "/v1/assessments", scope["request_id"])
        return [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    def caller(self, scope: MutableMapping[str, Any], by_name: Mapping[bytes, bytes]) -> Caller:
        """Who asks: by key, or by address where no key was sent. A wrong key is refused, not passed over."""
        address = (scope.get("client") or ("unknown",))[0]
        if not self._keys:
            return Caller("", self._anybody, f"address {address}")
        secret = by_name.get(b"x-api-key", b"").decode("latin-1")
        kind, _, rest = by_name.get(b"authorization", b"").decode("latin-1").partition(" ")
        if kind.lower() == "bearer":
            secret = rest.strip()
        if not secret:
            return Caller("", frozenset(), f"address {address}")
        hashed = digest(secret)
        found = next((key for known, key in self._keys.items() if hmac.compare_digest(known, hashed)), None)
        if found is None:
            return Caller("", frozenset(), f"address {address}", unknown=True)
        return Caller(found.name, found.scopes | ({"read", "assess"} if "admin" in found.scopes else set()), f"key {found.name}")

    async def spend(self, caller: Caller) -> dict[str, str]:
        """Count a request; 429 where the share is used up."""
        used, left_seconds = await self._keeper.spend(caller.counted, WINDOW)
        headers = {
            "RateLimit-Policy": f'"default";q={self._limit};w={WINDOW}',
            "RateLimit": f'"default";r={max(0, self._limit - used)};t={left_seconds}',
        }
        if used > self._limit:
            raise Problem("rate", f"more than {self._limit} requests in {WINDOW} seconds", headers={**headers, "Retry-After": str(max(1, left_seconds))})
        return headers


def limits(settings: Settings) -> Mapping[str, object]:
    """The limit on requests, as data."""
    return {"requests": settings.rate or None, "seconds": WINDOW}
