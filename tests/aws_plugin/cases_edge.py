"""Cases of CloudFront, Route 53, ACM and the delivery of logs: see cases.py."""

from __future__ import annotations

import json
from typing import Any

from tests.aws_plugin.case import TAGS, Case, Made

_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
_EVERYTHING_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
_READ = ["GET", "HEAD"]
_ALL = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
_HSTS = {"accessControlMaxAgeSec": 31536000, "includeSubdomains": True, "override": True}
_CODE = "function handler(event) { return event.request; }"
_PLAIN = {"cloudfrontDefaultCertificate": True, "minimumProtocolVersion": "TLSv1"}


def _distribution(made: Made, name: str) -> dict[str, Any]:
    return {
        "enabled": True, "comment": name, "defaultRootObject": "index.html", "priceClass": "PriceClass_100",
        "isIpv6Enabled": True, "httpVersion": "http2and3", "tags": {"Name": name},
        "origins": [
            {
                "originId": "site", "domainName": "of-a-test.s3.us-west-2.amazonaws.com",
                "originAccessControlId": made("access_control")["id"],
            },
            {
                "originId": "api", "domainName": "api.example.com",
                "customHeaders": [{"name": "X-From", "value": "cdn"}],
                "customOriginConfig": {
                    "httpPort": 80, "httpsPort": 443, "originProtocolPolicy": "http-only",
                    "originSslProtocols": ["TLSv1.2"], "originReadTimeout": 90, "originKeepaliveTimeout": 60,
                },
            },
        ],
        "defaultCacheBehavior": {
            "targetOriginId": "site", "viewerProtocolPolicy": "redirect-to-https", "compress": True,
            "allowedMethods": _READ, "cachedMethods": _READ, "cachePolicyId": made("cache_policy")["id"],
            "responseHeadersPolicyId": made("headers_policy")["id"],
        },
        "orderedCacheBehaviors": [
            {
                "pathPattern": "/api/*", "targetOriginId": "api", "viewerProtocolPolicy": "redirect-to-https",
                "allowedMethods": _ALL, "cachedMethods": _READ, "cachePolicyId": _DISABLED, "compress": True,
                "originRequestPolicyId": _EVERYTHING_BUT_HOST,
                "functionAssociations": [{"eventType": "viewer-request", "functionArn": made("edge_function")["arn"]}],
            }
        ],
        "customErrorResponses": [{"errorCode": 503, "responseCode": 503, "responsePagePath": "/maintenance.html"}],
        "restrictions": {"geoRestriction": {"restrictionType": "none"}},
        "viewerCertificate": _PLAIN,
    }  # fmt: skip


def _records(made: Made, name: str, kind: str) -> dict[str, Any]:
    zone = made("zone")
    return {"zoneId": zone["id"], "name": f"{name}.{zone['name']}", "type": kind}


CASES: dict[str, Case] = {
    "access_control": Case(
        "aws:cloudfront/originAccessControl:OriginAccessControl",
        lambda _, n: {
            "name": n, "description": "of a test", "originAccessControlOriginType": "s3", "signingBehavior": "always",
            "signingProtocol": "sigv4",
        },
        {"description": "changed"},
    ),
    "cache_policy": Case(
        "aws:cloudfront/cachePolicy:CachePolicy",
        lambda _, n: {
            "name": n, "comment": "of a test", "minTtl": 0, "defaultTtl": 86400, "maxTtl": 31536000,
            "parametersInCacheKeyAndForwardedToOrigin": {
                "cookiesConfig": {"cookieBehavior": "none"}, "headersConfig": {"headerBehavior": "none"},
                "queryStringsConfig": {"queryStringBehavior": "whitelist", "queryStrings": {"items": ["v"]}},
                "enableAcceptEncodingBrotli": True, "enableAcceptEncodingGzip": True,
            },
        },
        {"defaultTtl": 3600},
    ),
    "origin_request_policy": Case(
        "aws:cloudfront/originRequestPolicy:OriginRequestPolicy",
        lambda _, n: {
            "name": n, "comment": "of a test", "cookiesConfig": {"cookieBehavior": "all"},
            "headersConfig": {"headerBehavior": "whitelist", "headers": {"items": ["Origin"]}},
            "queryStringsConfig": {"queryStringBehavior": "all"},
        },
        {"comment": "changed"},
    ),
    "headers_policy": Case(
        "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
        lambda _, n: {
            "name": n, "comment": "of a test",
            "securityHeadersConfig": {
                "strictTransportSecurity": _HSTS, "contentTypeOptions": {"override": True},
                "frameOptions": {"frameOption": "DENY", "override": True},
                "referrerPolicy": {"referrerPolicy": "same-origin", "override": True},
            },
        },
        {"comment": "changed"},
    ),
    "edge_function": Case(
        "aws:cloudfront/function:Function",
        lambda _, n: {"name": n, "runtime": "cloudfront-js-2.0", "comment": "of a test", "code": _CODE},
        {"code": _CODE + "\n// changed"},
    ),
    "distribution": Case(
        "aws:cloudfront/distribution:Distribution", _distribution, {"comment": "changed", **TAGS}
    ),
    "zone": Case(
        "aws:route53/zone:Zone",
        lambda _, n: {"name": f"{n}.example.com", "comment": "of a test", "tags": {"Name": n}},
        {"comment": "changed", **TAGS},
    ),
    "record": Case(
        "aws:route53/record:Record",
        lambda m, n: {**_records(m, n, "CNAME"), "ttl": 300, "records": ["elsewhere.example.com"]},
        {"ttl": 60, "records": ["changed.example.com"]},
    ),
    "failover_record": Case(
        "aws:route53/record:Record",
        lambda m, n: {
            **_records(m, n, "A"), "setIdentifier": "primary", "healthCheckId": m("health_check")["id"],
            "failoverRoutingPolicies": [{"type": "PRIMARY"}],
            "aliases": [
                {
                    "name": "d111111abcdef8.cloudfront.net", "zoneId": "Z2FDTNDATAQYW2", "evaluateTargetHealth": False,
                }
            ],
        },
    ),
    "health_check": Case(
        "aws:route53/healthCheck:HealthCheck",
        lambda _, n: {
            "type": "HTTPS", "fqdn": "api.example.com", "port": 443, "resourcePath": "/health",
            "requestInterval": 30, "failureThreshold": 3, "tags": {"Name": n},
        },
        {"resourcePath": "/api/health", "failureThreshold": 5, **TAGS},
    ),
    "certificate": Case(
        "aws:acm/certificate:Certificate",
        lambda _, n: {
            "domainName": f"{n}.example.com", "subjectAlternativeNames": [f"www.{n}.example.com"],
            "validationMethod": "DNS", "tags": {"Name": n},
        },
        TAGS,
    ),
    "certificate_validation": Case(
        "aws:acm/certificateValidation:CertificateValidation",
        lambda m, _: {"certificateArn": m("certificate")["arn"]},
    ),
    "log_source": Case(
        "aws:cloudwatch/logDeliverySource:LogDeliverySource",
        lambda m, n: {
            "name": n, "logType": "ACCESS_LOGS", "resourceArn": m("distribution")["arn"],
            "tags": {"Name": n},
        },
        TAGS,
    ),
    "log_destination": Case(
        "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination",
        lambda m, n: {
            "name": n, "outputFormat": "json", "tags": {"Name": n},
            "deliveryDestinationConfiguration": {"destinationResourceArn": m("bucket")["arn"]},
        },
        TAGS,
    ),
    "log_delivery": Case(
        "aws:cloudwatch/logDelivery:LogDelivery",
        lambda m, n: {
            "deliverySourceName": m("log_source")["name"], "deliveryDestinationArn": m("log_destination")["arn"],
            "tags": {"Name": n},
        },
        TAGS,
    ),
    "invocation": Case(
        "aws:lambda/invocation:Invocation",
        lambda m, n: {
            "functionName": m("lambda_function")["name"], "input": json.dumps({"n": n}), "triggers": {"content": n},
        },
    ),
}  # fmt: skip
