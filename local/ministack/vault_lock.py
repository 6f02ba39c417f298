"""Locks of backup vaults: how long backups are kept at least, and from when on nobody can change that.

https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html. A lock with ChangeableForDays can be taken away
or replaced until its date, and then no more; one without can be taken away at any time. MiniStack makes no recovery
points that a lock would keep.
"""

from __future__ import annotations

import json
import math
import time
from typing import Any

from ministack.services import backup

DAY_SECONDS = 86_400
SHORTEST_GRACE_DAYS = 3
_PATH_PARTS = 3


def install() -> None:
    """Lays it over the service's requests."""
    handle = backup.handle_request

    async def handle_locks(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
        parts = [part for part in path.split("/") if part]
        if len(parts) == _PATH_PARTS and (parts[0], parts[2]) == ("backup-vaults", "vault-lock"):
            vault = backup._vaults.get(parts[1])
            if vault is None:
                return backup._err("ResourceNotFoundException", f"Vault '{parts[1]}' not found.", 404)
            return change(vault, json.loads(body or b"{}") if method == "PUT" else None)
        return await handle(method, path, headers, body, query)

    backup.handle_request = handle_locks


def change(vault: dict[str, Any], lock: dict[str, Any] | None) -> Any:
    """Sets a vault's lock, or takes it away; as AWS answers."""
    if vault.get("LockDate", math.inf) < time.time():
        return backup._err("InvalidRequestException", "The vault's lock can no longer be changed.")
    grace = None if lock is None else lock.get("ChangeableForDays")
    if grace is not None and grace < SHORTEST_GRACE_DAYS:
        return backup._err("InvalidParameterValueException", "ChangeableForDays is at least 3.")
    for member in ("MinRetentionDays", "MaxRetentionDays", "LockDate"):
        vault.pop(member, None)
    vault["Locked"] = lock is not None
    if lock is not None:
        vault |= {member: days for member, days in lock.items() if member.endswith("RetentionDays")}
        if grace is not None:
            vault["LockDate"] = int(time.time()) + grace * DAY_SECONDS
    return backup._no_content()
