"""`python -m agent.check`: whether the service in this container is well."""

from __future__ import annotations

import os
import urllib.request

urllib.request.urlopen(f"http://127.0.0.1:{os.environ.get('PORT', '8090')}/health", timeout=2).close()
