"""`python -m local.aws_plugin [--port N]`: run the provider. The engine starts it and passes its own address."""

from __future__ import annotations

import sys

from local.aws_plugin.server import serve


def main(arguments: list[str]) -> None:
    """Serve; `--port N` fixes the port, for attaching an engine to a running provider."""
    port = int(arguments[arguments.index("--port") + 1]) if "--port" in arguments else 0
    serve(port)


if __name__ == "__main__":
    main(sys.argv[1:])
