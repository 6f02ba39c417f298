"""Redis over TLS."""

from __future__ import annotations

from redis import Redis


def connect(url: str, *, verify: bool) -> Redis:
    """A client that connects at its first command; timeouts in seconds.

    `verify` checks the certificate and the host name against the system's authorities (or SSL_CERT_FILE).
    """
    return Redis.from_url(
        url,
        ssl_cert_reqs="required" if verify else "none",
        ssl_check_hostname=verify,
        socket_connect_timeout=2,
        socket_timeout=2,
        client_name="auterity-backend",
    )
