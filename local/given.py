"""What a stack file takes as given, because another stack or somebody made it: put where the stack will look for it."""

from __future__ import annotations

from local import health, paths
from local.stackfile import StackFile
from local.steps import Steps
from settings import load_file


def ensure(stack: StackFile, steps: Steps) -> None:
    """Makes the hosted zone that the file names by its id, unless it is there.

    Certificates need no such thing: the emulator believes their ARNs.
    """
    dns = load_file(stack.source, root=paths.ROOT).dns
    if dns is None or dns.zone_id is None:
        return
    route53 = health.client("route53", None)
    try:
        route53.get_hosted_zone(Id=dns.zone_id)
    except route53.exceptions.NoSuchHostedZone:
        with steps.step(f"Hosted zone {dns.zone_id}, which the stack file takes as given"):
            # It gets this id for its reference: see local/ministack/zones.py.
            route53.create_hosted_zone(Name=dns.zone, CallerReference=dns.zone_id)
