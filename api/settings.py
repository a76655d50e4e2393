"""What an operator can decide: one frozen record, from the command line or from the environment."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from engine.errors import CaseError, Location

PREFIX = "DUTYGRAPH_"
"""Each setting is also an environment variable: DUTYGRAPH_PORT, DUTYGRAPH_KEYS, …"""
WHOLE = PREFIX + "SETTINGS"
"""All settings at once as JSON: how `dutygraph serve` hands them to its worker processes."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How the service runs.

    store: `memory`, a folder, or the address of a SPARQL 1.1 server. keep: store every assessment, asked or not.
    retention_days: how long one is kept. publish_assessments: whoever may read one may also query it at /sparql.
    keys: file of hashed keys. key_lines: the same, in place.
    exposed: serve a public address without keys. rate: requests a minute for each key or address; 0: no limit.
    max_body: bytes of one case. batch_body: bytes of one batch. body_seconds: longest pause within a body.
    cors: origins that browsers may call from; `*` for any. audit: file of the audit log. answers: how many answers to
    remember in memory, for a minute each, under a keyed hash of the question; 0: none. threads: cases worked on at once in a process.
    keeper: socket of the process that keeps store, counters and audit log for several workers.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    store: str = "memory"
    keep: bool = False
    retention_days: int = 30
    publish_assessments: bool = False
    keys: str = ""
    key_lines: str = ""
    exposed: bool = False
    rate: int = 600
    max_body: int = 1_000_000
    batch_body: int = 32_000_000
    body_seconds: float = 10.0
    cors: str = ""
    audit: str = ""
    answers: int = 256
    threads: int = 2
    waiting: int = 64
    ontology: str = ""
    keeper: str = ""

    def text(self) -> str:
        """All of it as JSON, for a worker process."""
        return json.dumps(asdict(self))

    @property
    def has_keys(self) -> bool:
        """Whether a caller must show a key."""
        return bool(self.keys or self.key_lines)

    @property
    def origins(self) -> tuple[str, ...]:
        """Origins that browsers may call from."""
        return tuple(o for o in self.cors.replace(",", " ").split() if o)


NAMES = tuple(f.name for f in fields(Settings))


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings of the environment; what is not there has its default. A value that cannot be read is refused by name."""
    if WHOLE in environment:
        return Settings(**json.loads(environment[WHOLE]))
    return replace(Settings(), **{name: read(name, environment[PREFIX + name.upper()]) for name in NAMES if PREFIX + name.upper() in environment})


def read(name: str, text: str) -> Any:
    """One setting from text."""
    kind = type(getattr(Settings(), name))
    try:
        if kind is bool:
            return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}[text.lower()]
        return kind(text)
    except (ValueError, KeyError) as error:
        raise CaseError(
            Location(PREFIX + name.upper()), f"{text!r} is not a value for it", f"give {kind.__name__}, as {getattr(Settings(), name)!r}"
        ) from error


def ontology_folder(settings: Settings, default: Path) -> Path:
    """The body of norms to serve."""
    return Path(settings.ontology).resolve() if settings.ontology else default.resolve()
