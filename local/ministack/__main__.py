"""`python -m local.ministack`: MiniStack's server, with our additions."""

from __future__ import annotations

from ministack.app import main

from local.ministack import front_door, managed_password, target_health, trust

front_door.install()
managed_password.install()
target_health.install()
trust.install()
main()
