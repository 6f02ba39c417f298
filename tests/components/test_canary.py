"""The canary: what it asks, what it may do, and what its program does."""

from __future__ import annotations

import base64
import importlib.util
import io
import json
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from components.monitoring.canary import PROGRAM, Canary
from tests.components.recording import ACCOUNT, Recorder, build
from tests.components.stacks import ABSENT, stack
from tests.components.test_systems import built

if TYPE_CHECKING:
    from collections.abc import Iterator

CANARY, OBJECT = "synthetics/canary:Canary", "s3/bucketObjectv2:BucketObjectv2"
BUCKET = f"rapid-photo-prod-canary-{ACCOUNT}"


@pytest.fixture(scope="module")
def prod() -> Recorder:
    return built("rapidphoto-prod")


def urls(made: Recorder) -> list[str]:
    found: str = made.one(CANARY).inputs["runConfig"]["environmentVariables"]["URLS"]
    return found.split()


def test_rapidphoto_is_asked_as_users_ask(prod: Recorder) -> None:
    canary = prod.one(CANARY).inputs
    assert urls(prod) == ["https://rapidphoto.example.com/", "https://rapidphoto.example.com/api/photos"]
    assert canary["name"] == "rapid-photo-prod"
    assert canary["schedule"] == {"expression": "rate(5 minutes)"}
    assert (canary["startCanary"], canary["deleteLambda"]) == (True, True)
    assert canary["artifactS3Location"] == f"s3://{BUCKET}/runs/"
    assert (canary["successRetentionPeriod"], canary["failureRetentionPeriod"]) == (31, 31)


def test_every_minute_is_said_in_the_singular() -> None:
    made = build(stack("rapidphoto-prod", monitoring__canary={"every_minutes": 1}), "rapidphoto-prod")
    assert made.one(CANARY).inputs["schedule"] == {"expression": "rate(1 minute)"}
    assert made.one("cloudwatch/metricAlarm:MetricAlarm", "monitoring-canary").inputs["period"] == 60


CERTIFICATE = "arn:aws:acm:eu-north-1:123456789012:certificate/5b0d3b0e-2c0f-4a44-9a53-0c6b7f6f2d10"


@pytest.mark.parametrize(
    ("name", "changes", "asked"),
    [
        ("rapidphoto-prod", {"monitoring__canary": {"host": "www.example.com"}}, "https://www.example.com/"),
        ("rapidphoto-prod", {"monitoring__canary": {}, "dns": ABSENT, "cdn": {"default": {"origin": "sites.web"}}},
         "https://d1.cloudfront.net/"),
        ("rapidphoto-prod", {"monitoring__canary": {}, "cdn": ABSENT, "sites": ABSENT,
                             "dns": {"zone": "example.com", "names": {"api.example.com": "load_balancer"}}},
         "https://api.example.com/"),
        ("rapidphoto-prod", {"monitoring__canary": {}, "cdn": ABSENT, "sites": ABSENT, "dns": ABSENT,
                             "load_balancer__certificate_arn": ABSENT}, "http://alb.example/"),
        ("utjfc-prod", {"monitoring": {"level": "standard", "canary": {}}, "cdn": ABSENT, "sites": ABSENT,
                        "dns": ABSENT}, "http://beanstalk.example/"),
    ],
)  # fmt: skip
def test_where_users_begin(name: str, changes: dict[str, Any], asked: str) -> None:
    assert urls(build(stack(name, **changes), name)) == [asked]


def test_the_role_may_write_its_results_and_say_how_it_went(prod: Recorder) -> None:
    document = json.loads(prod.one("iam/rolePolicy:RolePolicy", "monitoring-canary-use").inputs["policy"])
    by_action = {action: each for each in document["Statement"] for action in each["Action"]}
    assert set(by_action) == {
        "s3:PutObject", "s3:GetBucketLocation", "s3:ListAllMyBuckets", "cloudwatch:PutMetricData",
        "logs:CreateLogStream", "logs:PutLogEvents",
    }  # fmt: skip
    assert by_action["s3:PutObject"]["Resource"] == [f"arn:aws:s3:::{BUCKET}/runs/*"]
    assert by_action["cloudwatch:PutMetricData"]["Condition"] == {
        "StringEquals": {"cloudwatch:namespace": "CloudWatchSynthetics"}
    }
    assert by_action["logs:PutLogEvents"]["Resource"] == [
        f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/lambda/cwsyn-rapid-photo-prod-*"
    ]
    assert {action for action, each in by_action.items() if each["Resource"] == ["*"]} == {
        "s3:ListAllMyBuckets", "cloudwatch:PutMetricData",
    }  # fmt: skip


def test_what_runs_leave_and_say_is_not_kept_for_ever(prod: Recorder) -> None:
    group = prod.one("cloudwatch/logGroup:LogGroup", "monitoring-canary").inputs
    assert group["name"].startswith("/aws/lambda/cwsyn-rapid-photo-prod-")
    assert group["retentionInDays"] == 30
    rules = prod.one("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "monitoring-canary").inputs[
        "rules"
    ]
    assert {rule["id"]: rule.get("expiration") for rule in rules} == {"expire-runs": {"days": 31}, "tidy": None}


def test_failed_runs_tell_at_once_with_all_that_is_critical(prod: Recorder) -> None:
    alarm = prod.one("cloudwatch/metricAlarm:MetricAlarm", "monitoring-canary").inputs
    assert (alarm["namespace"], alarm["metricName"]) == ("CloudWatchSynthetics", "SuccessPercent")
    assert alarm["dimensions"] == {"CanaryName": "rapid-photo-prod"}
    assert (alarm["comparisonOperator"], alarm["threshold"]) == ("LessThanThreshold", 100)
    # One value for each run: a shorter period would have none.
    assert (alarm["period"], alarm["evaluationPeriods"]) == (300, 1)
    rule = prod.one("cloudwatch/compositeAlarm:CompositeAlarm", "monitoring-critical").inputs["alarmRule"]
    assert f'ALARM("{alarm["name"]}")' in rule


def test_the_program_is_where_synthetics_looks_and_named_by_its_content(
    prod: Recorder, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploaded, canary = prod.one(OBJECT, "monitoring-canary").inputs, prod.one(CANARY).inputs
    archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(uploaded["contentBase64"])))
    assert archive.read("python/canary.py") == PROGRAM.read_bytes()
    assert canary["handler"] == "canary.handler"
    assert canary["s3Key"] == uploaded["key"]
    changed = tmp_path / "canary.py"
    changed.write_text("# another\n")
    monkeypatch.setattr("components.monitoring.canary.PROGRAM", changed)
    again = build(stack("rapidphoto-prod"), "rapidphoto-prod")
    assert again.one(OBJECT, "monitoring-canary").inputs["key"] != uploaded["key"]


def test_a_stack_without_a_canary_has_none_of_its_parts() -> None:
    made = built("rapidphoto-dev")
    assert made.all(CANARY) == []
    assert not [each for each in made.resources if each.name == "monitoring-canary"]
    assert not [each for each in made.resources if each.type == f"plinth:monitoring:{Canary.__name__}"]


@pytest.fixture
def program() -> Any:
    """The program, as Synthetics loads it, without the pause between attempts."""
    spec = importlib.util.spec_from_file_location("canary", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.PAUSE = 0
    return module


class Site:
    """A web site on loopback: what each path answers, one after the other, the last for ever; and what was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, list[int]] = {}
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                answers = site.answers.get(self.path, [404])
                self.send_response(answers.pop(0) if len(answers) > 1 else answers[0])
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def site() -> Iterator[Site]:
    found = Site()
    thread = threading.Thread(target=found.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    found.server.shutdown()
    thread.join()
    found.server.server_close()


def test_a_run_succeeds_when_all_pages_answer(program: Any, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.answers = {"/": [200], "/api": [200]}
    monkeypatch.setenv("URLS", f"{site.url}/ {site.url}/api")
    assert program.handler({}, None) == "2 answered"
    assert site.asked == ["/", "/api"]


def test_a_run_fails_for_each_page_that_does_not(program: Any, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.answers = {"/": [200], "/api": [503], "/empty": [204]}
    monkeypatch.setenv("URLS", f"{site.url}/ {site.url}/api {site.url}/empty {site.url}/gone")
    with pytest.raises(RuntimeError) as failed:
        program.handler({}, None)
    assert all(f"{site.url}{path}" in str(failed.value) for path in ("/api", "/empty", "/gone"))
    assert "503" in str(failed.value)
    assert f"{site.url}/:" not in str(failed.value)


def test_one_failure_is_forgiven(program: Any, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.answers = {"/": [500, 200]}
    monkeypatch.setenv("URLS", f"{site.url}/")
    assert program.handler({}, None) == "1 answered"
    assert site.asked == ["/", "/"]


def test_nobody_there_is_a_failure(program: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("URLS", "http://127.0.0.1:1/")
    with pytest.raises(RuntimeError, match="refused"):
        program.handler({}, None)
