"""The sizes that Fargate has.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
"""

from __future__ import annotations

from typing import Final

GIB: Final = 1024

SIZES: Final[dict[int, tuple[int, ...]]] = {
    256: (512, 1 * GIB, 2 * GIB),
    512: tuple(range(1 * GIB, 4 * GIB + 1, GIB)),
    1024: tuple(range(2 * GIB, 8 * GIB + 1, GIB)),
    2048: tuple(range(4 * GIB, 16 * GIB + 1, GIB)),
    4096: tuple(range(8 * GIB, 30 * GIB + 1, GIB)),
    8192: tuple(range(16 * GIB, 60 * GIB + 1, 4 * GIB)),
    16384: tuple(range(32 * GIB, 120 * GIB + 1, 8 * GIB)),
}
"""CPU units (1024 are one virtual processor) to the memory, in MiB, that goes with them."""


def fits(cpu: int, memory: int) -> bool:
    """Whether Fargate has tasks of this size."""
    return memory in SIZES.get(cpu, ())


def nearest_sizes(cpu: int, memory: int) -> list[tuple[int, int]]:
    """The smallest valid sizes that have at least this much of both, and the nearest of the same CPU."""
    enough = [(c, m) for c, memories in SIZES.items() for m in memories if c >= cpu and m >= memory]
    same = [(cpu, min(SIZES[cpu], key=lambda m: abs(m - memory)))] if cpu in SIZES else []
    return list(dict.fromkeys([*same, *enough[:1]])) or [(max(SIZES), max(SIZES[max(SIZES)]))]
