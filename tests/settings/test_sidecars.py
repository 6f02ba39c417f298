"""Containers beside a service's own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.settings.examples import only_problem, prod

BACKEND = "plinth:services.backend"
AGENT: dict[str, Any] = {"image": {"context": "apps/backend", "repository": "agent"}, "port": 8090}


def beside(name: str = "agent", **fields: Any) -> dict[str, Any]:
    return {f"{BACKEND}.sidecars": {name: {**AGENT, **fields}}}


@pytest.mark.requirement("CHR-CMP-02")
def test_a_service_has_containers_beside_its_own() -> None:
    sidecar = prod(beside()).services["backend"].sidecars["agent"]
    assert (sidecar.port, sidecar.essential, sidecar.check) == (8090, True, None)


@pytest.mark.requirement("CHR-CMP-02")
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (beside(port=8000), "8000 is the port of the service."),
        (beside("backend"), "The service's own container is named 'backend'."),
        (beside(memory=8192), "The sidecars alone have 8192."),
        (beside(cpu=2048), "The sidecars alone have 2048."),
        (beside(check={"command": []}), "The command is empty."),
        (beside(check={"command": ["true"], "interval_seconds": 1}), "1 is not an interval in seconds"),
        (beside(environment={"API_KEY": "x"}), "API_KEY is named like a secret, in plain text."),
        (beside(secrets={"API_KEY": "jvt"}), "There is no secret 'jvt'."),
        (beside(image={"context": "apps/backend", "repository": "auterity-backend"}), "'auterity-backend' is the repo"),
        (beside(image={"context": "apps/none", "repository": "agent"}), "There is no folder 'apps/none'."),
        (beside(uses=["redis"]), "uses"),
    ],
)
def test_sidecars_that_cannot_be(changes: dict[str, Any], words: str) -> None:
    assert words in str(only_problem(changes))


def test_ports_of_sidecars_differ() -> None:
    other = {"image": {"context": "apps/backend", "repository": "other"}, "port": 8090}
    problem = only_problem({f"{BACKEND}.sidecars": {"agent": AGENT, "other": other}})
    assert problem.found == "8090 is the port of agent."


def test_a_sidecar_that_only_calls_needs_no_port() -> None:
    silent = {"image": AGENT["image"]}
    two = {"agent": silent, "other": {"image": {"context": "apps/backend", "repository": "other"}}}
    assert prod({f"{BACKEND}.sidecars": two}).services["backend"].sidecars["other"].port is None


def test_a_sidecars_image_has_a_name_of_its_own() -> None:
    service = {
        "image": {"context": "apps/backend", "repository": "other"},
        "port": 1,
        "routes": ["/other"],
        "target_group": "agent",
        "count": {"min": 1, "desired": 1, "max": 1},
    }
    problem = only_problem({**beside(), "plinth:services.backend-agent": service})
    assert problem.found == "There is a service backend-agent too."
