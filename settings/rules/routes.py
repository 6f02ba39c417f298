"""Which service answers which request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from settings.problems import Problem
from settings.rules.report import missing
from settings.section import Unknown, problem

if TYPE_CHECKING:
    from settings.stack import Stack


def services_have_a_load_balancer(stack: Stack, key: str) -> Iterator[Problem]:
    if stack.services and stack.load_balancer is None:
        yield problem(
            f"{key}load_balancer",
            None,
            "There are services, and no load balancer.",
            "Services are reached through the stack's load balancer.",
            f"Set {key}load_balancer with default_service: {next(iter(stack.services))}.",
        )


def default_service_exists(stack: Stack, key: str) -> Iterator[Problem]:
    if stack.load_balancer is None:
        return
    default = stack.load_balancer.default_service
    if default not in stack.services:
        yield missing(f"{key}load_balancer.default_service", default, "service", stack.services)


def default_service_answers_the_rest(stack: Stack, key: str) -> Iterator[Problem]:
    if stack.load_balancer is None:
        return
    for name, service in stack.services.items():
        with suppress(Unknown):
            default = name == stack.load_balancer.default_service
            if default and service.routes:
                yield problem(
                    f"{key}services.{name}.routes",
                    service.routes,
                    f"{name} is the load balancer's default service.",
                    "The default service has no routes.",
                    "Remove them, or choose another default service.",
                    why="It answers all that no other service's routes match.",
                )
            if not default and not service.routes:
                yield problem(
                    f"{key}services.{name}.routes",
                    (),
                    "No routes are set.",
                    "Every service but the default one has at least one.",
                    "Set for example ['/api/*'].",
                    why="No request would reach it.",
                )


def routes_lead_to_one_service(stack: Stack, key: str) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for name, service in stack.services.items():
        with suppress(Unknown):
            for route in service.routes:
                first = seen.setdefault(route, name)
                if first != name or service.routes.count(route) > 1:
                    seen[route] = ""
                    yield problem(
                        f"{key}services.{name}.routes",
                        route,
                        f"{route!r} is already a route of {first or name}."
                        if first != name
                        else f"{route!r} is listed twice.",
                        "A pattern leads to one service.",
                        "Remove it in one of the two places.",
                    )
