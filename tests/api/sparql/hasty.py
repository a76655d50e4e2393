"""Connections of which each request has four seconds, for tests that wait for the end of them."""

from api.connections import BoundedProtocol


class HastyProtocol(BoundedProtocol):
    """The protocol of the server, in a hurry."""

    seconds = 4.0
