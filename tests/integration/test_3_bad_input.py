"""A stack file with mistakes is refused as a whole, in words, before anything is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.cloud import stack_file

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.cloud import Cloud

MISTAKES: dict[str, Any] = {
    "network__cidr": "10.0.0.0/21",
    "services__backend__port": 0,
    "services__backend__count": {"min": 5, "desired": 3, "max": 2},
    "services__backend__environment": {"API_KEY": "abc"},
    "services__frontend__image": {"context": "apps/nowhere", "repository": "auterity-frontend"},
    "services__frontend__target_group": "auterity-frontend-production-with-a-name-too-long",
    "postgres__instance_class": "db.t3.larg",
    "redis__nods": 2,
}


def test_every_mistake_is_named_at_once_and_nothing_is_touched(cloud: Cloud, tmp_path: Path) -> None:
    done = cloud.up(stack_file(tmp_path, "mistaken", **MISTAKES), accept=False)
    assert done.code == 2
    for path in MISTAKES:
        assert f"plinth:{path.replace('__', '.')}" in done.output, f"{path}\n{done.output}"
    assert "Traceback" not in done.output
    assert "mistaken" not in cloud.stacks()


def test_the_program_itself_refuses_too_without_a_traceback(prod: Cloud, tmp_path: Path) -> None:
    """As `pulumi preview` would against AWS, where no `make up` checks first."""
    file = stack_file(tmp_path, "prod", services__backend__port=0)
    salt = next(line for line in prod_config(prod) if line.startswith("encryptionsalt"))
    file.write_text(file.read_text() + salt)
    done = prod.pulumi("preview", "--config-file", str(file), "--non-interactive", stack="prod")
    assert done.code != 0
    assert "plinth:services.backend.port" in done.output
    assert "Traceback" not in done.output


def prod_config(cloud: Cloud) -> list[str]:
    assert "prod" in cloud.stacks()
    from local import paths  # noqa: PLC0415

    return (paths.STACKS / "prod.yaml").read_text().splitlines(keepends=True)


@pytest.mark.parametrize("wanted", ["nowhere", "no/such/file.yaml"])
def test_a_stack_that_is_not_there_is_named_with_those_that_are(cloud: Cloud, wanted: str) -> None:
    done = cloud.up(wanted, accept=False)
    assert done.code == 2
    assert wanted in done.output
    assert "prod" in done.output
    assert "Traceback" not in done.output
