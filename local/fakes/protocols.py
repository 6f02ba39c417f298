"""AWS's protocols as a server speaks them: which operation a request asks for, its parameters, and the answer.

https://smithy.io/2.0/aws/protocols/ describes them; botocore's models say what each operation's messages are.
Members that travel in headers of a response are not supported: no fake has one.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qs, parse_qsl, unquote
from xml.etree import ElementTree as ET

from local.fakes.errors import ApiError

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel, Shape, StructureShape


@dataclass(frozen=True)
class Request:
    """An HTTP request."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    """By name in lower case."""
    body: bytes

    @property
    def scope(self) -> tuple[str, str]:
        """The service and region that the signature names; empty for an unsigned request."""
        found = re.search(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/", self.headers.get("authorization", ""))
        return (found[2], found[1]) if found else ("", "")


@dataclass(frozen=True)
class Reply:
    """An HTTP response."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Wire(Protocol):
    """A protocol."""

    invalid: str
    """The code of the error for parameters that the model refuses."""

    def read(self, model: ServiceModel, request: Request) -> tuple[str, dict[str, Any]]:
        """The operation's name and its parameters. Raises `ApiError` when there is none such."""

    def answer(self, operation: OperationModel, result: dict[str, Any]) -> Reply:
        """The operation's response."""

    def refusal(self, error: ApiError) -> Reply:
        """The response for an error of the caller."""


class Json:
    """Everything as JSON to one address; the operation is in a header."""

    invalid = "ValidationException"

    def read(self, model: ServiceModel, request: Request) -> tuple[str, dict[str, Any]]:
        prefix, _, name = request.headers.get("x-amz-target", "").partition(".")
        return (name if prefix == model.metadata["targetPrefix"] else "", json.loads(request.body or b"{}"))

    def answer(self, operation: OperationModel, result: dict[str, Any]) -> Reply:
        return _json(200, result, f"application/x-amz-json-{operation.service_model.metadata['jsonVersion']}")

    def refusal(self, error: ApiError) -> Reply:
        return _json(400, {"__type": error.code, "message": str(error)}, "application/x-amz-json-1.1")


class RestJson:
    """JSON bodies; the operation and some parameters are in method, path, query and headers."""

    invalid = "ValidationException"

    def read(self, model: ServiceModel, request: Request) -> tuple[str, dict[str, Any]]:
        for name in model.operation_names:
            operation = model.operation_model(name)
            route = re.fullmatch(_route(operation.http["requestUri"]), request.path)
            if route and operation.http["method"] == request.method:
                return name, self._params(operation.input_shape, route, request)
        return "", {}

    def answer(self, operation: OperationModel, result: dict[str, Any]) -> Reply:
        names = {
            member: shape.serialization.get("name", member)
            for member, shape in (operation.output_shape.members if operation.output_shape else {}).items()
        }
        body = {names[member]: value for member, value in result.items()}
        return _json(operation.http.get("responseCode", 200), body, "application/json")

    def refusal(self, error: ApiError) -> Reply:
        reply = _json(400, {"message": str(error), "Message": str(error)}, "application/json")
        return Reply(reply.status, {**reply.headers, "X-Amzn-ErrorType": error.code}, reply.body)

    def _params(self, shape: StructureShape | None, route: re.Match[str], request: Request) -> dict[str, Any]:
        if shape is None:
            return {}
        query, body = parse_qs(request.query), json.loads(request.body or b"{}")
        params: dict[str, Any] = {}
        for member, inner in shape.members.items():
            name = inner.serialization.get("name", member)
            match inner.serialization.get("location"):
                case "uri":
                    params[member] = unquote(route[name])
                case "querystring" if name in query:
                    params[member] = query[name] if inner.type_name == "list" else _scalar(inner, query[name][0])
                case "header" if name.lower() in request.headers:
                    params[member] = _scalar(inner, request.headers[name.lower()])
                case None if name in body:
                    params[member] = body.pop(name)
        return {**params, **body}  # what no member is named by, the validation reports


class Query:
    """Flattened form parameters, answered in XML."""

    invalid = "ValidationError"

    def read(self, model: ServiceModel, request: Request) -> tuple[str, dict[str, Any]]:
        form = dict(parse_qsl(request.body.decode() or request.query, keep_blank_values=True))
        name = form.pop("Action", "")
        form.pop("Version", None)
        if name not in model.operation_names:
            return name, {}
        params = self._read(model.operation_model(name).input_shape, "", form) or {}
        return name, {**params, **form}  # what was not taken out is unknown, and the validation reports it

    def answer(self, operation: OperationModel, result: dict[str, Any]) -> Reply:
        root = ET.Element(f"{operation.name}Response", xmlns=operation.service_model.metadata["xmlNamespace"])
        shape = operation.output_shape
        if shape is not None:
            self._write(root, shape.serialization.get("resultWrapper", f"{operation.name}Result"), shape, result)
        ET.SubElement(ET.SubElement(root, "ResponseMetadata"), "RequestId").text = _REQUEST_ID
        return _xml(200, root)

    def refusal(self, error: ApiError) -> Reply:
        root = ET.Element("ErrorResponse")
        inner = ET.SubElement(root, "Error")
        for name, text in (("Type", "Sender"), ("Code", error.code), ("Message", str(error))):
            ET.SubElement(inner, name).text = text
        ET.SubElement(root, "RequestId").text = _REQUEST_ID
        return _xml(400, root)

    def _read(self, shape: Any, prefix: str, form: dict[str, str]) -> Any:
        """The value at `prefix`, taken out of the form; None when there is none."""
        if shape is None or (prefix and not any(key == prefix or key.startswith(f"{prefix}.") for key in form)):
            return None
        match shape.type_name:
            case "structure":
                values = {
                    member: self._read(inner, _join(prefix, inner.serialization.get("name", member)), form)
                    for member, inner in shape.members.items()
                }
                return {member: value for member, value in values.items() if value is not None}
            case "list":
                form.pop(prefix, None)  # present, and empty, for a list of nothing
                each = "" if shape.serialization.get("flattened") else shape.member.serialization.get("name", "member")
                return self._numbered(lambda at: self._read(shape.member, at, form), _join(prefix, each))
            case "map":
                entry = prefix if shape.serialization.get("flattened") else f"{prefix}.entry"
                pairs = self._numbered(
                    lambda at: self._read(shape.key, f"{at}.key", form) and (
                        self._read(shape.key, f"{at}.key", form), self._read(shape.value, f"{at}.value", form)
                    ),
                    entry,
                )  # fmt: skip
                return dict(pairs)
        return _scalar(shape, form.pop(prefix))

    def _numbered(self, read: Any, prefix: str) -> list[Any]:
        found: list[Any] = []
        while (value := read(f"{prefix}.{len(found) + 1}")) is not None:
            found.append(value)
        return found

    def _write(self, parent: ET.Element, name: str, shape: Any, value: Any) -> None:
        element = ET.SubElement(parent, name)
        match shape.type_name:
            case "structure":
                for member, inner in value.items():
                    found = shape.members[member]
                    if inner is not None:
                        self._write(element, found.serialization.get("name", member), found, inner)
            case "list":
                for inner in value:
                    self._write(element, shape.member.serialization.get("name", "member"), shape.member, inner)
            case "map":
                for key, inner in value.items():
                    entry = ET.SubElement(element, "entry")
                    self._write(entry, "key", shape.key, key)
                    self._write(entry, "value", shape.value, inner)
            case "boolean":
                element.text = "true" if value else "false"
            case "timestamp":
                element.text = value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            case _:
                element.text = str(value)


WIRES: Mapping[str, Wire] = {"json": Json(), "rest-json": RestJson(), "query": Query()}

_REQUEST_ID = "00000000-0000-0000-0000-000000000000"


def _scalar(shape: Shape, text: str) -> Any:
    """A value written as text; what cannot be read stays text, and the validation reports it."""
    try:
        match shape.type_name:
            case "integer" | "long":
                return int(text)
            case "float" | "double":
                return float(text)
            case "boolean":
                return {"true": True, "false": False}.get(text.lower(), text)
            case "blob":
                return base64.b64decode(text)
    except ValueError:
        return text
    return text


def _join(prefix: str, name: str) -> str:
    return ".".join(filter(None, (prefix, name)))


def _route(uri: str) -> str:
    path = uri.partition("?")[0]
    return "".join(
        rf"(?P<{part[1:-1].rstrip('+')}>{'.+' if '+' in part else '[^/]+'})"
        if part.startswith("{")
        else re.escape(part)
        for part in re.split(r"({[^}]+})", path)
    )


def _json(status: int, content: Any, kind: str) -> Reply:
    def default(value: Any) -> Any:
        return value.timestamp() if isinstance(value, datetime) else base64.b64encode(value).decode()

    return Reply(status, {"Content-Type": kind}, json.dumps(content, default=default).encode())


def _xml(status: int, root: ET.Element) -> Reply:
    return Reply(status, {"Content-Type": "text/xml"}, ET.tostring(root))
