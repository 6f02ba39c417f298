"""The vocabulary of the tables: how a Pulumi type maps onto API calls.

Names map by themselves: a property belongs to the member of a request or response that is spelled the
same but for case and a plural s. A table names only the exceptions. The rest of the behaviour follows
from the botocore models: which call carries a property, which properties can be updated (those that an
update call takes; all others replace the resource), which values are refused.

In `params`, `id` and templates, a string such as `$vpcId` or `{vpcId}` stands for that property of the
resource: an input, an output, or one of `id`, `region`, `account`.
"""

from __future__ import annotations

import keyword
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.aws_plugin.gaps import Gap

State = Mapping[str, Any]
Names = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Call:
    """One API operation and what of the resource goes into it.

    op: botocore's operation name. params: fixed parameters, references, and functions from the state.
    props: the inputs that it carries; by default all for which its request has a member. uses: inputs
    that reach it through `params` only. rename: names for this call only, over the resource's. whole: an
    update sends every property rather than the changed ones. needs: the call is skipped unless these
    properties are set. at: where in the response the resource is (JMESPath, or a function of state and
    response); a read that finds nothing there says that the resource is gone. optional: a read that may
    find nothing. into: the key under which a read puts what it finds, beside the members of the other
    reads. service: another service than the resource's.
    """

    op: str
    params: Mapping[str, Any] = field(default_factory=dict)
    props: tuple[str, ...] | None = None
    omit: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    rename: Names = field(default_factory=dict)
    whole: bool = False
    needs: tuple[str, ...] = ()
    at: str | Callable[[State, Any], Any] = ""
    optional: bool = False
    into: str = ""
    service: str = ""


@dataclass(frozen=True, kw_only=True)
class Wait:
    """A botocore waiter by `name`, or a call `op` repeated until a JMESPath is true.

    Asked every `delay` seconds for at most `timeout` seconds.
    """

    name: str = ""
    op: str = ""
    until: str = ""
    fails: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    delay: float = 0.25
    timeout: float = 1800


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A rule of AWS for a property that its service model does not hold; `why` says it in words."""

    pattern: str = ""
    max: int = 0
    min: int = 0
    why: str


@dataclass(frozen=True, kw_only=True)
class TagCalls:
    """How tags are changed: `add` gets the set tags as `member`, `remove` the keys as `keys`.

    form: `pairs` (Key, Value), `lower` (key, value), `kms` (TagKey, TagValue) or `map`. keys_as_pairs: the keys
    to remove are pairs too.
    """

    add: str
    remove: str
    params: Mapping[str, Any]
    member: str = "Tags"
    keys: str = "TagKeys"
    form: str = "pairs"
    keys_as_pairs: bool = False


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Another way to make a resource: of something that is there, when the input that names it is set.

    call: takes the place of the create call. What it does not carry, the update calls bring afterwards, for which
    `assume` are further properties.
    """

    call: Call
    assume: Mapping[str, Any] = field(default_factory=dict)


Rule = Callable[[Mapping[str, Any]], list[tuple[str, str]]]
"""A further rule: from the inputs to pairs of property and reason."""

Compute = Callable[[State, Any], Any]
"""A computed output from (state, what the reads found)."""
Hook = Callable[..., Any]
"""What no call expresses; gets the lifecycle, the inputs (of an update: old and new), and the state."""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One Pulumi type: what it is called, the calls that make it, and where it departs from the rules above."""

    token: str
    """Pulumi's type token."""
    service: str
    """botocore's name of the service."""

    create: Call
    id: str | Compute
    """A template over the properties, a JMESPath into the response of `create`, or a function of both."""
    origins: Mapping[str, Origin] = field(default_factory=dict)
    """Inputs that say of what to make it, and how."""
    read: tuple[Call, ...]
    update: tuple[Call, ...] = ()
    delete: tuple[Call, ...] = ()
    tags: TagCalls | None = None
    import_id: str = ""
    """The template (or expression with named groups) of what `pulumi import` takes, where it is not the id."""

    name: str = ""
    """The property that gets a generated name when it is not set."""
    rename: Names = field(default_factory=dict)
    """Pulumi's names to AWS's. A dotted property is a nested one, a dotted member too; `Attributes[key]` is a pair
    in a list of keys and values; an empty name means that the nested properties are sent one by one."""
    encode: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    """What to make of a property, by its path, before it is converted."""
    outputs: Mapping[str, str | Compute] = field(default_factory=dict)
    """Outputs that names do not lead to: a JMESPath into what the reads found, a template, or a function."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """Inputs that the vendor's plugin fills in."""
    replace: tuple[str, ...] = ()
    """Inputs that replace the resource although an update call would take them."""
    hooked: tuple[str, ...] = ()
    """Inputs that `after_create` and `after_update` apply."""
    local: tuple[str, ...] = ()
    """Inputs that only the plugin acts on."""
    write_only: tuple[str, ...] = ()
    """Inputs (nested ones by their path) that AWS never returns."""
    unechoed: Mapping[str, Gap] = field(default_factory=dict)
    """Inputs (nested ones by their path) that the emulator does not return, each with the gap that says so: a read
    keeps what was last set."""
    json: tuple[str, ...] = ()
    """Inputs that are compared as JSON documents."""
    same: Mapping[str, Callable[[Any, Any], bool]] = field(default_factory=dict)
    """How else an input is compared."""

    limits: Mapping[str, Limit] = field(default_factory=dict)
    required_one: tuple[tuple[str, ...], ...] = ()
    """Groups of inputs of which exactly one is set."""
    checks: tuple[Rule, ...] = ()

    gone: str = ""
    """A JMESPath over what the reads found: true for a resource that was deleted."""
    gone_codes: tuple[str, ...] = ()
    """Error codes that mean that a resource is gone, beside those that say so by their name."""
    retry: Mapping[str, float] = field(default_factory=dict)
    """Error codes on which a call is repeated, and for how many seconds."""
    wait_created: tuple[Wait, ...] = ()
    wait_updated: tuple[Wait, ...] = ()
    wait_deleted: tuple[Wait, ...] = ()
    after_create: Hook | None = None
    after_update: Hook | None = None
    before_delete: Hook | None = None
    delete_before_replace: bool = False
    """AWS allows one of its kind at a time, whatever its name."""

    @property
    def module(self) -> str:
        """The module of pulumi_aws: `ec2` of `aws:ec2/vpc:Vpc`; `lambda_`, because `lambda` is Python's own word."""
        name = self.token.split(":")[1].split("/")[0]
        return f"{name}_" if keyword.iskeyword(name) else name

    @property
    def cls(self) -> str:
        """The class of pulumi_aws: `Vpc` of `aws:ec2/vpc:Vpc`."""
        return self.token.rsplit(":", 1)[1]

    def calls(self) -> tuple[Call, ...]:
        """Every call that carries inputs."""
        return (self.create, *(origin.call for origin in self.origins.values()), *self.update)
