"""One who changes everything that the server keeps, and knows what of it was acknowledged."""

import hashlib
import http.client
import json
import random
import time
from collections import Counter
from contextlib import contextmanager

import botocore.exceptions
import botocore.parsers

MiB = 1 << 20
KEYS = 6
OTHERS = 2  # media objects and webhooks at once
SIZES = [0, 1, 100, 16 * 1024, 16 * 1024 + 1, 70_000, 300_000, 2 * MiB]
TOPICS = ["media.created", "file.created", "file.updated", "file.deleted", "task.completed"]
PATIENCE = 60
# The server went away, before or in the middle of an answer.
GONE = (OSError, http.client.HTTPException, botocore.exceptions.BotoCoreError, botocore.parsers.ResponseParserError)


class Sender:
    """Works on things of its own, so that each has one writer and the model is exact.

    `known` is the world as the server acknowledged it: a value for each name. `steps` are the worlds that there may be
    instead while an answer is awaited or was lost, one for each commit of the request.
    """

    ACTIONS = [
        "put", "ranges", "parts", "copy", "delete", "ingest", "move", "describe", "attach", "detach", "tag",
        "change_media", "delete_media", "policy", "cors", "change_webhook", "delete_webhook", "refused"]

    def __init__(self, store, origin, receiver, index, seed):
        self.store, self.origin = store, origin
        self.name, self.bucket = f"crash/{index}", f"crash-{index}"
        self.keys = [f"/{self.name}/{n % 2}/{n}.bin" for n in range(KEYS)]
        self.titles = [f"{self.name}/film {n}" for n in range(OTHERS)]
        self.receiver, self.hooks = receiver, [f"{receiver.url}/{index}/{n}" for n in range(OTHERS)]
        self.chance = random.Random(seed)
        self.known, self.steps, self.tasks, self.ordered = {}, [], {}, set()
        self.acknowledged, self.failure = Counter(), None
        store.boto3().create_bucket(Bucket=self.bucket)

    def run(self, stopped):
        """Until the server is gone."""
        self.s3 = self.store.boto3(retries={"max_attempts": 0})
        while not stopped.is_set():
            action = self.chance.choice(["put", "put"] + self.ACTIONS)
            key = self.chance.choice(self.keys)
            try:
                self.settle(key)
                if getattr(self, action)(key) is not False:
                    self.acknowledged[action] += 1
            except GONE:
                return
            except Exception as error:
                self.failure = error
                return

    # -- the model -------------------------------------------------------------------------------------

    @contextmanager
    def making(self, *changes):
        """A request whose commits make these changes; None is the end of a thing."""
        world, self.steps = self.known, []
        for change in changes:
            world = {name: value for name, value in {**world, **change}.items() if value is not None}
            self.steps.append(world)
        yield
        self.known, self.steps = world, []

    def compare(self):
        """What is there is what was acknowledged, or a step of what was under way."""
        for key in list(self.tasks):
            self.settle(key)
        found, allowed = self.look(), [self.known, *self.steps]
        assert found in allowed, [difference(found, world) for world in allowed]
        self.known, self.steps = found, []

    def look(self):
        """The world as the server shows it."""
        s3, world = self.store.boto3(), {}
        media = {item["id"]: item for item in self.ask("GET", "/media?limit=100") if item["title"] in self.titles}
        for file in self.ask("GET", f"/files?limit=100&folder={self.name}&search={self.name}"):
            key = at(file)
            answer = self.store.get(key)
            assert answer.status == 200 and len(answer.body) == file["filesize"], (key, answer)
            tags = s3.get_object_tagging(Bucket=self.store.bucket, Key=key.lstrip("/"))["TagSet"]
            world[key] = {
                "bytes": digest(answer.body), "tags": {tag["Key"]: tag["Value"] for tag in tags},
                "ref": file["ref"], "metadata": file["metadata"],
                "media": None if file["original"] else media[file["media_id"]]["title"]}
        for key in set(self.keys) - set(world):
            assert self.store.get(key).status == 404, key
        for item in media.values():
            world[item["title"]] = {"alt": item["alt"], "metadata": item["metadata"]}
            assert {at(file) for file in item["files"]} == {
                key for key in self.keys if world.get(key, {}).get("media") == item["title"]}, item
        for hook in self.ask("GET", "/webhooks"):
            if hook["url"] in self.hooks:
                world[hook["url"]] = {"topics": hook["topics"], "status": hook["status"]}
        for name, read in [
            ("policy", lambda: json.loads(s3.get_bucket_policy(Bucket=self.bucket)["Policy"])),
            ("cors", lambda: s3.get_bucket_cors(Bucket=self.bucket)["CORSRules"])]:
            try:
                world[name] = read()
            except botocore.exceptions.ClientError as error:
                assert error.response["Error"]["Code"].startswith("NoSuch"), error
        return world

    def settle(self, key):
        """Awaits the end of the task that brings this file."""
        end = time.monotonic() + PATIENCE
        while key in self.tasks:
            task = self.ask("GET", f"/tasks/{self.tasks[key]}")
            assert task["status"] in ("waiting", "processing", "completed") and time.monotonic() < end, task
            if task["status"] == "completed":
                assert key == at(task["output"]), task
                del self.tasks[key]
            else:
                time.sleep(0.005)

    # -- files -----------------------------------------------------------------------------------------

    def put(self, key):
        body, headers = self.body(), {}
        file = self.written(key, body)
        if self.chance.random() < 0.3:
            file.update(ref=self.word(), metadata={"of": self.word()}, media=None)
            headers = {"X-Coffer-Ref": file["ref"], "X-Coffer-Metadata": json.dumps(file["metadata"])}
        with self.making({key: file}):
            self.expect(201, self.store.put(key, body, headers))

    def ranges(self, key):
        body = self.body()
        if len(body) < 2:
            return False
        size = max(1, len(body) // 3)
        starts = list(range(0, len(body), size))
        self.chance.shuffle(starts)
        token = {"Upload-Id": self.word()}

        def send(start):
            return self.store.put_range(key, body[start:start + size], start, len(body), headers=token)

        for start in starts[:-1]:
            self.expect(202, send(start))
        with self.making({key: self.written(key, body)}):
            self.expect(201, send(starts[-1]))

    def parts(self, key):
        body, name = self.body(), {"Bucket": self.store.bucket, "Key": key.lstrip("/")}
        upload = self.s3.create_multipart_upload(**name)["UploadId"]
        etag = self.s3.upload_part(**name, UploadId=upload, PartNumber=1, Body=body)["ETag"]
        with self.making({key: self.written(key, body)}):
            self.s3.complete_multipart_upload(
                **name, UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})

    def copy(self, key):
        source = self.some(self.known_keys(but=key))
        if source is None:
            return False
        self.settle(source)
        taken = {part: self.known[source][part] for part in ("bytes", "tags")}
        with self.making({key: {**self.written(key, b""), **taken}}):
            self.s3.copy_object(
                Bucket=self.store.bucket, Key=key.lstrip("/"),
                CopySource={"Bucket": self.store.bucket, "Key": source.lstrip("/")})

    def delete(self, key):
        with self.making({key: None}):
            self.expect(204, self.store.request("DELETE", key))

    def ingest(self, key):
        body = self.body()
        folder, name = parted(key)
        file = {"bytes": digest(body), "tags": {}, "ref": self.word(), "metadata": {"from": self.word()}, "media": None}
        self.origin.routes[key] = (200, {}, body)
        with self.making({key: file}):
            task = self.ask("POST", "/tasks", {
                "kind": "ingest", "url": self.origin.url + key, "folder": folder, "filename": name,
                "ref": file["ref"], "metadata": file["metadata"], "webhook_url": self.receiver.url}, status=201)
        self.tasks[key] = task["id"]
        self.ordered.add(task["id"])

    def move(self, key):
        target = self.some([target for target in self.keys if target not in self.known])
        if key not in self.known or target is None:
            return False
        folder, name = parted(target)
        ref, file = self.word(), self.known[key]
        with self.making({key: None, target: file}, {target: {**file, "ref": ref}}):
            self.ask("PATCH", self.path(key), {"folder": folder, "filename": name, "ref": ref})

    def describe(self, key):
        if key not in self.known:
            return False
        said = {f"member {self.chance.randrange(4)}": self.chance.choice([None, self.chance.getrandbits(32)])}
        file = {**self.known[key], "ref": self.word()}
        file["metadata"] = merged(file["metadata"], said)
        with self.making({key: file}):
            self.ask("PATCH", self.path(key), {"ref": file["ref"], "metadata": said})

    def tag(self, key):
        if key not in self.known:
            return False
        tags = {self.word(): self.word() for _ in range(self.chance.randrange(3))}
        name = {"Bucket": self.store.bucket, "Key": key.lstrip("/")}
        with self.making({key: {**self.known[key], "tags": tags}}):
            if tags:
                self.s3.put_object_tagging(
                    **name, Tagging={"TagSet": [{"Key": word, "Value": value} for word, value in tags.items()]})
            else:
                self.s3.delete_object_tagging(**name)

    # -- media objects ---------------------------------------------------------------------------------

    def change_media(self, _):
        title = self.chance.choice(self.titles)
        member = f"member {self.chance.randrange(4)}"
        said = {"alt": self.word(), "metadata": {member: self.chance.choice([None, self.word()])}}
        present = self.known.get(title, {"metadata": {}})
        with self.making({title: {"alt": said["alt"], "metadata": merged(present["metadata"], said["metadata"])}}):
            if title in self.known:
                self.ask("PATCH", self.media(title), said)
            else:
                self.ask("POST", "/media", {"title": title, **said}, status=201)

    def attach(self, key):
        title = self.some([title for title in self.titles if title in self.known])
        if title is None or key not in self.known:
            return False
        file = {**self.known[key], "media": title, "ref": self.word()}
        with self.making({key: file}):
            self.ask("PATCH", self.path(key), {"media_id": self.media(title).rsplit("/", 1)[1], "ref": file["ref"]})

    def detach(self, key):
        if key not in self.known:
            return False
        file = {**self.known[key], "media": None, "ref": self.word()}
        with self.making({key: file}):
            self.ask("PATCH", self.path(key), {"media_id": None, "ref": file["ref"]})

    def delete_media(self, _):
        title = self.some([title for title in self.titles if title in self.known])
        if title is None:
            return False
        path = self.media(title)
        files = [at(file) for file in self.ask("GET", path)["files"]]
        for key in files:
            self.settle(key)
        files = [key for key in files if self.known[key]["media"] == title]
        with self.making(*({key: None} for key in files), {title: None}):
            self.ask("DELETE", path, status=202)

    # -- settings --------------------------------------------------------------------------------------

    def policy(self, _):
        policy = self.chance.choice([None, {"Version": "2012-10-17", "Statement": [{
            "Sid": self.word(), "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{self.bucket}/public/*"}]}])
        with self.making({"policy": policy}):
            if policy:
                self.s3.put_bucket_policy(Bucket=self.bucket, Policy=json.dumps(policy))
            else:
                self.s3.delete_bucket_policy(Bucket=self.bucket)

    def cors(self, _):
        rules = self.chance.choice([None, [{
            "ID": self.word(), "AllowedOrigins": [f"https://{self.word()}.example"], "AllowedMethods": ["GET", "PUT"]}]])
        with self.making({"cors": rules}):
            if rules:
                self.s3.put_bucket_cors(Bucket=self.bucket, CORSConfiguration={"CORSRules": rules})
            else:
                self.s3.delete_bucket_cors(Bucket=self.bucket)

    def change_webhook(self, _):
        url = self.chance.choice(self.hooks)
        topics = self.chance.sample(TOPICS, self.chance.randint(1, len(TOPICS)))
        status = self.chance.choice(["active", "paused"]) if url in self.known else "active"
        with self.making({url: {"topics": topics, "status": status}}):
            if url in self.known:
                self.ask("PATCH", self.webhook(url), {"topics": topics, "status": status})
            else:
                self.ask("POST", "/webhooks", {"url": url, "topics": topics}, status=201)

    def delete_webhook(self, _):
        url = self.some([url for url in self.hooks if url in self.known])
        if url is None:
            return False
        with self.making({url: None}):
            self.ask("DELETE", self.webhook(url), status=202)

    # -- what is refused -------------------------------------------------------------------------------

    def refused(self, key):
        """Nothing of it may be seen afterwards."""
        other = self.some(self.known_keys(but=key))
        if key not in self.known or other is None:
            return False
        folder, name = parted(other)
        said = {"ref": self.word(), "metadata": {"refused": True}}
        s3 = {"Bucket": self.store.bucket, "Key": key.lstrip("/")}
        self.settle(other)
        self.chance.choice([
            lambda: self.ask("PATCH", self.path(key), {"folder": folder, "filename": name, **said}, status=409),
            lambda: self.ask("PATCH", self.path(key), {"media_id": "med_00000000000000fe", "filename": "new", **said}, status=404),
            lambda: self.ask("POST", "/tasks", {"kind": "ingest", "url": "ftp://127.0.0.1/", "folder": "../x"}, status=400),
            lambda: self.ask("POST", "/media", {"title": self.titles[0], "metadata": "refused"}, status=400),
            lambda: self.ask("POST", "/webhooks", {"url": self.hooks[0], "topics": ["refused"]}, status=400),
            lambda: self.expect(412, self.store.put(key, self.body(), {"If-None-Match": "*"})),
            lambda: self.expect(400, self.store.put(key, self.body(), {"X-Coffer-Ref": said["ref"], "X-Coffer-Metadata": "[]"})),
            lambda: self.denied(self.s3.put_object_tagging, **s3, Tagging={"TagSet": [{"Key": "aws:x", "Value": "refused"}]}),
            lambda: self.denied(self.s3.put_object, **s3, Body=b"refused", ContentMD5="AAAAAAAAAAAAAAAAAAAAAA=="),
            lambda: self.denied(self.s3.put_bucket_policy, Bucket=self.bucket, Policy='{"Version": "2012-10-17"}'),
        ])()

    def denied(self, call, **words):
        try:
            call(**words)
        except botocore.exceptions.ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] < 500:
                return
            raise
        raise AssertionError(f"not refused: {words}")

    # -- words and requests ----------------------------------------------------------------------------

    def word(self):
        return f"{self.chance.getrandbits(64):x}"

    def some(self, things):
        return self.chance.choice(things) if things else None

    def body(self):
        body = self.chance.randbytes(self.chance.choice(SIZES))
        return (b"the same block of text again " * 80_000)[:len(body)] if self.chance.random() < 0.3 else body

    def known_keys(self, but):
        return [key for key in self.keys if key in self.known and key != but]

    def written(self, key, body):
        """A file after new bytes: what was said of it stays, its tags go."""
        new = {"ref": "original", "metadata": {}, "media": None}
        return {**new, **self.known.get(key, {}), "bytes": digest(body), "tags": {}}

    def path(self, key):
        files = self.ask("GET", f"/files?limit=100&folder={parted(key)[0]}")
        return next(f"/files/{file['id']}" for file in files if at(file) == key)

    def media(self, title):
        return next(f"/media/{item['id']}" for item in self.ask("GET", "/media?limit=100") if item["title"] == title)

    def webhook(self, url):
        return next(f"/webhooks/{hook['id']}" for hook in self.ask("GET", "/webhooks") if hook["url"] == url)

    def ask(self, method, path, body=None, status=200):
        data = None if body is None else json.dumps(body).encode()
        return self.expect(status, self.store.request(method, path, data, base=self.store.api)).json()

    def expect(self, status, answer):
        assert answer.status == status, answer
        return answer


def digest(body):
    return hashlib.sha256(body).hexdigest()


def at(file):
    return f"/{file['folder']}/{file['filename']}"


def parted(key):
    """Folder and name."""
    return key.lstrip("/").rsplit("/", 1)


def difference(found, world):
    return {name: {"found": found.get(name), "acknowledged": world.get(name)}
            for name in {*found, *world} if found.get(name) != world.get(name)}


def merged(metadata, said):
    return {name: value for name, value in {**metadata, **said}.items() if value is not None}
