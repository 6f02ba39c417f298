"""One resource of every type that the plugin knows, and a change that AWS can make to it in place."""

# ruff: noqa: E501 - a call a line, so that it reads as the table it is
from __future__ import annotations

import itertools
import json
from typing import Any

from tests.aws_plugin import (
    cases_beanstalk,
    cases_edge,
    cases_files,
    cases_monitoring,
    cases_network,
    cases_protection,
    cases_workers,
)
from tests.aws_plugin.case import TAGS, Case

ZONES = ("us-west-2a", "us-west-2b", "us-west-2c")
_numbers = itertools.count(1)


def _policy(*actions: str, principal: str = "") -> str:
    statement: dict[str, Any] = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    if principal:
        statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": principal}}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _block() -> str:
    return f"10.0.{next(_numbers)}.0/24"


_CONTAINERS = json.dumps(
    [
        {
            "name": "web",
            "image": "registry.invalid/web@sha256:" + "0" * 64,
            "essential": True,
            "portMappings": [{"containerPort": 8000, "protocol": "tcp"}],
            "environment": [{"name": "B", "value": "2"}, {"name": "A", "value": "1"}],
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {"awslogs-group": "/g", "awslogs-region": "us-west-2"},
            },
        }
    ]
)
_WAF_VISIBLE = {"cloudwatchMetricsEnabled": True, "metricName": "m", "sampledRequestsEnabled": True}
_WAF_RULES = [
    {
        "name": "common",
        "priority": 1,
        "overrideAction": {"none": {}},
        "statement": {"managedRuleGroupStatement": {"name": "AWSManagedRulesCommonRuleSet", "vendorName": "AWS"}},
        "visibilityConfig": _WAF_VISIBLE,
    },
    {
        "name": "rate",
        "priority": 2,
        "action": {"block": {}},
        "statement": {"rateBasedStatement": {"limit": 2000, "aggregateKeyType": "IP"}},
        "visibilityConfig": _WAF_VISIBLE,
    },
]

CASES: dict[str, Case] = {
    "vpc": Case(
        "aws:ec2/vpc:Vpc",
        lambda _, n: {"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True, "tags": {"Name": n}},
        {"enableDnsHostnames": False, **TAGS},
    ),
    "gateway": Case(
        "aws:ec2/internetGateway:InternetGateway", lambda m, n: {"vpcId": m("vpc")["id"], "tags": {"Name": n}}, TAGS
    ),
    "subnet": Case(
        "aws:ec2/subnet:Subnet",
        lambda m, n: {
            "vpcId": m("vpc")["id"], "cidrBlock": _block(), "availabilityZone": ZONES[0],
            "mapPublicIpOnLaunch": True, "tags": {"Name": n},
        },
        {"mapPublicIpOnLaunch": False, **TAGS},
    ),
    "subnet_b": Case(
        "aws:ec2/subnet:Subnet",
        lambda m, _: {"vpcId": m("vpc")["id"], "cidrBlock": _block(), "availabilityZone": ZONES[1]},
        TAGS,
    ),
    "eip": Case("aws:ec2/eip:Eip", lambda _, n: {"domain": "vpc", "tags": {"Name": n}}, TAGS),
    "nat": Case(
        "aws:ec2/natGateway:NatGateway",
        lambda m, n: {"allocationId": m("eip")["id"], "subnetId": m("subnet")["id"], "tags": {"Name": n}},
        TAGS,
    ),
    "route_table": Case(
        "aws:ec2/routeTable:RouteTable", lambda m, n: {"vpcId": m("vpc")["id"], "tags": {"Name": n}}, TAGS
    ),
    "route": Case(
        "aws:ec2/route:Route",
        lambda m, n: {
            "routeTableId": m("route_table")["id"], "gatewayId": m("gateway")["id"],
            "destinationCidrBlock": "0.0.0.0/0" if n.startswith("need") else f"172.16.{next(_numbers)}.0/24",
        },
        import_id="{routeTableId}_{destinationCidrBlock}",
    ),
    "association": Case(
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        lambda m, _: {"routeTableId": m("route_table")["id"], "subnetId": m("subnet")["id"]},
        import_id="{subnetId}/{routeTableId}",
    ),
    "group": Case(
        "aws:ec2/securityGroup:SecurityGroup",
        lambda m, n: {"name": n, "description": "of a test", "vpcId": m("vpc")["id"], "tags": {"Name": n}},
        TAGS,
    ),
    "default_group": Case(
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        lambda m, n: {"vpcId": m("vpc")["id"], "tags": {"Name": n}},
        TAGS,
    ),
    "ingress": Case(
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        lambda m, _: {
            "securityGroupId": m("group")["id"], "ipProtocol": "tcp", "fromPort": 8000, "toPort": 8000,
            "referencedSecurityGroupId": m("group")["id"], "description": "from the group itself",
        },
        {"fromPort": 9000, "toPort": 9001},
    ),
    "egress": Case(
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        lambda m, _: {"securityGroupId": m("group")["id"], "ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0"},
        {"cidrIpv4": "10.0.0.0/8"},
    ),
    "endpoint_s3": Case(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        lambda m, n: {
            "vpcId": m("vpc")["id"], "serviceName": "com.amazonaws.us-west-2.s3", "vpcEndpointType": "Gateway",
            "routeTableIds": [m("route_table")["id"]], "tags": {"Name": n},
        },
        {"routeTableIds": []},
    ),
    "endpoint_logs": Case(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        lambda m, _: {
            "vpcId": m("vpc")["id"], "serviceName": "com.amazonaws.us-west-2.logs", "vpcEndpointType": "Interface",
            "subnetIds": [m("subnet")["id"]], "securityGroupIds": [m("group")["id"]], "privateDnsEnabled": True,
        },
        TAGS,
    ),
    "flow_log": Case(
        "aws:ec2/flowLog:FlowLog",
        lambda m, _: {
            "vpcId": m("vpc")["id"], "trafficType": "ALL", "logDestination": m("log_group")["arn"],
            "iamRoleArn": m("role")["arn"], "maxAggregationInterval": 60,
        },
        TAGS,
    ),
    "alb": Case(
        "aws:lb/loadBalancer:LoadBalancer",
        lambda m, n: {
            "name": n, "internal": False, "loadBalancerType": "application", "securityGroups": [m("group")["id"]],
            "subnets": [m("subnet")["id"], m("subnet_b")["id"]], "dropInvalidHeaderFields": True,
            "idleTimeout": 60, "enableDeletionProtection": False,
            "accessLogs": {"bucket": m("bucket")["id"], "enabled": True},
        },
        {"idleTimeout": 120, "accessLogs": {"bucket": "elsewhere", "enabled": False}, **TAGS},
    ),
    "target_group": Case(
        "aws:lb/targetGroup:TargetGroup",
        lambda m, n: {
            "name": n, "port": 8000, "protocol": "HTTP", "targetType": "ip", "vpcId": m("vpc")["id"],
            "deregistrationDelay": 30,
            "healthCheck": {"path": "/health", "matcher": "200", "interval": 15, "timeout": 5, "healthyThreshold": 2,
                            "unhealthyThreshold": 3, "protocol": "HTTP", "port": "traffic-port", "enabled": True},
        },
        {"deregistrationDelay": 60, "healthCheck": {"path": "/healthz", "interval": 20, "timeout": 6}},
    ),
    "listener": Case(
        "aws:lb/listener:Listener",
        lambda m, n: {
            "loadBalancerArn": m("alb")["id"], "port": 80 if n.startswith("need") else 8080 + next(_numbers), "protocol": "HTTP",
            "defaultActions": [{"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}],
        },
        {"defaultActions": [{"type": "fixed-response", "fixedResponse": {"contentType": "text/plain", "statusCode": "404"}}]},
    ),
    "https": Case(
        "aws:lb/listener:Listener",
        lambda m, _: {
            "loadBalancerArn": m("alb")["id"], "port": 443, "protocol": "HTTPS",
            "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
            "certificateArn": "arn:aws:acm:us-west-2:123456789012:certificate/6f2f3c4d-8a51-4c39-9b1e-2d7f0a9c1e55",
            "defaultActions": [{"type": "forward", "forward": {"targetGroups": [{"arn": m("target_group")["arn"], "weight": 1}]}}],
        },
        TAGS,
    ),
    "listener_rule": Case(
        "aws:lb/listenerRule:ListenerRule",
        lambda m, _: {
            "listenerArn": m("listener")["id"], "priority": next(_numbers),
            "conditions": [{"pathPattern": {"values": ["/api/*", "/health"]}}],
            "actions": [{"type": "forward", "targetGroupArn": m("target_group")["arn"]}],
        },
        {"conditions": [{"pathPattern": {"values": ["/other"]}}, {"hostHeader": {"values": ["a.example"]}}], "priority": 900},
    ),
    "web_acl": Case(
        "aws:wafv2/webAcl:WebAcl",
        lambda _, n: {
            "name": n, "scope": "REGIONAL", "defaultAction": {"allow": {}}, "rules": _WAF_RULES,
            "visibilityConfig": _WAF_VISIBLE, "description": "of a test",
        },
        {"rules": _WAF_RULES[:1], **TAGS},
        import_id="{id}/{name}/{scope}",
    ),
    "web_acl_association": Case(
        "aws:wafv2/webAclAssociation:WebAclAssociation",
        lambda m, _: {"webAclArn": m("web_acl")["arn"], "resourceArn": m("alb")["arn"]},
    ),
    "cluster": Case(
        "aws:ecs/cluster:Cluster",
        lambda _, n: {
            "name": n, "settings": [{"name": "containerInsights", "value": "enhanced"}],
            "configuration": {"executeCommandConfiguration": {
                "logging": "OVERRIDE", "logConfiguration": {"cloudWatchLogGroupName": "/g"}}},
        },
        {"settings": [{"name": "containerInsights", "value": "disabled"}]},
    ),
    "providers": Case(
        "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
        lambda m, _: {
            "clusterName": m("cluster")["name"], "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
            "defaultCapacityProviderStrategies": [{"capacityProvider": "FARGATE", "weight": 1, "base": 1}],
        },
        {"capacityProviders": ["FARGATE"]},
        stays=True,
    ),
    "task_definition": Case(
        "aws:ecs/taskDefinition:TaskDefinition",
        lambda m, n: {
            "family": n, "containerDefinitions": _CONTAINERS, "cpu": "2048", "memory": "8192", "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"], "executionRoleArn": m("role")["arn"], "taskRoleArn": m("role")["arn"],
            "runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
        },
        TAGS,
        import_id="{arn}",
    ),
    "service": Case(
        "aws:ecs/service:Service",
        lambda m, n: {
            "name": n, "cluster": m("cluster")["arn"], "taskDefinition": m("task_definition")["arn"], "desiredCount": 0,
            "launchType": "FARGATE", "deploymentCircuitBreaker": {"enable": True, "rollback": True},
            "networkConfiguration": {"subnets": [m("subnet")["id"]], "securityGroups": [m("group")["id"]], "assignPublicIp": False},
            "loadBalancers": [{"containerName": "web", "containerPort": 8000, "targetGroupArn": m("target_group")["arn"]}],
            "healthCheckGracePeriodSeconds": 60, "enableExecuteCommand": True, "propagateTags": "SERVICE",
            "deploymentConfiguration": {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": "5"},
        },
        {"deploymentMaximumPercent": 150, "enableExecuteCommand": False},
        import_id="need-cluster/{name}",
    ),
    "scaling_target": Case(
        "aws:appautoscaling/target:Target",
        lambda m, n: {
            "serviceNamespace": "ecs", "scalableDimension": "ecs:service:DesiredCount",
            "resourceId": f"service/{m('cluster')['name']}/{n}", "minCapacity": 2, "maxCapacity": 10,
        },
        {"maxCapacity": 12},
        import_id="{serviceNamespace}/{resourceId}/{scalableDimension}",
    ),
    "scaling_policy": Case(
        "aws:appautoscaling/policy:Policy",
        lambda m, n: {
            "name": n, "serviceNamespace": "ecs", "scalableDimension": "ecs:service:DesiredCount", "policyType": "StepScaling",
            "resourceId": m("scaling_target")["resourceId"],
            "stepScalingPolicyConfiguration": {
                "adjustmentType": "ChangeInCapacity", "cooldown": 60,
                "stepAdjustments": [{"scalingAdjustment": 2, "metricIntervalLowerBound": "0"}],
            },
        },
        {"stepScalingPolicyConfiguration": {"adjustmentType": "ChangeInCapacity", "cooldown": 90,
         "stepAdjustments": [{"scalingAdjustment": 1, "metricIntervalLowerBound": "0"}]}},
        import_id="{serviceNamespace}/{resourceId}/{scalableDimension}/{name}",
    ),
    "tracking_policy": Case(
        "aws:appautoscaling/policy:Policy",
        lambda m, n: {
            "name": n, "serviceNamespace": "ecs", "scalableDimension": "ecs:service:DesiredCount",
            "resourceId": m("scaling_target")["resourceId"], "policyType": "TargetTrackingScaling",
            "targetTrackingScalingPolicyConfiguration": {
                "targetValue": 70, "predefinedMetricSpecification": {"predefinedMetricType": "ECSServiceAverageCPUUtilization"}},
        },
        {"targetTrackingScalingPolicyConfiguration": {"targetValue": 60.5,
         "predefinedMetricSpecification": {"predefinedMetricType": "ECSServiceAverageCPUUtilization"}}},
        import_id="{serviceNamespace}/{resourceId}/{scalableDimension}/{name}",
    ),
    "log_group": Case(
        "aws:cloudwatch/logGroup:LogGroup", lambda _, n: {"name": f"/aws/ecs/{n}", "retentionInDays": 30}, {"retentionInDays": 60}
    ),
    "log_policy": Case(
        "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
        lambda _, n: {"policyName": n, "policyDocument": _policy("logs:PutLogEvents")},
        {"policyDocument": _policy("logs:PutLogEvents", "logs:CreateLogStream")},
    ),
    "alarm": Case(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        lambda m, n: {
            "name": n, "comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 2, "metricName": "CPUUtilization",
            "namespace": "AWS/ECS", "period": 60, "statistic": "Average", "threshold": 70, "alarmDescription": "of a test",
            "dimensions": {"ClusterName": m("cluster")["name"], "ServiceName": "web"}, "treatMissingData": "notBreaching",
        },
        {"threshold": 80, "evaluationPeriods": 3},
    ),
    "math_alarm": Case(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        lambda _, n: {
            "name": n, "comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 2, "threshold": 0.05,
            "metricQueries": [
                {"id": "rate", "expression": "errors / all", "returnData": True},
                {"id": "errors", "metric": {"namespace": "AWS/ApplicationELB", "metricName": "HTTPCode_Target_5XX_Count",
                                            "period": 60, "stat": "Sum", "dimensions": {"LoadBalancer": "app/a/b"}}},
                {"id": "all", "metric": {"namespace": "AWS/ApplicationELB", "metricName": "RequestCount", "period": 60, "stat": "Sum"}},
            ],
        },
        {"threshold": 0.1},
    ),
    "repository": Case(
        "aws:ecr/repository:Repository",
        lambda _, n: {"name": n, "imageTagMutability": "IMMUTABLE", "imageScanningConfiguration": {"scanOnPush": True},
                      "encryptionConfigurations": [{"encryptionType": "AES256"}], "forceDelete": True},
        {"imageTagMutability": "MUTABLE", **TAGS},
    ),
    "repository_latest": Case(
        "aws:ecr/repository:Repository",
        lambda _, n: {"name": n, "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION", "forceDelete": True,
                      "imageTagMutabilityExclusionFilters": [{"filter": "latest", "filterType": "WILDCARD"}]},
        {"imageTagMutabilityExclusionFilters": [{"filter": "latest*", "filterType": "WILDCARD"}]},
    ),
    "lifecycle_policy": Case(
        "aws:ecr/lifecyclePolicy:LifecyclePolicy",
        lambda m, _: {"repository": m("repository")["name"], "policy": json.dumps({"rules": [{"rulePriority": 1, "selection": {
            "tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 14},
            "action": {"type": "expire"}}]})},
        {"policy": json.dumps({"rules": [{"rulePriority": 1, "selection": {
            "tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 7},
            "action": {"type": "expire"}}]})},
    ),
    "db_subnets": Case(
        "aws:rds/subnetGroup:SubnetGroup",
        lambda m, n: {"name": n, "subnetIds": [m("subnet")["id"], m("subnet_b")["id"]]},
        {"description": "changed"},
    ),
    "db_parameters": Case(
        "aws:rds/parameterGroup:ParameterGroup",
        lambda _, n: {"name": n, "family": "postgres15", "parameters": [
            {"name": "rds.force_ssl", "value": "1"}, {"name": "log_min_duration_statement", "value": "1000"}]},
        {"parameters": [{"name": "rds.force_ssl", "value": "1"}]},
    ),
    "db": Case(
        "aws:rds/instance:Instance",
        lambda m, n: {
            "identifier": n, "engine": "postgres", "engineVersion": "15.4", "instanceClass": "db.t3.large",
            "allocatedStorage": 100, "maxAllocatedStorage": 1000, "dbName": "auterity", "username": "auterity",
            "manageMasterUserPassword": True, "multiAz": True, "storageEncrypted": True, "storageType": "gp3",
            "backupRetentionPeriod": 30, "backupWindow": "03:00-04:00", "maintenanceWindow": "sun:04:00-sun:05:00",
            "dbSubnetGroupName": m("db_subnets")["name"], "vpcSecurityGroupIds": [m("group")["id"]],
            "parameterGroupName": m("db_parameters")["name"], "performanceInsightsEnabled": True,
            "enabledCloudwatchLogsExports": ["postgresql", "upgrade"], "copyTagsToSnapshot": True,
            "monitoringInterval": 60, "monitoringRoleArn": m("role")["arn"], "skipFinalSnapshot": True,
            "iamDatabaseAuthenticationEnabled": True, "deletionProtection": False, "applyImmediately": True,
        },
        {"backupRetentionPeriod": 14, **TAGS},
        import_id="{identifier}",
    ),
    "redis_subnets": Case(
        "aws:elasticache/subnetGroup:SubnetGroup",
        lambda m, n: {"name": n, "subnetIds": [m("subnet")["id"], m("subnet_b")["id"]]},
        {"description": "changed"},
    ),
    "redis": Case(
        "aws:elasticache/replicationGroup:ReplicationGroup",
        lambda m, n: {
            "replicationGroupId": n, "description": "of a test", "engine": "redis", "engineVersion": "7.1",
            "nodeType": "cache.t3.medium", "numCacheClusters": 2, "automaticFailoverEnabled": True, "multiAzEnabled": True,
            "atRestEncryptionEnabled": True, "transitEncryptionEnabled": True, "authToken": "0123456789abcdef0123",
            "subnetGroupName": m("redis_subnets")["name"], "securityGroupIds": [m("group")["id"]], "port": 6379,
            "snapshotRetentionLimit": 7, "snapshotWindow": "03:00-05:00", "parameterGroupName": "default.redis7",
        },
        {"snapshotRetentionLimit": 8, "description": "changed"},
    ),
    "bucket": Case("aws:s3/bucket:Bucket", lambda _, n: {"bucket": n, "forceDestroy": True, "tags": {"Name": n}}, TAGS),
    "versioning": Case(
        "aws:s3/bucketVersioning:BucketVersioning",
        lambda m, _: {"bucket": m("bucket")["id"], "versioningConfiguration": {"status": "Enabled"}},
        {"versioningConfiguration": {"status": "Suspended"}},
        stays=True,
    ),
    "public_access": Case(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        lambda m, _: {"bucket": m("bucket")["id"], "blockPublicAcls": True, "blockPublicPolicy": True,
                      "ignorePublicAcls": True, "restrictPublicBuckets": True},
        {"restrictPublicBuckets": False},
    ),
    "encryption": Case(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        lambda m, _: {"bucket": m("bucket")["id"], "rules": [
            {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}, "bucketKeyEnabled": True}]},
        {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms"}, "bucketKeyEnabled": True}]},
        stays=True,
    ),
    "bucket_policy": Case(
        "aws:s3/bucketPolicy:BucketPolicy",
        lambda m, _: {"bucket": m("bucket")["id"], "policy": json.dumps({"Version": "2012-10-17", "Statement": [{
            "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [f"{m('bucket')['arn']}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]})},
        {"policy": {"Version": "2012-10-17", "Statement": []}},
    ),
    "bucket_lifecycle": Case(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        lambda m, _: {"bucket": m("bucket")["id"], "rules": [
            {"id": "database", "status": "Enabled", "filter": {"prefix": "database/"}, "expiration": {"days": 30},
             "noncurrentVersionExpiration": {"noncurrentDays": 30},
             "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7}}]},
        {"rules": [{"id": "database", "status": "Enabled", "filter": {"prefix": "database/"}, "expiration": {"days": 60}}]},
    ),
    "ownership": Case(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        lambda m, _: {"bucket": m("bucket")["id"], "rule": {"objectOwnership": "BucketOwnerEnforced"}},
        {"rule": {"objectOwnership": "BucketOwnerPreferred"}},
    ),
    "secret": Case(
        "aws:secretsmanager/secret:Secret",
        lambda m, n: {"name": n, "description": "of a test", "recoveryWindowInDays": 7, "kmsKeyId": m("key")["arn"]},
        {"description": "changed", **TAGS},
    ),
    "secret_version": Case(
        "aws:secretsmanager/secretVersion:SecretVersion",
        lambda m, _: {"secretId": m("secret")["id"], "secretString": "not a real secret"},
    ),
    "parameter": Case(
        "aws:ssm/parameter:Parameter",
        lambda _, n: {"name": f"/plinth/{n}/inventory", "type": "String", "value": "{}", "description": "of a test", "tier": "Standard"},
        {"value": '{"a": 1}', **TAGS},
    ),
    "secure_parameter": Case(
        "aws:ssm/parameter:Parameter",
        lambda m, n: {"name": f"/plinth/{n}/secret", "type": "SecureString", "value": "hidden", "keyId": m("key")["keyId"]},
        {"value": "still hidden"},
    ),
    "key": Case(
        "aws:kms/key:Key",
        lambda _, n: {"description": n, "enableKeyRotation": True, "deletionWindowInDays": 7, "policy": _policy("kms:*")},
        {"description": "changed", "enableKeyRotation": False, **TAGS},
    ),
    "alias": Case(
        "aws:kms/alias:Alias", lambda m, n: {"name": f"alias/{n}", "targetKeyId": m("key")["keyId"]}
    ),
    "role": Case(
        "aws:iam/role:Role",
        lambda _, n: {"name": n, "assumeRolePolicy": _policy(principal="ecs-tasks.amazonaws.com"), "description": "of a test"},
        {"description": "changed", "maxSessionDuration": 7200,
         "assumeRolePolicy": _policy(principal="rds.amazonaws.com"), **TAGS},
    ),
    "role_policy": Case(
        "aws:iam/rolePolicy:RolePolicy",
        lambda m, n: {"role": m("role")["name"], "name": n, "policy": _policy("s3:GetObject")},
        {"policy": _policy("s3:GetObject", "s3:PutObject")},
    ),
    "attachment": Case(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        lambda m, _: {"role": m("role")["name"],
                      "policyArn": "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"},
    ),
}  # fmt: skip
for _more in (
    cases_beanstalk.CASES,
    cases_edge.CASES,
    cases_files.CASES,
    cases_monitoring.CASES,
    cases_network.CASES,
    cases_protection.CASES,
    cases_workers.CASES,
):
    CASES.update(_more)
