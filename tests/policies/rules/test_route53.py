from __future__ import annotations

import pytest

ZONE = "aws:route53/zone:Zone"
RECORD = "aws:route53/record:Record"
CERTIFICATE = "aws:acm/certificate:Certificate"
BUCKET = "aws:s3/bucket:Bucket"


def test_public_zones_log_queries_where_that_is_asked(program):
    program.add(ZONE, "bare", {"name": "example.com"})
    program.add(ZONE, "private", {"name": "internal", "vpcs": [{"vpcId": "vpc-1"}]})
    program.add("aws:route53/queryLog:QueryLog", "log", zoneId=program.add(ZONE, "logged"))
    assert program.flaws("R53-1") == set()
    program.policies = {"strict": True}
    assert program.flaws("R53-1") == {("query-logs", "bare")}


@pytest.mark.parametrize(
    ("properties", "good"),
    [
        ({"type": "A", "records": ["52.10.20.30"]}, False),
        ({"type": "AAAA", "records": ["2a05:d018::1"]}, False),
        ({"type": "A", "records": ["10.0.0.4"]}, True),
        ({"type": "A", "records": ["127.0.0.1"]}, True),
        ({"type": "A", "records": ["no address"]}, True),
        ({"type": "A", "aliases": [{"name": "d1234.cloudfront.net", "zoneId": "Z2FDTNDATAQYW2"}]}, False),
        ({"type": "A", "aliases": [{"name": "web-1.us-west-2.elb.amazonaws.com", "zoneId": "Z1"}]}, False),
        ({"type": "A", "aliases": [{"name": "s3-website-us-west-2.amazonaws.com", "zoneId": "Z1"}]}, False),
        ({"type": "A", "aliases": [{"name": "www.example.com", "zoneId": "Z1"}]}, True),
        ({"type": "CNAME", "records": ["shop.us-east-1.elasticbeanstalk.com."]}, False),
        ({"type": "CNAME", "records": ["gone.s3.amazonaws.com"]}, False),
        ({"type": "CNAME", "records": ["site.s3-website-us-west-2.amazonaws.com"]}, True),
        ({"type": "CNAME", "records": ["hosted.example.net"]}, True),
        ({"type": "CNAME", "records": ["_x.acm-validations.aws"]}, True),
        ({"type": "TXT", "records": ["52.10.20.30"]}, True),
        ({"type": "MX", "records": ["10 mail.example.net"]}, True),
    ],
)
def test_records_lead_to_what_the_stack_has(program, properties, good):
    program.add(BUCKET, "site", {"bucket": "site"})
    program.add(RECORD, "record", {"name": "www.example.com", **properties})
    assert program.flaws("R53-2") == (set() if good else {("no-dangling", "record")})


def test_what_a_resource_or_the_configuration_names_is_there(program):
    address = program.add("aws:ec2/eip:Eip", "address")
    program.add(RECORD, "own", {"type": "A", "records": ["52.10.20.30"]}, records=address)
    program.add(RECORD, "alias", {"type": "A", "aliases": [{"name": program.unknown}]}, aliases=address)
    program.config = {"app:office": "52.10.20.31"}
    program.add(RECORD, "office", {"type": "A", "records": ["52.10.20.31"]})
    program.add(BUCKET, "site", {"bucket": "www.example.com"})
    website = {"name": "www.example.com", "aliases": [{"name": "s3-website-us-west-2.amazonaws.com"}]}
    program.add(RECORD, "website", {"type": "A", **website})
    assert program.flaws("R53-2") == set()


def test_a_value_that_is_not_known_cannot_be_told(program):
    program.add(RECORD, "record", {"type": "A", "records": [program.unknown, "52.10.20.30"]})
    assert program.flaws("R53-2", preview=True) == {("no-dangling", "record")}
    assert ("R53-2", "records.0") in program.unjudged("record")


def test_a_zone_says_who_may_issue_certificates_where_that_is_asked(program):
    bare = program.add(ZONE, "bare", {"name": "example.com"})
    program.add(RECORD, "www", {"type": "A"}, zoneId=bare)
    said = program.add(ZONE, "said", {"name": "example.org"})
    program.add(RECORD, "caa", {"type": "CAA", "records": ['0 issue "amazon.com"']}, zoneId=said)
    for name in ("www.example.com", "example.org", "notexample.com"):
        program.add(CERTIFICATE, name, {"domainName": name})
    assert program.flaws("R53-3") == set()
    program.policies = {"strict": True}
    assert program.flaws("R53-3") == {("caa-record", "www.example.com")}


def test_a_zone_whose_name_is_not_known_may_be_the_certificates(program):
    program.policies = {"strict": True}
    program.add(ZONE, "zone", {"name": program.unknown})
    program.add(CERTIFICATE, "certificate", {"domainName": "example.com"})
    assert program.flaws("R53-3") == {("caa-record", "certificate")}
