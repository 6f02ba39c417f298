"""The application load balancer and its listeners."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

from components.component import Component, Context
from components.data.bucket import Bucket
from components.edge.access_logs import PREFIX
from components.edge.waf import WebAcl
from components.identity.iam import statement
from components.network.security import open_to, security_group
from settings import Bucket as BucketSettings

if TYPE_CHECKING:
    import pulumi

    from components.network.network import Network
    from settings import LoadBalancer as LoadBalancerSettings

HTTP, HTTPS = 80, 443
ONE_YEAR = 31_536_000  # seconds

NOT_FOUND: aws.lb.ListenerDefaultActionArgsDict = {
    "type": "fixed-response",
    "fixed_response": {"content_type": "text/plain", "message_body": "Not found", "status_code": "404"},
}
TO_HTTPS: aws.lb.ListenerDefaultActionArgsDict = {
    "type": "redirect",
    "redirect": {"protocol": "HTTPS", "port": str(HTTPS), "status_code": "HTTP_301"},
}


class LoadBalancer(Component):
    """An internet-facing application load balancer in the public subnets (AUT-NET-05, AUT-NET-07).

    With a certificate, given or in the settings, port 443 answers and port 80 redirects to it; without, port 80
    answers. What no service's rule matches gets a 404: services add their own rules to `listener`, and to
    `test_listener` when a deployment strategy wants to be tried before it takes traffic. A web ACL is attached,
    and each request written to a bucket, when set (AUT-SEC-08).
    """

    def __init__(
        self,
        name: str,
        context: Context,
        settings: LoadBalancerSettings,
        network: Network,
        *,
        test_port: int | None,
        certificate_arn: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("load-balancer", name, opts)
        self._name, self._context, self._settings = name, context, settings
        self._certificate_arn = certificate_arn or settings.certificate_arn
        self.aws_name = context.name("alb")
        self._create_load_balancer(network)
        self._create_listeners(test_port)
        if settings.waf is not None:
            WebAcl(f"{name}-waf", context, settings.waf, self.load_balancer.arn, opts=self.child())
        self.register_outputs({"url": self.url})

    @property
    def _encrypted(self) -> bool:
        return self._certificate_arn is not None

    def _create_load_balancer(self, network: Network) -> None:
        self.security_group = security_group(
            self,
            self._name,
            self._context,
            what="alb",
            vpc_id=network.vpc_id,
            description="Who may reach the load balancer",
        )
        logs = self._create_logs(network) if self._settings.access_logs else None
        self.load_balancer = aws.lb.LoadBalancer(
            self._name,
            name=self.aws_name,
            internal=False,
            load_balancer_type="application",
            security_groups=[self.security_group.id],
            subnets=network.public_subnet_ids,
            idle_timeout=self._settings.idle_timeout_seconds,
            enable_deletion_protection=self._settings.deletion_protection,
            drop_invalid_header_fields=True,
            access_logs={"bucket": logs.aws_name, "enabled": True} if logs else None,
            tags=self._context.tags("alb"),
            # It tries to write before it takes the bucket.
            opts=self.child(depends_on=[logs] if logs else None),
        )
        scheme = "https" if self._encrypted else "http"
        self.url = self.load_balancer.dns_name.apply(lambda host: f"{scheme}://{host}")

    def _create_logs(self, network: Network) -> Bucket:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html."""
        name = f"{self._name}-logs"
        objects = network.account_id.apply(
            lambda account: f"arn:aws:s3:::{self._context.name(name)}/{PREFIX}{account}/*"
        )
        return Bucket(
            name,
            self._context,
            BucketSettings(backup=False, expire_days={PREFIX: self._context.log_retention_days}),
            self.child(),
            statements=[
                statement(
                    "s3:PutObject",
                    on=[objects],
                    Sid="LoadBalancersWrite",
                    Principal={"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
                    Condition={"StringEquals": {"aws:SourceAccount": network.account_id}},
                )
            ],
        )

    def _create_listeners(self, test_port: int | None) -> None:
        if self._encrypted:
            self.listener = self._create_listener(HTTPS, NOT_FOUND)
            # After the one it sends everybody to, so that nobody is sent to a closed port.
            self._create_listener(HTTP, TO_HTTPS, encrypted=False, depends_on=[self.listener])
        else:
            self.listener = self._create_listener(HTTP, NOT_FOUND)
        self.test_listener = None
        if test_port is not None:
            self.test_listener = self._create_listener(
                test_port, NOT_FOUND, cidrs=self._settings.test_cidrs, depends_on=[self.listener]
            )

    def _create_listener(
        self,
        port: int,
        action: aws.lb.ListenerDefaultActionArgsDict,
        *,
        encrypted: bool | None = None,
        cidrs: tuple[str, ...] | None = None,
        depends_on: list[aws.lb.Listener] | None = None,
    ) -> aws.lb.Listener:
        """A listener and the ways in to its port; encrypted wherever there is a certificate, unless told."""
        ranges = self._settings.allowed_cidrs if cidrs is None else cidrs
        open_to(self, self._name, self.security_group, port, ranges)
        tls = self._encrypted if encrypted is None else encrypted
        return aws.lb.Listener(
            f"{self._name}-{port}",
            load_balancer_arn=self.load_balancer.arn,
            port=port,
            protocol="HTTPS" if tls else "HTTP",
            certificate_arn=self._certificate_arn if tls else None,
            ssl_policy=self._settings.ssl_policy if tls else None,
            routing_http_response_strict_transport_security_header_value=f"max-age={ONE_YEAR}" if tls else None,
            default_actions=[action],
            tags=self._context.tags("alb", str(port)),
            opts=self.child(depends_on=depends_on),
        )
