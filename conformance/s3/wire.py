"""Speaks to the S3 door byte by byte: signs as AWS describes, sends exactly what it is given, hides nothing of the answer."""

import base64
import datetime
import hashlib
import hmac
import json
import re
import socket
import time
import urllib.parse
import xml.etree.ElementTree as tree

EMPTY = hashlib.sha256(b"").hexdigest()
UNSIGNED = "UNSIGNED-PAYLOAD"
ALGORITHM = "AWS4-HMAC-SHA256"
WAIT_SECONDS = 60
# No answer of these tests is longer.
ANSWER_LIMIT = 32 << 20


def mac(key, text, digest="sha256"):
    return hmac.new(key, text.encode() if isinstance(text, str) else text, digest).digest()


def encode(text, safe=""):
    return urllib.parse.quote(text, safe=safe + "-._~")


def stamp(seconds=None):
    moment = datetime.datetime.fromtimestamp(time.time() if seconds is None else seconds, datetime.timezone.utc)
    return moment.strftime("%Y%m%dT%H%M%SZ")


class Signer:
    """AWS's signatures for one key; `shift` is the error of its clock in seconds."""

    def __init__(self, key, secret, region="us-east-1", shift=0):
        self.key, self.secret, self.region = key, secret, region
        self.time = stamp(time.time() + shift)
        self.scope = f"{self.time[:8]}/{region}/s3/aws4_request"

    def signing_key(self):
        key = b"AWS4" + self.secret.encode()
        for part in self.scope.split("/"):
            key = mac(key, part)
        return key

    def sign(self, text):
        return mac(self.signing_key(), text).hex()

    def request_signature(self, method, target, headers, names, payload):
        path, _, query = target.partition("?")
        items = [part.partition("=")[::2] for part in query.split("&") if part]
        items = sorted((encode(urllib.parse.unquote_plus(n)), encode(urllib.parse.unquote_plus(v))) for n, v in items)
        values = {}
        for name, value in headers:
            text = value.decode("latin-1") if isinstance(value, bytes) else value
            values.setdefault(name.lower(), []).append(" ".join(text.split()))
        canonical = "\n".join([
            method, encode(urllib.parse.unquote_to_bytes(path), "/"), "&".join(f"{n}={v}" for n, v in items),
            *(f"{name}:{','.join(values[name])}" for name in names), "", ";".join(names), payload])
        return self.sign("\n".join([ALGORITHM, self.time, self.scope, hashlib.sha256(canonical.encode()).hexdigest()]))

    def header(self, method, target, headers, payload):
        """The headers with a signature in the Authorization field, and the signature."""
        signed = [*headers, ("x-amz-date", self.time), ("x-amz-content-sha256", payload)]
        kept = ("host", "content-type", "content-md5")
        names = sorted({name.lower() for name, _ in signed if name.lower() in kept or name.lower().startswith("x-amz-")})
        signature = self.request_signature(method, target, signed, names, payload)
        field = f"{ALGORITHM} Credential={self.key}/{self.scope}, SignedHeaders={';'.join(names)}, Signature={signature}"
        return [*signed, ("Authorization", field)], signature

    def query(self, method, target, host, expires=900, headers=(), payload=UNSIGNED):
        """The target of a presigned URL; `headers` are signed besides the host."""
        names = sorted(["host", *(name.lower() for name, _ in headers)])
        fields = {
            "X-Amz-Algorithm": ALGORITHM, "X-Amz-Credential": f"{self.key}/{self.scope}", "X-Amz-Date": self.time,
            "X-Amz-Expires": str(expires), "X-Amz-SignedHeaders": ";".join(names)}
        target += ("&" if "?" in target else "?") + "&".join(f"{name}={encode(value)}" for name, value in fields.items())
        signature = self.request_signature(method, target, [("host", host), *headers], names, payload)
        return f"{target}&X-Amz-Signature={signature}"

    def version2(self, method, target, resource, expires=900):
        """The target of a URL presigned with Version 2; `resource` is what is signed of it."""
        end = int(time.time()) + expires
        code = base64.b64encode(mac(self.secret.encode(), f"{method}\n\n\n{end}\n{resource}", "sha1")).decode()
        query = f"AWSAccessKeyId={self.key}&Expires={end}&Signature={encode(code)}"
        return target + ("&" if "?" in target else "?") + query

    def chunks(self, pieces, seed, trailer=None):
        """The body in aws-chunked form, each chunk signed after the one before it."""
        body, previous = b"", seed
        for piece in [*pieces, b""]:
            text = [f"{ALGORITHM}-PAYLOAD", self.time, self.scope, previous, EMPTY, hashlib.sha256(piece).hexdigest()]
            previous = self.sign("\n".join(text))
            body += b"%x;chunk-signature=%s\r\n" % (len(piece), previous.encode()) + piece
            body += b"\r\n" if piece or trailer is None else b""
        if trailer is None:
            return body
        line = "%s:%s" % trailer
        text = [f"{ALGORITHM}-TRAILER", self.time, self.scope, previous, hashlib.sha256(f"{line}\n".encode()).hexdigest()]
        return body + f"{line}\r\nx-amz-trailer-signature:{self.sign(chr(10).join(text))}\r\n\r\n".encode()

    def form(self, conditions, expires=900, version=4):
        """The fields of a browser's form that a policy with these conditions signs."""
        end = datetime.datetime.fromtimestamp(time.time() + expires, datetime.timezone.utc)
        fields = {}
        if version == 4:
            fields = {"x-amz-algorithm": ALGORITHM, "x-amz-credential": f"{self.key}/{self.scope}", "x-amz-date": self.time}
        policy = {
            "expiration": end.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "conditions": [*conditions, *({name: value} for name, value in fields.items())]}
        text = base64.b64encode(json.dumps(policy).encode()).decode()
        if version == 4:
            return {"policy": text, **fields, "x-amz-signature": self.sign(text)}
        signature = base64.b64encode(mac(self.secret.encode(), text, "sha1")).decode()
        return {"AWSAccessKeyId": self.key, "policy": text, "signature": signature}


def unsigned_chunks(pieces, trailer=None):
    body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces if piece) + b"0\r\n"
    return body + (("%s:%s\r\n" % trailer).encode() if trailer else b"") + b"\r\n"


def multipart(fields, file=b"", filename="file.bin"):
    """The type and bytes of a browser's form."""
    boundary = "----form-of-these-tests"
    body = b"".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items())
    if file is not None:
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n'.encode()
        body += b"Content-Type: application/octet-stream\r\n\r\n" + file + b"\r\n"
    return f"multipart/form-data; boundary={boundary}", body + f"--{boundary}--\r\n".encode()


class Reply:
    """What came back: `interim` are statuses before the last, `lines` the header lines with their raw values."""

    def __init__(self, data, method):
        self.interim, self.status, self.lines, self.body = [], None, [], b""
        while self.status is None and data:
            head, _, data = data.partition(b"\r\n\r\n")
            first, *lines = head.split(b"\r\n")
            code = int(first.split(b" ", 2)[1])
            if code < 200:
                self.interim.append(code)
                continue
            self.status, self.lines = code, [self.split(line) for line in lines]
            self.body = self.unframed(data)
        self.method = method

    @staticmethod
    def split(line):
        name, _, value = line.partition(b":")
        return name.decode().lower(), value.strip()

    def unframed(self, data):
        if (self["transfer-encoding"] or "").lower() != "chunked":
            return data
        body = b""
        while data:
            size, _, data = data.partition(b"\r\n")
            size = int(size.split(b";")[0], 16)
            body, data = body + data[:size], data[size + 2:] if size else b""
        return body

    def __getitem__(self, name):
        found = [value for field, value in self.lines if field == name]
        return b",".join(found).decode("latin-1") if found else None

    @property
    def xml(self):
        return tree.fromstring(re.sub(rb' xmlns="[^"]*"', b"", self.body))

    def text(self, path):
        return self.xml.findtext(path)

    def texts(self, path):
        return [element.text or "" for element in self.xml.iterfind(path)]

    @property
    def code(self):
        try:
            return self.text("Code") if self.xml.tag == "Error" else None
        except tree.ParseError:
            return None

    @property
    def outcome(self):
        return (self.status, self.code)

    def __repr__(self):
        return f"{self.status} {self.lines} {self.body[:600]!r}"


class Wire:
    """One endpoint and one key."""

    def __init__(self, store, key=None, secret=None, region="us-east-1", shift=0):
        url = urllib.parse.urlsplit(store.s3)
        self.store, self.address, self.host = store, (url.hostname, url.port), url.netloc
        self.key, self.secret, self.region, self.shift = key or store.key, secret or store.secret, region, shift

    @property
    def signer(self):
        return Signer(self.key, self.secret, self.region, self.shift)

    def open(self):
        return socket.create_connection(self.address, timeout=WAIT_SECONDS)

    def exchange(self, data, method="GET"):
        """The answer to these bytes, or to these runs of bytes; the head among them asks to close the connection."""
        with self.open() as connection:
            try:
                for run in [data] if isinstance(data, bytes) else data:
                    connection.sendall(run)
            except OSError:
                pass  # refused before everything was sent: the answer may be there already
            return self.answer(connection, method)

    @staticmethod
    def answer(connection, method="GET"):
        data = b""
        try:
            while len(data) < ANSWER_LIMIT and (run := connection.recv(1 << 20)):
                data += run
        except OSError:
            pass
        return Reply(data, method)

    @staticmethod
    def head(method, target, headers):
        lines = [f"{method} {target} HTTP/1.1".encode()]
        for name, value in headers:
            lines.append(name.encode() + b": " + (value if isinstance(value, bytes) else value.encode()))
        return b"\r\n".join([*lines, b"Connection: close", b"", b""])

    def send(self, method, target, headers=(), body=b"", *, payload=None, signed=True, added=(), host=None, framing=None):
        """One request on a connection of its own.

        `headers` are signed, `added` are not; `framing` replaces the Content-Length; `payload` what is said of the body.
        """
        fields = [("Host", host or self.host), *pairs(headers)]
        if signed:
            payload = payload or hashlib.sha256(body).hexdigest()
            fields, _ = self.signer.header(method, target, fields, payload)
        if framing is None:
            framing = [] if method in ("GET", "HEAD", "DELETE", "OPTIONS") and not body else [("Content-Length", str(len(body)))]
        return self.exchange(self.head(method, target, [*fields, *pairs(framing), *pairs(added)]) + body, method)

    def get(self, target, headers=(), **options):
        return self.send("GET", target, headers, **options)

    def put(self, target, body=b"", headers=(), **options):
        return self.send("PUT", target, headers, body, **options)

    def delete(self, target, headers=(), **options):
        return self.send("DELETE", target, headers, **options)

    def presigned(self, method, target, headers=(), body=b"", *, expires=900, sent=None, signed_headers=()):
        """A request by a URL presigned for `method`; `sent` is the method that is used."""
        target = self.signer.query(method, target, self.host, expires, pairs(signed_headers))
        return self.send(sent or method, target, [*pairs(signed_headers), *pairs(headers)], body, signed=False)

    def stream(self, target, pieces, headers=(), *, length=None, trailer=None, announce=True, alter=None):
        """A PUT of signed chunks; `alter` changes the framed body before it is sent."""
        mode = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" + ("-TRAILER" if trailer else "")
        size = sum(map(len, pieces)) if length is None else length
        fields = [("Host", self.host), ("x-amz-decoded-content-length", str(size)), *pairs(headers)]
        if trailer and announce:
            fields.append(("x-amz-trailer", trailer[0]))
        signer = self.signer
        fields, seed = signer.header("PUT", target, fields, mode)
        body = signer.chunks(pieces, seed, trailer)
        body = alter(body) if alter else body
        return self.exchange(self.head("PUT", target, [*fields, ("Content-Length", str(len(body)))]) + body, "PUT")

    def stream_unsigned(self, target, pieces, trailer=None, headers=(), *, length=None, announce=True, alter=None):
        """A PUT of unsigned chunks with a trailer, as new SDKs send them over TLS."""
        body = unsigned_chunks(pieces, trailer)
        body = alter(body) if alter else body
        size = sum(map(len, pieces)) if length is None else length
        fields = [("x-amz-decoded-content-length", str(size)), *pairs(headers)]
        if trailer and announce:
            fields.append(("x-amz-trailer", trailer[0]))
        return self.send("PUT", target, fields, body, payload="STREAMING-UNSIGNED-PAYLOAD-TRAILER")

    def post(self, bucket, fields, file=b"", filename="file.bin"):
        kind, body = multipart(fields, file, filename)
        return self.send("POST", f"/{bucket}", [("Content-Type", kind)], body, signed=False)


def pairs(headers):
    return list(headers.items()) if isinstance(headers, dict) else list(headers)


def md5(body):
    return base64.b64encode(hashlib.md5(body).digest()).decode()


def etag(body):
    return f'"{hashlib.md5(body).hexdigest()}"'
