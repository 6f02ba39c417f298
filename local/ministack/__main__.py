"""`python -m local.ministack`: MiniStack's server, with our additions."""

from __future__ import annotations

from ministack.app import main

from local.ministack import front_door, managed_password, network_acls, target_health, trust

front_door.install()
managed_password.install()
network_acls.install()
target_health.install()
trust.install()
main()
