"""`python -m local.fakes --port N`: serve, on loopback, the AWS APIs that MiniStack lacks."""

from __future__ import annotations

import argparse

from local.fakes.server import serve

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    serve(parser.parse_args().port)
