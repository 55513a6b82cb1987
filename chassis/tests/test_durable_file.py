"""How a small file is written: whole or not at all, by the first of two, for its owner alone."""

from pathlib import Path

from shenguan_chassis.durable_file import create_durably, replace_durably


def test_the_first_of_two_creates_the_file(tmp_path: Path) -> None:
    path = tmp_path / "key"

    assert create_durably(path, "first")
    assert not create_durably(path, "second")

    assert path.read_text() == "first"


def test_a_replacement_is_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "key"
    create_durably(path, "old")

    replace_durably(path, "钥")

    assert path.read_text(encoding="utf-8") == "钥"
    assert list(tmp_path.iterdir()) == [path]
    assert path.stat().st_mode & 0o777 == 0o600
