"""The command `dutygraph` with everything: the engine's commands and those of the service."""

import gc
import sys

from api.cli import COMMANDS, add_commands
from engine.command import new_app, run


def main() -> None:
    """Run the command. Those of the service do not wait until the others, which need all of the engine, are loaded."""
    if sys.argv[1:2] and sys.argv[1] in COMMANDS:
        gc.disable()  # until the service is ready; see api/app.py
        app = new_app()
    else:
        from engine.cli import app  # noqa: PLC0415  the service does not wait for it
    add_commands(app)
    run(app)


if __name__ == "__main__":
    main()
