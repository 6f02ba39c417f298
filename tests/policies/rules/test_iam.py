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
    program.add("aws:iam/serviceSpecificCredential:ServiceSpecificCredential", "git", {"userName": "deployer"})
    program.add("aws:iam/userLoginProfile:UserLoginProfile", "password", {"user": "somebody"})
    assert program.flaws("GRD-13") == {
        ("no-access-key", "key"),
        ("no-access-key", "git"),
        ("no-user", "user"),
        ("no-user", "password"),
    }


@pytest.mark.parametrize("policy", ["IAMFullAccess", "PowerUserAccess"])
def test_policies_that_are_nearly_an_administrators_are_refused(program, policy):
    arn = f"arn:aws:iam::aws:policy/{policy}"
    program.add("aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", "bad", {"policyArns": [arn]})
    program.add("aws:iam/policyAttachment:PolicyAttachment", "near", {"policyArn": arn.replace("Access", "ReadOnly")})
    assert program.flaws("IAM-3") == {("no-administrator", "bad")}


def test_everything_but_some_resources_is_everything(program):
    document = {"Statement": {"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::b"}}
    program.add(ROLE_POLICY, "policy", {"policy": document})
    assert program.flaws("IAM-1") == {("no-star-on-star", "policy")}


def test_a_list_that_claims_to_be_complete_stands_alone(program):
    managed, inline = {"managedPolicyArns": ["arn:aws:iam::aws:policy/X"]}, {"inlinePolicies": [{"name": "a"}]}
    urns = {
        name: program.add("aws:iam/role:Role", name, properties)
        for name, properties in {
            "managed": managed,
            "inline": inline,
            "other": managed | inline,  # of which nothing is attached elsewhere
            "plain": {},
            "later": {"managedPolicyArns": program.unknown},
            "literal": managed | {"name": "app"},
            "empty": {"managedPolicyArns": []},
        }.items()
    }
    for name in ("managed", "plain", "later", "empty"):
        program.add("aws:iam/rolePolicyAttachment:RolePolicyAttachment", f"to-{name}", {}, role=urns[name])
    program.add("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "to-literal", {"role": "app"})
    for name in ("inline", "plain"):
        program.add(ROLE_POLICY, f"in-{name}", {}, role=urns[name])
    assert program.flaws("IAM-8") == {
        ("one-way-of-attaching", name) for name in ("managed", "inline", "later", "literal")
    }


def test_an_attachment_of_all_stands_alone(program):
    policy = program.add("aws:iam/policy:Policy", "policy")
    exclusive, single = "aws:iam/policyAttachment:PolicyAttachment", "aws:iam/userPolicyAttachment:UserPolicyAttachment"
    program.add(exclusive, "bad", {"roles": ["a"]}, policyArn=policy)
    program.add(single, "single", {"user": "b"}, policyArn=policy)
    program.add(exclusive, "literal", {"policyArn": "arn:aws:iam::aws:policy/A"})
    program.add(single, "second", {"policyArn": "arn:aws:iam::aws:policy/A"})
    program.add(exclusive, "alone", {"policyArn": "arn:aws:iam::aws:policy/B"})
    assert program.flaws("IAM-8") == {("one-way-of-attaching", name) for name in ("bad", "literal")}
