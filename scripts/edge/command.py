"""`plinth site` and `plinth cdn`: their verbs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scripts.options import DryRun, Json, Yes
from scripts.verb import operates

if TYPE_CHECKING:
    from scripts.target import Target

site = typer.Typer(name="site", help="Web sites behind the CDN.", no_args_is_help=True, rich_markup_mode=None)
cdn = typer.Typer(name="cdn", help="The CloudFront distribution.", no_args_is_help=True, rich_markup_mode=None)


@site.command()
@operates
def publish(
    target: Target,
    name: Annotated[str, typer.Argument(metavar="SITE", help="Its key in the stack file.")],
    *,
    folder: Annotated[Path, typer.Option(help="Where the site was built.")],
    immutable: Annotated[
        list[str], typer.Option(help="Folders whose files change their names with their content: kept for a year.")
    ] = ["assets/"],  # noqa: B006 - typer copies it
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Publish a web site's files: send what changed, remove what is gone, and have the CDN ask anew.

    The stack file's own folder is published by pulumi up, which is the better way where the files are in the
    repository: the next pulumi up brings those back.

    \b
    Examples:
      plinth site publish chat --folder dist --stack utjfc-prod
      plinth site publish web --folder build --stack rapidphoto-prod --dry-run
    """  # noqa: D301 - \b keeps the lines of a paragraph apart
    from scripts.edge.site import plan  # noqa: PLC0415
    from scripts.edge.site import publish as run  # noqa: PLC0415
    from scripts.output import confirm, emit, tell  # noqa: PLC0415

    found = plan(target, name, folder)
    target.announce(f"publish {folder} as {name}: {len(found.send)} to send, {len(found.remove)} to remove")
    if dry_run:
        for line in [*(f"  send {key}" for key in found.send), *(f"  remove {key}" for key in found.remove)]:
            tell(line)
        return
    confirm("Publish it?", yes=yes)
    published = run(target, name, folder, tuple(immutable))
    emit(published, as_json=as_json, show=published.show)


@cdn.command("invalidate")
@operates
def invalidate_(
    target: Target,
    path: Annotated[list[str] | None, typer.Option("--path", help="'/index.html' or '/assets/*'; everything.")] = None,
    *,
    wait: Annotated[bool, typer.Option(help="Until every edge has it.")] = True,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Throw away what the CDN keeps, so that it asks for it anew. The first thousand paths a month are free.

    \b
    Examples:
      plinth cdn invalidate --stack utjfc-prod
      plinth cdn invalidate --path '/assets/*' --path /index.html --stack rapidphoto-prod --no-wait
    """  # noqa: D301
    from scripts.edge.cdn import check, distribution, invalidate  # noqa: PLC0415
    from scripts.operations.journal import now  # noqa: PLC0415
    from scripts.output import confirm, emit  # noqa: PLC0415

    paths = path or ["/*"]
    check(paths)
    target.announce(f"invalidate {', '.join(paths)} of {distribution(target).distribution_id}")
    confirm("Invalidate?", yes=yes)
    made = invalidate(target, paths, str(now()), wait=wait)
    emit(made, as_json=as_json, show=made.show)
