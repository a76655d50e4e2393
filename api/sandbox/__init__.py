"""One query, one disposable process: parsing and evaluating what strangers send, outside the server and behind walls."""
