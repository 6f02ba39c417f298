"""A stand-in for Pulumi's AWS plugin: the resource types this project uses, over botocore.

The vendor's plugin is in no package registry, so where its download site is out of reach this one
takes its place: same type tokens, same property names, same ids. It talks to whatever
`AWS_ENDPOINT_URL` names, and refuses what AWS would refuse.

How it is made: `tables/` says, as data, which API calls make each type; `catalog` reads the property
types from the installed pulumi_aws and the rules from botocore's models; everything else is generic.
"""

from __future__ import annotations

VERSION = "7.51.1"
"""The release of pulumi-aws whose types this plugin speaks."""
