from __future__ import annotations

import json
import socket
from pathlib import Path

from local import ports


def test_a_port_is_remembered(tmp_path: Path):
    book = tmp_path / "ports.json"
    first = ports.choose("anything", book, in_use_by_us=False)
    assert ports.choose("anything", book, in_use_by_us=False) == first
    assert ports.remembered(book) == {"anything": first}


def test_a_port_that_a_stranger_took_is_replaced_but_our_own_is_kept(tmp_path: Path):
    book = tmp_path / "ports.json"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        book.write_text(json.dumps({"aws": port, "registry": 1}))
        assert ports.choose("aws", book, in_use_by_us=True) == port
        other = ports.choose("aws", book, in_use_by_us=False)
    assert other != port
    assert ports.remembered(book) == {"aws": other, "registry": 1}


def test_two_servers_never_share_a_port(tmp_path: Path):
    book = tmp_path / "ports.json"
    free = ports.any_free()
    book.write_text(json.dumps({"one": free, "two": free}))
    chosen = ports.choose("two", book, in_use_by_us=False)
    assert chosen != free


def test_a_damaged_book_is_an_empty_one(tmp_path: Path):
    book = tmp_path / "ports.json"
    book.write_text("{ not json")
    assert ports.remembered(book) == {}
    assert ports.choose("one", book, in_use_by_us=False) > 0
