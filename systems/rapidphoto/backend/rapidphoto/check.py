"""`python -m rapidphoto.check`: whether the service in this container answers; the image's health check."""

from __future__ import annotations

import os
import sys
import urllib.request

try:
    urllib.request.urlopen(f"http://127.0.0.1:{os.environ.get('PORT', '8080')}/health", timeout=4).close()
except OSError as error:
    sys.exit(str(error))
