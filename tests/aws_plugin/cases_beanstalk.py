"""Cases of Elastic Beanstalk, and of what it stands on: see cases.py."""

from __future__ import annotations

import base64
from typing import Any

from tests.aws_plugin.case import TAGS, Case, Made

_STACK = "64bit Amazon Linux 2023 v4.7.2 running Docker"
_BUNDLE = (
    b'{"AWSEBDockerrunVersion": "1", "Image": {"Name": "registry.invalid/shop:1"}, "Ports": [{"ContainerPort": 80}]}'
)


def _option(namespace: str, name: str, value: str, **more: str) -> dict[str, str]:
    return {"namespace": namespace, "name": name, "value": value, **more}


_SETTINGS = [
    _option("aws:autoscaling:asg", "MinSize", "1"),
    _option("aws:autoscaling:scheduledaction", "MinSize", "2", resource="summer-begins"),
    _option("aws:autoscaling:scheduledaction", "Recurrence", "0 0 1 7 *", resource="summer-begins"),
    _option("aws:elasticbeanstalk:application:environment", "LOG_LEVEL", "INFO"),
]
_FEWER = [_option("aws:autoscaling:asg", "MinSize", "2"), _SETTINGS[3]]


def _version(m: Made, name: str) -> dict[str, Any]:
    m("object")  # makes need-object.json in the bucket
    return {
        "application": m("beanstalk_application")["name"],
        "name": name,
        "bucket": m("bucket")["id"],
        "key": "need-object.json",
        "description": "of a test",
    }


CASES: dict[str, Case] = {
    "object": Case(
        "aws:s3/bucketObjectv2:BucketObjectv2",
        lambda m, n: {
            "bucket": m("bucket")["id"], "key": f"{n}.json", "contentBase64": base64.b64encode(_BUNDLE).decode(),
            "contentType": "application/json", "tags": {"Name": n},
        },
        {"contentType": "text/plain", **TAGS},
        import_id="{bucket}/{key}",
    ),
    "instance_profile": Case(
        "aws:iam/instanceProfile:InstanceProfile",
        lambda m, n: {"name": n, "role": m("role")["name"], "tags": {"Name": n}},
        TAGS,
    ),
    "beanstalk_application": Case(
        "aws:elasticbeanstalk/application:Application",
        lambda m, n: {
            "name": n, "description": "of a test", "tags": {"Name": n},
            "appversionLifecycle": {"serviceRole": m("role")["arn"], "maxCount": 50, "deleteSourceFromS3": True},
        },
        {"description": "changed", **TAGS},
    ),
    "beanstalk_version": Case(
        "aws:elasticbeanstalk/applicationVersion:ApplicationVersion",
        _version,
        {"description": "changed", **TAGS},
        import_id="{application}/{name}",
    ),
    "beanstalk_environment": Case(
        "aws:elasticbeanstalk/environment:Environment",
        lambda m, n: {
            "application": m("beanstalk_application")["name"], "name": n, "solutionStackName": _STACK,
            "version": m("beanstalk_version")["name"], "settings": _SETTINGS, "tags": {"Name": n},
        },
        {"settings": _FEWER, "description": "changed", **TAGS},
    ),
    "beanstalk_template": Case(
        "aws:elasticbeanstalk/configurationTemplate:ConfigurationTemplate",
        lambda m, n: {
            "application": m("beanstalk_application")["name"], "name": n, "solutionStackName": _STACK,
            "settings": _SETTINGS, "description": "of a test",
        },
        {"settings": _FEWER, "description": "changed"},
        import_id="{application}/{name}",
    ),
}  # fmt: skip
