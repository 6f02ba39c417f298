"""Route 53 and what rests on it: zones, records, health checks, and certificates of ACM."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from local.aws_plugin.aws import AwsError
from local.aws_plugin.spec import Call, Resource, TagCalls, Wait
from local.aws_plugin.values import UNKNOWN, has_unknown

State = Mapping[str, Any]


def _tags(kind: str) -> TagCalls:
    params = {"ResourceType": kind, "ResourceId": "$id"}
    return TagCalls(
        add="ChangeTagsForResource",
        remove="ChangeTagsForResource",
        params=params,
        member="AddTags",
        keys="RemoveTagKeys",
    )


def _read_tags(kind: str) -> Call:
    params = {"ResourceType": kind, "ResourceId": "$id"}
    return Call(op="ListTagsForResource", params=params, at="ResourceTagSet", optional=True)


def _new(_: State) -> str:
    return uuid.uuid4().hex


# --- zones


def _empty(lifecycle: Any, state: State) -> None:
    """AWS deletes only empty zones; forceDestroy says to empty them first."""
    if not state.get("forceDestroy"):
        return
    found = lifecycle.aws.read("route53", "ListResourceRecordSets", {"HostedZoneId": state["id"]})
    own = {"NS", "SOA"}
    changes = [
        {"Action": "DELETE", "ResourceRecordSet": each}
        for each in found["ResourceRecordSets"]
        if each["Type"] not in own
    ]
    if changes:
        params = {"HostedZoneId": state["id"], "ChangeBatch": {"Changes": changes}}
        lifecycle.request("ChangeResourceRecordSets", params, state)


ZONE = Resource(
    token="aws:route53/zone:Zone",
    service="route53",
    create=Call(op="CreateHostedZone", params={"CallerReference": _new}),
    id=lambda _, found: found.get("HostedZone", found)["Id"].rpartition("/")[2],
    read=(
        Call(op="GetHostedZone", params={"Id": "$id"}, at="merge(HostedZone, DelegationSet)"),
        _read_tags("hostedzone"),
    ),
    update=(Call(op="UpdateHostedZoneComment", params={"Id": "$id"}, rename={"comment": "Comment"}),),
    delete=(Call(op="DeleteHostedZone", params={"Id": "$id"}),),
    rename={"comment": "HostedZoneConfig.Comment", "vpcs": "VPC", "vpcs.vpcId": "VPCId", "vpcs.vpcRegion": "VPCRegion"},
    outputs={
        "zoneId": lambda state, _: state["id"],
        "comment": "Config.Comment",
        "arn": "arn:aws:route53:::hostedzone/{id}",
        # Without the dot in which AWS ends it.
        "name": lambda _, found: found["Name"].removesuffix("."),
        "nameServers": "sort(NameServers)",
        "primaryNameServer": "NameServers[0]",
    },
    defaults={"comment": "Managed by Pulumi", "forceDestroy": False},
    local=("forceDestroy",),
    before_delete=_empty,
    tags=_tags("hostedzone"),
)


# --- records

_SPECIAL = ("failoverRoutingPolicies", "weightedRoutingPolicies", "latencyRoutingPolicies")
_RECORD = (
    "name", "type", "ttl", "records", "aliases", "setIdentifier", "healthCheckId", "multivalueAnswerRoutingPolicy",
    *_SPECIAL,
)  # fmt: skip


def _record_set(state: State) -> dict[str, Any]:
    """The record as AWS has it."""
    found = {
        "Name": state.get("name"), "Type": state.get("type"), "TTL": state.get("ttl"),
        "SetIdentifier": state.get("setIdentifier"), "HealthCheckId": state.get("healthCheckId"),
        "MultiValueAnswer": state.get("multivalueAnswerRoutingPolicy"),
        "ResourceRecords": [{"Value": value} for value in state.get("records") or ()] or None,
    }  # fmt: skip
    for alias in state.get("aliases") or ():
        found["AliasTarget"] = {
            "HostedZoneId": alias["zoneId"],
            "DNSName": alias["name"],
            "EvaluateTargetHealth": alias["evaluateTargetHealth"],
        }
    for name, inner, member in zip(
        _SPECIAL, ("type", "weight", "region"), ("Failover", "Weight", "Region"), strict=True
    ):
        for policy in state.get(name) or ():
            found[member] = policy[inner]
    return {name: value for name, value in found.items() if value is not None}


def _change(action: str) -> Any:
    def batch(state: State) -> Any:
        if any(has_unknown(state.get(name)) for name in _RECORD):
            return UNKNOWN
        overwrite = action == "CREATE" and state.get("allowOverwrite")
        return {"Changes": [{"Action": "UPSERT" if overwrite else action, "ResourceRecordSet": _record_set(state)}]}

    return batch


def _dotted(name: str) -> str:
    # Route 53 writes what is no letter, digit, hyphen or underscore by its octal number: a wildcard.
    return name.replace(r"\052", "*").removesuffix(".").lower()


def _own_record(state: State, response: Mapping[str, Any]) -> dict[str, Any] | None:
    """The record among those of its zone, in Pulumi's words."""
    wanted = (_dotted(state["name"]), state["type"], state.get("setIdentifier"))
    for found in response["ResourceRecordSets"]:
        if (_dotted(found["Name"]), found["Type"], found.get("SetIdentifier")) == wanted:
            target = found.get("AliasTarget")
            return {
                "fqdn": wanted[0],
                "name": state["name"],
                "type": found["Type"],
                "ttl": found.get("TTL"),
                "records": [each["Value"] for each in found.get("ResourceRecords", [])],
                "setIdentifier": found.get("SetIdentifier"),
                "healthCheckId": found.get("HealthCheckId"),
                "multivalueAnswerRoutingPolicy": found.get("MultiValueAnswer"),
                "failoverRoutingPolicies": [{"type": found["Failover"]}] if "Failover" in found else None,
                "weightedRoutingPolicies": [{"weight": found["Weight"]}] if "Weight" in found else None,
                "latencyRoutingPolicies": [{"region": found["Region"]}] if "Region" in found else None,
                "aliases": target
                and [
                    {
                        "zoneId": target["HostedZoneId"],
                        "name": target["DNSName"].removesuffix("."),
                        "evaluateTargetHealth": target["EvaluateTargetHealth"],
                    }
                ],
            }
    return None


def _lengths(inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What AWS says of a record only when it is made."""
    if "aliases" in inputs:
        return [(name, "cannot be set beside aliases") for name in ("ttl", "records") if name in inputs]
    return [(name, "is required where there are no aliases") for name in ("ttl", "records") if name not in inputs]


def _routed(inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
    routed = [name for name in _SPECIAL if name in inputs]
    if routed and "setIdentifier" not in inputs:
        return [("setIdentifier", f"is required by {routed[0]}")]
    return []


def _must_be_there(lifecycle: Any, state: State) -> None:
    """AWS says of a record that is gone only that the change is wrong."""
    if lifecycle.read(state["id"], state, state) is None:
        msg = f"there is no record {state['name']}"
        raise AwsError(msg, "RecordNotFound")


_ZONE = {"HostedZoneId": "$zoneId"}

RECORD = Resource(
    token="aws:route53/record:Record",
    service="route53",
    create=Call(
        op="ChangeResourceRecordSets", props=(), uses=_RECORD, params={**_ZONE, "ChangeBatch": _change("CREATE")}
    ),
    id=lambda state, _: "_".join(str(state[n]) for n in ("zoneId", "name", "type", "setIdentifier") if state.get(n)),
    import_id=r"(?P<zoneId>[^_]+)_(?P<name>.+?)_(?P<type>[A-Z]+)(_(?P<setIdentifier>.+))?",
    read=(Call(op="ListResourceRecordSets", params=_ZONE, at=_own_record),),
    update=(
        Call(
            op="ChangeResourceRecordSets",
            props=(),
            uses=tuple(name for name in _RECORD if name not in {"name", "type", "setIdentifier"}),
            params={**_ZONE, "ChangeBatch": _change("UPSERT")},
        ),
    ),
    delete=(Call(op="ChangeResourceRecordSets", params={**_ZONE, "ChangeBatch": _change("DELETE")}),),
    outputs={name: name for name in ("fqdn", *_RECORD)},
    local=("allowOverwrite",),
    checks=(_lengths, _routed),
    before_delete=_must_be_there,
)


# --- health checks

_CHECK = {
    "enableSni": "EnableSNI", "failureThreshold": "FailureThreshold", "fqdn": "FullyQualifiedDomainName",
    "ipAddress": "IPAddress", "invertHealthcheck": "Inverted", "disabled": "Disabled", "port": "Port",
    "regions": "Regions", "resourcePath": "ResourcePath", "searchString": "SearchString",
}  # fmt: skip
_FIXED = {"type": "Type", "requestInterval": "RequestInterval", "measureLatency": "MeasureLatency"}

HEALTH_CHECK = Resource(
    token="aws:route53/healthCheck:HealthCheck",
    service="route53",
    create=Call(
        op="CreateHealthCheck",
        params={"CallerReference": _new},
        rename={name: f"HealthCheckConfig.{member}" for name, member in {**_CHECK, **_FIXED}.items()},
    ),
    id="HealthCheck.Id",
    read=(
        Call(op="GetHealthCheck", params={"HealthCheckId": "$id"}, at="HealthCheck.HealthCheckConfig"),
        _read_tags("healthcheck"),
    ),
    update=(Call(op="UpdateHealthCheck", params={"HealthCheckId": "$id"}, props=tuple(_CHECK)),),
    delete=(Call(op="DeleteHealthCheck", params={"HealthCheckId": "$id"}),),
    rename=_CHECK | _FIXED,
    outputs={"arn": "arn:aws:route53:::healthcheck/{id}"},
    defaults={"disabled": False, "invertHealthcheck": False, "measureLatency": False},
    tags=_tags("healthcheck"),
)


# --- certificates

_ARN = {"CertificateArn": "$id"}
_OPTIONS = """DomainValidationOptions[?ResourceRecord].{domainName: DomainName, resourceRecordName:
    ResourceRecord.Name, resourceRecordType: ResourceRecord.Type, resourceRecordValue: ResourceRecord.Value}"""


def _names(found: Mapping[str, Any]) -> list[str]:
    """The names of a certificate beside its first."""
    return [name for name in found.get("SubjectAlternativeNames", ()) if name != found["DomainName"]]


def _without_first(old: list[str], new: list[str]) -> bool:
    """AWS counts the domain itself among the alternative names, and keeps no order."""
    return not {*old} ^ {*new}


CERTIFICATE = Resource(
    token="aws:acm/certificate:Certificate",
    service="acm",
    create=Call(op="RequestCertificate"),
    id="CertificateArn",
    read=(
        Call(op="DescribeCertificate", params=_ARN, at="Certificate"),
        Call(op="ListTagsForCertificate", params=_ARN, at="{Tags: Tags}", optional=True),
    ),
    update=(Call(op="UpdateCertificateOptions", params=_ARN),),
    delete=(Call(op="DeleteCertificate", params=_ARN),),
    outputs={
        "arn": "CertificateArn",
        "domainValidationOptions": _OPTIONS,
        "subjectAlternativeNames": lambda _, found: _names(found),
        "validationMethod": "DomainValidationOptions[0].ValidationMethod",
    },
    same={"subjectAlternativeNames": _without_first},
    defaults={"validationMethod": "DNS"},
    tags=TagCalls(
        add="AddTagsToCertificate", remove="RemoveTagsFromCertificate", params=_ARN, keys="Tags", keys_as_pairs=True
    ),
    # The records that prove the ownership are known some seconds after the request.
    wait_created=(
        Wait(op="DescribeCertificate", params=_ARN, until="Certificate.DomainValidationOptions[0].ResourceRecord"),
    ),
    # The load balancer or distribution that has it lets go of it some time after its deletion.
    retry={"ResourceInUseException": 600},
)

_VALIDATED = {"CertificateArn": "$certificateArn"}

VALIDATION = Resource(
    token="aws:acm/certificateValidation:CertificateValidation",
    service="acm",
    create=Call(op="DescribeCertificate", params=_VALIDATED),
    id="{certificateArn}",
    read=(Call(op="DescribeCertificate", params=_VALIDATED, at="Certificate"),),
    local=("validationRecordFqdns",),
    gone="Status != 'ISSUED'",
    wait_created=(
        Wait(
            op="DescribeCertificate",
            params=_VALIDATED,
            until="Certificate.Status == 'ISSUED'",
            fails="Certificate.Status == 'FAILED'",
            timeout=4500,
        ),
    ),
)

RESOURCES = (ZONE, RECORD, HEALTH_CHECK, CERTIFICATE, VALIDATION)
