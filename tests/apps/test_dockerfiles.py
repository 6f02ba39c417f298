from __future__ import annotations

from pathlib import Path

import pytest

from tests.apps.dockerfile import instructions, problems

ROOT = Path(__file__).resolve().parents[2]
APPS = ROOT / "apps"
DOCKERFILES = sorted([*APPS.glob("*/Dockerfile"), *ROOT.glob("systems/*/*/Dockerfile")])
GOOD = """\
FROM debian:bookworm-slim AS build
RUN true \\
    && true
FROM build
USER 10001:10001
EXPOSE 8000
HEALTHCHECK CMD ["true"]
CMD ["serve"]
"""


@pytest.mark.requirement("AUT-IMG-01")
def test_both_apps_have_one() -> None:
    assert [path.parent.name for path in sorted(APPS.glob("*/Dockerfile"))] == ["backend", "frontend"]


@pytest.mark.requirement("CHR-IMG-01", "CHR-CMP-02")
def test_chatrelay_has_three() -> None:
    found = {path.parent.name for path in DOCKERFILES if "chatrelay" in path.parts}
    assert found == {"main-app", "agent-service", "mcp"}


@pytest.mark.requirement("GRD-23", "GRD-11", "CHR-SEC-10", "CHR-IMG-03")
@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.relative_to(ROOT).parent.as_posix())
def test_dockerfile_holds_to_the_rules(path: Path) -> None:
    assert problems(path.read_text()) == []


@pytest.mark.requirement("GRD-23", "GRD-11")
@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("USER 10001:10001\n", "", "USER is root"),
        ("USER 10001:10001", "USER 0:10001", "USER is 0"),
        ("USER 10001:10001", "USER nobody", "USER is nobody"),
        ("bookworm-slim", "latest", "debian:latest has no fixed tag"),
        ("debian:bookworm-slim", "debian", "debian has no fixed tag"),
        ("debian:bookworm-slim", "127.0.0.1:5000/debian", "127.0.0.1:5000/debian has no fixed tag"),
        ("    && true", "    # why\n    && true", "line 3: a comment inside an instruction"),
        ("true \\", "true \\ # why", "line 2: a comment inside an instruction"),
        ('HEALTHCHECK CMD ["true"]\n', "", "no HEALTHCHECK"),
        ('HEALTHCHECK CMD ["true"]\n', "HEALTHCHECK NONE\n", "no HEALTHCHECK"),
        ("EXPOSE 8000\n", "", "no EXPOSE"),
        ('CMD ["serve"]', "CMD serve", "CMD runs in a shell"),
        ("RUN true", "RUN pip install --index-url https://packages.example/simple", "a host is named"),
    ],
)
def test_each_rule_can_be_broken(old: str, new: str, problem: str) -> None:
    assert problems(GOOD) == []
    found = problems(GOOD.replace(old, new))
    assert len(found) == 1
    assert found[0].startswith(problem)


@pytest.mark.requirement("CHR-IMG-03")
@pytest.mark.parametrize("app", ["main-app", "agent-service"])
def test_chatrelays_packages_are_installed_in_a_stage_of_their_own(app: str) -> None:
    """What installs them stays behind; the gateway has none."""
    stages = (ROOT / "systems" / "chatrelay" / app / "Dockerfile").read_text().split("\nFROM ")[1:]
    assert len(stages) == 2
    assert "npm ci" in stages[0] or "--require-hashes" in stages[0]
    assert "npm" not in stages[1]
    assert "pip" not in stages[1]
    assert "COPY --from=dependencies" in stages[1]


@pytest.mark.requirement("AUT-IMG-01", "CRT-IMG-01")
def test_backend_packages_come_before_its_code() -> None:
    """A change of the code must not install the packages again; pip checks what it installs."""
    text = (APPS / "backend" / "Dockerfile").read_text()
    installs = [each.value for each in instructions(text) if each.name == "RUN" and " install " in each.value]
    assert all("--require-hashes" in value for value in installs if "pip --python" in value)
    order = [each.value.split()[0] for each in instructions(text) if each.name == "COPY"]
    assert order.index("requirements.txt") < order.index("auterity")
    assert instructions(text)[-1].value == '["python", "-m", "auterity"]'
