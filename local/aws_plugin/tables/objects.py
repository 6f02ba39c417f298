"""S3 objects."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from local.aws_plugin.assets import Asset
from local.aws_plugin.spec import Call, Resource
from local.aws_plugin.values import UNKNOWN


def _bytes(text: Any) -> bytes:
    return base64.b64decode(text)


def _tagging(state: Mapping[str, Any]) -> Any:
    """Tags as a query string: so they go in a header."""
    tags = state.get("tagsAll") or {}
    return tags if tags is UNKNOWN else urlencode(tags) or None


def _delete_versions(lifecycle: Any, state: Mapping[str, Any]) -> None:
    """Each version by itself (one that is called null without versioning): a plain delete would leave a marker, and
    the bucket would never be empty.
    """
    place = {"Bucket": state["bucket"], "Key": state["key"]}
    found = lifecycle.aws.read(
        "s3", "ListObjectVersions", {"Bucket": state["bucket"], "Prefix": state["key"]}, state["region"]
    )
    for each in itertools.chain(found.get("Versions", ()), found.get("DeleteMarkers", ())):
        if each["Key"] == state["key"]:
            lifecycle.request("DeleteObject", {**place, "VersionId": each["VersionId"]}, state)


OBJECT = Resource(
    token="aws:s3/bucketObjectv2:BucketObjectv2",
    service="s3",
    create=Call(op="PutObject", uses=("tagsAll",), params={"Tagging": _tagging}),
    id="{bucket}/{key}",
    read=(
        Call(op="HeadObject", params={"Bucket": "$bucket", "Key": "$key"}),
        Call(op="GetObjectTagging", params={"Bucket": "$bucket", "Key": "$key"}, optional=True),
    ),
    update=(Call(op="PutObject", uses=("tagsAll",), params={"Tagging": _tagging}, whole=True),),
    rename={"contentBase64": "Body", "content": "Body", "source": "Body"},
    encode={"contentBase64": _bytes, "source": Asset.read},
    write_only=("contentBase64", "content", "source"),
    local=("overrideProvider",),
    outputs={"arn": "arn:aws:s3:::{bucket}/{key}"},
    replace=("bucket", "key"),
    before_delete=_delete_versions,
)

RESOURCES = (OBJECT,)
