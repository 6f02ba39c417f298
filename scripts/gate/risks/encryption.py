"""Encryption that would end, or be weaker: of what is stored, and of what is sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from scripts.gate.change import CannotTell, Change
from scripts.gate.preview import Preview
from scripts.gate.risks.risk import Harm, Risk, turned_off
from scripts.gate.values import UNKNOWN, at, items, show

FLAGS: Final = (
    "atRestEncryptionEnabled",
    "enableKeyRotation",
    "encryptAtRest.enabled",
    "encrypted",
    "nodeToNodeEncryption.enabled",
    "serverSideEncryption.enabled",
    "sqsManagedSseEnabled",
    "storageEncrypted",
)
KEYS: Final = ("kmsKeyArn", "kmsKeyId", "kmsMasterKeyId", "performanceInsightsKmsKeyId")
SSE: Final = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
)
LISTENERS: Final = ("aws:lb/listener:Listener", "aws:alb/listener:Listener")
DISTRIBUTION: Final = "aws:cloudfront/distribution:Distribution"
# Parameters of databases that refuse plain connections, and what sets them.
FORCED: Final[Mapping[str, frozenset[str]]] = {
    "rds.force_ssl": frozenset({"1"}),
    "require_secure_transport": frozenset({"1", "on"}),
}
PLAIN: Final[Mapping[str, frozenset[str]]] = {
    "viewerProtocolPolicy": frozenset({"allow-all"}),
    "originProtocolPolicy": frozenset({"http-only", "match-viewer"}),
}
"""With what CloudFront speaks plain HTTP with users, and with origins. Redirecting is as good as refusing."""


def storage_is_unencrypted(change: Change, _: Preview) -> Iterator[Harm]:
    """What is stored is encrypted now, and would not be, or with a key that is not the stack's own."""
    if not change.goes_on:
        return
    for path in FLAGS:
        if turned_off(change, path):
            what = "the yearly change of the key" if path == "enableKeyRotation" else "encryption"
            yield Harm(f"turns off {what}", path)
    for path in KEYS:
        if change.before(path) and change.new.inputs.get(path) in (None, ""):
            yield Harm("no longer encrypts with its own key", path)


def bucket_is_unencrypted(change: Change, preview: Preview) -> Iterator[Harm]:
    """A bucket's objects are encrypted with a key of KMS now, and would be with S3's own."""
    path = "rules.0.applyServerSideEncryptionByDefault.sseAlgorithm"
    if change.type not in SSE or not str(change.before(path)).startswith("aws:kms"):
        return
    if change.operation == "delete":
        if preview.loses(change):
            yield Harm("no longer encrypts with a key of KMS")
    elif not str(change.after(path)).startswith("aws:kms"):
        yield Harm("no longer encrypts with a key of KMS", path)


def tls_is_older(change: Change, _: Preview) -> Iterator[Harm]:
    """A listener or a distribution would accept older versions of TLS, or none."""
    if not change.goes_on:
        return
    for path in ("sslPolicy", "securityPolicy", "minimumProtocolVersion", "viewerCertificate.minimumProtocolVersion"):
        old, new = change.before(path), change.after(path)
        if isinstance(old, str) and isinstance(new, str) and tls_rank(new) < tls_rank(old):
            yield Harm(f"accepts older versions of TLS: {old} becomes {new}", path)
    if turned_off(change, "transitEncryptionEnabled"):
        yield Harm("turns off encryption of connections", "transitEncryptionEnabled")
    if change.before("transitEncryptionMode") == "required" != change.after("transitEncryptionMode"):
        yield Harm("accepts connections without encryption", "transitEncryptionMode")


def tls_rank(policy: str) -> tuple[int, int, int]:
    """How strict the name of a TLS policy is: the oldest version that it accepts, then the year it is of.

    ``ELBSecurityPolicy-TLS13-1-2-2021-06`` accepts 1.2, ``TLSv1.2_2021`` and ``TLS_1_2`` do, too; a policy of a load
    balancer without a version in its name accepts 1.0.
    """
    if policy.startswith("SSL"):
        return 0, 0, 0
    version = re.search(r"(?:TLS13|TLS|FS)[-_]?v?(\d)[-_.](\d)(?!\d)", policy)
    year = None if policy.startswith("ELB") else re.search(r"_(20\d\d)", policy)
    major, minor = (int(version[1]), int(version[2])) if version else (1, 0)
    return major, minor, int(year[1]) if year else 0


def listener_speaks_plain(change: Change, _: Preview) -> Iterator[Harm]:
    """A listener that encrypts would not, or one that only sends users to HTTPS would answer them itself."""
    if change.type not in LISTENERS or not change.goes_on:
        return
    old, new = change.before("protocol"), change.after("protocol")
    if (old, new) in (("HTTPS", "HTTP"), ("TLS", "TCP")):
        yield Harm(f"no longer encrypts: {old} becomes {new}", "protocol")
    if _redirects(change.before("defaultActions")) and not _redirects(change.after("defaultActions")):
        yield Harm("answers over plain HTTP instead of redirecting to HTTPS", "defaultActions")


def _redirects(actions: Any) -> bool:
    return any(at(each, "redirect.protocol") == "HTTPS" for each in items(actions))


def distribution_speaks_plain(change: Change, _: Preview) -> Iterator[Harm]:
    """A distribution would let users, or talk to an origin, without encryption."""
    if change.type != DISTRIBUTION or not change.goes_on:
        return
    kind = "viewerProtocolPolicy"
    path = "defaultCacheBehavior"
    yield from _weaker(f"{path}.{kind}", kind, at(change.before(path), kind), at(change.after(path), kind))
    for path, key, kind in (
        ("orderedCacheBehaviors", "pathPattern", "viewerProtocolPolicy"),
        ("origins", "originId", "customOriginConfig.originProtocolPolicy"),
    ):
        old = {str(at(each, key)): at(each, kind) for each in items(change.before(path))}
        for each in items(change.after(path)):
            name = str(at(each, key))
            yield from _weaker(f"{path}.{name}.{kind}", kind, old.get(name), at(each, kind))


def _weaker(path: str, kind: str, old: Any, new: Any) -> Iterator[Harm]:
    plain = PLAIN[kind.rpartition(".")[2]]
    if not isinstance(old, str) or old in plain:
        return
    if new is UNKNOWN:
        raise CannotTell(path)
    if isinstance(new, str) and new in plain:
        yield Harm(f"speaks plain HTTP: {old} becomes {new}", path)


def plain_connections_are_accepted(change: Change, _: Preview) -> Iterator[Harm]:
    """A database's parameter group no longer refuses connections without TLS."""
    if not change.goes_on or not change.type.startswith("aws:rds/"):
        return
    old, new = (
        {str(at(each, "name")): at(each, "value") for each in items(value)}
        for value in (change.before("parameters"), change.after("parameters"))
    )
    for name, on in FORCED.items():
        if _said(old.get(name)) not in on:
            continue
        if new.get(name) is UNKNOWN:
            raise CannotTell("parameters")
        if _said(new.get(name)) not in on:
            yield Harm(f"{name} becomes {show(new.get(name))}: connections without TLS are accepted", "parameters")


def _said(value: Any) -> str:
    return str(value).lower()


def policy_allows_plain_http(change: Change, preview: Preview) -> Iterator[Harm]:
    """The policy of a bucket, queue or file system no longer refuses requests without TLS."""
    if change.is_new or not _refuses_plain(change.before("policy")):
        return
    if change.operation == "delete":
        if preview.loses(change):
            yield Harm("no longer refuses requests without TLS")
    elif not _refuses_plain(change.after("policy")) and not preview.goes_with_its_owner(change):
        yield Harm("no longer refuses requests without TLS", "policy")


def _refuses_plain(policy: Any) -> bool:
    try:
        document = json.loads(policy) if isinstance(policy, str) else policy
    except (ValueError, RecursionError):
        return False
    statements = at(document, "Statement")
    for statement in statements if isinstance(statements, list) else [statements]:
        secure = at(statement, "Condition.Bool") or at(statement, "Condition.BoolIfExists")
        if at(statement, "Effect") == "Deny" and isinstance(secure, dict):
            values = {_said(value) for key, value in secure.items() if key.lower() == "aws:securetransport"}
            if values & {"false", "['false']"}:
                return True
    return False


AT_REST: Final = Risk(
    id="encryption-removed",
    title="What is stored is encrypted no more, or not with its own key",
    why="Encryption is hard to add later: most stores must be replaced for it.",
    judges=(storage_is_unencrypted, bucket_is_unencrypted),
)
IN_TRANSIT: Final = Risk(
    id="tls-weakened",
    title="Older TLS, or none, is accepted where it was refused",
    why="Clients that get by without TLS do so unnoticed.",
    judges=(
        tls_is_older,
        listener_speaks_plain,
        distribution_speaks_plain,
        plain_connections_are_accepted,
        policy_allows_plain_http,
    ),
)
