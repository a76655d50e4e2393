"""Where the ontology and the queries are: in the checkout, or carried by the wheel."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def data(name: str) -> Path:
    """The folder `ontology` or `queries`."""
    carried = PACKAGE / "data" / name
    return carried if carried.is_dir() else PACKAGE.parent / name
