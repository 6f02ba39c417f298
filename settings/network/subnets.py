"""Where the subnets lie in a VPC (AUT-NET-02, AUT-NET-03).

Each zone has a public and a private /24. With the VPC at 10.0.0.0/16, zone 0 has 10.0.1.0/24 and 10.0.10.0/24, zone 1
10.0.2.0/24 and 10.0.11.0/24, and so on. The tenth public subnet would be the first private one: hence nine zones.
"""

from __future__ import annotations

from ipaddress import IPv4Network

MOST_ZONES = 9
FIRST_PUBLIC, FIRST_PRIVATE = 1, 10
PREFIX = 24
LARGEST_VPC, SMALLEST_VPC = 16, 20


def public_subnet(cidr: str, zone: int) -> str:
    """The public subnet of the zone with this index, from 0: ``10.0.1.0/24`` for the first in ``10.0.0.0/16``."""
    return _subnet(cidr, FIRST_PUBLIC + zone)


def private_subnet(cidr: str, zone: int) -> str:
    """The private subnet of the zone with this index, from 0: ``10.0.10.0/24`` for the first in ``10.0.0.0/16``."""
    return _subnet(cidr, FIRST_PRIVATE + zone)


def room(cidr: str) -> int:
    """How many zones a VPC of this size has room for; below one when it has none."""
    blocks = 1 << (PREFIX - IPv4Network(cidr).prefixlen)
    return min(MOST_ZONES, blocks - FIRST_PRIVATE)


def _subnet(cidr: str, block: int) -> str:
    vpc = IPv4Network(cidr)
    subnet = IPv4Network((int(vpc.network_address) + (block << (32 - PREFIX)), PREFIX))
    if not subnet.subnet_of(vpc):
        msg = f"{subnet} lies outside {vpc}"
        raise ValueError(msg)
    return str(subnet)
