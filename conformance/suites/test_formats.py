"""Every released on-disk format is opened, whole."""

import tarfile

import pytest
from coffer import Coffer
from fixture import FOLDER, LARGE, OPEN, SMALL


@pytest.mark.parametrize("name", ["format-1"])
def test_a_directory_of_this_format_is_whole(tmp_path, name):
    with tarfile.open(FOLDER / f"{name}.tar.xz") as archive:
        archive.extractall(tmp_path / "data")
    store = Coffer(data=tmp_path / "data")
    store.secret = (FOLDER / f"{name}.secret").read_text().strip()
    try:
        assert store.command("check", "--deep")["ok"]
        store.start()
        assert store.get("/small.txt").body == SMALL
        assert store.get("/folder/large.bin").body == LARGE
        assert store.get("/copy.bin").body == LARGE
        assert store.get("/folder/gone.bin").status == 404
        done = store.put_range("/open.bin", OPEN[20_000:], 20_000, len(OPEN), headers={"Upload-Id": "fixture"})
        # The upload's lifetime may be over by the time this runs; then the rest alone is a new upload.
        assert done.status in (201, 202)
        if done.status == 201:
            assert store.get("/open.bin").body == OPEN
        store.command("sweep", "--grace", "0")
        assert store.command("check", "--deep")["ok"]
    finally:
        store.remove()
