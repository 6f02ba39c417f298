"""The vocabulary of the tables: how a Pulumi type maps onto API calls.

Names map by themselves: a property belongs to the member of a request or response that is spelled the
same but for case and a plural s. A table names only the exceptions. The rest of the behaviour follows
from the botocore models: which call carries a property, which properties can be updated (those that an
update call takes; all others replace the resource), which values are refused.

In `params`, `id` and templates, a string such as `$vpcId` or `{vpcId}` stands for that property of the
resource: an input, an output, or one of `id`, `region`, `account`.
"""

from __future__ import annotations

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
    delay: float = 1
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

    form: `pairs` (Key, Value), `lower` (key, value), `kms` (TagKey, TagValue) or `map`. keys_as_pairs: the keys to remove are pairs too.
    """

    add: str
    remove: str
    params: Mapping[str, Any]
    member: str = "Tags"
    keys: str = "TagKeys"
    form: str = "pairs"
    keys_as_pairs: bool = False


Rule = Callable[[Mapping[str, Any]], list[tuple[str, str]]]
"""A further rule: from the inputs to pairs of property and reason."""

Compute = Callable[[State, Any], Any]
"""A computed output from (state, what the reads found)."""
Hook = Callable[..., Any]


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One Pulumi type.

    id: template over inputs and outputs, or a JMESPath into the create call's response, or a function.
    import_id: the template of the id that `pulumi import` takes, where that is not `id`.
    name: the property that gets a generated name when it is not set. rename: Pulumi's names to AWS's;
    a dotted property is a nested one, a dotted member too; `Attributes[key]` is a pair in a list of
    keys and values; an empty name means that only its nested properties are sent. local: properties that only this plugin acts on. write_only: properties that AWS
    never returns. unechoed: properties (also nested ones, by their path) that the emulator does not
    return, each with the gap that says so: a read keeps what was last set. replace: more properties that replace the resource when they change. defaults: values that the
    vendor's plugin fills in. json: properties compared as JSON documents. same: how else a property is compared.
    encode: what to make of a property (by its path) before it is converted. hooked: properties that
    `after_create` and `after_update` apply. outputs: outputs that are not
    found by name: a JMESPath into what the reads found, a template with braces, or a function.
    unset: what an update sends for a property that was removed. gone: JMESPath over what the reads
    found; true if that is a resource that was deleted. gone_codes: further error codes of reads that mean so. retry: error
    codes on which a call is repeated, and for how many seconds. required_one: groups of which exactly one is
    set. checks: further rules, functions from the inputs to pairs of property and reason.
    """

    token: str
    service: str
    create: Call
    id: str | Compute
    read: tuple[Call, ...]
    update: tuple[Call, ...] = ()
    delete: tuple[Call, ...] = ()
    import_id: str = ""
    name: str = ""
    rename: Names = field(default_factory=dict)
    local: tuple[str, ...] = ()
    write_only: tuple[str, ...] = ()
    unechoed: Mapping[str, Gap] = field(default_factory=dict)
    replace: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    json: tuple[str, ...] = ()
    same: Mapping[str, Callable[[Any, Any], bool]] = field(default_factory=dict)
    encode: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    hooked: tuple[str, ...] = ()
    outputs: Mapping[str, str | Compute] = field(default_factory=dict)
    unset: Mapping[str, Any] = field(default_factory=dict)
    gone: str = ""
    gone_codes: tuple[str, ...] = ()
    limits: Mapping[str, Limit] = field(default_factory=dict)
    required_one: tuple[tuple[str, ...], ...] = ()
    checks: tuple[Rule, ...] = ()
    tags: TagCalls | None = None
    wait_created: tuple[Wait, ...] = ()
    wait_updated: tuple[Wait, ...] = ()
    wait_deleted: tuple[Wait, ...] = ()
    after_create: Hook | None = None
    after_update: Hook | None = None
    before_delete: Hook | None = None
    delete_before_replace: bool = False
    retry: Mapping[str, float] = field(default_factory=dict)

    @property
    def module(self) -> str:
        """The module of pulumi_aws: `ec2` of `aws:ec2/vpc:Vpc`."""
        return self.token.split(":")[1].split("/")[0]

    @property
    def cls(self) -> str:
        """The class of pulumi_aws: `Vpc` of `aws:ec2/vpc:Vpc`."""
        return self.token.rsplit(":", 1)[1]

    def calls(self) -> tuple[Call, ...]:
        """Every call that carries inputs."""
        return (self.create, *self.update)
