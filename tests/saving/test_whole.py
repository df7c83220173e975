import os

import pytest

from rnnts.saving import remove_abandoned, written_whole


def test_what_fails_on_the_way_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "kept.csv"
    path.write_text("before")

    def write_and_fail():
        with written_whole(path) as file:
            file.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name == "nt", reason="no such permissions there")
def test_a_file_is_as_readable_as_any_new_one(tmp_path):
    (tmp_path / "any").touch()

    with written_whole(tmp_path / "new") as file:
        file.write(b"all")

    assert (tmp_path / "new").read_bytes() == b"all"
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "any").stat().st_mode


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_stays_one(tmp_path):
    (tmp_path / "behind").write_text("before")
    (tmp_path / "link").symlink_to(tmp_path / "behind")

    with written_whole(tmp_path / "link") as file:
        file.write(b"after")

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "behind").read_text() == "after"


@pytest.mark.skipif(os.name == "nt", reason="nothing is removed there")
def test_what_a_killed_writer_left_is_removed_and_what_another_writes_is_not(tmp_path):
    path = tmp_path / "some.npz"
    left = tmp_path / ".some.npz.0123abcd"
    left.write_bytes(b"hal")
    bystanders = [tmp_path / name for name in (".some.npz.old", ".other.npz.0123abcd", "some.npz")]
    for each in bystanders:
        each.write_bytes(b"whole")

    with written_whole(path) as file:
        file.write(b"more")
        remove_abandoned(tmp_path, "some.npz")

    assert sorted(tmp_path.iterdir()) == sorted(bystanders)
    assert path.read_bytes() == b"more"
