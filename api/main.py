"""The command `dutygraph` with everything: the engine's commands and those of the service."""

from api.cli import add_commands
from engine.cli import app
from engine.cli import main as run

add_commands(app)


def main() -> None:
    """Run the command."""
    run()


if __name__ == "__main__":
    main()
