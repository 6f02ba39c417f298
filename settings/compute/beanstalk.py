"""Containers on Elastic Beanstalk: instances of one's own, behind a load balancer that Beanstalk makes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import Field

from settings.compute.changes import ManagedUpdates, Rollout, Trigger
from settings.compute.command import Command
from settings.compute.health_check import Probe
from settings.compute.image import Image
from settings.compute.season import Season, Size, overlaps
from settings.compute.variables import built_in_secrets, wrong_variables
from settings.edge.load_balancer import CertificateArn, Cidr, SslPolicy
from settings.problems import Problem, suggest
from settings.section import Section, problem, rule, section
from settings.values import Between, EnvironmentName, Many, Name, Port, Shaped, Text

InstanceType = Annotated[
    str,
    Shaped(
        r"[a-z][a-z0-9-]*\.[a-z0-9-]+",
        "an instance type",
        "It is a family and a size.",
        "Set for example t3.medium.",
    ),
]
PlatformVersion = Annotated[
    str,
    Shaped(
        r"\d+\.\d+\.\d+",
        "the version of a platform",
        "It has three numbers.",
        "'aws elasticbeanstalk list-platform-versions --filters "
        'Type=PlatformBranchName,Operator=contains,Values="Amazon Linux 2023"\' lists them.',
    ),
]
Timeout = Annotated[int, Between(1, 4000, "a timeout in seconds", "Set it above your slowest answer, e.g. 60.")]

PLATFORMS: Final = {"Docker": "4.7.2", "ECS": "4.2.0"}
"""Versions of the platform's two branches; their numbers are not each other's."""
MOST_VERSIONS: Final = 1000  # application versions, https://docs.aws.amazon.com/general/latest/gr/elasticbeanstalk.html
LONGEST_ENVIRONMENT: Final = 4096  # bytes of all environment properties together, see the developer guide


class Container(Section):
    """A container on every instance."""

    image: Image
    """What runs."""
    port: Port
    """Port that the container listens on."""
    memory: Annotated[int, Between(4, 1_048_576, "an amount of memory in MiB", "Set for example 512.")] | None = None
    """MiB of memory that the container may not exceed; needed with several containers, and not possible with one,
    which has the whole instance."""
    links: Annotated[Many[Name], Field(default=())]
    """Other containers that it reaches by their names, and that start before it."""
    essential: bool = True
    """Whether all containers of the instance stop when this one does."""
    command: Command | None = None
    """Command in place of the image's own."""
    environment: Annotated[dict[EnvironmentName, Text], Field(default_factory=dict)]
    """Plain variables of this container alone."""

    @rule
    def variables_are_right(self, key: str) -> Iterator[Problem]:
        yield from wrong_variables(key, self.environment, {}, reader="Whoever may read the source bundle")
        yield from built_in_secrets(f"{key}.image", self.image.build_args)


class Beanstalk(Section):
    """An Elastic Beanstalk environment: one container, or several on each instance."""

    application: Annotated[
        str, Shaped(r"[^/\s][^/]{0,99}", "the name of an application", "It has 1 to 100 characters and no '/'.",
                    "Set for example 'shop'.")] | None = None  # fmt: skip
    """Name of the Beanstalk application; <system>-<environment> unless set."""
    name: (
        Annotated[
            str,
            Shaped(
                r"(?=.{4,40}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?",
                "the name of a Beanstalk environment",
                "It has 4 to 40 letters, digits and hyphens, with no hyphen at either end.",
                "Leave it out for <system>-<environment>.",
            ),
        ]
        | None
    ) = None
    """Name of the Beanstalk environment; <system>-<environment> unless set."""
    platform_version: PlatformVersion | None = None
    """Version of the Amazon Linux 2023 platform on which the environment begins: of Docker for one container, 4.7.2
    unless set, of ECS for several, 4.2.0 unless set. Managed updates move on from it; without them, a new value is the
    update. `aws elasticbeanstalk list-available-solution-stacks` says what there is."""
    containers: Annotated[dict[Name, Container], Field(min_length=1, max_length=10)]
    """The containers of an instance, by name."""
    front: Name | None = None
    """The container that the load balancer's requests go to; needed with several."""
    release: Annotated[
        str,
        Shaped(r"[A-Za-z0-9][A-Za-z0-9._-]{0,49}", "a release", "It has letters, digits, '.', '_' and '-'.",
               "Set for example 1.4.2."),
    ] | None = None  # fmt: skip
    """What the labels of versions begin with. A label stays taken for as long as AWS keeps the version for rollbacks:
    to deploy once more what was replaced before, set another release."""
    versions_kept: Annotated[int, Between(1, MOST_VERSIONS, "a number of versions", "Set for example 50.")] = 50
    """Application versions that are kept for rollbacks."""
    instance_type: InstanceType
    """Type of the instances."""
    spot: bool = False
    """Whether instances are bought on the spot market: cheaper, and taken away with two minutes' notice."""
    disk_gib: Annotated[int, Between(8, 16_384, "a size in GiB", "Set for example 16.")] = 16
    """Size of each instance's disk in GiB."""
    count: Size
    """How many instances run. Beanstalk starts with the fewest, and goes on from there."""
    scaling: Trigger = section()
    """What makes instances come and go."""
    seasons: Annotated[dict[Name, Season], Field(default_factory=dict)]
    """Times of the year with another number of instances."""
    season: Name | None = None
    """The season that the environment is deployed for: its instance type and count hold at once. A scheduled action can
    change the number of instances, never their type."""
    health_check: Probe = section()
    """How the load balancer tells whether an instance is well."""
    sticky: bool = False
    """Whether a client stays with one instance, by a cookie: for applications that keep sessions in memory."""
    draining_seconds: Annotated[
        int, Between(0, 3600, "a delay in seconds", "Set it to the time that your slowest request takes.")
    ] = 20
    """Seconds that an instance which is to stop may still finish its requests."""
    idle_timeout_seconds: Timeout = 60
    """Seconds without a byte after which the load balancer closes a connection."""
    proxy_timeout_seconds: Timeout = 60
    """Seconds that the proxy on the instance waits for an answer; several containers have no proxy."""
    deployment: Rollout = section()
    """How a new version takes over."""
    managed_updates: ManagedUpdates | None = None
    """Updates of the platform by Beanstalk itself; none unless set."""
    log_streaming: bool = True
    """Whether instances send their logs, and their health, to CloudWatch Logs."""
    certificate_arn: CertificateArn | None = None
    """Certificate in ACM, of the stack's region. With it port 443 answers, and port 80 redirects to it."""
    ssl_policy: SslPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06"
    """TLS versions and ciphers that are offered; the default takes TLS 1.2 and 1.3."""
    allowed_cidrs: Annotated[Many[Cidr], Field(default=("0.0.0.0/0",))]
    """Who may reach the load balancer: IPv4 or IPv6 ranges."""
    egress_ports: Annotated[Many[Port], Field(default=(443,))]
    """TCP ports that instances may reach anywhere. Images are pulled ready-made, so that TLS is enough."""
    uses: Annotated[Many[str], Field(default=())]
    """What the containers may reach and are told of: redis, and names of buckets, files and workers."""
    environment: Annotated[dict[EnvironmentName, Text], Field(default_factory=dict)]
    """Plain variables of all containers. Plinth adds VERSION."""
    secrets: Annotated[dict[EnvironmentName, str], Field(default_factory=dict)]
    """Variables that hold secrets: each names a key of plinth:secrets, and is filled in when an instance starts."""

    @property
    def several(self) -> bool:
        """Whether ECS runs several containers on each instance, instead of Docker one."""
        return len(self.containers) > 1

    @property
    def solution_stack(self) -> str:
        """The platform, by the name that Beanstalk has for it."""
        kind = "ECS" if self.several else "Docker"
        return f"64bit Amazon Linux 2023 v{self.platform_version or PLATFORMS[kind]} running {kind}"

    @property
    def front_name(self) -> str:
        """The container that requests go to."""
        return self.front or next(iter(self.containers))

    @property
    def now(self) -> Season | None:
        """The season that the environment is deployed for."""
        return self.seasons[self.season] if self.season else None

    @rule
    def variables_are_right(self, key: str) -> Iterator[Problem]:
        reader = "Whoever may describe the environment"
        yield from wrong_variables(key, self.environment, self.secrets, reader=reader)

    @rule
    def properties_fit(self, key: str) -> Iterator[Problem]:
        size = sum(len(f"{name}={text}".encode()) for name, text in self.environment.items())
        if size > LONGEST_ENVIRONMENT:
            yield problem(
                f"{key}.environment",
                "",
                f"The variables have {size} bytes together.",
                f"Beanstalk takes {LONGEST_ENVIRONMENT}.",
                "Put long values into a file of the image, or under secrets.",
            )

    @rule
    def one_container_is_in_front(self, key: str) -> Iterator[Problem]:
        if self.front is None and self.several:
            yield problem(
                f"{key}.front",
                None,
                "There are several containers, and none is in front.",
                "The load balancer's requests go to one of them.",
                f"Set for example front: {next(iter(self.containers))}.",
            )
        if self.front is not None and self.front not in self.containers:
            yield _missing(f"{key}.front", self.front, "container", list(self.containers))

    @rule
    def containers_fit_the_platform(self, key: str) -> Iterator[Problem]:
        for name, container in self.containers.items():
            at = f"{key}.containers.{name}"
            if self.several and container.memory is None:
                yield problem(
                    f"{at}.memory",
                    None,
                    "No memory is set.",
                    "Of several containers each has its share of the instance's memory.",
                    "Set for example memory: 512.",
                    why="ECS takes no container without one.",
                )
            alone = {"memory": container.memory, "links": container.links, "environment": container.environment}
            for field, value in alone.items():
                if not self.several and value:
                    yield problem(
                        f"{at}.{field}",
                        value,
                        f"The only container has {field}.",
                        "That is for several containers.",
                        f"Remove it; variables go to {key}.environment.",
                        why="The Docker platform runs one container, which has the whole instance.",
                    )
            for link in container.links:
                if link not in self.containers or link == name:
                    yield _missing(f"{at}.links", link, "other container", [n for n in self.containers if n != name])

    @rule
    def season_exists(self, key: str) -> Iterator[Problem]:
        if self.season is not None and self.season not in self.seasons:
            yield _missing(f"{key}.season", self.season, "season", list(self.seasons))

    @rule
    def seasons_do_not_overlap(self, key: str) -> Iterator[Problem]:
        for first, second in overlaps(self.seasons):
            yield problem(
                f"{key}.seasons.{second}",
                "",
                f"{second} overlaps with {first}.",
                "On a day there is at most one season.",
                "Let it begin a day after the other ends.",
                why="Both would set the number of instances.",
            )


def _missing(key: str, name: str, what: str, known: list[str]) -> Problem:
    return problem(
        key, name, f"There is no {what} {name!r}.", suggest(name, known), "Correct the name, or add what is missing."
    )
