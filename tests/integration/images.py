"""Other versions of an image that is in the registry: the same layers, another configuration.

No builder is asked: what makes a version another one is its configuration, which is JSON, and the registry takes it.
https://github.com/opencontainers/distribution-spec/blob/main/spec.md#push
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final
from urllib.parse import urljoin

import urllib3

MANIFEST: Final = "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"

urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)


def derive(image: str, tag: str, **configuration: Any) -> str:
    """Push a version of ``host/name@digest`` with another `Cmd`, `Entrypoint`, `architecture` …; its digest."""
    repository, _, digest = image.partition("@")
    host, _, name = repository.partition("/")
    registry = _Registry(host, name)
    manifest = json.loads(registry.get(f"manifests/{digest}", MANIFEST))
    config = json.loads(registry.get(f"blobs/{manifest['config']['digest']}", manifest["config"]["mediaType"]))
    for key, value in configuration.items():
        (config if key in config else config["config"])[key] = value
    config["config"]["Labels"] = {"tag": tag}  # so that no two are the same
    body = json.dumps(config).encode()
    manifest["config"] |= {"digest": registry.push(body), "size": len(body)}
    return registry.tag(tag, json.dumps(manifest).encode(), manifest["mediaType"])


class _Registry:
    def __init__(self, host: str, name: str) -> None:
        self._pool = urllib3.PoolManager(cert_reqs="CERT_NONE", retries=False)
        self._base = f"https://{host}/v2/{name}/"
        try:
            self._pool.request("GET", self._base)
        except urllib3.exceptions.SSLError:  # a registry beside a user's own Docker
            self._base = f"http://{host}/v2/{name}/"

    def get(self, path: str, accept: str) -> bytes:
        answer = self._pool.request("GET", urljoin(self._base, path), headers={"Accept": accept})
        assert answer.status == 200, (path, answer.status, answer.data)
        return answer.data

    def push(self, body: bytes) -> str:
        digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
        begun = self._pool.request("POST", urljoin(self._base, "blobs/uploads/"))
        place = urljoin(self._base, begun.headers["Location"])
        joint = "&" if "?" in place else "?"
        answer = self._pool.request("PUT", f"{place}{joint}digest={digest}", body=body)
        assert answer.status == 201, (answer.status, answer.data)
        return digest

    def tag(self, tag: str, manifest: bytes, media_type: str) -> str:
        answer = self._pool.request(
            "PUT", urljoin(self._base, f"manifests/{tag}"), body=manifest, headers={"Content-Type": media_type}
        )
        assert answer.status == 201, (answer.status, answer.data)
        return answer.headers["Docker-Content-Digest"]
