"""Whole or absent; the old name or the new."""

from __future__ import annotations

from pathlib import Path

import pytest

from features.durable import (
    building,
    finishing,
    keep_only,
    point,
    pointed,
    publish,
    resuming,
    sweep,
)


def test_a_published_folder_appears_whole_under_its_name(tmp_path: Path) -> None:
    with building(tmp_path) as folder:
        (folder / "file").write_text("content", encoding="utf-8")
        publish(folder, tmp_path / "name")
    assert [path.name for path in tmp_path.iterdir()] == ["name"]
    assert (tmp_path / "name" / "file").read_text(encoding="utf-8") == "content"


def fail_midway(parent: Path) -> None:
    with building(parent) as folder:
        (folder / "file").touch()
        raise ValueError("midway")


def test_what_was_not_published_is_gone(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="midway"):
        fail_midway(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_taken_keeps_its_content(tmp_path: Path) -> None:
    for content in ("first", "second"):
        with building(tmp_path) as folder:
            (folder / "file").write_text(content, encoding="utf-8")
            publish(folder, tmp_path / "name")
    assert (tmp_path / "name" / "file").read_text(encoding="utf-8") == "first"


def test_a_pointer_names_the_last_that_was_pointed_at(tmp_path: Path) -> None:
    pointer = tmp_path / "deep" / "CURRENT"
    assert pointed(pointer) is None
    point(pointer, "one")
    point(pointer, "two")
    assert pointed(pointer) == "two"
    assert list(pointer.parent.iterdir()) == [pointer]


def test_leftovers_of_killed_processes_are_swept(tmp_path: Path) -> None:
    (tmp_path / ".building-dead").mkdir()
    (tmp_path / ".building-dead" / "file").touch()
    (tmp_path / ".building-pointer").touch()
    (tmp_path / "name").mkdir()
    sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["name"]


def test_what_another_still_builds_is_not_swept(tmp_path: Path) -> None:
    with building(tmp_path) as folder:
        sweep(tmp_path)
        assert folder.is_dir()
        publish(folder, tmp_path / "name")


def test_what_a_kill_left_of_a_name_is_gone_on_with(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), resuming(tmp_path, "name") as folder:  # noqa: PT012  # the block is tested
        (folder / "part").write_text("done", encoding="utf-8")
        raise KeyboardInterrupt
    sweep(tmp_path, resumed="name")
    with resuming(tmp_path, "name") as folder:
        assert (folder / "part").read_text(encoding="utf-8") == "done"
        (folder / "whole").touch()
        keep_only(folder, {"whole"})
        publish(folder, tmp_path / "name")
    assert [path.name for path in tmp_path.iterdir()] == ["name"]
    assert [path.name for path in (tmp_path / "name").iterdir()] == ["whole"]


def test_what_an_error_left_is_gone_and_so_is_what_nobody_will_go_on_with(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="to blame"), resuming(tmp_path, "name") as folder:  # noqa: PT012  # the block is tested
        (folder / "part").touch()
        raise ValueError("to blame")
    (tmp_path / ".unfinished-other").mkdir()
    sweep(tmp_path, resumed="name")
    assert list(tmp_path.iterdir()) == []


def test_a_part_is_whole_or_absent(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="midway"), finishing(tmp_path / "part") as written:  # noqa: PT012  # the block is tested
        written.write_text("half", encoding="utf-8")
        raise ValueError("midway")
    assert not (tmp_path / "part").exists()
    with finishing(tmp_path / "part") as written:
        written.write_text("whole", encoding="utf-8")
    assert (tmp_path / "part").read_text(encoding="utf-8") == "whole"
