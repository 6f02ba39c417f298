"""Which names a stack has, and who vouches for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from settings.stack import Stack


def leading_to(stack: Stack, target: str) -> tuple[str, ...]:
    """The names in plinth:dns that lead to a target, in order."""
    return tuple(sorted(name for name, to in stack.dns.names.items() if to == target)) if stack.dns else ()


def of_cdn(stack: Stack) -> tuple[str, ...]:
    """All names that the distribution answers to."""
    return tuple(sorted({*stack.cdn.aliases, *leading_to(stack, "cdn")})) if stack.cdn else ()


def issued_for_cdn(stack: Stack) -> tuple[str, ...]:
    """The names for which the stack has a certificate issued in us-east-1; none where it is given one."""
    return leading_to(stack, "cdn") if stack.cdn and stack.cdn.certificate_arn is None else ()


def issued_for_load_balancer(stack: Stack) -> tuple[str, ...]:
    """The names for which the stack has a certificate issued in its own region; none where it is given one."""
    balancer = stack.load_balancer
    return leading_to(stack, "load_balancer") if balancer and balancer.certificate_arn is None else ()


def cdn_has_certificate(stack: Stack) -> bool:
    """Whether the distribution has a certificate of its own."""
    return bool(stack.cdn and stack.cdn.certificate_arn) or bool(issued_for_cdn(stack))


def load_balancer_has_certificate(stack: Stack) -> bool:
    """Whether the load balancer answers over TLS."""
    return bool(stack.load_balancer and stack.load_balancer.certificate_arn) or bool(issued_for_load_balancer(stack))


def front(stack: Stack) -> str | None:
    """What users reach first: cdn, load_balancer or beanstalk; None where nothing answers from the internet."""
    return next((name for name in ("cdn", "load_balancer", "beanstalk") if getattr(stack, name) is not None), None)


def has_certificate(stack: Stack, target: str) -> bool:
    """Whether cdn, load_balancer or beanstalk answers over TLS by a certificate for names of the stack's choice."""
    if target == "beanstalk":
        return bool(stack.beanstalk and stack.beanstalk.certificate_arn)
    return cdn_has_certificate(stack) if target == "cdn" else load_balancer_has_certificate(stack)
