"""Environments of Elastic Beanstalk, and instances of one's own: how they are reached, watched and kept up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_policy import Severity

from policies.rule import CannotTell, Finding, Verdict, expect, in_production, rule
from policies.rules.beanstalk import ENVIRONMENTS
from policies.values import UNKNOWN, at, is_true, show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policies.model import Resource

_ENVIRONMENT: Final = "aws:elasticbeanstalk/environment:Environment"
_INSTANCES: Final = ("aws:ec2/instance:Instance", "aws:ec2/launchTemplate:LaunchTemplate")
_HTTPS: Final = "aws:elbv2:listener:443"
# As load balancers' rule has them: TLS 1.2 and newer.
_TLS_1_2: Final = ("TLS13-1-2", "TLS13-1-3", "FS-1-2", "TLS-1-2")


def _setting(environment: Resource, namespace: str, name: str) -> Any:
    """The value of a setting; None where it is not set, and `UNKNOWN` where that cannot be seen."""
    settings = environment.items("settings")
    found = [at(each, "value") for each in settings if at(each, "namespace") == namespace and at(each, "name") == name]
    if found:
        return found[-1]
    hidden = environment.is_set("templateName") or any(at(each, "name") is UNKNOWN for each in settings)
    return UNKNOWN if hidden else None


def _expect(
    environment: Resource, namespace: str, name: str, accept: Callable[[Any], bool], change: str = ""
) -> Verdict:
    value = _setting(environment, namespace, name)
    if value is UNKNOWN:
        return CannotTell(path=f"settings.{name}", why="not known, or said by a saved configuration")
    return None if accept(value) else Finding(path=f"settings.{name}", found=show(value), change=change)


def _is_balanced(environment: Resource) -> bool:
    return bool(_setting(environment, "aws:elasticbeanstalk:environment", "EnvironmentType") != "SingleInstance")


@rule(
    "EB-1",
    "Platforms of production update by themselves",
    types=(_ENVIRONMENT,),
    severity=Severity.MEDIUM,
    reason="a platform that nobody updates keeps the holes of its operating system and of Docker.",
    remedy="Set ManagedActionsEnabled to true in aws:elasticbeanstalk:managedactions, with a PreferredStartTime, "
    "and UpdateLevel to minor or patch in aws:elasticbeanstalk:managedactions:platformupdate.",
)
def managed_updates(environment: Resource) -> Iterator[Verdict]:
    """Off unless set; on without a level updates nothing."""
    updates = "aws:elasticbeanstalk:managedactions"
    on = _expect(environment, updates, "ManagedActionsEnabled", is_true)
    level = _expect(environment, f"{updates}:platformupdate", "UpdateLevel", lambda value: value in ("minor", "patch"))
    yield from in_production(environment, on or level)


@rule(
    "EB-2",
    "Environments report enhanced health",
    types=ENVIRONMENTS,
    severity=Severity.LOW,
    reason="basic health is what the load balancer sees: not which instance, which status code, which deployment.",
    remedy="Set SystemType to enhanced in aws:elasticbeanstalk:healthreporting:system.",
)
def enhanced_health(environment: Resource) -> Iterator[Verdict]:
    """Basic unless set, for what is not made by the console."""
    yield _expect(
        environment, "aws:elasticbeanstalk:healthreporting:system", "SystemType", lambda value: value == "enhanced"
    )


@rule(
    "EB-3",
    "Instances send their logs to CloudWatch",
    types=ENVIRONMENTS,
    severity=Severity.MEDIUM,
    reason="an instance that is replaced takes its logs with it: why it was, too.",
    remedy="Set StreamLogs to true in aws:elasticbeanstalk:cloudwatch:logs, with RetentionInDays.",
)
def logs(environment: Resource) -> Iterator[Verdict]:
    """Off unless set."""
    yield _expect(environment, "aws:elasticbeanstalk:cloudwatch:logs", "StreamLogs", is_true)


@rule(
    "EB-4",
    "Production's environments answer over TLS 1.2 or newer",
    types=(_ENVIRONMENT,),
    severity=Severity.HIGH,
    reason="passwords and sessions travel in plain text otherwise.",
    remedy="Set Protocol to HTTPS, SSLCertificateArns, and SSLPolicy to ELBSecurityPolicy-TLS13-1-2-2021-06 in "
    "aws:elbv2:listener:443.",
)
def https(environment: Resource) -> Iterator[Verdict]:
    """Behind a load balancer. That port 80 only redirects is said by the source bundle, which cannot be seen here."""
    if not _is_balanced(environment):
        return
    protocol = _expect(environment, _HTTPS, "Protocol", lambda value: value == "HTTPS")
    policy = _expect(environment, _HTTPS, "SSLPolicy", lambda value: any(each in show(value) for each in _TLS_1_2))
    yield from in_production(environment, protocol or policy)


@rule(
    "EB-5",
    "Instances give out credentials by IMDSv2 only",
    types=ENVIRONMENTS,
    severity=Severity.MEDIUM,
    reason="with IMDSv1 one request that an application is tricked into hands out the role's credentials.",
    remedy="Set DisableIMDSv1 to true in aws:autoscaling:launchconfiguration.",
)
def imdsv2(environment: Resource) -> Iterator[Verdict]:
    """Off unless set."""
    yield _expect(environment, "aws:autoscaling:launchconfiguration", "DisableIMDSv1", is_true)


def _tokens_required(instance: Resource) -> dict[str, Any]:
    """What else the options say is kept; where that is not known yet, nothing is mended."""
    options = instance.get("metadataOptions")
    if options is UNKNOWN or at(options, "httpTokens") in ("required", UNKNOWN):
        return {}
    block = options[0] if isinstance(options, list) and options else options
    return {"metadataOptions": {**(block if isinstance(block, dict) else {}), "httpTokens": "required"}}


@rule(
    "EB-5",
    "Instances of one's own give out credentials by IMDSv2 only",
    types=_INSTANCES,
    severity=Severity.MEDIUM,
    reason="with IMDSv1 one request that an application is tricked into hands out the role's credentials.",
    remedy='Set metadataOptions.httpTokens to "required".',
    mend=_tokens_required,
)
def instance_imdsv2(instance: Resource) -> Iterator[Verdict]:
    """Optional unless set, or where the endpoint is off."""
    if instance.get("metadataOptions.httpEndpoint") != "disabled":
        yield expect(instance, "metadataOptions.httpTokens", lambda value: value == "required")


@rule(
    "EB-6",
    "Instances behind a load balancer have no public address",
    types=(_ENVIRONMENT,),
    severity=Severity.MEDIUM,
    reason="they would be reached past the load balancer, its certificate and its web ACL.",
    remedy="Set AssociatePublicIpAddress to false in aws:ec2:vpc, and Subnets to private ones with a NAT gateway.",
)
def no_public_address(environment: Resource) -> Iterator[Verdict]:
    """A single instance is reached directly: it has no load balancer."""
    if _is_balanced(environment):
        yield _expect(environment, "aws:ec2:vpc", "AssociatePublicIpAddress", lambda value: not is_true(value))


@rule(
    "EB-8",
    "Environments run on a live platform",
    types=ENVIRONMENTS,
    severity=Severity.MEDIUM,
    reason="AWS mends no holes in a retired platform, and one day makes no new environment on it.",
    remedy="Set solutionStackName to one on Amazon Linux 2023; a new environment takes over by a swap of CNAMEs.",
)
def live_platform(environment: Resource) -> Iterator[Verdict]:
    """Those on Amazon Linux 2 and the Linux AMI are retired (2026-11); Windows Server has platforms of its own.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/platforms/platforms-retiring.html
    """
    yield expect(
        environment, "solutionStackName", lambda name: "Amazon Linux" not in show(name) or "Linux 2023" in show(name)
    )
