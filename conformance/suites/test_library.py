"""The library as apps use it: the JSON API, the product's official client, links, ingest, webhooks and limits."""

import base64
import hashlib
import hmac
import json
import random
import re
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from coffer import Coffer, seeded_bytes
from local import Handler, Origin, Server
from receiver import Receiver

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGD4DwABBAEAX+XDSwAAAABJRU5ErkJggg==")


@pytest.fixture(scope="module")
def server():
    with Coffer(environment={"COFFER_INGEST_PRIVATE_ADDRESSES": "true"}) as running:
        yield running


def api(server, method, path, body=None, headers=None, key=True):
    data = None if body is None else json.dumps(body).encode()
    return server.request(method, path, data, headers, key, base=server.api)


def made(server, path, body=b"words", headers=None):
    # By the name that the API has for the server, so that both give a file one URL.
    port = server.delivery.rsplit(":", 1)[1]
    answer = server.put(path, body, {"Host": f"localhost:{port}", **(headers or {})})
    assert answer.status == 201, answer
    return answer.json()["data"]


# -- files ---------------------------------------------------------------------------------------------


def test_every_object_is_a_file(server):
    made(server, "/every/by-url.txt")
    server.boto3().put_object(Bucket=server.bucket, Key="every/by s3.txt", Body=b"s3", Metadata={"colour": "red"})
    files = api(server, "GET", "/files?folder=every").json()
    assert [file["filename"] for file in files] == ["by s3.txt", "by-url.txt"]
    assert files[0]["metadata"] == {"colour": "red"}
    one = api(server, "GET", f"/files/{files[0]['id']}").json()
    assert one == files[0]
    assert urllib.parse.urlsplit(one["url"]).path == "/every/by%20s3.txt"
    assert urllib.request.urlopen(one["url"]).read() == b"s3"


def test_pages_orders_and_searches(server):
    for number, size in enumerate([30, 10, 20]):
        made(server, f"/paged/{'zxy'[number]}/File{number}.txt", b"b" * size)
    names = lambda query: [file["filename"] for file in api(server, "GET", f"/files?search=PAGED&{query}").json()]
    assert names("") == ["File2.txt", "File1.txt", "File0.txt"]
    assert names("sort=size&order=asc") == ["File1.txt", "File2.txt", "File0.txt"]
    assert names("sort=name") == ["File1.txt", "File2.txt", "File0.txt"]
    assert names("limit=1&page=2") == ["File1.txt"]
    assert names("page=99") == []
    answer = api(server, "GET", "/files?search=paged&limit=2")
    assert answer.headers["Total-Count"] == "3"
    assert 'rel="next"' in answer.headers["Links"] and "page=2" in answer.headers["Links"]
    envelope = api(server, "GET", "/files?search=paged&limit=2", headers={"Accept-Version": "2025-07-01"}).json()
    assert (envelope["meta"]["total"], envelope["meta"]["pages"], envelope["meta"]["type"]) == (3, 2, "list")
    assert envelope["links"]["prev"] is None and "page=2" in envelope["links"]["next"]
    assert [f["name"] for f in api(server, "GET", "/folders?folder=paged").json()["folders"]] == ["x", "y", "z"]
    assert len(api(server, "GET", "/files?kind=image&search=paged").json()) == 0
    for query in ["limit=0", "limit=101", "page=0", "page=x", "sort=colour", "order=up", "kind=cat", "limit=99999999999999999999"]:
        assert api(server, "GET", f"/files?{query}").status == 400, query


def test_a_file_is_moved_described_and_deleted(server):
    file = made(server, "/before/old.txt", b"moved")
    made(server, "/after/taken.txt")
    path = f"/files/{file['id']}"
    changed = api(server, "PATCH", path, {"folder": "after", "filename": "new näme.txt", "ref": "letter", "metadata": {"a": 1, "b": {"c": [None]}}}).json()
    assert (changed["folder"], changed["filename"], changed["ref"]) == ("after", "new näme.txt", "letter")
    assert changed["id"] == file["id"] and changed["metadata"] == {"a": 1, "b": {"c": [None]}}
    assert server.get("/before/old.txt").status == 404
    assert urllib.request.urlopen(changed["url"]).read() == b"moved"
    assert api(server, "PATCH", path, {"metadata": {"a": None, "d": 2}}).json()["metadata"] == {"b": {"c": [None]}, "d": 2}
    assert api(server, "PATCH", path, {"filename": "taken.txt"}).status == 409
    for bad in [{"filename": ""}, {"filename": "a/b"}, {"folder": "../x"}, {"folder": "a//b"}, {"filename": "\u0001"}, {"metadata": 3}, {"ref": 5}]:
        assert api(server, "PATCH", path, bad).status == 400, bad
    # A new upload at the same URL is the same file, and what was said of it stays.
    again = made(server, "/after/new%20n%C3%A4me.txt", b"another")
    assert again["id"] == file["id"] and again["metadata"] == {"b": {"c": [None]}, "d": 2} and again["ref"] == "letter"
    assert api(server, "DELETE", path).json() == {"message": f"{file['id']} deleted"}
    assert api(server, "DELETE", path).status == 404
    assert server.get("/after/new%20n%C3%A4me.txt").status == 404


def test_a_refused_change_changes_nothing(server):
    file = made(server, "/refused/a.txt")
    made(server, "/refused/b.txt")
    path = f"/files/{file['id']}"
    assert api(server, "PATCH", path, {"filename": "b.txt", "ref": "other", "metadata": {"a": 1}}).status == 409
    assert api(server, "PATCH", path, {"filename": "c.txt", "media_id": "med_00000000000000fe"}).status == 404
    assert api(server, "GET", path).json() == file


@pytest.mark.parametrize("kind", ["files", "media"])
def test_changes_at_once_are_all_made(server, kind):
    thing = made(server, "/many/a.txt") if kind == "files" else api(server, "POST", "/media", {"title": "many"}).json()
    path = f"/{kind}/{thing['id']}"
    answers = []

    def change(number):
        body = {"metadata": {f"member{number}": number}}
        if number == 0:
            body.update({"filename": "moved.txt"} if kind == "files" else {"title": "changed"})
        answers.append(api(server, "PATCH", path, body).status)

    threads = [threading.Thread(target=change, args=[number]) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 10
    thing = api(server, "GET", path).json()
    assert thing["metadata"] == {f"member{number}": number for number in range(10)}
    assert thing.get("filename", thing.get("title")) in ("moved.txt", "changed")


def test_a_deleted_file_is_gone_wherever_it_was_moved_to(server):
    with ThreadPoolExecutor(1) as pool:
        for number in range(60):
            file = made(server, f"/fleeing/{number}.txt")
            path = f"/files/{file['id']}"
            move = pool.submit(api, server, "PATCH", path, {"filename": f"moved{number}.txt"})
            time.sleep(number % 6 / 3000)
            assert api(server, "DELETE", path).status == 202
            assert move.result().status in (200, 404)
            assert api(server, "GET", path).status == 404
    assert api(server, "GET", "/files?folder=fleeing").json() == []


def test_fields_of_s3_stand_beside_what_was_said(server):
    server.boto3().put_object(Bucket=server.bucket, Key="fields/x.txt", Body=b"x", Metadata={"colour": "red", "size": "small"})
    (file,) = api(server, "GET", "/files?folder=fields").json()
    changed = api(server, "PATCH", f"/files/{file['id']}", {"metadata": {"inside": {"colour": 1}, "size": 2}}).json()
    assert changed["metadata"] == {"colour": "red", "size": 2, "inside": {"colour": 1}}


def test_a_file_keeps_its_id_where_versions_are_kept(server):
    s3 = server.boto3()
    s3.create_bucket(Bucket="versioned-library")
    s3.put_bucket_versioning(Bucket="versioned-library", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="versioned-library", Key="one", Body=b"1")
    (file,) = api(server, "GET", "/files?bucket=versioned-library").json()
    moved = api(server, "PATCH", f"/files/{file['id']}", {"filename": "two"}).json()
    assert (moved["id"], moved["filename"]) == (file["id"], "two")
    assert len(s3.list_object_versions(Bucket="versioned-library")["DeleteMarkers"]) == 1


def test_what_a_put_says_of_a_file(server):
    media = api(server, "POST", "/media", {"title": "film"}).json()
    file = made(server, "/said.txt", headers={
        "X-Coffer-Ref": "notes", "X-Coffer-Metadata": '{"user": 7}', "X-Coffer-Media-Id": media["id"]})
    assert (file["ref"], file["metadata"], file["media_id"]) == ("notes", {"user": 7}, media["id"])
    assert api(server, "GET", f"/media/{media['id']}").json()["urls"] == {"notes": file["url"]}
    assert server.put("/said2.txt", b"x", {"X-Coffer-Metadata": "[1]"}).status == 400
    assert server.put("/said2.txt", b"x", {"X-Coffer-Media-Id": "med_0000000000000001"}).status == 400
    assert server.get("/said2.txt").status == 404
    total = 3 << 20
    body = seeded_bytes(total, 4)
    assert server.put_range("/ranged.bin", body[: 1 << 20], 0, total, headers={"X-Coffer-Ref": "part"}).status == 202
    done = server.put_range("/ranged.bin", body[1 << 20 :], 1 << 20, total)
    assert (done.status, done.json()["ref"]) == (201, "part")


def test_what_a_policy_denies_is_denied_here(server):
    s3 = server.boto3()
    file = made(server, "/guarded/kept.txt", b"kept")
    deny = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Deny", "Principal": "*", "Action": ["s3:DeleteObject", "s3:PutObject"],
        "Resource": f"arn:aws:s3:::{server.bucket}/guarded/*"}]}
    s3.put_bucket_policy(Bucket=server.bucket, Policy=json.dumps(deny))
    try:
        path = f"/files/{file['id']}"
        assert api(server, "DELETE", path).status == 403
        assert api(server, "PATCH", path, {"filename": "moved.txt"}).status == 403
        assert api(server, "PATCH", path, {"folder": "elsewhere"}).status == 403
        assert api(server, "PATCH", path, {"ref": "r"}).status == 403
        assert api(server, "DELETE", f"/media/{file['media_id']}").status == 403
        origin = Origin({"/x": (200, {}, b"x")})
        assert api(server, "POST", "/files", {"url": origin.url + "/x", "folder": "guarded"}).status == 403
        task = api(server, "POST", "/tasks", {"kind": "ingest", "url": origin.url + "/x", "folder": "guarded"}).json()
        for _ in range(100):
            state = api(server, "GET", f"/tasks/{task['id']}").json()
            if state["status"] in ("completed", "failed"):
                break
            time.sleep(0.1)
        assert state["status"] == "failed"
        assert server.get("/guarded/kept.txt").body == b"kept" and server.get("/guarded/x").status == 404
    finally:
        s3.delete_bucket_policy(Bucket=server.bucket)


# -- media ---------------------------------------------------------------------------------------------


def test_media_objects(server):
    file = made(server, "/media/one.txt")
    media = api(server, "GET", f"/media/{file['media_id']}").json()
    assert media["urls"] == {"original": file["url"]} and media["kind"] == "document"
    empty = api(server, "POST", "/media", {"title": "T", "metadata": {"k": "v"}})
    assert empty.status == 201
    empty = empty.json()
    assert (empty["files"], empty["urls"], empty["kind"], empty["background"]) == ([], {}, None, None)
    assert [m["id"] for m in api(server, "GET", "/media?limit=2").json()] == [empty["id"], file["media_id"]]
    patched = api(server, "PATCH", f"/media/{empty['id']}", {"alt": "words", "metadata": {"k": None, "l": 1}}).json()
    assert (patched["title"], patched["alt"], patched["metadata"]) == ("T", "words", {"l": 1})
    attached = api(server, "PATCH", f"/files/{file['id']}", {"media_id": empty["id"], "ref": "text"}).json()
    assert attached["media_id"] == empty["id"] and attached["original"] is False
    assert api(server, "GET", f"/media/{file['media_id']}").status == 404
    assert api(server, "DELETE", f"/media/{empty['id']}").json() == {"message": f"{empty['id']} deleted"}
    assert api(server, "GET", f"/files/{file['id']}").status == 404, "its files go with it"


def test_no_file_outlives_its_media_object(server):
    create = lambda: api(server, "POST", "/media", {}).json()["id"]  # noqa: E731
    many = create()
    with ThreadPoolExecutor(8) as pool:  # one more than one look shows
        list(pool.map(lambda number: made(server, f"/outlive/{number}", headers={"X-Coffer-Media-Id": many}), range(1001)))
        assert api(server, "DELETE", f"/media/{many}").status == 202
        assert api(server, "GET", "/files?folder=outlive").json() == []
        for number in range(40):
            media, file = create(), made(server, f"/outlive/late{number}")
            attach = pool.submit(api, server, "PATCH", f"/files/{file['id']}", {"media_id": media})
            assert api(server, "DELETE", f"/media/{media}").status == 202
            assert attach.result().status in (200, 404)
            late = api(server, "GET", f"/files/{file['id']}")
            assert late.status == 404 or late.json()["media_id"] == file["media_id"], late


# -- the official client -------------------------------------------------------------------------------


def test_the_official_client(server):
    ittybit = pytest.importorskip("ittybit")
    client = ittybit.Ittybit(base_url=server.api, api_key=server.secret, version="2025-08-20")
    signature = client.signatures.create(filename="video.mp4", folder="client", method="put", expiry=int(time.time()) + 600)
    assert signature.method == "put" and signature.folder == "client"
    sent = urllib.request.Request(signature.url, data=b"not really a film", method="PUT")
    assert urllib.request.urlopen(sent).status == 201
    file = next(file for file in client.files.list(limit=5) if file.filename == "video.mp4")
    assert file.folder == "client" and file.created.tzinfo is not None
    updated = client.files.update(id=file.id, folder="client/moved", filename="v.mp4", ref="big", metadata={"n": 1})
    assert updated.url.endswith("/client/moved/v.mp4") and updated.metadata == {"n": 1}
    assert client.files.get(id=file.id).ref == "big"
    read = client.signatures.create(filename="v.mp4", folder="client/moved")
    assert urllib.request.urlopen(read.url).read() == b"not really a film"
    media = client.media.create(title="A film", alt="alt", metadata={"x": "y"})
    assert media.files == [] and media.urls == {}
    ingested = client.files.create(url=file.url.replace("client/video.mp4", "client/moved/v.mp4"), media_id=media.id, folder="client", filename="copy.mp4", ref="original")
    assert ingested.media_id == media.id and ingested.filesize == 17
    assert client.media.get(id=media.id).urls == {"original": ingested.url}
    assert client.media.update(id=media.id, title="Another").title == "Another"
    assert media.id in [item.id for item in client.media.list()]
    assert client.media.delete(id=media.id).message == f"{media.id} deleted"
    assert client.files.delete(id=file.id).message == f"{file.id} deleted"
    with pytest.raises(ittybit.core.api_error.ApiError) as error:
        client.files.get(id=file.id)
    assert error.value.status_code == 404


def test_the_documentations_examples(server):
    # Simple upload, then the resumable one with its own spelling and ends, then a signed PUT and GET.
    assert made(server, "/folder/image.png", PNG)["type"] == "image/png"
    total, step = 100_000_000, 16_777_216
    body = seeded_bytes(total, 100)
    answers = []
    for start in range(0, total, step):
        piece = body[start : start + step]
        end = start + step if start + step < total else total - 1
        answers.append(server.request("PUT", "/example/video.mp4", piece, {"Content-Range": f"bytes={start}-{end}/{total}"}))
    assert [answer.status for answer in answers] == [202] * 5 + [201]
    file = answers[-1].json()
    assert file["filesize"] == total and file["id"].startswith("file_") and isinstance(file["version"], str)
    assert server.put(server.signed("/private/image.png", "put"), PNG, key=False).status == 201
    assert server.get(server.signed("/private/image.png", "get")).body == PNG


# -- links, keys, roles --------------------------------------------------------------------------------


def test_signatures(server):
    made(server, "/signed/a b.txt".replace(" ", "%20"), b"signed")
    answer = api(server, "POST", "/signatures", {"filename": "a b.txt", "folder": "/signed/", "unknown": 1})
    link = answer.json()
    assert answer.status == 200 and abs(link["expiry"] - time.time() - 3600) < 60 and link["folder"] == "signed"
    assert urllib.request.urlopen(link["url"]).read() == b"signed"
    expected = hmac.new(server.secret.encode(), f"signed/a b.txt?expiry={link['expiry']}&method=get".encode(), hashlib.sha256)
    assert link["signature"] == base64.urlsafe_b64encode(expected.digest()).decode().rstrip("=")
    for bad in [{}, {"filename": "x", "width": 0}, {"filename": "x", "height": 10**9}, {"filename": "x", "expiry": 5}, {"filename": "x", "method": "post"}, {"filename": "x", "fit": "zzz"}, {"filename": "x", "format": "gif"}, {"filename": "x", "page": 0}, {"filename": "x", "method": "put", "page": 1}, {"filename": "../x"}, {"filename": 3}, {"filename": "x", "expiry": 10**30}]:
        assert api(server, "POST", "/signatures", bad).status == 400, bad


def test_roles_and_errors(server):
    file = made(server, "/roles.txt")
    reader = api(server, "POST", "/keys", {"role": "read"}).json()
    uploader = api(server, "POST", "/keys", {"role": "upload"}).json()
    assert api(server, "GET", "/files", key=reader["secret"]).status == 200
    assert api(server, "DELETE", f"/files/{file['id']}", key=reader["secret"]).status == 403
    assert api(server, "GET", "/keys", key=reader["secret"]).status == 403
    assert api(server, "GET", "/files", key=uploader["secret"]).status == 403
    assert api(server, "POST", "/signatures", {"filename": "u", "method": "put"}, key=uploader["secret"]).status == 200
    assert api(server, "POST", "/signatures", {"filename": "u"}, key=uploader["secret"]).status == 403
    assert api(server, "POST", "/signatures", {"filename": "u", "method": "put"}, key=reader["secret"]).status == 403
    missing = api(server, "GET", "/files", key=False)
    assert (missing.status, missing.json()["error"]["kind"]) == (401, "token_missing")
    assert missing.json()["message"] and missing.headers["X-Request-Id"] == missing.json()["meta"]["request_id"]
    assert api(server, "GET", "/files", key="wrong-secret").json()["error"]["kind"] == "token_invalid"
    assert api(server, "GET", "/nothing").status == 404
    assert api(server, "PUT", "/files").status == 405
    assert api(server, "GET", "/files/file_zzzz").status == 404
    assert api(server, "GET", "/files/file_00000000000000ff").status == 404
    for body in [b"{", b"[]", b'{"filename":"a","filename":"b"}', b"[" * 100_000, b"\xff"]:
        assert server.request("POST", "/signatures", body, base=server.api).status == 400, body[:20]
    assert server.request("POST", "/signatures", b'{"filename":"' + b"a" * (2 << 20) + b'"}', base=server.api).status in (400, 413)
    old = api(server, "GET", "/files/none", headers={"Accept-Version": "2025-07-01"}).json()
    assert old["data"] is None and old["error"]["message"]
    other = server.command("project", "create", "stranger")["key"]["secret"]
    assert api(server, "GET", f"/files/{file['id']}", key=other).status == 404


READERS = {
    "list_files", "get_file", "list_folders", "list_media", "get_media", "list_tasks", "get_task", "list_uploads", "list_domains",
    "get_project", "get_usage", "create_signature"}


def test_every_endpoint_asks_for_its_role(server):
    secrets = {role: api(server, "POST", "/keys", {"role": role}).json()["secret"] for role in ["read", "upload"]}
    description = server.request("GET", "/openapi.json", key=False, base=server.api).json()
    operations = [(verb, path.replace("{id}", "none").replace("{host}", "none.example"), what["operationId"])
                  for path, verbs in description["paths"].items() for verb, what in verbs.items()]
    assert READERS < {name for _, _, name in operations}
    for verb, path, name in operations:
        if name == "get_description":
            continue
        missing = api(server, verb.upper(), path, key=False)
        assert (missing.status, missing.headers["WWW-Authenticate"][:6]) == (401, "Bearer"), name
        for role, allowed in [("read", READERS), ("upload", {"create_signature"})]:
            answer = api(server, verb.upper(), path, key=secrets[role])
            assert (answer.status == 403) == (name not in allowed), (name, role, answer)
            assert answer.status in (200, 400, 403, 404), (name, role, answer)


def test_answers_have_the_shape_that_was_asked_for(server):
    file = made(server, "/shaped.txt")
    refusals = [
        ("GET", "/nothing", None, 404), ("PUT", "/files", None, 405), ("GET", "/files/none", None, 404),
        ("GET", "/files?limit=0", None, 400), ("POST", "/signatures", {}, 400), ("DELETE", f"/keys/{server.key}", None, 409),
        ("POST", "/files", {"url": "http://127.0.0.1:1/"}, 502)]
    for version, enveloped in [
            ("2024-05-18", True), ("2025-07-01", True), ("2025-08-20", False), ("latest", False), ("nonsense", False), (None, False)]:
        fields = {"Accept-Version": version} if version else {}
        for method, path, body, status in refusals:
            answer = api(server, method, path, body, fields)
            assert answer.status == status and answer.headers["Content-Type"] == "application/json", (path, answer)
            document = answer.json()
            assert set(document) == {"error", "message", "meta"} | ({"data"} if enveloped else set()), (version, document)
            assert document["error"]["message"] == document["message"] and document["error"]["kind"]
            assert document["meta"]["request_id"] == answer.headers["X-Request-Id"] and document.get("data") is None
            if status == 405:
                assert set(answer.headers["Allow"].split(", ")) == {"OPTIONS", "GET", "HEAD", "POST"}
        for path, kind in [(f"/files/{file['id']}", "object"), ("/files?limit=1", "list"), ("/domains", "list"), ("/usage", "object")]:
            document = api(server, "GET", path, headers=fields).json()
            if enveloped:
                assert document["meta"]["type"] == kind and document["meta"]["request_id"] and document["meta"]["project_id"], path
                assert ("links" in document) == ("limit" in document["meta"]) == ("limit=" in path)
                document = document["data"]
            assert isinstance(document, list if kind == "list" else dict) and "data" not in document, (version, path)


@pytest.mark.parametrize("path", ["/files", "/media", "/tasks"])
def test_every_list_has_its_limits_and_links(server, path):
    for number in range(3):
        made(server, f"/listed/{number}.txt")
        api(server, "POST", "/tasks", {"kind": "ingest", "url": "http://127.0.0.1:1/"})
    for query in ["limit=0", "limit=101", "limit=", "page=0", "page=-1", "page=10000001", "limit=1.5", "page=x", "search=%zz"]:
        assert api(server, "GET", f"{path}?{query}").status == 400, query
    assert len(api(server, "GET", f"{path}?limit=100&page=10000000").json()) == 0
    whole = [item["id"] for item in api(server, "GET", f"{path}?limit=100").json()]
    seen, url = [], f"{path}?other=a%20b&limit=2"
    while url:
        answer = api(server, "GET", url)
        assert answer.headers["Total-Count"] == str(len(whole)) and "other=a%20b" in answer.headers["Links"]
        links = {rel: urllib.parse.urlsplit(link) for link, rel in re.findall(r'<([^>]*)>; rel="(\w+)"', answer.headers["Links"])}
        assert {"self", "first", "last"} <= set(links) and ("prev" in links) == bool(seen)
        seen += [item["id"] for item in answer.json()]
        url = links["next"].path + "?" + links["next"].query if "next" in links else None
    assert seen == whole and links["self"] == links["last"]


def test_what_is_a_strangers_is_not_there(server):
    stranger = server.command("project", "create", "neighbour")
    bucket, domain = stranger["bucket"]["name"], stranger["domain"]["host"]
    theirs = lambda method, path, body=None: api(server, method, path, body, key=stranger["key"]["secret"])  # noqa: E731
    media = theirs("POST", "/media", {"title": "theirs"}).json()["id"]
    hook = theirs("POST", "/webhooks", {"url": "http://127.0.0.1:9/"}).json()["id"]
    task = theirs("POST", "/tasks", {"kind": "ingest", "url": "http://127.0.0.1:1/"}).json()["id"]
    everything = lambda: [{**item, "last_used": None} for path in ["/media", "/webhooks", "/keys", "/domains"]  # noqa: E731
                          for item in theirs("GET", path).json()]
    before = everything()
    key = stranger["key"]["id"]
    file = made(server, "/strange.txt")
    for method, path, body in [
            ("GET", f"/media/{media}", None), ("PATCH", f"/media/{media}", {"title": "mine"}), ("DELETE", f"/media/{media}", None),
            ("GET", f"/webhooks/{hook}", None), ("PATCH", f"/webhooks/{hook}", {"status": "paused"}),
            ("POST", f"/webhooks/{hook}/roll", None), ("GET", f"/webhooks/{hook}/deliveries", None),
            ("POST", f"/webhooks/{hook}/resend", None), ("DELETE", f"/webhooks/{hook}", None), ("GET", f"/tasks/{task}", None),
            ("PATCH", f"/keys/{key}", {"status": "paused"}), ("POST", f"/keys/{key}/roll", None), ("DELETE", f"/keys/{key}", None),
            ("DELETE", f"/domains/{domain}", None), ("POST", "/domains", {"host": "x.example", "bucket": bucket}),
            ("GET", f"/files?bucket={bucket}", None), ("GET", f"/folders?bucket={bucket}", None),
            ("PATCH", f"/files/{file['id']}", {"media_id": media})]:
        assert api(server, method, path, body).status == 404, (method, path)
    assert server.put("/strange2.txt", b"x", {"X-Coffer-Media-Id": media}).status == 400
    assert everything() == before


def test_pages_of_other_origins_use_the_api_with_keys(server):
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization, x-fern-language"}
    answer = server.request("OPTIONS", "/files", None, asked, False, base=server.api)
    allowed = [name.strip() for name in answer.headers["Access-Control-Allow-Headers"].split(",")]
    assert answer.status == 204 and answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Authorization" in allowed and "*" in allowed, "clients name themselves in fields of their own"
    assert answer.headers["Access-Control-Allow-Credentials"] is None
    answer = api(server, "GET", "/files", headers={"Origin": "https://app.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*" and "Links" in answer.headers["Access-Control-Expose-Headers"]


def test_keys_are_paused_rolled_and_deleted(server):
    key = api(server, "POST", "/keys", {"role": "full"}).json()
    rolled = api(server, "POST", f"/keys/{key['id']}/roll").json()
    assert rolled["role"] == "full" and rolled["secret"] != key["secret"]
    assert api(server, "PATCH", f"/keys/{key['id']}", {"status": "paused"}).json()["status"] == "paused"
    assert api(server, "GET", "/files", key=key["secret"]).status == 401
    assert api(server, "PATCH", f"/keys/{key['id']}", {"status": "active"}).status == 200
    assert api(server, "GET", "/files", key=key["secret"]).status == 200
    assert api(server, "DELETE", f"/keys/{key['id']}").status == 202
    assert api(server, "GET", "/files", key=key["secret"]).status == 401
    assert api(server, "DELETE", f"/keys/{server.key}").status == 409, "nobody shuts himself out"
    assert all("secret" not in item for item in api(server, "GET", "/keys").json())


def test_domains_uploads_and_usage(server):
    domain = api(server, "POST", "/domains", {"host": "cdn.example.org", "private": True})
    assert domain.status == 201 and domain.json()["private"] is True
    assert api(server, "POST", "/domains", {"host": "cdn.example.org"}).status == 409
    for host in ["", "bad host", "s3.localhost", "-x.example"]:
        assert api(server, "POST", "/domains", {"host": host}).status == 400, host
    assert "cdn.example.org" in [item["host"] for item in api(server, "GET", "/domains").json()]
    assert api(server, "DELETE", "/domains/cdn.example.org").status == 202
    assert server.put_range("/half.bin", b"x" * 1000, 0, 5000).status == 202
    (upload,) = [item for item in api(server, "GET", "/uploads").json() if item["filename"] == "half.bin"]
    assert (upload["received"], upload["filesize"]) == (1000, 5000)
    assert api(server, "DELETE", f"/uploads/{upload['id']}").status == 202
    assert all(item["id"] != upload["id"] for item in api(server, "GET", "/uploads").json())
    usage = api(server, "GET", "/usage").json()
    assert usage["logical"] >= usage["stored"] and usage["saved"] == usage["logical"] - usage["stored"]
    assert api(server, "PATCH", "/project", {"picture_sizes": ["100x100", "wide"]}).status == 400


def test_the_description_is_true(server):
    description = server.request("GET", "/openapi.json", key=False, base=server.api).json()
    schemas = description["components"]["schemas"]

    def fits(value, schema):
        if "$ref" in schema:
            schema = schemas[schema["$ref"].rsplit("/", 1)[1]]
        if schema["type"] == "array" and isinstance(value, list):
            return all(fits(item, schema["items"]) for item in value) if "items" in schema else True
        if schema["type"] == "object" and isinstance(value, dict) and "properties" in schema:
            assert set(schema.get("required", [])) <= set(value), (schema.get("required"), value)
            assert set(value) <= set(schema["properties"]), set(value) - set(schema["properties"])
            return all(fits(item, schema["properties"][name]) for name, item in value.items())
        kinds = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "object": dict, "array": list}
        assert value is None or isinstance(value, kinds[schema["type"]]), (value, schema)
        return True

    made(server, "/described.png", PNG)
    file = api(server, "GET", "/files?limit=1").json()[0]
    known = {"{id}": file["id"], "{host}": "none.example"}
    asked = 0
    for path, verbs in description["paths"].items():
        if "get" not in verbs or path == "/openapi.json":
            continue
        real = path.replace("/media/{id}", f"/media/{file['media_id']}").replace("{id}", known["{id}"])
        answer = api(server, "GET", real)
        if answer.status != 200:
            assert "/{id}" in path and answer.status == 404, (path, answer)
            continue
        assert fits(answer.json(), verbs["get"]["responses"]["200"]["content"]["application/json"]["schema"]), path
        asked += 1
    assert asked >= 10
    operations = [verb["operationId"] for verbs in description["paths"].values() for verb in verbs.values()]
    assert len(operations) == len(set(operations)) >= 35


# -- ingest --------------------------------------------------------------------------------------------


def test_ingest(server):
    origin = Origin({
        "/pic%20ture.png": (200, {"Content-Type": "text/html"}, PNG), "/moved": (302, {"Location": "/pic%20ture.png"}, b""),
        "/loop": (302, {"Location": "/loop"}, b""), "/short": (200, {"Content-Length": "50"}, b"short"),
        "/named": (200, {"Content-Disposition": "attachment; filename*=UTF-8''n%C3%A4me.txt"}, b"named")})
    file = api(server, "POST", "/files", {"url": origin.url + "/moved", "folder": "in", "metadata": {"from": "afar"}})
    assert file.status == 201, file
    file = file.json()
    assert (file["filename"], file["type"], file["metadata"]) == ("pic ture.png", "image/png", {"from": "afar"})
    assert api(server, "POST", "/files", {"url": origin.url + "/named"}).json()["filename"] == "näme.txt"
    assert api(server, "POST", "/files", {"url": origin.url + "/none"}).status == 502
    assert api(server, "POST", "/files", {"url": origin.url + "/loop"}).status == 502
    assert "it cannot be reached" in api(server, "POST", "/files", {"url": "http://127.0.0.1:1/"}).json()["message"]
    assert api(server, "POST", "/files", {"url": origin.url + "/short", "filename": "short.bin"}).status in (400, 502)
    assert server.get("/short.bin").status == 404
    for url in [None, "", "ftp://127.0.0.1/x", "file:///etc/passwd", "http://", "nonsense", "http://user:pw@127.0.0.1/"]:
        assert api(server, "POST", "/files", {"url": url}).status == 400, url
    task = api(server, "POST", "/tasks", {"kind": "ingest", "url": origin.url + "/moved", "filename": "later.png"})
    assert task.status == 201
    for _ in range(100):
        state = api(server, "GET", f"/tasks/{task.json()['id']}").json()
        if state["status"] in ("completed", "failed"):
            break
        time.sleep(0.1)
    assert state["status"] == "completed" and state["output"]["filename"] == "later.png" and state["progress"] == 100
    assert state["output"]["created_by"] == state["id"]
    assert api(server, "POST", "/tasks", {"kind": "paint", "url": "http://x/"}).status == 400


def test_a_task_is_told_of_at_its_own_url(server):
    origin, receiver = Origin({"/pic": (200, {"Content-Type": "image/png"}, b"not quite a picture")}), Receiver()
    order = {"kind": "ingest", "url": origin.url + "/pic", "filename": "told.png", "webhook_url": receiver.url}
    task = api(server, "POST", "/tasks", order).json()
    assert task["webhook_url"] == receiver.url
    headers, document, body = receiver.next()
    assert (document["id"], document["object"], document["status"]) == (task["id"], "task", "completed")
    assert document["output"]["filename"] == "told.png" and document["output"]["url"].endswith("/told.png")
    assert document["input"]["url"] == order["url"]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mac = hmac.new(server.secret.encode(), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == "v1," + base64.b64encode(mac).decode()
    failed = api(server, "POST", "/tasks", order | {"url": origin.url + "/none"}).json()
    _, document, _ = receiver.next()
    assert (document["id"], document["status"]) == (failed["id"], "failed") and "404" in document["error"]
    # One that is refused is sent again.
    receiver.status = 500
    again = api(server, "POST", "/tasks", order).json()
    receiver.refused.get(timeout=30)
    receiver.status = 200
    assert receiver.next()[1]["id"] == again["id"]
    for url in ["ftp://x/", "http:///x", "nonsense", 7]:
        assert api(server, "POST", "/tasks", order | {"webhook_url": url}).status == 400, url
    receiver.close()


def test_nothing_is_fetched_from_private_addresses():
    origin = Origin({"/": (200, {}, b"secret")})
    port = origin.url.rsplit(":", 1)[1]
    with Coffer() as server:
        for host in ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "169.254.169.254", "10.0.0.1", "[fe80::1]", "[64:ff9b::7f00:1]"]:
            answer = api(server, "POST", "/files", {"url": f"http://{host}:{port}/", "filename": "x"})
            assert answer.status in (400, 502), (host, answer)
        assert origin.asked == []


class Dripping:
    """Answers a few bytes again and again until it is told to end; `/whole` has its answer at once."""

    def __init__(self):
        self.end = threading.Event()
        dripping = self

        class Drips(Handler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.send_response(200)
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                while self.path != "/whole" and not dripping.end.wait(0.1):
                    self.wfile.write(b"4\r\ndrip\r\n")
                self.wfile.write(b"4\r\nlast\r\n0\r\n\r\n")

        self.server = Server(Drips)
        self.url = self.server.url


def state_of(server, task, wanted):
    deadline = time.monotonic() + 30
    while (state := api(server, "GET", f"/tasks/{task['id']}").json())["status"] not in wanted:
        assert time.monotonic() < deadline, state
        time.sleep(0.05)
    return state


def test_a_long_task_holds_up_no_other_and_outlives_the_server():
    origin = Dripping()
    with Coffer(environment={"COFFER_INGEST_PRIVATE_ADDRESSES": "true"}) as server:
        order = lambda path: api(server, "POST", "/tasks", {"kind": "ingest", "url": origin.url + path, "filename": path[1:]}).json()
        long = order("/long")
        state_of(server, long, ["processing"])
        assert state_of(server, order("/whole"), ["completed", "failed"])["status"] == "completed"
        # More often than a task is begun that stops the process each time.
        for stop in [server.stop] * 6 + [server.kill]:
            state_of(server, long, ["processing"])
            stop()
            server.start()
            state = api(server, "GET", f"/tasks/{long['id']}").json()
            assert (state["status"], state["error"]) in [("processing", None), ("waiting", None)], (stop, state)
            assert server.get("/long").status == 404
        state_of(server, long, ["processing"])
        origin.end.set()
        state = state_of(server, long, ["completed", "failed"])
        assert state["status"] == "completed" and state["output"]["filename"] == "long"
        assert server.get("/long").body.endswith(b"last")


# -- webhooks ------------------------------------------------------------------------------------------


def test_webhooks_hear_of_files_in_order(server):
    receiver = Receiver()
    try:
        hook = api(server, "POST", "/webhooks", {"url": receiver.url, "topics": ["file.created", "file.updated", "file.deleted", "media.created", "task.completed"]})
        assert hook.status == 201
        hook = hook.json()
        file = made(server, "/heard.txt", b"heard")
        api(server, "PATCH", f"/files/{file['id']}", {"filename": "heard2.txt"})
        api(server, "DELETE", f"/files/{file['id']}")
        kinds = []
        while len(kinds) < 4:
            headers, event, body = receiver.next()
            if event["data"].get("id") not in (file["id"], file["media_id"]):
                continue
            kinds.append(event["kind"])
            signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
            mac = hmac.new(base64.b64decode(hook["secret"].removeprefix("whsec_")), signed, hashlib.sha256)
            assert headers["webhook-signature"] == "v1," + base64.b64encode(mac.digest()).decode()
        assert kinds == ["file.created", "media.created", "file.updated", "file.deleted"]
        log = api(server, "GET", f"/webhooks/{hook['id']}/deliveries").json()
        assert {item["status"] for item in log} == {200} and log[0]["attempt"] == 1
        assert api(server, "PATCH", f"/webhooks/{hook['id']}", {"topics": ["nonsense"]}).status == 400
        for url in ["", "ftp://127.0.0.1/", "http://", "http:///hook", "https://:80/", "http://a b/"]:
            assert api(server, "POST", "/webhooks", {"url": url}).status == 400, url
        assert api(server, "PATCH", f"/webhooks/{hook['id']}", {"status": "paused"}).json()["status"] == "paused"
        made(server, "/unheard.txt")
        assert receiver.taken.empty()
        fresh = api(server, "POST", f"/webhooks/{hook['id']}/roll").json()
        assert fresh["secret"] != hook["secret"]
        assert api(server, "POST", f"/webhooks/{hook['id']}/resend").json() == {"resent": 0}
        assert api(server, "DELETE", f"/webhooks/{hook['id']}").status == 202
        assert api(server, "GET", f"/webhooks/{hook['id']}").status == 404
    finally:
        receiver.close()


# -- limits --------------------------------------------------------------------------------------------


def test_limits():
    with Coffer() as server:
        limits = server.command("project", "set", "demo", "--max-file-size", 2000, "--max-storage", 5000, "--max-uploads", 1)
        assert limits["limits"] == {"filesize": 2000, "storage": 5000, "uploads": 1}
        assert api(server, "GET", "/project").json()["limits"] == limits["limits"]
        assert server.put("/big.bin", b"x" * 2001).status == 413
        for number in range(2):
            assert server.put(f"/{number}.bin", seeded_bytes(2000, number)).status == 201
        full = server.put("/full.bin", b"y" * 1500)
        assert (full.status, full.json()["error"]["kind"]) == (402, "storage_limit")
        s3 = server.boto3()
        with pytest.raises(s3.exceptions.ClientError) as error:
            s3.put_object(Bucket=server.bucket, Key="full", Body=b"z" * 1500)
        assert error.value.response["Error"]["Code"] == "QuotaExceeded"
        assert server.get("/full.bin").status == 404
        assert server.request("DELETE", "/0.bin").status == 204
        time.sleep(0.6)
        assert server.put("/full.bin", b"y" * 1500).status == 201
        server.command("project", "set", "demo", "--max-storage", 0)
        assert server.put_range("/a.bin", b"a" * 10, 0, 100).status == 202
        second = server.put_range("/b.bin", b"b" * 10, 0, 100)
        assert (second.status, second.json()["error"]["kind"]) == (403, "upload_limit")
        assert server.put_range("/a.bin", b"a" * 90, 10, 100).status == 201
        assert server.put_range("/b.bin", b"b" * 10, 0, 100).status == 202
