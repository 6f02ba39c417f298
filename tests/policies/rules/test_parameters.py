from __future__ import annotations

import pytest

PARAMETER = "aws:ssm/parameter:Parameter"
DOCUMENT = "aws:ssm/document:Document"
KEY_ID = "AKIA" + "A" * 16


@pytest.mark.parametrize(
    ("name", "value", "good"),
    [
        ("/app/prod/db_password", "s3cret", False),
        ("/app/prod/stripe-api-key", "x", False),
        ("apiToken", "x", False),
        ("/app/prod/url", "postgres://app:s3cret@db/app", False),
        ("/app/prod/uploader", KEY_ID, False),
        ("/app/prod/cert", "-----BEGIN RSA PRIVATE KEY-----", False),
        ("/app/prod/password-secret-arn", "arn:aws:secretsmanager:us-east-1:1:secret:x", True),
        ("/app/prod/db_password", "arn:aws:secretsmanager:us-east-1:1:secret:x", True),
        ("/password/host", "db.example.com", True),
        ("/app/prod/max_tokens", "4096", True),
        (None, "blue", True),
    ],
)
@pytest.mark.parametrize("path", ["value", "insecureValue"])
def test_what_looks_secret_is_a_secure_string(program, name, value, good, path):
    program.add(PARAMETER, "string", {"type": "String", "name": name, path: value})
    program.add(PARAMETER, "secure", {"type": "SecureString", "name": name, "value": value})
    assert program.flaws("SSM-1") == (set() if good else {("secure-string", "string")})


def test_values_that_are_not_known_yet_cannot_be_told_where_the_name_says_so(program):
    program.add(PARAMETER, "later", {"type": "String", "name": "/db/password", "value": program.unknown})
    program.add(PARAMETER, "host", {"type": "String", "name": "/db/host", "value": program.unknown})
    program.add(PARAMETER, "type", {"type": program.unknown, "name": "/db/password", "value": "x"})
    assert program.unjudged("later") == {("SSM-1", "value")}
    assert program.unjudged("type") == {("SSM-1", "type")}
    assert program.unjudged("host") == set()


@pytest.mark.parametrize(
    ("permissions", "good"),
    [
        ({"type": "Share", "accountIds": "All"}, False),
        ({"type": "Share", "account_ids": "all"}, False),
        ({"type": "Share", "accountIds": "111122223333,All"}, False),
        ({"type": "Share", "accountIds": "111122223333"}, True),
        (None, True),
    ],
)
def test_documents_are_not_everybodys(program, permissions, good):
    program.add(DOCUMENT, "document", {"permissions": permissions, "content": "{}"})
    assert program.flaws("SSM-2") == (set() if good else {("document-for-everybody", "document")})


def test_documents_hold_no_credentials(program):
    program.add(DOCUMENT, "bad", {"content": f"export AWS_ACCESS_KEY_ID={KEY_ID}"})
    program.add(DOCUMENT, "good", {"content": "export AWS_ACCESS_KEY_ID={{ssm:id}}"})
    program.add(DOCUMENT, "later", {"content": program.unknown, "permissions": program.unknown})
    assert program.flaws("SSM-2", preview=True) == {("document-without-secrets", "bad")}
    assert program.unjudged("later") == {("SSM-2", "content"), ("SSM-2", "permissions")}
