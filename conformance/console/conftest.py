import shutil
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lib"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from coffer import Coffer  # noqa: E402
from paper import pdf  # noqa: E402
from person import Person, chromium  # noqa: E402


@pytest.fixture(scope="session", autouse=True)
def browser_is_here():
    if not chromium():
        pytest.skip("chromium and chromedriver are not installed")


@pytest.fixture(scope="module")
def store():
    with Coffer() as server:
        yield server


@pytest.fixture
def person(store, request):
    """Opens browsers as people have them; every one is closed, and none may have complained."""
    opened = []

    def open_browser(**settings):
        one = Person(store, name=request.node.name, **settings)
        opened.append(one)
        return one

    yield open_browser
    complaints = [line for one in opened for line in one.complaints()]
    for one in opened:
        one.quit()
    assert not complaints, complaints


@pytest.fixture(scope="session")
def media(tmp_path_factory):
    """Ten files as people have them."""
    folder = tmp_path_factory.mktemp("media")

    def make(name, *words):
        subprocess.run(["ffmpeg", "-loglevel", "error", "-y", *words, str(folder / name)], check=True)

    if not shutil.which("ffmpeg"):
        pytest.skip("ffmpeg is not installed")
    for index, colours in enumerate(["c0=0x2f80c0:c1=0xf2c27a", "c0=0x173b57:c1=0xe58f65", "c0=0x3f6b4f:c1=0xe9e2b4"], start=1):
        make(f"landscape-{index}.jpg", "-f", "lavfi", "-i", f"gradients=s=1600x1100:{colours}:seed={index}", "-frames:v", "1")
    make("fractal.png", "-f", "lavfi", "-i", "mandelbrot=s=1200x900", "-frames:v", "1")
    make("clip.webm", "-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=8", "-f", "lavfi", "-i", "sine=f=330:d=8", "-c:v", "libvpx",
         "-b:v", "600k", "-c:a", "libvorbis")
    make("song.mp3", "-f", "lavfi", "-i", "sine=f=220:d=20", "-c:a", "libmp3lame")
    (folder / "notes.md").write_text("# Notes\n\nA few lines of text.\n")
    (folder / "letter.pdf").write_bytes(pdf([((595, 842), (255, 255, 255), "A letter for you")]))
    (folder / "empty.txt").write_bytes(b"")
    (folder / "archive.bin").write_bytes(bytes(range(256)) * 160_000)
    return sorted(folder.iterdir())
