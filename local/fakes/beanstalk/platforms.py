"""The platforms: the branches of Amazon Linux 2023 for containers, and the versions that are known here.

Which versions AWS has released since is nothing that can be known here: any of these branches is taken.
"""

from __future__ import annotations

import re
from typing import Any

BRANCHES = {
    "Docker": ("Docker running on 64bit Amazon Linux 2023", ("4.7.2", "4.6.3")),
    "ECS": ("ECS running on 64bit Amazon Linux 2023", ("4.2.0", "4.1.3")),
}
_STACK = re.compile(r"64bit Amazon Linux 2023 v(4\.\d+\.\d+) running (Docker|ECS)")
_ARN = re.compile(r"arn:aws:elasticbeanstalk:[a-z0-9-]+::platform/(Docker|ECS) running on 64bit Amazon Linux 2023/(.+)")


def stacks() -> list[str]:
    """The names of the solution stacks."""
    return [_name(kind, version) for kind, (_, versions) in BRANCHES.items() for version in versions]


def known(stack: str) -> bool:
    """Whether there is such a solution stack."""
    return _STACK.fullmatch(stack) is not None


def runs_several(stack: str) -> bool:
    """Whether the platform runs several containers on an instance."""
    return stack.endswith("ECS")


def arn(stack: str, region: str) -> str:
    """The platform ARN of a solution stack."""
    version, kind = _parts(stack)
    return f"arn:aws:elasticbeanstalk:{region}::platform/{BRANCHES[kind][0]}/{version}"


def stack_of(platform_arn: str) -> str | None:
    """The solution stack of a platform ARN; None when there is none such."""
    found = _ARN.fullmatch(platform_arn)
    return _name(found[1], found[2]) if found else None


def branches() -> list[dict[str, Any]]:
    """As ListPlatformBranches answers."""
    return [
        {"PlatformName": kind, "BranchName": branch, "LifecycleState": "Supported", "BranchOrder": order}
        | {"SupportedTierList": ["WebServer/Standard"]}
        for order, (kind, (branch, _)) in enumerate(BRANCHES.items(), 1)
    ]


def versions(region: str) -> list[dict[str, Any]]:
    """As ListPlatformVersions answers."""
    return [
        {
            "PlatformArn": arn(stack, region),
            "PlatformOwner": "AWSElasticBeanstalk",
            "PlatformStatus": "Ready",
            "PlatformCategory": kind,
            "OperatingSystemName": "Amazon Linux",
            "OperatingSystemVersion": "2023",
            "SupportedTierList": ["WebServer/Standard"],
            "PlatformLifecycleState": "Recommended" if _parts(stack)[0] == BRANCHES[kind][1][0] else "",
            "PlatformVersion": _parts(stack)[0],
            "PlatformBranchName": BRANCHES[kind][0],
            "PlatformBranchLifecycleState": "Supported",
        }
        for stack in stacks()
        for kind in [_parts(stack)[1]]
    ]


def _name(kind: str, version: str) -> str:
    return f"64bit Amazon Linux 2023 v{version} running {kind}"


def _parts(stack: str) -> tuple[str, str]:
    found = _STACK.fullmatch(stack)
    assert found is not None, stack  # noqa: S101 - only known ones get in
    return found[1], found[2]
