"""What the store says of real media that are put by URL, pictures of them, and files made to harm."""

import json
import shutil
import socket
import struct
import subprocess
import threading

import pytest

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def media(store, tmp_path_factory):
    if not shutil.which("ffmpeg") or not shutil.which("vips") or not shutil.which("bwrap"):
        pytest.skip("ffmpeg, libvips-tools and bubblewrap are not installed")
    folder = tmp_path_factory.mktemp("media")

    def make(name, *words):
        subprocess.run(
            ["ffmpeg", "-nostdin", "-v", "error", "-y", *words, str(folder / name)], check=True, cwd=folder)
        return (folder / name).read_bytes()

    return make


def pattern(size="320x180", seconds=2, rate=25):
    return ["-f", "lavfi", "-i", f"testsrc2=s={size}:d={seconds}:r={rate}"]


TONE = ["-f", "lavfi", "-i", "sine=d=2"]
H264 = ["-c:v", "libx264", "-pix_fmt", "yuv420p"]

FILES = {
    "film.mp4": (pattern() + TONE + H264 + ["-c:a", "aac"], dict(
        kind="video", type="video/mp4;codecs=avc1,mp4a", width=320, height=180, orientation="landscape", rotation=0,
        duration=2, frames=50, fps=25, codec="h264", container="mp4")),
    "film.webm": (pattern(size="160x120") + TONE + ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-c:a", "libopus"], dict(
        kind="video", type="video/webm;codecs=vp9,opus", width=160, height=120, codec="vp9", container="webm")),
    "sound.mp3": (TONE, dict(kind="audio", type="audio/mpeg", codec="mp3", container="mp3")),
    "sound.opus": (TONE, dict(kind="audio", type="audio/ogg;codecs=opus", codec="opus", container="ogg")),
    "sound.flac": (TONE, dict(kind="audio", type="audio/flac", duration=2, codec="flac", container="flac")),
    "moving.gif": (pattern(size="64x48", seconds=1), dict(
        kind="image", type="image/gif", width=64, height=48, animated=True, frames=25, codec="gif")),
    "still.png": (pattern(size="90x120") + ["-frames:v", "1"], dict(
        kind="image", type="image/png", width=90, height=120, orientation="portrait", animated=False,
        transparency=False)),
    "clear.png": (pattern(size="64x64") + ["-frames:v", "1", "-vf", "format=rgba"], dict(
        kind="image", type="image/png", orientation="square", transparency=True)),
    "still.jpg": (pattern() + ["-frames:v", "1"], dict(kind="image", type="image/jpeg", width=320, codec="jpeg")),
}


def settled(store, data):
    """The file once it was looked into; an answer waits two seconds for that, a busy machine may need longer."""
    for _ in range(200):
        if data["status"] != "processing":
            return data
        answer = store.request("GET", f"/files/{data['id']}", base=store.api)
        assert answer.status == 200, answer
        data = answer.json()["data"]
        threading.Event().wait(0.1)
    raise AssertionError(f"never looked into: {data}")


@pytest.mark.parametrize("name", FILES)
def test_facts_of_real_media(store, media, name):
    words, expected = FILES[name]
    # Where the content says what it is, the name need not.
    path = f"/facts/{name}.bin" if name.endswith((".flac", ".gif", ".jpg")) else f"/facts/{name}"
    answer = store.put(path, media(name, *words))
    assert answer.status == 201, answer
    data = settled(store, answer.json()["data"])
    assert {key: data.get(key) for key in expected} == expected
    if expected["kind"] == "audio":
        assert abs(data["duration"] - 2) < 0.1 and "width" not in data and "placeholder" not in data
    else:
        assert data["placeholder"].startswith("data:image/") and len(data["placeholder"]) <= 2048
        assert len(data["background"]) == 7


def test_pictures_of_an_image_a_film_and_a_vector(store, media):
    store.put("/pictures/a.png", media("a.png", *pattern(size="400x200"), "-frames:v", "1"))
    store.put("/pictures/a.mp4", media("a.mp4", *pattern(size="400x200"), *H264))
    store.put("/pictures/a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><path d="M0 0h9v9z"/></svg>')
    for name in ["a.png", "a.mp4", "a.svg"]:
        answer = store.get(f"/pictures/{name}?w=100&format=png", key=True)
        assert answer.status == 200 and answer.headers["Content-Type"] == "image/png", answer
        assert answer.body.startswith(PNG) and struct.unpack(">II", answer.body[16:24]) == (100, 50)
        square = store.get(f"/pictures/{name}?w=40&h=40&fit=cover&format=png", key=True)
        assert struct.unpack(">II", square.body[16:24]) == (40, 40)
    assert store.get("/pictures/a.png?w=100").status == 403


def test_hostile_files_are_kept_and_lead_nowhere(store, media, tmp_path):
    """A playlist named as a film, a vector with references, a picture of two and a half thousand million pixels."""
    visits = []
    trap = socket.create_server(("127.0.0.1", 0))
    trap.settimeout(0.2)
    stop = threading.Event()

    def watch():
        while not stop.is_set():
            try:
                visits.append(trap.accept())
            except TimeoutError:
                pass

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        address = f"http://127.0.0.1:{trap.getsockname()[1]}/x"
        secret = tmp_path / "secret.txt"
        secret.write_text("secret")
        playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{address}\n#EXTINF:1,\nfile://{secret}\n#EXT-X-ENDLIST\n"
        vector = f"""<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY f SYSTEM "file://{secret}">]>
            <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="20" height="20">
            <script>fetch('{address}')</script><image xlink:href="{address}" width="9" height="9"/><text>&f;</text></svg>"""
        subprocess.run(
            ["vips", "black", f"{tmp_path}/a.png[compression=1,bitdepth=1]", "50000", "50000", "--bands", "1"], check=True)
        files = {
            "list.mp4": playlist.encode(), "list.bin": b"\n" + playlist.encode(), "vector.svg": vector.encode(),
            "large.png": (tmp_path / "a.png").read_bytes(), "noise.mp4": b"\0\0\0\x18ftypisom" + bytes(range(256)) * 40,
            "empty.mp4": b""}
        for name, content in files.items():
            answer = store.put(f"/hostile/{name}", content, {"Content-Type": "video/mp4"} if name.endswith("bin") else None)
            assert answer.status == 201, (name, answer)
            data = settled(store, answer.json()["data"])
            if name == "large.png":
                assert (data["width"], data["height"]) == (50000, 50000) and "placeholder" not in data
            store.get(f"/hostile/{name}?w=64", key=True)
            assert store.get(f"/hostile/{name}", key=True).body == content, name
            assert "secret" not in json.dumps(data)
    finally:
        stop.set()
        watcher.join()
        trap.close()
    assert visits == []
