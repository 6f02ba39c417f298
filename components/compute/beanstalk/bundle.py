"""The source bundle: what Beanstalk unpacks on each instance. It names images, and holds no source (UTJ-DEP-04)."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from components.compute.beanstalk.mounting import extension, mount_points, volumes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.use import Mount
    from settings import Beanstalk

WEB = 80  # where the load balancer asks, on each instance
LABEL_LENGTH = 16  # hexadecimal digits


def bundle_files(settings: Beanstalk, images: Mapping[str, str], mounts: Sequence[Mount] = ()) -> dict[str, str]:
    """Every file of the bundle by its path; `images` are the containers' image references."""
    document = _several(settings, images, mounts) if settings.several else _one(settings, images, mounts)
    files = {"Dockerrun.aws.json": json.dumps(document, indent=2, sort_keys=True) + "\n"}
    files[".ebextensions/load-balancer.config"] = json.dumps(_load_balancer(settings), indent=2, sort_keys=True) + "\n"
    if mounts:
        files[".ebextensions/files.config"] = json.dumps(extension(mounts), indent=2, sort_keys=True) + "\n"
    if not settings.several:
        files[".platform/nginx/conf.d/timeouts.conf"] = _proxy(settings.proxy_timeout_seconds)
    return files


def label(settings: Beanstalk, versions: Mapping[str, str], mounts: Sequence[Mount] = ()) -> str:
    """The version's label: known at preview, and another exactly when what it names or holds is another.

    `versions` are the contents' tags of the images, in place of their digests (CHR-DEP-03).
    """
    files = bundle_files(settings, versions, mounts)
    digest = hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()[:LABEL_LENGTH]
    return f"{settings.release}-{digest}" if settings.release else digest


def _one(settings: Beanstalk, images: Mapping[str, str], mounts: Sequence[Mount]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/single-container-docker-configuration.html."""
    ((name, container),) = settings.containers.items()
    return {
        "AWSEBDockerrunVersion": "1",
        "Image": {"Name": images[name], "Update": "true"},
        "Ports": [{"ContainerPort": container.port}],  # behind the proxy, which has port 80 of the instance
        **(
            {"Volumes": [{"HostDirectory": each.path, "ContainerDirectory": each.path} for each in mounts]}
            if mounts
            else {}
        ),
        **({"Command": " ".join(container.command)} if container.command else {}),
    }


def _several(settings: Beanstalk, images: Mapping[str, str], mounts: Sequence[Mount]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/create_deploy_docker_v2config.html."""
    return {
        "AWSEBDockerrunVersion": 2,
        **({"volumes": volumes(mounts)} if mounts else {}),
        "containerDefinitions": [
            {
                "name": name,
                "image": images[name],
                "essential": container.essential,
                "memory": container.memory,
                "links": sorted(container.links),
                "portMappings": [{"containerPort": container.port, "hostPort": WEB}]
                if name == settings.front_name
                else [],
                "environment": [
                    {"name": variable, "value": text} for variable, text in sorted(container.environment.items())
                ],
                **({"command": list(container.command)} if container.command else {}),
                # Those of the container in front: what stands behind it keeps nothing.
                **({"mountPoints": mount_points(mounts)} if mounts and name == settings.front_name else {}),
            }
            for name, container in sorted(settings.containers.items())
        ],
    }


def _load_balancer(settings: Beanstalk) -> dict[str, Any]:
    """What no option setting says: the idle timeout, and the redirect to HTTPS.

    https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environment-resources.html
    """
    idle = {"Key": "idle_timeout.timeout_seconds", "Value": str(settings.idle_timeout_seconds)}
    invalid = {"Key": "routing.http.drop_invalid_header_fields.enabled", "Value": "true"}
    resources: dict[str, Any] = {
        "AWSEBV2LoadBalancer": {
            "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
            "Properties": {"LoadBalancerAttributes": [idle, invalid]},
        }
    }
    if settings.certificate_arn is not None:
        resources["AWSEBV2LoadBalancerListener"] = {
            "Type": "AWS::ElasticLoadBalancingV2::Listener",
            "Properties": {
                "LoadBalancerArn": {"Ref": "AWSEBV2LoadBalancer"},
                "Port": 80,
                "Protocol": "HTTP",
                "DefaultActions": [
                    {
                        "Type": "redirect",
                        "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"},
                    }
                ],
            },
        }
    return {"Resources": resources}


def _proxy(seconds: int) -> str:
    """How long the proxy on the instance waits, and how large a request it takes (photo uploads, UTJ-CMP-08)."""
    return "".join(
        f"{line};\n"
        for line in (
            f"proxy_read_timeout {seconds}s",
            f"proxy_send_timeout {seconds}s",
            "client_max_body_size 25m",
        )
    )
