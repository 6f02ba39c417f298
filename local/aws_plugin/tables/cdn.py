"""CloudFront: distributions, their policies and functions, and who signs what they ask of S3."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from local.aws_plugin.spec import Call, Limit, Names, Resource, TagCalls, Wait

ZONE = "Z2FDTNDATAQYW2"
"""The hosted zone of all distributions' names."""
_BY_ETAG = {"Id": "$id", "IfMatch": "$etag"}
_TAGS = TagCalls(
    add="TagResource", remove="UntagResource", params={"Resource": "$arn"}, member="Tags.Items", keys="TagKeys.Items"
)
_READ_TAGS = Call(
    op="ListTagsForResource",
    params={"Resource": "$arn"},
    at="{Tags: Tags.Items || `[]`}",
    needs=("arn",),
    optional=True,
)


def _below(root: str, members: Names) -> Names:
    """Names of members that are all in one structure."""
    return {name: f"{root}.{member}" for name, member in members.items()}


def _same(*names: str) -> dict[str, str]:
    return {name: name[0].upper() + name[1:] for name in names}


def _items(tags: Mapping[str, str]) -> dict[str, Any]:
    return {"items": [{"key": key, "value": value} for key, value in tags.items()]}


# --- distributions

_CONFIG = {
    **_same("aliases", "comment", "customErrorResponses", "defaultCacheBehavior", "defaultRootObject", "enabled"),
    **_same("httpVersion", "origins", "priceClass", "restrictions", "staging", "viewerCertificate"),
    "isIpv6Enabled": "IsIPV6Enabled",
    "orderedCacheBehaviors": "CacheBehaviors",
    "webAclId": "WebACLId",
}


def _behavior(value: Mapping[str, Any]) -> dict[str, Any]:
    """AWS has the methods that are cached inside those that are allowed."""
    rest = {name: item for name, item in value.items() if name not in {"allowedMethods", "cachedMethods"}}
    return {**rest, "allowedMethods": {"items": value["allowedMethods"], "cachedMethods": value["cachedMethods"]}}


def _origin(value: Mapping[str, Any]) -> dict[str, Any]:
    """An origin of no other kind is a bucket; one that is read with an access control has no identity."""
    return dict(value) if "customOriginConfig" in value else {"s3OriginConfig": {"originAccessIdentity": ""}, **value}


def _restrictions(value: Mapping[str, Any]) -> dict[str, Any]:
    found = value["geoRestriction"]
    places = found.get("locations", [])
    return {"geoRestriction": {"restrictionType": found["restrictionType"], "quantity": len(places), "items": places}}


def _methods(found: Mapping[str, Any]) -> dict[str, Any]:
    return {**found, "CachedMethods": found["AllowedMethods"]["CachedMethods"]}


def _distribution(_: Mapping[str, Any], response: Mapping[str, Any]) -> dict[str, Any]:
    """What a read found, on one level and with methods where Pulumi has them."""
    found = response["Distribution"]
    config = found["DistributionConfig"]
    behaviors = config.get("CacheBehaviors", {}).get("Items", [])
    geo = config["Restrictions"]["GeoRestriction"]
    return {
        **config,
        **{name: found[name] for name in ("Id", "ARN", "Status", "DomainName", "LastModifiedTime")},
        "ETag": response["ETag"],
        "DefaultCacheBehavior": _methods(config["DefaultCacheBehavior"]),
        "CacheBehaviors": [_methods(each) for each in behaviors],
        "Restrictions": {"GeoRestriction": {**geo, "Locations": geo.get("Items", [])}},
    }


def _disable(lifecycle: Any, state: dict[str, Any]) -> None:
    """AWS deletes only what is disabled, everywhere."""
    found = lifecycle.request("GetDistribution", {"Id": state["id"]}, state)
    config = {**found["Distribution"]["DistributionConfig"], "Enabled": False}
    params = {"Id": state["id"], "IfMatch": found["ETag"], "DistributionConfig": config}
    state["etag"] = lifecycle.request("UpdateDistribution", params, state)["ETag"]
    lifecycle.aws.wait("cloudfront", _DEPLOYED, {"Id": state["id"]})


_DEPLOYED = Wait(op="GetDistribution", params={"Id": "$id"}, until="Distribution.Status == 'Deployed'", timeout=1800)
_NEW = "DistributionConfigWithTags"

DISTRIBUTION = Resource(
    token="aws:cloudfront/distribution:Distribution",
    service="cloudfront",
    create=Call(
        op="CreateDistributionWithTags",
        params={f"{_NEW}.DistributionConfig.CallerReference": lambda _: uuid.uuid4().hex},
        rename={**_below(f"{_NEW}.DistributionConfig", _CONFIG), "tagsAll": f"{_NEW}.Tags"},
        at="Distribution",
    ),
    id="Distribution.Id",
    read=(Call(op="GetDistribution", params={"Id": "$id"}, at=_distribution), _READ_TAGS),
    update=(
        Call(
            op="UpdateDistribution",
            params={**_BY_ETAG, "DistributionConfig.CallerReference": "$callerReference"},
            rename=_below("DistributionConfig", _CONFIG),
            whole=True,
        ),
    ),
    delete=(Call(op="DeleteDistribution", params=_BY_ETAG),),
    rename={
        "orderedCacheBehaviors": "CacheBehaviors",
        "origins.originId": "Id",
        "origins.customHeaders.name": "HeaderName",
        "origins.customHeaders.value": "HeaderValue",
    },
    encode={
        "tagsAll": _items,
        "defaultCacheBehavior": _behavior,
        "orderedCacheBehaviors": lambda value: [_behavior(each) for each in value],
        "origins": lambda value: [_origin(each) for each in value],
        "restrictions": _restrictions,
    },
    outputs={"hostedZoneId": lambda *_: ZONE},
    defaults={"comment": "", "httpVersion": "http2", "priceClass": "PriceClass_All"},
    local=("retainOnDelete", "waitForDeployment"),
    wait_created=(_DEPLOYED,),
    wait_updated=(_DEPLOYED,),
    before_delete=_disable,
    tags=_TAGS,
)

ORIGIN_ACCESS_CONTROL = Resource(
    token="aws:cloudfront/originAccessControl:OriginAccessControl",
    service="cloudfront",
    create=Call(op="CreateOriginAccessControl"),
    id="OriginAccessControl.Id",
    read=(
        Call(
            op="GetOriginAccessControl",
            params={"Id": "$id"},
            at="merge(OriginAccessControl, {ETag: ETag})",
        ),
    ),
    update=(Call(op="UpdateOriginAccessControl", params=_BY_ETAG, whole=True),),
    delete=(Call(op="DeleteOriginAccessControl", params=_BY_ETAG),),
    rename=_below(
        "OriginAccessControlConfig",
        _same("name", "description", "originAccessControlOriginType", "signingBehavior", "signingProtocol"),
    ),
    defaults={"description": "Managed by Pulumi"},
    outputs={"arn": "arn:aws:cloudfront::{account}:origin-access-control/{id}"},
    limits={"name": Limit(max=64, why="the name of an access control has at most 64 characters")},
    name="name",
)


# --- policies


def _policy(kind: str, **members: str) -> Resource:
    """A policy: its properties are in one structure, and it is changed as a whole."""
    return Resource(
        token=f"aws:cloudfront/{kind[0].lower()}{kind[1:]}:{kind}",
        service="cloudfront",
        create=Call(op=f"Create{kind}"),
        id=f"{kind}.Id",
        read=(Call(op=f"Get{kind}", params={"Id": "$id"}, at=f"merge({kind}, {{ETag: ETag}})"),),
        update=(Call(op=f"Update{kind}", params=_BY_ETAG, whole=True),),
        delete=(Call(op=f"Delete{kind}", params=_BY_ETAG),),
        rename=_below(f"{kind}Config", members),
        outputs={"arn": f"arn:aws:cloudfront::{{account}}:{_kebab(kind)}/{{id}}"},
        limits={"name": Limit(pattern=r"[\w-]+", max=128, why="a name has letters, digits, _ and -, at most 128")},
    )


def _kebab(kind: str) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in kind).removeprefix("-")


CACHE_POLICY = _policy(
    "CachePolicy",
    **_same("name", "comment", "parametersInCacheKeyAndForwardedToOrigin"),
    defaultTtl="DefaultTTL",
    maxTtl="MaxTTL",
    minTtl="MinTTL",
)
ORIGIN_REQUEST_POLICY = _policy(
    "OriginRequestPolicy", **_same("name", "comment", "cookiesConfig", "headersConfig", "queryStringsConfig")
)
RESPONSE_HEADERS_POLICY = _policy(
    "ResponseHeadersPolicy",
    **_same("name", "comment", "corsConfig", "customHeadersConfig", "removeHeadersConfig", "securityHeadersConfig"),
    **_same("serverTimingHeadersConfig"),
)


# --- functions

_NAME = {"Name": "$name"}


def _publish(lifecycle: Any, state: Mapping[str, Any]) -> None:
    """What is published runs; until then only tests see a change."""
    if state.get("publish"):
        found = lifecycle.request("DescribeFunction", {"Name": state["name"], "Stage": "DEVELOPMENT"}, state)
        lifecycle.request("PublishFunction", {"Name": state["name"], "IfMatch": found["ETag"]}, state)


FUNCTION = Resource(
    token="aws:cloudfront/function:Function",
    service="cloudfront",
    create=Call(op="CreateFunction", rename={"tagsAll": "Tags"}),
    id="{name}",
    read=(
        Call(
            op="DescribeFunction",
            params={**_NAME, "Stage": "DEVELOPMENT"},
            at="merge(FunctionSummary, FunctionSummary.FunctionMetadata, {ETag: ETag})",
        ),
        Call(
            op="GetFunction",
            params={**_NAME, "Stage": "DEVELOPMENT"},
            at=lambda _, response: {"Code": response["FunctionCode"].read()},
        ),
        Call(op="DescribeFunction", params={**_NAME, "Stage": "LIVE"}, at="{LiveStageEtag: ETag}", optional=True),
        _READ_TAGS,
    ),
    update=(Call(op="UpdateFunction", params={**_NAME, "IfMatch": "$etag"}, whole=True),),
    delete=(Call(op="DeleteFunction", params={**_NAME, "IfMatch": "$etag"}),),
    rename={
        **_below("FunctionConfig", _same("comment", "runtime", "keyValueStoreAssociations")),
        "code": "FunctionCode",
        "arn": "FunctionARN",
    },
    encode={"tagsAll": _items},
    outputs={"code": "Code"},
    defaults={"comment": "", "publish": True},
    local=("publish",),
    after_create=lambda lifecycle, _, state: _publish(lifecycle, state),
    after_update=lambda lifecycle, _, __, state: _publish(lifecycle, state),
    tags=_TAGS,
)

RESOURCES = (
    DISTRIBUTION, ORIGIN_ACCESS_CONTROL, CACHE_POLICY, ORIGIN_REQUEST_POLICY, RESPONSE_HEADERS_POLICY, FUNCTION,
)  # fmt: skip
