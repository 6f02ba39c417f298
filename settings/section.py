"""The base of every part of the settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from pydantic.fields import FieldInfo

from settings.problems import Problem, show

if TYPE_CHECKING:
    from pydantic import ModelWrapValidatorHandler, ValidationInfo

Tier = Literal["production", "staging", "development"]
TIERS: Final[tuple[Tier, ...]] = ("production", "staging", "development")
TIER_DEFAULTS: Final = "x-plinth-default-by-tier"

Rule = Callable[..., Iterator[Problem]]
R = TypeVar("R", bound=Rule)


class Unknown(Exception):  # noqa: N818 - not an error: a rule asked for a value that is itself wrong
    """A rule asked for a field whose own value is wrong, so it has nothing to say."""


def rule(method: R) -> R:
    """Marks a method that looks at several fields together and yields what is wrong with them."""
    method.is_rule = True  # type: ignore[attr-defined]
    return method


def by_tier(*, production: Any, staging: Any, development: Any) -> Any:
    """A field whose default follows the stack's tier; built without a tier it gets production's."""
    defaults = {"production": production, "staging": staging, "development": development}
    return Field(default=production, json_schema_extra={TIER_DEFAULTS: defaults})


def section(**options: Any) -> Any:
    """A field holding a section that may be left out because every field of it has a default."""
    return Field(default_factory=dict, validate_default=True, **options)


def tier_defaults(field: FieldInfo) -> Mapping[Tier, Any] | None:
    """What a field's default is in each tier; None when it does not follow the tier."""
    extra = field.json_schema_extra
    return extra.get(TIER_DEFAULTS) if isinstance(extra, dict) else None  # type: ignore[return-value]


class Section(BaseModel):
    """A frozen part of the settings that knows exactly its own keys.

    Fields are checked by pydantic, strictly (``"80"`` is no number). What concerns several fields is a method marked
    `rule`, run by `broken_rules` once everything is read, and even when other fields are wrong, so that a file's
    problems all come out at once.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    @model_validator(mode="wrap")
    @classmethod
    def _read(cls, data: Any, handler: ModelWrapValidatorHandler[Section], info: ValidationInfo) -> Section:
        context = info.context or {}
        if isinstance(data, Mapping):
            data = {**_defaults(cls, context.get("tier", "production")), **data}
        try:
            return handler(data)
        except ValidationError:
            if not context.get("salvage"):
                raise
            return _salvage(cls, data, context)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name in type(self).model_fields:
                raise Unknown(name)
            return super().__getattr__(name)

    def broken_rules(self, key: str) -> Iterator[Problem]:
        """What the rules of this section and of those in it say; `key` is where the section is in the file."""
        for check in _rules(type(self)):
            with suppress(Unknown):
                yield from check(self, key)
        for name, value in self.__dict__.items():
            if isinstance(value, Section):
                yield from value.broken_rules(join(key, name))
            elif isinstance(value, dict):
                for item, inner in value.items():
                    if isinstance(inner, Section):
                        yield from inner.broken_rules(join(key, f"{name}.{item}"))


@cache
def _rules(model: type[Section]) -> tuple[Rule, ...]:
    return tuple(member for cls in model.__mro__ for member in vars(cls).values() if getattr(member, "is_rule", False))


def join(key: str, name: str) -> str:
    """The key of a field or item: ``plinth:services`` and ``backend`` make ``plinth:services.backend``."""
    return f"{key}{name}" if key.endswith(":") else f"{key}.{name}"


def _defaults(model: type[Section], tier: Tier) -> dict[str, Any]:
    found = ((name, tier_defaults(field)) for name, field in model.model_fields.items())
    return {name: defaults[tier] for name, defaults in found if defaults is not None}


def _salvage(model: type[Section], data: Any, context: Mapping[str, Any]) -> Section:
    """A section with those fields that are right; asking it for another raises `Unknown`."""
    right: dict[str, Any] = {}
    given = data if isinstance(data, Mapping) else {}
    for name, field in model.model_fields.items():
        if name not in given and (field.is_required() or given is not data):
            continue
        value = given[name] if name in given else field.get_default(call_default_factory=True)
        try:
            right[name] = _adapter(field).validate_python(value, context=dict(context))
        except ValidationError:
            continue
    partial = model.model_construct(_fields_set=set(given) & set(right), **right)
    for name in set(partial.__dict__) - set(right):
        del partial.__dict__[name]
    return partial


def _adapter(field: FieldInfo) -> TypeAdapter[Any]:
    """What checks one field alone, just as its section does."""
    if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
        return TypeAdapter(field.annotation)
    annotation: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    return TypeAdapter[Any](annotation, config=ConfigDict(strict=True))


def problem(key: str, value: Any, found: str, rule: str, remedy: str, *, why: str = "") -> Problem:
    """A problem of a rule: `value` is shown, the rest are sentences."""
    return Problem(key=key, value=show(value), found=found, rule=rule, why=why, remedy=remedy)
