"""The commands of the service: `dutygraph serve`, `dutygraph key new`, `dutygraph audit verify`, `dutygraph openapi`."""

import ipaddress
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from api.settings import WHOLE, Settings, from_environment
from api.worker import begin
from engine.errors import CaseError, Location

WORKER_SECONDS = 30
"""How long a worker may be silent before it is replaced; on a busy machine loading the law alone can take five."""
key = typer.Typer(help="Keys of callers of the service.", no_args_is_help=True)
audit = typer.Typer(help="The audit log of the service.", no_args_is_help=True)
DEFAULT = Settings()


COMMANDS = ("serve", "openapi", "key", "audit")
"""What this module adds."""


def add_commands(app: typer.Typer) -> None:
    """Add the commands of the service to those of the engine."""
    app.command()(serve)
    app.command(name="openapi")(print_openapi)
    app.add_typer(key, name="key")
    app.add_typer(audit, name="audit")


def serve(
    host: Annotated[str, typer.Option(envvar="DUTYGRAPH_HOST", help="Address to listen on.")] = DEFAULT.host,
    port: Annotated[int, typer.Option(envvar="DUTYGRAPH_PORT", min=0, max=65535, help="Port to listen on; 0 for a free one.")] = DEFAULT.port,
    workers: Annotated[int, typer.Option(envvar="DUTYGRAPH_WORKERS", min=1, max=64, help="Processes that answer.")] = DEFAULT.workers,
    store: Annotated[
        str, typer.Option(envvar="DUTYGRAPH_STORE", help="Where assessments are kept: memory, a folder, or the address of a SPARQL 1.1 server.")
    ] = DEFAULT.store,
    keep: Annotated[bool, typer.Option("--keep", envvar="DUTYGRAPH_KEEP", help="Keep every assessment, asked or not.")] = DEFAULT.keep,
    retention_days: Annotated[int, typer.Option(envvar="DUTYGRAPH_RETENTION_DAYS", min=1, help="How long an assessment is kept.")] = DEFAULT.retention_days,
    publish_assessments: Annotated[
        bool,
        typer.Option("--publish-assessments", envvar="DUTYGRAPH_PUBLISH_ASSESSMENTS", help="Let whoever may read a kept assessment query it at /sparql."),
    ] = DEFAULT.publish_assessments,
    keys: Annotated[str, typer.Option(envvar="DUTYGRAPH_KEYS", help="File of keys, as `dutygraph key new` prints them.")] = DEFAULT.keys,
    exposed: Annotated[bool, typer.Option("--exposed", envvar="DUTYGRAPH_EXPOSED", help="Listen on a public address without keys.")] = DEFAULT.exposed,
    rate: Annotated[int, typer.Option(envvar="DUTYGRAPH_RATE", min=0, help="Requests a minute for each key or address; 0: no limit.")] = DEFAULT.rate,
    cors: Annotated[str, typer.Option(envvar="DUTYGRAPH_CORS", help="Origins that browsers may call from, with spaces between; * for any.")] = DEFAULT.cors,
    audit_log: Annotated[str, typer.Option("--audit", envvar="DUTYGRAPH_AUDIT", help="File of the audit log.")] = DEFAULT.audit,
    ontology: Annotated[str, typer.Option(envvar="DUTYGRAPH_ONTOLOGY", help="Folder of Turtle files in place of the one that comes along.")] = "",
) -> None:
    """Serve the law over HTTP: assessments, explanations, the ontology, SPARQL. Further settings are environment variables (docs/api.md).

    Example: dutygraph serve --port 8000 --store ./assessments
    """
    from dataclasses import replace  # noqa: PLC0415  only this command needs it

    settings = replace(
        from_environment(),
        host=host,
        port=port,
        workers=workers,
        store=store,
        keep=keep,
        retention_days=retention_days,
        publish_assessments=publish_assessments,
        keys=keys,
        exposed=exposed,
        rate=rate,
        cors=cors,
        audit=audit_log,
        ontology=ontology,
    )
    refuse_exposure(settings)
    run(settings)


def refuse_exposure(settings: Settings) -> None:
    """Refuse to listen to others than this machine without keys, unless told so."""
    try:
        inside = settings.host == "localhost" or ipaddress.ip_address(settings.host).is_loopback
    except ValueError:
        inside = False
    if not inside and not settings.has_keys and not settings.exposed:
        problem = f"listening on {settings.host} would let anybody ask without a key"
        raise CaseError(Location("--host"), problem, "give --keys FILE, or --exposed if that is meant")


def run(settings: Settings) -> None:
    """Serve until told to stop. Several workers share one keeper, which lives in this process."""
    from dataclasses import replace  # noqa: PLC0415  only this command needs it

    application = begin(settings) if settings.workers == 1 else None

    import uvicorn  # noqa: PLC0415  the other commands do not wait for it

    from api.connections import BoundedProtocol  # noqa: PLC0415  the other commands do not wait for it

    options = {
        "http": BoundedProtocol,
        "host": settings.host,
        "port": settings.port,
        "access_log": False,
        "loop": "uvloop",
        "server_header": False,
        "log_level": "info",
        "timeout_keep_alive": 30,
        "timeout_worker_healthcheck": WORKER_SECONDS,
    }
    if application is not None:
        uvicorn.run(application, **options)  # type: ignore[arg-type]  # one dict for both calls
        return
    from api.keeper import keep_for_workers  # noqa: PLC0415  the other commands do not wait for it

    with tempfile.TemporaryDirectory(prefix="dutygraph-", ignore_cleanup_errors=True) as shared:
        os.environ[WHOLE] = replace(settings, keeper=keep_for_workers(settings, Path(shared) / "keeper")).text()
        uvicorn.run("api.worker:from_env", factory=True, workers=settings.workers, **options)  # type: ignore[arg-type]  # one dict for both calls


def print_openapi() -> None:
    """Print the OpenAPI document of the service."""
    from api.app import create_app  # noqa: PLC0415  the other commands do not wait for it

    print(json.dumps(create_app(Settings()).api.openapi(), ensure_ascii=False, indent=1))  # noqa: T201  printing is what a command is for


@key.command(name="new")
def new(
    name: Annotated[str, typer.Argument(help="Whose key it is; it stands in the audit log.")],
    scopes: Annotated[str, typer.Option(help="What it may do: read, assess, admin, with commas between.")] = "read,assess",
) -> None:
    """Make a key: the secret goes to the caller and is shown once, the line goes into the file of keys."""
    from api.access import SCOPES, new_key  # noqa: PLC0415  the other commands do not wait for it

    wanted = tuple(s.strip() for s in scopes.split(","))
    if not set(wanted) <= set(SCOPES):
        raise CaseError(Location("--scopes"), f"unknown scope among {scopes!r}", f"use: {', '.join(SCOPES)}")
    if not name or any(c.isspace() or c == "#" for c in name):
        raise CaseError(Location("NAME"), f"{name!r} has a space or a # in it, or nothing", "give one word")
    secret, line = new_key(name, wanted)
    print(f"secret, for the caller: {secret}\nline, for the file of keys: {line}")  # noqa: T201  printing is what a command is for


@audit.command(name="verify")
def verify_log(log: Annotated[Path, typer.Argument(help="The file of the log.")]) -> None:
    """Check that no line of an audit log was changed, taken out or put in. Exit status 1 if one was."""
    from api.audit import read, verify  # noqa: PLC0415  the other commands do not wait for it

    if not log.is_file():
        raise CaseError(Location(str(log)), "there is no such file", "give the file that `dutygraph serve --audit` writes")
    broken = verify(log)
    if broken is not None:
        print(f"{log}:{broken.line}: {broken.problem}", file=sys.stderr)  # noqa: T201  printing is what a command is for
        raise typer.Exit(1)
    entries = list(read(log))
    last = entries[-1]["hash"] if entries else "-"
    print(f"{len(entries)} entries hold; the last hash is {last}")  # noqa: T201  printing is what a command is for
