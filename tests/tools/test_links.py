from __future__ import annotations

from typing import TYPE_CHECKING

from tools.links import anchors, broken_links

if TYPE_CHECKING:
    from pathlib import Path


def test_a_link_leads_to_a_file_a_heading_or_elsewhere(tmp_path: Path):
    (tmp_path / "other.md").write_text("# One `make up`, two words\n")
    page = tmp_path / "page.md"
    page.write_text(
        "# Here\n"
        "[file](other.md) [heading](other.md#one-make-up-two-words) [own](#here) [web](https://example.com/x)\n"
        '[gone](gone.md) [no heading](other.md#three) ![picture](docs/none.svg) <img src="lost.svg">\n'
        "`[code](not-a-link.md)`\n"
        "```\n[code](not-a-link.md)\n```\n"
    )
    assert broken_links(page, tmp_path) == ["gone.md", "other.md#three", "docs/none.svg", "lost.svg"]


def test_a_link_out_of_the_repository_leads_nowhere_for_others(tmp_path: Path):
    (tmp_path / "secret.md").write_text("")
    inside = tmp_path / "repository"
    inside.mkdir()
    page = inside / "page.md"
    page.write_text("[out](../secret.md)")
    assert broken_links(page, inside) == ["../secret.md"]


def test_a_comment_in_a_code_block_is_no_heading():
    assert anchors("# Real\n```sh\n# not one\n```\n") == {"real"}
