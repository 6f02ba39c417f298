"""The services of a stack, with the cluster and the load balancer that they share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.compute.cluster import Cluster
from components.compute.image import Image
from components.compute.routing import EVERYTHING, priorities
from components.compute.service import Beside, Service, ServiceArgs
from components.edge.load_balancer import LoadBalancer
from components.monitoring.tracing import traced
from components.use import Use, merged, of_secrets
from settings import names

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pulumi

    from components.component import Context
    from components.network.endpoints import Endpoints
    from components.network.network import Network
    from settings import LoadBalancer as LoadBalancerSettings
    from settings import Service as ServiceSettings
    from settings import Sidecar, Stack


class Services:
    """Builds the cluster, the load balancer, the images, and from them every service."""

    def __init__(
        self,
        context: Context,
        settings: Stack,
        balancer: LoadBalancerSettings,
        root: Path,
        *,
        network: Network,
        endpoints: Endpoints,
        uses: Mapping[str, Use],
        secrets: Mapping[str, pulumi.Input[str]],
        certificate_arn: pulumi.Input[str] | None,
        opts: pulumi.ResourceOptions,
    ) -> None:
        self._context, self._settings, self._root, self._opts = context, settings, root, opts
        self._network, self._endpoints, self._uses, self._secrets = network, endpoints, uses, secrets
        services = settings.services
        self.cluster = Cluster(
            "cluster",
            context,
            aws_name=names.cluster(settings),
            log_group_name=names.task_log_group(settings),
            opts=opts,
        )
        self.load_balancer = LoadBalancer(
            "load-balancer",
            context,
            balancer,
            network,
            test_port=balancer.test_port if any(each.deployment.switches for each in services.values()) else None,
            certificate_arn=certificate_arn,
            opts=opts,
        )
        images = {key: Image(key, context, service.image, root, opts) for key, service in services.items()}
        # The default service answers all that is left.
        paths = {
            key: EVERYTHING if key == balancer.default_service else service.routes for key, service in services.items()
        }
        order = priorities(paths)
        self.by_name = {
            key: self._create(key, service, images[key], paths[key], order[key]) for key, service in services.items()
        }

    def _create(
        self, key: str, settings: ServiceSettings, image: Image, paths: tuple[str, ...], priority: int
    ) -> Service:
        name = names.service(self._settings, key)
        args = ServiceArgs(
            settings=settings,
            network=self._network,
            endpoints=self._endpoints,
            cluster=self.cluster,
            load_balancer=self.load_balancer,
            image=image,
            sidecars={name: self._beside(f"{key}-{name}", sidecar) for name, sidecar in settings.sidecars.items()},
            uses={used: self._uses[used] for used in settings.uses}
            | of_secrets(settings.secrets, self._secrets)
            | ({"X-Ray": traced(name)} if settings.tracing else {}),
            service_name=name,
            families={task: names.task(self._settings, key, task) for task in settings.tasks},
            target_group_name=names.target_group(self._settings, key),
            paths=paths,
            priority=priority,
        )
        return Service(key, self._context, args, self._opts)

    def _beside(self, name: str, settings: Sidecar) -> Beside:
        image = Image(name, self._context, settings.image, self._root, self._opts)
        return Beside(image=image, use=merged(of_secrets(settings.secrets, self._secrets)))
