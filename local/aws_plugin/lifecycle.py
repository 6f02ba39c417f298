"""Create, read, update and delete of any resource, as its table entry says."""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from local.aws_plugin.aws import Aws, AwsError
from local.aws_plugin.check import Settings
from local.aws_plugin.convert import put
from local.aws_plugin.diff import diff
from local.aws_plugin.plan import Plan, resolve
from local.aws_plugin.reading import State, imported, locate, read_outputs, read_tags, refreshed, search
from local.aws_plugin.spec import Call, Origin, Wait
from local.aws_plugin.values import UNKNOWN

_ELSEWHERE = re.compile(r"(?P<id>.+)@(?P<region>[a-z]{2}(-[a-z]+)+-\d)")


class InvalidError(AwsError):
    """Inputs that AWS would refuse, found only now that all values are known."""


class PartialError(Exception):
    """A resource that exists but is not as it should be; the engine must remember it."""

    def __init__(self, resource_id: str, inputs: Mapping[str, Any], outputs: Mapping[str, Any], reason: str) -> None:
        super().__init__(reason)
        self.id = resource_id
        self.inputs = inputs
        self.outputs = outputs
        self.reason = reason


class Lifecycle:
    """The four verbs for one resource."""

    def __init__(self, plan: Plan, aws: Aws, settings: Settings) -> None:
        self.plan = plan
        self.spec = plan.resource
        self.aws = aws
        self.settings = settings

    # --- verbs

    def preview_create(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """The outputs as far as they are known before the resource exists."""
        outputs = dict.fromkeys(self.plan.outputs, UNKNOWN)
        return {**outputs, "region": self.aws.region, **_public(inputs)}

    def create(self, inputs: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Create the resource: its id and outputs. Raises `PartialError` once it exists."""
        state = State(self.aws, inputs)
        origin = self.plan.origin(inputs)
        response = self._send(origin.call, inputs, state)
        state.update(read_outputs(self.plan, locate(origin.call, state, response) or {}, state, partial=True))
        state["id"] = self._identify(state, response)
        try:
            self._finish(origin, inputs, state)
            found = self.read(state["id"], inputs, state)
        except AwsError as error:
            raise self._partial(state["id"], inputs, state, str(error)) from None
        if found is None:
            reason = f"{origin.call.op} succeeded, but the resource cannot be found"
            raise self._partial(state["id"], inputs, state, reason)
        return found[0], found[2]

    def _partial(
        self, resource_id: str, inputs: Mapping[str, Any], known: Mapping[str, Any], reason: str
    ) -> PartialError:
        """The error for a resource that is there, as it is now: the next deployment sees what is still to do."""
        with contextlib.suppress(AwsError):
            found = self.read(resource_id, inputs, known)
            if found:
                return PartialError(resource_id, found[1], found[2], reason)
        outputs = {name: value for name, value in known.items() if name in self.plan.outputs}
        return PartialError(resource_id, inputs, {**outputs, **_public(inputs)}, reason)

    def _finish(self, origin: Origin, inputs: Mapping[str, Any], state: State) -> None:
        self._wait(self.spec.wait_created, state)
        for call in self.spec.update:
            names = self.plan.tops(call) - self.plan.created_with(origin.call)
            if names & set(inputs):
                self._send(call, inputs, State(self.aws, state, origin.assume), None if call.whole else names)
        tags = inputs.get("tagsAll")
        if tags and self.spec.tags and not self._tagged_by(origin.call):
            self._tag({}, tags, state)
        if self.spec.after_create:
            self.spec.after_create(self, inputs, state)

    def _tagged_by(self, call: Call) -> bool:
        return "tagsAll" in {c.top for c in self.plan.carried(call)} or any(
            "TagSpecifications" in name for name in call.params
        )

    def read(
        self, resource_id: str, inputs: Mapping[str, Any], outputs: Mapping[str, Any]
    ) -> tuple[str, dict[str, Any], dict[str, Any]] | None:
        """The id, inputs and outputs as they are now, or None if the resource is gone.

        inputs and outputs: as last known; both empty for an import, whose id may end in ``@`` and another region.
        """
        elsewhere = None if inputs or outputs else _ELSEWHERE.fullmatch(resource_id)
        if elsewhere:
            resource_id, outputs = elsewhere["id"], {"region": elsewhere["region"]}
        state = self._known(resource_id, inputs, outputs)
        found = self._found(state)
        if found is None or (self.spec.gone and search(self.spec.gone, found)):
            return None
        now = read_outputs(self.plan, found, state)
        read_tags(self.plan, found, now, inputs.get("tags", {}), self.settings.default_tags)
        now.setdefault("region", state["region"])
        fresh = refreshed(self.plan, inputs or imported(self.plan, now), now)
        if "region" not in self.plan.outputs:
            del now["region"]
        state.update(now)
        return self._identify(state, found, created=False) or resource_id, fresh, now

    def update(
        self, resource_id: str, olds: Mapping[str, Any], news: Mapping[str, Any], outputs: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Change the resource from its old inputs to the new ones; the outputs after that."""
        state = State(self.aws, outputs, news, {"id": resource_id})
        changed = {change.path.split(".")[0].split("[")[0] for change in diff(self.plan, olds, news)}
        for call in self.spec.update:
            names = set(self.plan.tops(call) & changed)
            if names:
                self._send(call, news, state, None if call.whole else names)
        if "tagsAll" in changed and self.spec.tags:
            self._tag(olds.get("tagsAll", {}), news.get("tagsAll", {}), state)
        try:
            self._wait(self.spec.wait_updated, state)
            if self.spec.after_update:
                self.spec.after_update(self, olds, news, state)
            found = self.read(resource_id, news, outputs)
        except AwsError as error:
            raise self._partial(resource_id, news, outputs, str(error)) from None
        if found is None:
            raise AwsError(f"{self.spec.token} {resource_id} was deleted behind Pulumi's back: run `pulumi refresh`")
        return found[2]

    def delete(self, resource_id: str, inputs: Mapping[str, Any], outputs: Mapping[str, Any]) -> None:
        """Delete the resource; that it is gone already is fine."""
        state = self._known(resource_id, inputs, outputs)
        if state.get("skipDestroy"):
            return
        try:
            if self.spec.before_delete:
                self.spec.before_delete(self, state)
            for call in self.spec.delete:
                self._retried(lambda call=call: self._send(call, {}, state))  # type: ignore[misc]
        except AwsError as error:
            if self._gone(error):
                return  # and with it, it may be, what a waiter would ask: its cluster, its VPC
            raise
        self._wait(self.spec.wait_deleted, state)

    # --- parts

    def request(
        self, op: str, params: Mapping[str, Any], state: Mapping[str, Any], service: str = ""
    ) -> dict[str, Any]:
        """One call to the resource's service in its region."""
        return self.aws.call(service or self.spec.service, op, params, str(state.get("region") or ""))

    def _send(
        self, call: Call, inputs: Mapping[str, Any], state: Mapping[str, Any], only: Collection[str] | None = None
    ) -> dict[str, Any]:
        if any(not state.get(name) for name in call.needs):
            return {}
        if call in self.spec.calls():
            params, problems = self.plan.build(call, inputs, state, only)
            if problems:
                # Without values: which of them are secret is not known here.
                raise InvalidError(f"{call.op}: " + "; ".join(f"{p.path} {p.reason}" for p in problems))
        else:
            params = {k: v for k, v in resolve(call.params, state).items() if v is not None}
        if call in self.spec.read:
            return self.aws.read(call.service or self.spec.service, call.op, params, str(state.get("region") or ""))
        return self._retried(functools.partial(self.request, call.op, params, state, call.service))

    def _gone(self, error: AwsError) -> bool:
        return error.gone or error.code in self.spec.gone_codes

    def _retried(self, attempt: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Try again, a second apart, where AWS refuses for as long as another change takes to be seen."""
        waited = 0.0
        while True:
            try:
                return attempt()
            except AwsError as error:
                limit = self.spec.retry.get(error.code, 0.0)
                if waited >= limit:
                    raise
            self.aws.pause(1)
            waited += 1

    def _wait(self, waits: tuple[Wait, ...], state: Mapping[str, Any]) -> None:
        for wait in waits:
            self.aws.wait(self.spec.service, wait, resolve(wait.params, state), str(state.get("region") or ""))

    def _identify(self, state: Mapping[str, Any], response: Mapping[str, Any], *, created: bool = True) -> str:
        """The id, from what is known and the response of the create call, or what the reads found."""
        if callable(self.spec.id):
            return str(self.spec.id(state, response) or "")
        if "{" in self.spec.id:
            return str(resolve(self.spec.id, state) or "")
        return str(search(self.spec.id, response) or "") if created else str(state["id"])

    def _known(self, resource_id: str, inputs: Mapping[str, Any], outputs: Mapping[str, Any]) -> State:
        """What is known of a resource before it is read: for an import, what its id says."""
        parsed = self._parse(resource_id)
        return State(self.aws, parsed, outputs, inputs, {"id": parsed.get("id", resource_id)})

    def _parse(self, resource_id: str) -> dict[str, str]:
        """The properties that an id is made of, by the template of the import id or of the id."""
        for template in (self.spec.import_id, self.spec.id):
            if isinstance(template, str) and ("{" in template or "(?P" in template):
                escaped = template if "(?P" in template else re.escape(template)
                pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", escaped)
                match = re.fullmatch(pattern, resource_id)
                if match:
                    return match.groupdict()
        return {}

    def _found(self, state: State) -> dict[str, Any] | None:
        found: dict[str, Any] = {}
        for call in self.spec.read:
            try:
                response = self._send(call, {}, state)
            except AwsError as error:
                if not self._gone(error):
                    raise
                response = None
            item = None if response is None else locate(call, state, response)
            if not item and not call.optional:
                return None
            if call.into:
                found[call.into] = item
            elif isinstance(item, Mapping):
                found.update({k: v for k, v in item.items() if k != "ResponseMetadata"})
                for name, value in read_outputs(self.plan, found, state, partial=True).items():
                    state.setdefault(name, value)
        return found

    def _tag(self, olds: Mapping[str, str], news: Mapping[str, str], state: State) -> None:
        calls = self.spec.tags
        if calls is None:
            return
        params = resolve(calls.params, state)
        removed = [key for key in olds if key not in news]
        added = {key: value for key, value in news.items() if olds.get(key) != value}
        if removed:
            keys: Any = [{"Key": key} for key in removed] if calls.keys_as_pairs else removed
            self.request(calls.remove, _with(params, calls.keys, keys), state)
        if added:
            self.request(calls.add, _with(params, calls.member, _tag_form(calls.form, added)), state)


def _with(params: Mapping[str, Any], member: str, value: Any) -> dict[str, Any]:
    more = dict(params)
    put(more, member, value)
    return more


def _tag_form(form: str, tags: Mapping[str, str]) -> Any:
    if form == "map":
        return dict(tags)
    key, value = {"lower": ("key", "value"), "kms": ("TagKey", "TagValue")}.get(form, ("Key", "Value"))
    return [{key: k, value: v} for k, v in tags.items()]


def _public(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs that are outputs as well."""
    return {name: value for name, value in inputs.items() if name != "__defaults"}
