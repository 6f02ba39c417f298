"""Web sites: files in a folder, published to a bucket that a CDN reads."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from settings.data.bucket_name import BucketName
from settings.section import Section
from settings.values import Many, Shaped

Folder = Annotated[
    str,
    Shaped(
        r"(?!/)(?!(.*/)?\.\.?(/|$))[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*",
        "a folder of the project",
        "It is a path from the project's folder down, without '..'.",
        "Set for example systems/utjfc/site.",
        why="Everything in it is published to the world.",
    ),
]
File = Annotated[
    str,
    Shaped(
        r"(?!(.*/)?\.\.?(/|$))[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*",
        "the name of a file of the site",
        "It is a path from the site's folder down, without '..' and without '/' before it.",
        "Set for example index.html.",
    ),
]
Subfolder = Annotated[
    str,
    Shaped(
        r"(?!(.*/)?\.\.?/)([A-Za-z0-9_.-]+/)+",
        "a folder of the site",
        "It is a path from the site's folder down, and ends with '/'.",
        "Set for example assets/.",
    ),
]


class Site(Section):
    """A web site: its files lie in a private bucket, which only the CDN reads."""

    content: Folder
    """Folder of the files, by its path from the project's folder."""
    bucket: BucketName | None = None
    """Name in S3; <system>-<site>-<environment> unless set."""
    index: File = "index.html"
    """The file that answers for /."""
    single_page: bool = False
    """Whether the index answers for every path that names no file, because scripts in it show the page."""
    immutable: Annotated[Many[Subfolder], Field(default=("assets/",))]
    """Folders whose files change their names with their content: browsers keep these for a year, and ask for others."""
