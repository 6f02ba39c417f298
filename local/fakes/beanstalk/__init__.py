"""Elastic Beanstalk: applications, versions, environments and saved configurations, with real containers.

Where a Docker engine answers, an environment runs its version's containers, one instance of them, and its health is
what they answer. Load balancer and auto scaling group have names and nothing else; nothing scales, and a platform
update updates nothing.
"""
