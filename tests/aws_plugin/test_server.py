"""The provider over gRPC as the engine speaks to it, as far as that needs no AWS."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import struct_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from local.aws_plugin.lifecycle import PartialError
from local.aws_plugin.server import partial_status
from local.aws_plugin.values import SECRET, SIGNATURE, UNKNOWN, UNKNOWN_WIRE, decode, encode
from tests.aws_plugin.conftest import free_port

ROOT = Path(__file__).parents[2]
URN = "urn:pulumi:s::p::plinth:net:Network$aws:ec2/vpc:Vpc::network"


@pytest.fixture(scope="module")
def provider() -> Iterator[Any]:
    """The plugin as a process, configured, with an AWS that does not answer."""
    command = [sys.executable, "-m", "local.aws_plugin", "127.0.0.1:1"]
    endpoint = f"http://127.0.0.1:{free_port()}"
    environment = {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}

    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, env={**os.environ, **environment}) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            stub = provider_pb2_grpc.ResourceProviderStub(channel)
            tags = json.dumps({"tags": {"Environment": "test"}})
            answer = stub.Configure(
                provider_pb2.ConfigureRequest(
                    args=encode({"region": "us-west-2", "defaultTags": tags}), acceptSecrets=True
                )
            )
            assert answer.acceptSecrets
            assert answer.supportsPreview
            yield stub
        process.terminate()


def test_check_keeps_secrets_and_unknowns(provider: Any) -> None:
    news = encode({"cidrBlock": "10.0.0.0/16", "tags": {"a": "hidden", "b": UNKNOWN}}, {"tags"})
    answer = provider.Check(provider_pb2.CheckRequest(urn=URN, news=news))
    assert not answer.failures
    assert answer.inputs.fields["tags"].struct_value.fields[SIGNATURE].string_value == SECRET
    assert answer.inputs.fields["tagsAll"].struct_value.fields["value"].string_value == UNKNOWN_WIRE
    assert decode(answer.inputs).values["enableDnsSupport"] is True


def test_check_says_what_is_wrong(provider: Any) -> None:
    answer = provider.Check(provider_pb2.CheckRequest(urn=URN, news=encode({"cidrBlok": "10.0.0.0/16"})))
    assert [failure.reason for failure in answer.failures] == [
        "cidrBlok: no such property of aws:ec2/vpc:Vpc; did you mean `cidrBlock` or `ipv6CidrBlock`?"
    ]


def test_an_unknown_type_names_the_nearest(provider: Any) -> None:
    with pytest.raises(grpc.RpcError) as error:
        provider.Check(provider_pb2.CheckRequest(urn=URN.replace("vpc:Vpc", "vpcs:Vpcs"), news=struct_pb2.Struct()))
    assert "`aws:ec2/vpc:Vpc`" in str(error.value.details())


def test_an_unknown_setting_of_the_provider_is_refused(provider: Any) -> None:
    answer = provider.CheckConfig(provider_pb2.CheckRequest(urn=URN, news=encode({"regoin": "us-west-2"})))
    assert "did you mean `region`" in answer.failures[0].reason


def test_diff_is_detailed(provider: Any) -> None:
    olds, news = encode({"cidrBlock": "10.0.0.0/16"}), encode({"cidrBlock": "10.1.0.0/16"})
    answer = provider.Diff(provider_pb2.DiffRequest(id="vpc-1", urn=URN, olds=olds, old_inputs=olds, news=news))
    assert answer.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert list(answer.replaces) == ["cidrBlock"]
    assert answer.detailedDiff["cidrBlock"].kind == provider_pb2.PropertyDiff.UPDATE_REPLACE


def test_diff_of_ignored_changes_is_none(provider: Any) -> None:
    olds, news = encode({"cidrBlock": "10.0.0.0/16"}), encode({"cidrBlock": "10.1.0.0/16"})
    request = provider_pb2.DiffRequest(urn=URN, olds=olds, old_inputs=olds, news=news, ignoreChanges=["cidrBlock"])
    assert provider.Diff(request).changes == provider_pb2.DiffResponse.DIFF_NONE


def test_a_replacement_with_a_chosen_name_deletes_first(provider: Any) -> None:
    urn = URN.replace("ec2/vpc:Vpc", "iam/role:Role")
    olds = encode({"name": "mine", "path": "/"})
    chosen = provider.Diff(
        provider_pb2.DiffRequest(urn=urn, olds=olds, old_inputs=olds, news=encode({"name": "mine", "path": "/a/"}))
    )
    assert chosen.deleteBeforeReplace
    generated = encode({"name": "mine", "path": "/a/", "__defaults": ["name"]})
    assert not provider.Diff(provider_pb2.DiffRequest(urn=urn, old_inputs=olds, news=generated)).deleteBeforeReplace


def test_a_preview_knows_the_inputs_and_not_the_rest(provider: Any) -> None:
    answer = provider.Create(
        provider_pb2.CreateRequest(urn=URN, properties=encode({"cidrBlock": "10.0.0.0/16"}), preview=True)
    )
    values = decode(answer.properties).values
    assert (answer.id, values["cidrBlock"], values["arn"], values["region"]) == (
        "",
        "10.0.0.0/16",
        UNKNOWN,
        "us-west-2",
    )


def test_an_emulator_that_does_not_answer_is_said_in_one_line(provider: Any) -> None:
    with pytest.raises(grpc.RpcError) as error:
        provider.Create(provider_pb2.CreateRequest(urn=URN, properties=encode({"cidrBlock": "10.0.0.0/16"})))
    assert "ec2 CreateVpc: nothing answers at http://127.0.0.1" in str(error.value.details())
    assert "make up" in str(error.value.details())
    assert "\n" not in str(error.value.details())


def test_a_preview_imports_no_client() -> None:
    code = (
        "import sys, local.aws_plugin.server\n"
        "heavy = {'botocore.session', 'botocore.client', 'boto3', 'pulumi_aws', 'jmespath'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or None)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_partial_creation_is_told_to_the_engine() -> None:
    status = partial_status(
        PartialError("vpc-1", {"cidrBlock": "a"}, {"cidrBlock": "a"}, "why"), encode({"cidrBlock": "x"}, {"cidrBlock"})
    )
    content = dict(status.trailing_metadata or ())["grpc-status-details-bin"]
    assert isinstance(content, bytes)
    found = status_pb2.Status.FromString(content)
    detail = provider_pb2.ErrorResourceInitFailed()
    assert found.details[0].Unpack(detail)
    assert (detail.id, list(detail.reasons)) == ("vpc-1", ["why"])
    for properties in (detail.inputs, detail.properties):
        assert decode(properties).values == {"cidrBlock": "a"}
        assert decode(properties).secrets == {"cidrBlock"}
