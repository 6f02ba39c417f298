"""Tasks trust the certificates of the emulated services, as on AWS they trust Amazon's.

MiniStack's caches speak TLS with certificates of its own authority. Every container that it runs as a task gets a
bundle with that authority beside the usual ones, where OpenSSL and Node look: a client that verifies needs no
exception.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from ministack.services import ecs, elasticache

INSIDE = "/etc/plinth/trusted.pem"
USUAL = Path("/etc/ssl/certs/ca-certificates.crt")


def install() -> None:
    """Lays it over the making of task containers."""
    build = ecs._build_run_kwargs

    def build_with_trust(*args: Any, **kwargs: Any) -> dict[str, Any]:
        made: dict[str, Any] = build(*args, **kwargs)
        made["volumes"] = [*(made.get("volumes") or []), f"{_bundle()}:{INSIDE}:ro"]
        made["environment"] = {"SSL_CERT_FILE": INSIDE, "NODE_EXTRA_CA_CERTS": INSIDE, **made["environment"]}
        return made

    ecs._build_run_kwargs = build_with_trust
    if "PLINTH_TRUSTED" in os.environ:
        _bundle()


def _bundle() -> Path:
    """The bundle, which the fakes' containers are given too; this process's authority is made when first asked for."""
    path = Path(os.environ.get("PLINTH_TRUSTED") or f"{tempfile.gettempdir()}/trusted-{os.getpid()}.pem")
    authority = elasticache.serverless_ca_cert_pem()
    if not path.exists() or not path.read_text().endswith(authority):
        usual = USUAL.read_text() if USUAL.exists() else ""
        path.write_text(usual + authority)
    return path
