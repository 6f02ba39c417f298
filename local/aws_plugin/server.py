"""The gRPC side: Pulumi's provider protocol on top of `check`, `diff` and `lifecycle`."""

from __future__ import annotations

import functools
import json
import signal
import threading
from collections.abc import Callable, Mapping
from concurrent import futures
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from local.aws_plugin import VERSION, tables
from local.aws_plugin.aws import Aws, AwsError
from local.aws_plugin.catalog import Catalog
from local.aws_plugin.check import Settings, check
from local.aws_plugin.convert import nearest
from local.aws_plugin.diff import Change, diff
from local.aws_plugin.lifecycle import Lifecycle, PartialError
from local.aws_plugin.plan import Plan
from local.aws_plugin.underway import underway
from local.aws_plugin.values import Properties, decode, encode

_WORKERS = 64
"""Calls at a time: the engine sends as many as its --parallel; most of them wait for the network."""

_MESSAGE_BYTES = 400 * 1024 * 1024
"""The limit of the engine itself."""

_CONFIG = frozenset(
    {
        "region",
        "defaultTags",
        "version",
        "profile",
        "allowedAccountIds",
        "skipCredentialsValidation",
        "skipMetadataApiCheck",
        "skipRegionValidation",
        "skipRequestingAccountId",
        "s3UsePathStyle",
    }
)
_KINDS = {
    (kind, replaces): getattr(provider_pb2.PropertyDiff, kind.upper() + ("_REPLACE" if replaces else ""))
    for kind in ("add", "update", "delete")
    for replaces in (False, True)
}


@dataclass(frozen=True)
class _Status(grpc.Status):
    """An error with details, in the form that grpc takes."""

    code: grpc.StatusCode
    details: str
    trailing_metadata: tuple[tuple[str, bytes], ...]


class Refused(Exception):  # noqa: N818 - not an error of ours but an answer
    """A request that cannot be served; the text is for the user."""


def _answers(method: Callable[..., Any]) -> Callable[..., Any]:
    """Turn what goes wrong in a method into one line for the user."""

    @functools.wraps(method)
    def guarded(self: Provider, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return method(self, request, context)
        except PartialError as error:
            known = request.news if isinstance(request, provider_pb2.UpdateRequest) else request.properties
            context.abort_with_status(partial_status(error, known))
        except (AwsError, Refused) as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))

    return guarded


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """The provider's methods, each a few lines between the wire and the other modules."""

    def __init__(self) -> None:
        self._catalog = Catalog(tables.RESOURCES.values())
        self._settings = Settings()
        self._aws = Aws("")
        self._plans: dict[str, Plan] = {}
        self._lock = threading.Lock()

    # --- the provider itself

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: ARG002
        """What this provider can take."""
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def Attach(self, request: Any, context: Any) -> Any:  # noqa: ARG002
        """Let an engine attach to a running provider (PULUMI_DEBUG_PROVIDERS=aws:PORT)."""
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: ARG002
        """The version."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetSchema(self, request: Any, context: Any) -> Any:  # noqa: ARG002
        """A schema that names the package and no types: the SDK has them."""
        return provider_pb2.GetSchemaResponse(schema=json.dumps({"name": "aws", "version": VERSION}))

    def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: ARG002
        """Refuse configuration that this provider would not act on."""
        failures = [
            provider_pb2.CheckFailure(
                property=name, reason=f"the stand-in plugin has no such setting; {nearest(name, _CONFIG)}"
            )
            for name in request.news.fields
            if name not in _CONFIG
        ]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: ARG002
        """Another region is another provider: everything in it is replaced."""
        olds = decode(request.old_inputs if request.old_inputs.fields else request.olds).values
        news = decode(request.news).values
        changed = [name for name in sorted({*olds, *news} - {"version"}) if olds.get(name) != news.get(name)]
        some = provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(changes=some, diffs=changed, replaces=[n for n in changed if n == "region"])

    def Configure(self, request: Any, context: Any) -> Any:
        """Take region and default tags; endpoints and credentials come from the AWS_* environment."""
        config = {name: _parsed(value) for name, value in decode(request.args).values.items()}
        if not config:
            config = {name.split(":")[-1]: _parsed(value) for name, value in request.variables.items()}
        tags = config.get("defaultTags") or {}
        if not isinstance(tags, Mapping):
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "defaultTags: is not an object with the key `tags`")
        self._settings = Settings(region=str(config.get("region", "")), default_tags=tags.get("tags") or {})
        self._aws = Aws(self._settings.region)
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: ARG002
        """End waits and begin nothing new."""
        self._aws.cancel()
        return empty_pb2.Empty()

    # --- resources

    def Check(self, request: Any, context: Any) -> Any:
        """Complete the inputs, and say what is wrong with them."""
        news = decode(request.news)
        token = _token(request.urn)
        if token not in tables.RESOURCES:
            reason = f"the stand-in AWS plugin does not know {token}; {nearest(token, tables.RESOURCES)}"
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, reason)
        olds = decode(request.olds).values
        name = request.urn.rsplit("::", 1)[1]
        inputs, problems = check(
            self._plan(token), news.values, olds, self._settings, urn_name=name, seed=request.randomSeed
        )
        # Without `property`: the engine would print the value beside it, were it a secret or not.
        failures = [provider_pb2.CheckFailure(reason=p.text(_secret(news))) for p in problems]
        return provider_pb2.CheckResponse(inputs=encode(inputs, _secret(news)), failures=failures)

    @_answers
    def Diff(self, request: Any, context: Any) -> Any:  # noqa: ARG002
        """Compare old inputs with new ones."""
        plan = self._plan(_token(request.urn))
        olds = _without(decode(request.old_inputs).values, ())
        news = decode(request.news).values
        ignored = set(request.ignoreChanges)
        changes = [c for c in diff(plan, olds, news) if c.path.split(".")[0].split("[")[0] not in ignored]
        return _diff_response(plan, changes, news)

    @_answers
    def Create(self, request: Any, context: Any) -> Any:  # noqa: ARG002
        """Create a resource, or say what is known of it before."""
        news = decode(request.properties)
        lifecycle = self._lifecycle(request.urn)
        if request.preview:
            return provider_pb2.CreateResponse(properties=encode(lifecycle.preview_create(news.values), _secret(news)))
        with underway(request.urn):
            resource_id, outputs = lifecycle.create(news.values)
        return provider_pb2.CreateResponse(id=resource_id, properties=encode(outputs, _secret(news)))

    @_answers
    def Read(self, request: Any, context: Any) -> Any:  # noqa: ARG002
        """Read for a refresh, or for an import where nothing is known but the id."""
        inputs, outputs = decode(request.inputs), decode(request.properties)
        found = self._lifecycle(request.urn).read(request.id, inputs.values, outputs.values)
        if found is None:
            return provider_pb2.ReadResponse()
        secrets = _secret(inputs) | outputs.secrets
        return provider_pb2.ReadResponse(
            id=found[0], inputs=encode(found[1], secrets), properties=encode(found[2], secrets)
        )

    @_answers
    def Update(self, request: Any, context: Any) -> Any:  # noqa: ARG002
        """Change a resource in place."""
        news, outputs = decode(request.news), decode(request.olds)
        secrets = _secret(news)
        if request.preview:
            planned = {**outputs.values, **_without(news.values, ("__defaults",))}
            return provider_pb2.UpdateResponse(properties=encode(planned, secrets))
        olds = decode(request.old_inputs).values
        changed = self._lifecycle(request.urn).update(request.id, olds, news.values, outputs.values)
        return provider_pb2.UpdateResponse(properties=encode(changed, secrets))

    @_answers
    def Delete(self, request: Any, context: Any) -> Any:  # noqa: ARG002
        """Delete a resource."""
        inputs, outputs = decode(request.old_inputs), decode(request.properties)
        self._lifecycle(request.urn).delete(request.id, inputs.values, outputs.values)
        return empty_pb2.Empty()

    # --- parts

    def _plan(self, token: str) -> Plan:
        with self._lock:
            if token not in self._plans:
                if token not in tables.RESOURCES:
                    msg = f"the stand-in AWS plugin does not know {token}; {nearest(token, tables.RESOURCES)}"
                    raise Refused(msg)
                self._plans[token] = Plan(tables.RESOURCES[token], self._catalog)
            return self._plans[token]

    def _lifecycle(self, urn: str) -> Lifecycle:
        return Lifecycle(self._plan(_token(urn)), self._aws, self._settings)


def _token(urn: str) -> str:
    """The type in a URN: the last of its chain of types."""
    return urn.split("::")[2].rsplit("$", 1)[-1]


def _parsed(value: Any) -> Any:
    """A configuration value: objects come as JSON text."""
    if isinstance(value, str) and value[:1] in {"{", "["}:
        return json.loads(value)
    return value


def _secret(properties: Properties) -> set[str]:
    """The secret names; tags that hold a secret make all tags one."""
    return properties.secrets | ({"tagsAll"} if "tags" in properties.secrets else set())


def _without(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}


def _diff_response(plan: Plan, changes: list[Change], news: Mapping[str, Any]) -> Any:
    response = provider_pb2.DiffResponse(hasDetailedDiff=True)
    some, none = provider_pb2.DiffResponse.DIFF_SOME, provider_pb2.DiffResponse.DIFF_NONE
    response.changes = some if changes else none
    for change in changes:
        top = change.path.split(".")[0].split("[")[0]
        if top not in response.diffs:
            response.diffs.append(top)
        if change.replaces and top not in response.replaces:
            response.replaces.append(top)
        response.detailedDiff[change.path].kind = _KINDS[change.kind, change.replaces]
        response.detailedDiff[change.path].inputDiff = True
    # Two resources cannot have one name at a time: where the program chose it, the old one goes first.
    name = plan.resource.name
    chosen = name and name not in response.diffs and name not in news.get("__defaults", ())
    response.deleteBeforeReplace = bool(response.replaces and (chosen or plan.resource.delete_before_replace))
    return response


def partial_status(error: PartialError, inputs: struct_pb2.Struct) -> grpc.Status:
    """The error by which the engine learns that a resource exists, and what is wrong with it."""
    secrets = _secret(decode(inputs))
    detail = provider_pb2.ErrorResourceInitFailed(
        id=error.id,
        properties=encode(error.outputs, secrets),
        inputs=encode(error.inputs, secrets),
        reasons=[error.reason],
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=error.reason)
    status.details.add().Pack(detail)
    return _Status(grpc.StatusCode.UNKNOWN, error.reason, (("grpc-status-details-bin", status.SerializeToString()),))


def serve(port: int = 0) -> None:
    """Serve on loopback, print the port as Pulumi's plugin protocol wants, and run until told to end."""
    options = [("grpc.max_receive_message_length", _MESSAGE_BYTES), ("grpc.max_send_message_length", _MESSAGE_BYTES)]
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=_WORKERS), options=options)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(), server)
    bound = server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    print(bound, flush=True)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()
    server.stop(grace=1).wait()
