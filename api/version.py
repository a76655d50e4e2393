"""The version of the software, as it was installed."""

import importlib.metadata


def installed() -> str:
    """The version of the distribution; unknown where the code runs without having been installed."""
    try:
        return importlib.metadata.version("dutygraph")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


VERSION = installed()
