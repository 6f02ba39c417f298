"""The environment on Elastic Beanstalk: its health, its instances', and its events (CHR-OPS-02, UTJ-OPS-08).

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-status.html
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from scripts.aws_errors import code
from scripts.diagnose.facts import EnvironmentFacts
from scripts.diagnose.issue import Issue

if TYPE_CHECKING:
    from scripts.diagnose.facts import Facts
    from scripts.target import Target

_SHOWN: Final = 3
_BASIC: Final = "InvalidRequestException"  # what is asked for enhanced health answers where that is off
_GOOD: Final = ("Ok", "Info")


def read_environment(target: Target, since: dt.datetime) -> EnvironmentFacts | None:
    """Ask for it; None where the stack has none."""
    entry = target.inventory.beanstalk
    if entry is None:
        return None
    client, name = target.cloud.client("elasticbeanstalk"), entry.environment
    found = client.describe_environments(EnvironmentNames=[name], IncludeDeleted=False)["Environments"]
    if not found:
        return EnvironmentFacts({"Status": "not there", "Health": "Grey"})
    events = client.describe_events(EnvironmentName=name, StartTime=since, MaxRecords=100)["Events"]
    try:
        causes = client.describe_environment_health(EnvironmentName=name, AttributeNames=["Causes"]).get("Causes", [])
        instances = client.describe_instances_health(EnvironmentName=name, AttributeNames=["HealthStatus", "Causes"])
    except client.exceptions.ClientError as error:
        if code(error) != _BASIC:
            raise
        return EnvironmentFacts(found[0], events)
    ill = [each for each in instances["InstanceHealthList"] if each.get("HealthStatus") not in _GOOD]
    return EnvironmentFacts(found[0], events, causes, ill)


def environment_not_green(facts: Facts) -> Iterator[Issue]:
    """An environment that is not well, by what Beanstalk says of it and of its instances, then by its events."""
    if facts.environment is None or facts.environment.now.get("Health") == "Green":
        return
    environment = facts.environment
    bad = [each["Message"] for each in environment.events if each["Severity"] in ("WARN", "ERROR", "FATAL")]
    health = environment.now.get("Health", "Grey")
    yield Issue(
        id="environment-not-green",
        category="infrastructure",
        severity="critical" if health == "Red" else "warning",
        components=("beanstalk",),
        description=f"the environment is {environment.now['Status']}, {health}",
        impact="requests fail or are slow" if health == "Red" else "some instances or requests are not well",
        cause=next(iter([*environment.causes, *bad]), "neither its health nor its events say why"),
        steps=("plinth logs --errors", "plinth rollback beanstalk", "plinth restart beanstalk, as the last resort"),
        prevention="Immutable deployments touch nothing that runs before the new instances are well.",
        evidence=(
            *(
                f"{each['InstanceId']}: {each.get('HealthStatus', 'NoData')}: {'; '.join(each.get('Causes', ()))}"
                for each in environment.instances[:_SHOWN]
            ),
            *bad[:_SHOWN],
        ),
    )
