"""Rules between the sections of a stack file: each yields what is wrong with the stack, `key` being where it is.

A rule that looks at one section alone is a method of that section.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from settings.rules import containers, edge, monitoring, naming, operations, protection, references, regions, routes
from settings.section import Unknown

if TYPE_CHECKING:
    from settings.problems import Problem
    from settings.stack import Stack

RULES: Final[tuple[Callable[[Stack, str], Iterator[Problem]], ...]] = (
    regions.zones_are_in_the_region,
    regions.certificate_is_in_the_region,
    regions.copies_leave_the_region,
    routes.services_have_a_load_balancer,
    routes.default_service_exists,
    routes.default_service_answers_the_rest,
    routes.routes_lead_to_one_service,
    edge.origins_exist,
    edge.names_lead_somewhere,
    edge.sites_are_shown,
    edge.tls_has_a_certificate,
    edge.issued_certificates_cover_aliases,
    edge.cdn_certificate_is_in_its_region,
    edge.applications_are_reached,
    edge.load_balancer_waits_as_long,
    references.what_is_used_exists,
    references.workers_use_buckets,
    references.what_is_used_has_one_meaning,
    references.secrets_that_are_read_exist,
    protection.backed_up_buckets_have_versions,
    protection.backups_keep_away_from_the_windows,
    monitoring.what_is_watched_is_there,
    monitoring.free_is_free,
    monitoring.canary_asks_what_answers,
    operations.records_are_kept,
    operations.validation_asks_what_answers,
    containers.sidecars_are_not_the_service,
    containers.files_have_places_of_their_own,
    naming.names_are_free,
    naming.tasks_and_sidecars_are_no_services,
    naming.nothing_is_named_twice,
    naming.load_balancer_may_have_its_name,
    naming.names_are_short_enough,
)


def broken_between_sections(stack: Stack, key: str) -> Iterator[Problem]:
    """What all these rules say of a stack; `key` is where it is in the file."""
    for check in RULES:
        with suppress(Unknown):
            yield from check(stack, key)
