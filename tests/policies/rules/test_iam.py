from __future__ import annotations

import json

import pytest

ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def allow(**changes):
    return {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"} | changes}


@pytest.mark.requirement("GRD-13", "CRT-SEC-05", "CHR-SEC-06")
@pytest.mark.parametrize(
    "token",
    [ROLE_POLICY, "aws:iam/policy:Policy", "aws:iam/userPolicy:UserPolicy", "aws:iam/groupPolicy:GroupPolicy"],
)
@pytest.mark.parametrize(
    "document",
    [
        allow(),
        allow(Action=["s3:GetObject", "*"], Resource=["*"]),
        allow(Action="*:*"),
        allow(Resource="arn:aws:*"),
        allow(Resource="arn:aws:*:*:*:*"),
        allow(Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
        {"Statement": [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]},
        {"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}, allow()["Statement"]]},
    ],
)
def test_everything_on_everything_is_refused(program, token, document):
    program.add(token, "text", {"policy": json.dumps(document)})
    program.add(token, "object", {"policy": document})
    program.add("aws:iam/role:Role", "role", {"inlinePolicies": [{"policy": json.dumps(document)}]})
    assert program.flaws("GRD-13") == {("no-star-on-star", name) for name in ("text", "object", "role")}


@pytest.mark.requirement("GRD-13", "CRT-SEC-05")
@pytest.mark.parametrize(
    "document",
    [
        allow(Effect="Deny"),
        allow(Action="s3:*"),
        allow(Action="ecr:GetAuthorizationToken"),  # takes no resource: * is all one can say
        allow(Resource="arn:aws:s3:::b/*"),
        allow(Resource="arn:aws:s3:::*"),
        allow(Action="", Resource=""),
        {"Statement": []},
        {},
        "no JSON",
    ],
)
def test_what_names_actions_or_resources_passes(program, document):
    program.add(ROLE_POLICY, "policy", {"policy": document if isinstance(document, str) else json.dumps(document)})
    program.add("aws:kms/key:Key", "key", {"policy": json.dumps(allow(Action="kms:*"))})
    assert program.flaws("GRD-13") == set()


@pytest.mark.requirement("GRD-13")
def test_a_document_that_is_not_known_yet_cannot_be_told(program):
    program.add(ROLE_POLICY, "policy", {"policy": program.unknown})
    inline = [{"policy": program.unknown}, {"policy": json.dumps(allow())}]
    program.add("aws:iam/role:Role", "role", {"inlinePolicies": inline})
    assert program.flaws("GRD-13", preview=True) == {("no-star-on-star", "role")}
    assert ("IAM-1", "policy") in program.unjudged("policy")


@pytest.mark.requirement("GRD-13", "CRT-SEC-05")
def test_an_administrators_policy_is_refused(program):
    attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    program.add(attachment, "bad", {"policyArn": ADMINISTRATOR})
    program.add(attachment, "china", {"policyArn": ADMINISTRATOR.replace("aws", "aws-cn", 1)})
    program.add(attachment, "good", {"policyArn": "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"})
    program.add(attachment, "near", {"policyArn": "arn:aws:iam::aws:policy/AdministratorAccess-Amplify"})
    program.add("aws:iam/role:Role", "role", {"managedPolicyArns": [program.unknown, ADMINISTRATOR]})
    assert program.flaws("GRD-13") == {("no-administrator", name) for name in ("bad", "china", "role")}


@pytest.mark.requirement("GRD-13", "CHR-SEC-14", "UTJ-SEC-05")
def test_a_static_access_key_is_refused(program):
    program.add("aws:iam/accessKey:AccessKey", "key", {"user": "deployer"})
    program.add("aws:iam/user:User", "user", {})
    assert program.flaws("GRD-13") == {("no-access-key", "key")}
