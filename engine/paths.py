"""Where the ontology and the queries are, in the checkout or carried by the wheel; and where what was made of them is kept."""

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
CACHE = "DUTYGRAPH_CACHE"
"""Environment variable with the folder of the cache; empty to do without one."""


def data(name: str) -> Path:
    """The folder `ontology` or `queries`."""
    carried = PACKAGE / "data" / name
    return carried if carried.is_dir() else PACKAGE.parent / name


def cache_folder() -> Path | None:
    """The user's cache, or the folder that the operator names; None where none is wanted."""
    chosen = os.environ.get(CACHE)
    if chosen == "":
        return None
    return Path(chosen) if chosen else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dutygraph"
