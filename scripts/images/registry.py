"""Asking a registry for an image, by the protocol that ECR and every other registry speak.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests; for ECR's part of it:
https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html#registry_auth_http
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import urllib3

from scripts.errors import Exit, PlinthError, unknown

if TYPE_CHECKING:
    from scripts.cloud import Cloud

WANTED: Final = "linux/amd64"
"""The platform that the tasks' definitions ask for (CRT-IMG-01)."""
_ECR: Final = re.compile(r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?")
_LOOPBACK: Final = re.compile(r"(localhost|127\.\d+\.\d+\.\d+)(:\d+)?")
_MANIFESTS: Final = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_OK, _NOT_FOUND, _REFUSED = 200, 404, (401, 403)


@dataclass(frozen=True)
class Image:
    """An image by its content: ``repository@digest`` is always the same, whatever becomes of tags."""

    repository: str
    digest: str
    tag: str | None
    platforms: frozenset[str]

    @property
    def reference(self) -> str:
        """What a task definition names."""
        return f"{self.repository}@{self.digest}"

    @property
    def version(self) -> str:
        """What the image is called: its tag, or the beginning of its digest."""
        return self.tag or self.digest.removeprefix("sha256:")[:16]

    def check(self) -> None:
        """Raise PlinthError when tasks could not run it."""
        if WANTED not in self.platforms:
            found = ", ".join(sorted(self.platforms)) or "no platform"
            raise PlinthError(
                f"{self.reference} is for {found}, and tasks run {WANTED}: they would end with an exec format error",
                f"Build it again with --platform {WANTED}, and push it",
                Exit.RESOURCE,
            )


class Registry:
    """The registry of a repository, which is named as in a task definition: ``host/name``."""

    def __init__(self, repository: str, cloud: Cloud) -> None:
        self.repository = repository
        host, _, name = repository.partition("/")
        retries = urllib3.Retry(3, backoff_factor=0.5, status_forcelist=(429, 502, 503))
        if _LOOPBACK.fullmatch(host):
            # As Docker does: a registry on this machine needs no certificate that anybody knows, or none at all.
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
            self._pool = urllib3.PoolManager(retries=retries, cert_reqs="CERT_NONE")
            scheme = "https" if self._speaks_tls(host) else "http"
        else:
            self._pool = urllib3.PoolManager(retries=retries)
            scheme = "https"
        self._base = f"{scheme}://{host}/v2/{name}"
        self._headers = _authorization(host, cloud)

    def find(self, wanted: str) -> Image:
        """The image of that tag or digest, or of that whole reference; PlinthError when there is none."""
        reference = self._within(wanted)
        answer = self._get(f"manifests/{reference}", ", ".join(_MANIFESTS))
        if answer is None:
            raise unknown("image", reference, self.tags(), Exit.RESOURCE)
        body, digest = answer
        is_digest = reference.startswith("sha256:")
        return Image(
            self.repository,
            reference if is_digest else digest,
            None if is_digest else reference,
            self._platforms(body),
        )

    def tags(self) -> list[str]:
        """The tags that there are."""
        answer = self._get("tags/list", "application/json")
        return list((answer[0] if answer else {}).get("tags") or ())

    def _speaks_tls(self, host: str) -> bool:
        try:
            self._pool.request("GET", f"https://{host}/v2/", retries=False)
        except urllib3.exceptions.SSLError:
            return False
        except urllib3.exceptions.HTTPError:
            return True  # it is not there, which the first question will say
        return True

    def _within(self, wanted: str) -> str:
        """The tag or digest of a whole reference, which must be of this repository."""
        for separator in ("@", ":"):
            repository, found, rest = wanted.rpartition(separator)
            if found and "/" in repository:
                if repository != self.repository:
                    raise PlinthError(
                        f"{wanted} is not of this service's repository, {self.repository}",
                        "Give a tag or a digest of it",
                        Exit.USAGE,
                    )
                return rest
        return wanted

    def _platforms(self, manifest: Any) -> frozenset[str]:
        if "manifests" in manifest:
            platforms = [each.get("platform", {}) for each in manifest["manifests"]]
        else:
            answer = self._get(f"blobs/{manifest['config']['digest']}", manifest["config"]["mediaType"])
            platforms = [answer[0]] if answer else []
        named = {f"{each.get('os')}/{each.get('architecture')}" for each in platforms}
        return frozenset(named - {"unknown/unknown"})  # what BuildKit attests of an image is no image

    def _get(self, path: str, accept: str) -> tuple[Any, str] | None:
        """An answer and the digest of what it is of; None when there is no such thing."""
        try:
            answer = self._pool.request("GET", f"{self._base}/{path}", headers={**self._headers, "Accept": accept})
        except urllib3.exceptions.HTTPError as error:
            raise PlinthError(
                f"the registry of {self.repository} cannot be reached: {error}", "Check the network, then try again"
            ) from None
        if answer.status == _NOT_FOUND:
            return None
        if answer.status in _REFUSED:
            raise PlinthError(
                f"the registry refuses to show {self.repository}",
                "Have ecr:BatchGetImage and ecr:GetDownloadUrlForLayer allowed for it",
                Exit.AUTH,
            )
        if answer.status != _OK:
            raise PlinthError(f"the registry of {self.repository} answered {answer.status}", "Try again in a minute")
        return json.loads(answer.data), answer.headers.get("Docker-Content-Digest", "")


def _authorization(host: str, cloud: Cloud) -> dict[str, str]:
    found = _ECR.fullmatch(host)
    if found is None:
        return {}
    answer = cloud.client("ecr", found["region"]).get_authorization_token()
    return {"Authorization": f"Basic {answer['authorizationData'][0]['authorizationToken']}"}
