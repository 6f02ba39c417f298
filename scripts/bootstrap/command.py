"""`plinth bootstrap`: its options."""

from __future__ import annotations

from typing import Annotated

import typer

from scripts.options import DryRun, Json, Profile, Region, Yes


def bootstrap(
    *,
    bucket: Annotated[str | None, typer.Option(help="Name of the bucket; plinth-state-<account>-<region>.")] = None,
    region: Region = None,
    profile: Profile = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Make what Pulumi keeps its state in, once for an account and region: a bucket, and the key of its secrets.

    The bucket keeps versions, is encrypted, answers over TLS alone and nobody else's questions. What is there already
    is left; run it again to put right what somebody changed.

    \b
    Examples:
      plinth bootstrap --region us-west-2 --dry-run
      plinth bootstrap --region us-west-2 --yes
    """  # noqa: D301 - \b keeps the lines of a paragraph apart
    from scripts.bootstrap.bootstrap import Bootstrap  # noqa: PLC0415
    from scripts.cloud import Cloud  # noqa: PLC0415
    from scripts.errors import Exit, PlinthError  # noqa: PLC0415
    from scripts.output import confirm, emit, tell  # noqa: PLC0415

    cloud = Cloud(region, profile)
    if not cloud.region:
        raise PlinthError("no AWS region is set", "Add --region, or set AWS_REGION", Exit.USAGE)
    work = Bootstrap(cloud, bucket=bucket, dry_run=dry_run)
    tell(f"bootstrap\n  account {cloud.account()}, region {cloud.region}, bucket {work.bucket}")
    if not dry_run:
        confirm("Make what is missing?", yes=yes)
    made = work.run()
    emit(made, as_json=as_json, show=made.show)
