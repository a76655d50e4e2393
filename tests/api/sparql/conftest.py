"""Servers that the tests of /sparql share."""

from collections.abc import Iterator

import httpx
import pytest
from sparql_server import HASTY, serving


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """A server with the limits that it has unless told otherwise."""
    with serving({}) as found:
        yield found


@pytest.fixture(scope="session")
def client(address: str) -> Iterator[httpx.Client]:
    """A client of it."""
    with httpx.Client(base_url=address, timeout=20) as found:
        yield found


@pytest.fixture(scope="session")
def hasty() -> Iterator[str]:
    """A server with little patience."""
    with serving(HASTY, protocol="hasty:HastyProtocol") as found:
        yield found
