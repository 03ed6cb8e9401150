"""Looks into files as clients meet them: once for each content, pictures on demand, and a store without the tools.

What is found out about each type of file is test_media_facts.py's.
"""

import json
import shutil
import subprocess
import time
import urllib.error
import urllib.request

import pytest
from coffer import Coffer

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ["ffmpeg", "vips", "pdftoppm", "bwrap"])), reason="the tools that look into files are not there")


@pytest.fixture(scope="module")
def server():
    with Coffer() as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("media")
    picture, tone = ["-f", "lavfi", "-i", "testsrc=size=320x180:rate=25"], ["-f", "lavfi", "-i", "sine=frequency=440"]
    ffmpeg(*picture, *tone, "-t", 4, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", folder / "film.mp4")
    ffmpeg(*picture, "-frames:v", 1, folder / "plain.jpg")
    return folder


def ffmpeg(*words):
    subprocess.run(["ffmpeg", "-loglevel", "error", "-y", *map(str, words)], check=True)


def upload(server, name, body):
    answer = server.put(f"/{name}", body)
    assert answer.status == 201, answer
    file = answer.json()["data"]
    for _ in range(200):
        if file["status"] != "processing":
            return file
        time.sleep(0.1)
        file = server.request("GET", f"/files/{file['id']}", base=server.api).json()
    raise AssertionError(f"{name} is still {file['status']}")


def facts(file, *names):
    return tuple(file.get(name) for name in names)


def test_truncated_files_are_stored_and_said_to_have_failed(server, folder):
    for name in ["film.mp4", "plain.jpg"]:
        whole = (folder / name).read_bytes()
        file = upload(server, f"cut/{name}", whole[: len(whole) // 3])
        assert file["status"] in ("failed", "ready") and file["filesize"] == len(whole) // 3
        assert server.get(f"/cut/{name}").body == whole[: len(whole) // 3]


def test_a_content_is_looked_at_once(server, folder):
    body = (folder / "film.mp4").read_bytes()
    first = upload(server, "once/a.mp4", body)
    began = time.monotonic()
    second = upload(server, "once/b.mp4", body)
    assert facts(first, "width", "duration", "placeholder") == facts(second, "width", "duration", "placeholder")
    assert time.monotonic() - began < 20
    looked = server.request("GET", "/tasks?kind=probe&limit=1", base=server.api).json()[0]
    assert (looked["kind"], looked["status"]) == ("probe", "completed") and looked["output"]["width"] == 320
    s3 = server.boto3()
    s3.upload_file(str(folder / "film.mp4"), server.bucket, "once/by-s3.mp4", ExtraArgs={"ContentType": "video/mp4"})
    for _ in range(200):
        file = next(f for f in server.request("GET", "/files?search=by-s3", base=server.api).json())
        if file["status"] == "ready" and file.get("width"):
            break
        time.sleep(0.1)
    assert facts(file, "width", "height", "codec") == (320, 180, "h264")


def test_pictures_on_demand(server, folder):
    film = upload(server, "shown/film.mp4", (folder / "film.mp4").read_bytes())
    image = upload(server, "shown/plain.jpg", (folder / "plain.jpg").read_bytes())
    upload(server, "shown/words.txt", b"words")
    for file in (film, image):
        listed = server.request("GET", f"/files/{file['id']}", base=server.api).json()
        answer = urllib.request.urlopen(listed["preview"])
        body = answer.read()
        assert answer.headers["Content-Type"] == "image/webp" and body[8:12] == b"WEBP"
        assert urllib.request.urlopen(listed["preview"]).read() == body
        altered = listed["preview"].replace("w=480", "w=481")
        with pytest.raises(urllib.error.HTTPError) as error:
            urllib.request.urlopen(altered)
        assert error.value.code == 403
        # A link for a picture opens no file, and one for the file no picture.
        bare = listed["preview"].split("?")[0] + "?" + "&".join(w for w in listed["preview"].split("?")[1].split("&") if w[:2] not in ("w=", "h=") and not w.startswith("fit="))
        with pytest.raises(urllib.error.HTTPError) as error:
            urllib.request.urlopen(bare)
        assert error.value.code == 403
    assert server.get("/shown/plain.jpg?w=100").status == 403
    assert server.get("/shown/plain.jpg?w=100&h=50&fit=cover&format=jpeg", key=True).headers["Content-Type"] == "image/jpeg"
    changed = server.request("PATCH", "/project", json.dumps({"picture_sizes": ["100x"]}).encode(), base=server.api)
    assert changed.json()["picture_sizes"] == ["100x"]
    for _ in range(50):
        allowed = server.get("/shown/plain.jpg?w=100")
        if allowed.status == 200:
            break
        time.sleep(0.1)
    assert allowed.status == 200
    assert server.get("/shown/plain.jpg?w=100", {"If-None-Match": allowed.headers["ETag"]}).status == 304
    assert server.get("/shown/plain.jpg?w=101").status == 403
    for bad in ["w=0", "w=99999", "h=-1", "w=1&w=2", "w=10&fit=odd", "w=10&format=exe", "w=10&page=0", "page=1&page=2", "w=99999999999999999999"]:
        assert server.get(f"/shown/plain.jpg?{bad}", key=True).status == 400, bad
    assert server.get("/shown/words.txt?w=100", key=True).status == 404
    assert server.get("/shown/plain.jpg?w=100&page=2", key=True).status == 404
    link = server.request("POST", "/signatures", json.dumps({"filename": "plain.jpg", "folder": "shown", "width": 90, "page": 1}).encode(), base=server.api).json()["url"]
    assert "page=1" in link and urllib.request.urlopen(link).headers["Content-Type"] == "image/webp"


def test_without_tools_the_store_works():
    with Coffer(wrapper=["bwrap", "--dev-bind", "/", "/", "--unshare-pid", "--proc", "/proc", "--tmpfs", "/usr/bin"]) as server:
        answer = server.put("/film.mp4", b"\x00\x00\x00\x18ftypisom" + bytes(100))
        assert answer.status == 201 and answer.json()["data"]["status"] == "ready"
        assert server.get("/film.mp4?w=10", key=True).status in (404, 501)
        assert "not looked into" in server.tail()
