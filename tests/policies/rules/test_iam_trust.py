from __future__ import annotations

import json

import pytest

ROLE = "aws:iam/role:Role"
GITHUB = "token.actions.githubusercontent.com"
PROVIDER = f"arn:aws:iam::111122223333:oidc-provider/{GITHUB}"


def trust(principal, action="sts:AssumeRole", **condition):
    statement = {"Effect": "Allow", "Action": action, "Principal": principal}
    return json.dumps({"Statement": [statement | ({"Condition": condition} if condition else {})]})


def token(principal=PROVIDER, **condition):
    return trust({"Federated": principal}, "sts:AssumeRoleWithWebIdentity", **condition)


@pytest.mark.parametrize(
    ("document", "good"),
    [
        (trust("*"), False),
        (trust({"AWS": "*"}), False),
        (trust({"AWS": ["arn:aws:iam::111122223333:root", "*"]}), False),
        (trust("*", StringEquals={"sts:ExternalId": "x"}), False),
        (trust("*", StringNotEquals={"aws:PrincipalOrgID": "o-1"}), False),
        (trust("*", StringEquals={"aws:PrincipalOrgID": "o-1"}), True),
        (trust("*", ArnLike={"aws:PrincipalArn": "arn:aws:iam::111122223333:role/app"}), True),
        (trust({"Service": "ecs-tasks.amazonaws.com"}), True),
        (trust({"AWS": "arn:aws:iam::111122223333:root"}), True),
        (trust({"AWS": "111122223333"}, StringEquals={"sts:ExternalId": "x"}), True),
        (token(StringEquals={f"{GITHUB}:sub": "repo:o/r:pull_request"}), True),
    ],
)
def test_trust_names_somebody(program, document, good):
    program.add(ROLE, "role", {"assumeRolePolicy": document})
    program.add(ROLE, "object", {"assumeRolePolicy": json.loads(document)})
    wanted = set() if good else {("trust-for-everybody", "role"), ("trust-for-everybody", "object")}
    assert program.flaws("IAM-4") == wanted


@pytest.mark.parametrize(
    ("document", "good"),
    [
        (token(), False),
        (token(StringEquals={f"{GITHUB}:aud": "sts.amazonaws.com"}), False),
        (token(StringLike={f"{GITHUB}:sub": "*"}), False),
        (token(StringLike={f"{GITHUB}:sub": "repo:*"}), False),
        (token(StringLike={f"{GITHUB}:sub": "repo:*/app:*"}), False),
        (token(StringLike={f"{GITHUB}:sub": "repo:own*:*"}), False),  # whoever registers ownother
        (token(StringLike={f"{GITHUB}:sub": ["repo:o/r:*", "repo:*"]}), False),
        (token(StringEqualsIfExists={f"{GITHUB}:sub": "repo:o/r:*"}), False),
        (token(PROVIDER.replace(GITHUB, "gitlab.com"), StringLike={"gitlab.com:sub": "project_path:*"}), False),
        (token("cognito-identity.amazonaws.com"), False),
        (token(StringLike={f"{GITHUB}:sub": "repo:o/r:*"}), True),
        (token(StringLike={f"{GITHUB}:sub": "repo:o/*"}), True),
        (token(**{"ForAnyValue:StringLike": {f"{GITHUB}:sub": ["repo:o/r:ref:refs/heads/main"]}}), True),
        (token(StringEquals={f"{GITHUB}:job_workflow_ref": "o/r/.github/workflows/x.yml@refs/heads/main"}), True),
        (token(PROVIDER.replace(GITHUB, "gitlab.com"), StringLike={"gitlab.com:sub": "project_path:g/p:*"}), True),
        (token("cognito-identity.amazonaws.com", StringEquals={"cognito-identity.amazonaws.com:aud": "pool"}), True),
        (trust({"Service": "ec2.amazonaws.com"}), True),
        (trust({"Federated": "arn:aws:iam::111122223333:saml-provider/x"}, "sts:AssumeRoleWithSAML"), True),
    ],
)
def test_tokens_have_a_subject(program, document, good):
    program.add(ROLE, "role", {"assumeRolePolicy": document})
    assert program.flaws("IAM-5") == (set() if good else {("token-subject", "role")})


def test_trust_that_is_not_known_yet_cannot_be_told(program):
    program.add(ROLE, "later", {"assumeRolePolicy": program.unknown})
    assert program.unjudged("later") == {("IAM-4", "assumeRolePolicy"), ("IAM-5", "assumeRolePolicy")}
