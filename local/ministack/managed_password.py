"""Master passwords that RDS manages, for DB instances: MiniStack knows them for clusters only.

As on AWS the password is generated, kept in a secret named ``rds!db-<uuid>`` with the keys username and password,
told by DescribeDBInstances as MasterUserSecret, and deleted with the instance.
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from ministack.services import rds, secretsmanager

_OK = 200


def install() -> None:
    """Lays it over MiniStack's own handling of DB instances."""
    actions, describe = rds._ACTION_MAP, rds._instance_xml
    create, delete = actions["CreateDBInstance"], actions["DeleteDBInstance"]

    def create_with_secret(params: Any) -> Any:
        if rds._p(params, "ManageMasterUserPassword") != "true":
            return create(params)
        if rds._p(params, "MasterUserPassword"):
            both = "You can't specify MasterUserPassword when ManageMasterUserPassword is enabled."
            return rds._error("InvalidParameterCombination", both, 400)
        password = rds._generate_master_user_password()
        answer = create({**params, "MasterUserPassword": [password]})
        instance = rds._instances.get(rds._p(params, "DBInstanceIdentifier"))
        if answer[0] != _OK or instance is None:
            return answer
        instance["MasterUserSecret"] = _store(instance, password)
        told = f"<DBInstance>{rds._instance_xml(instance)}</DBInstance>"
        return rds._xml(_OK, "CreateDBInstanceResponse", f"<CreateDBInstanceResult>{told}</CreateDBInstanceResult>")

    def delete_with_secret(params: Any) -> Any:
        instance = rds._instances.get(rds._p(params, "DBInstanceIdentifier")) or {}
        answer = delete(params)
        if answer[0] == _OK and (secret := instance.get("MasterUserSecret")):
            secretsmanager.delete_secret_in_process(secret["SecretArn"])
        return answer

    def describe_with_secret(instance: dict[str, Any]) -> str:
        secret = instance.get("MasterUserSecret") or {}
        told = "".join(f"<{key}>{value}</{key}>" for key, value in secret.items())
        return f"{describe(instance)}{f'<MasterUserSecret>{told}</MasterUserSecret>' if told else ''}"

    actions |= {"CreateDBInstance": create_with_secret, "DeleteDBInstance": delete_with_secret}
    rds._instance_xml = describe_with_secret


def _store(instance: dict[str, Any], password: str) -> dict[str, str]:
    """Make the secret of an instance; returns what the API tells of it."""
    user = instance["MasterUsername"]
    arn = secretsmanager.create_secret_in_process(
        f"rds!db-{uuid.uuid4()}",
        json.dumps({"username": user, "password": password}),
        description=f"Secret managed by RDS for DB instance {instance['DBInstanceIdentifier']}",
    )
    return {"SecretArn": arn, "SecretStatus": "active"}
