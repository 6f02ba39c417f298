"""IAM roles and their policies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.aws_plugin.spec import Call, Limit, Resource, TagCalls

_ROLE = {"RoleName": "$id"}
_WORDS = r"[\w+=,.@-]+"


def _detach(lifecycle: Any, state: Mapping[str, Any]) -> None:
    """AWS deletes only roles without policies; forceDetachPolicies says to take them away first."""
    if not state.get("forceDetachPolicies"):
        return
    role = {"RoleName": state["id"]}
    for policy in lifecycle.request("ListAttachedRolePolicies", role, state)["AttachedPolicies"]:
        lifecycle.request("DetachRolePolicy", {**role, "PolicyArn": policy["PolicyArn"]}, state)
    for name in lifecycle.request("ListRolePolicies", role, state)["PolicyNames"]:
        lifecycle.request("DeleteRolePolicy", {**role, "PolicyName": name}, state)


ROLE = Resource(
    token="aws:iam/role:Role",
    service="iam",
    create=Call(op="CreateRole", at="Role"),
    id="{name}",
    read=(Call(op="GetRole", params=_ROLE, at="Role"),),
    update=(
        Call(op="UpdateAssumeRolePolicy", params=_ROLE, rename={"assumeRolePolicy": "PolicyDocument"}),
        Call(op="UpdateRole", params=_ROLE),
        Call(op="PutRolePermissionsBoundary", params=_ROLE, props=("permissionsBoundary",)),
    ),
    delete=(Call(op="DeleteRole", params=_ROLE),),
    name="name",
    rename={"name": "RoleName", "assumeRolePolicy": "AssumeRolePolicyDocument", "uniqueId": "RoleId"},
    local=("forceDetachPolicies", "namePrefix"),
    defaults={"forceDetachPolicies": False, "maxSessionDuration": 3600, "path": "/"},
    json=("assumeRolePolicy",),
    outputs={"permissionsBoundary": "PermissionsBoundary.PermissionsBoundaryArn"},
    limits={"name": Limit(pattern=_WORDS, max=64, why="a role's name has letters, digits and +=,.@_-, at most 64")},
    tags=TagCalls(add="TagRole", remove="UntagRole", params=_ROLE),
    before_delete=_detach,
    retry={"DeleteConflict": 60},
)

_INLINE = {"RoleName": "$role", "PolicyName": "$name"}

ROLE_POLICY = Resource(
    token="aws:iam/rolePolicy:RolePolicy",
    service="iam",
    create=Call(op="PutRolePolicy"),
    id="{role}:{name}",
    read=(Call(op="GetRolePolicy", params=_INLINE),),
    update=(Call(op="PutRolePolicy", params=_INLINE),),
    delete=(Call(op="DeleteRolePolicy", params=_INLINE),),
    name="name",
    rename={"role": "RoleName", "name": "PolicyName", "policy": "PolicyDocument"},
    local=("namePrefix",),
    json=("policy",),
    limits={"name": Limit(pattern=_WORDS, max=128, why="a policy's name has letters, digits and +=,.@_-, at most 128")},
)

_ATTACHED = {"RoleName": "$role", "PolicyArn": "$policyArn"}

ROLE_POLICY_ATTACHMENT = Resource(
    token="aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    service="iam",
    create=Call(op="AttachRolePolicy"),
    id="{role}/{policyArn}",
    read=(
        Call(
            op="ListAttachedRolePolicies",
            params={"RoleName": "$role"},
            at="AttachedPolicies[?PolicyArn=='{policyArn}']|[0]",
        ),
    ),
    delete=(Call(op="DetachRolePolicy", params=_ATTACHED),),
    rename={"role": "RoleName"},
    delete_before_replace=True,
)

_PROVIDER = {"OpenIDConnectProviderArn": "$id"}


def _same_url(wanted: Any, found: Any) -> bool:
    """AWS leaves out the scheme."""
    return str(wanted).removeprefix("https://") == str(found).removeprefix("https://")


OPEN_ID_CONNECT_PROVIDER = Resource(
    token="aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    service="iam",
    create=Call(op="CreateOpenIDConnectProvider"),
    id="OpenIDConnectProviderArn",
    read=(Call(op="GetOpenIDConnectProvider", params=_PROVIDER),),
    update=(Call(op="UpdateOpenIDConnectProviderThumbprint", params=_PROVIDER, props=("thumbprintLists",)),),
    delete=(Call(op="DeleteOpenIDConnectProvider", params=_PROVIDER),),
    outputs={"arn": "{id}"},
    same={"url": _same_url},
    tags=TagCalls(add="TagOpenIDConnectProvider", remove="UntagOpenIDConnectProvider", params=_PROVIDER),
)

_PROFILE = {"InstanceProfileName": "$id"}


def _put_role(lifecycle: Any, inputs: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    if role := inputs.get("role"):
        names = {"InstanceProfileName": state["id"], "RoleName": role}
        lifecycle.request("AddRoleToInstanceProfile", names, state)


def _take_role(lifecycle: Any, state: Mapping[str, Any]) -> None:
    if role := state.get("role"):
        names = {"InstanceProfileName": state["id"], "RoleName": role}
        lifecycle.request("RemoveRoleFromInstanceProfile", names, state)


def _other_role(lifecycle: Any, olds: Mapping[str, Any], news: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    if olds.get("role") != news.get("role"):
        _take_role(lifecycle, {**state, "role": olds.get("role")})
        _put_role(lifecycle, news, state)


INSTANCE_PROFILE = Resource(
    token="aws:iam/instanceProfile:InstanceProfile",
    service="iam",
    create=Call(op="CreateInstanceProfile", at="InstanceProfile"),
    id="{name}",
    read=(
        Call(op="GetInstanceProfile", params=_PROFILE, at="InstanceProfile"),
        Call(op="ListInstanceProfileTags", params=_PROFILE, optional=True),
    ),
    delete=(Call(op="DeleteInstanceProfile", params=_PROFILE),),
    name="name",
    rename={"name": "InstanceProfileName", "uniqueId": "InstanceProfileId"},
    local=("namePrefix",),
    hooked=("role",),
    defaults={"path": "/"},
    outputs={"role": "Roles[0].RoleName"},
    limits={
        "name": Limit(pattern=_WORDS, max=128, why="a profile's name has letters, digits and +=,.@_-, at most 128")
    },
    tags=TagCalls(add="TagInstanceProfile", remove="UntagInstanceProfile", params=_PROFILE),
    after_create=_put_role,
    after_update=_other_role,
    before_delete=_take_role,
)

RESOURCES = (INSTANCE_PROFILE, ROLE, ROLE_POLICY, ROLE_POLICY_ATTACHMENT, OPEN_ID_CONNECT_PROVIDER)
