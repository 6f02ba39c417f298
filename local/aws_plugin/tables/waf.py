"""Web ACLs and what they protect."""

from __future__ import annotations

from typing import Any

from local.aws_plugin.spec import Call, Limit, Resource, TagCalls

_KEY = {"Name": "$name", "Scope": "$scope", "Id": "$id"}


def _bodies(value: list[dict[str, Any]]) -> dict[str, Any]:
    """Custom responses by their key, as AWS wants them."""
    return {body["key"]: {"ContentType": body["contentType"], "Content": body["content"]} for body in value}


WEB_ACL = Resource(
    token="aws:wafv2/webAcl:WebAcl",
    service="wafv2",
    create=Call(op="CreateWebACL", at="Summary"),
    id="Summary.Id",
    import_id=r"(?P<id>[^/]+)/(?P<name>[^/]+)/(?P<scope>[^/]+)",
    read=(
        Call(op="GetWebACL", params=_KEY, at="merge(WebACL, {LockToken: LockToken})"),
        Call(op="ListTagsForResource", params={"ResourceARN": "$arn"}, at="TagInfoForResource.{Tags: TagList}", needs=("arn",), optional=True),
    ),
    update=(Call(op="UpdateWebACL", params={**_KEY, "LockToken": "$lockToken"}, whole=True),),
    delete=(Call(op="DeleteWebACL", params={**_KEY, "LockToken": "$lockToken"}),),
    name="name",
    local=("namePrefix",),
    encode={"customResponseBodies": _bodies},
    limits={"name": Limit(pattern=r"[\w-]+", max=128, why="a name has letters, digits, _ and -, at most 128")},
    tags=TagCalls(add="TagResource", remove="UntagResource", params={"ResourceARN": "$arn"}),
    retry={"WAFAssociatedItemException": 60, "WAFUnavailableEntityException": 60},
)  # fmt: skip

WEB_ACL_ASSOCIATION = Resource(
    token="aws:wafv2/webAclAssociation:WebAclAssociation",
    service="wafv2",
    create=Call(op="AssociateWebACL"),
    id="{webAclArn},{resourceArn}",
    read=(Call(op="GetWebACLForResource", params={"ResourceArn": "$resourceArn"}, at="WebACL"),),
    delete=(Call(op="DisassociateWebACL", params={"ResourceArn": "$resourceArn"}),),
    outputs={"webAclArn": "ARN"},
    retry={"WAFUnavailableEntityException": 60},
    delete_before_replace=True,
)

RESOURCES = (WEB_ACL, WEB_ACL_ASSOCIATION)
