#!/usr/bin/env python3
"""Stores the same 256 MiB by every upload method, then with an insertion, then deletes it all; prints disk blocks."""

import hashlib
from dataclasses import dataclass

from coffer import Coffer, seeded_bytes

MiB = 1 << 20


@dataclass
class Figures:
    file: int
    steps: list
    all_methods: int
    insertion: int
    left: int

    def lines(self):
        yield f"file: {self.file / MiB:.0f} MiB, random bytes"
        for name, blocks in self.steps:
            yield f"{name:>28}: {blocks / MiB:9.2f} MiB of blocks in all, {blocks / self.file:.3f} x the file"
        yield f"{'1 KiB inserted in the middle':>28}: {self.insertion / MiB:+9.2f} MiB"
        yield f"{'all deleted and swept':>28}: {self.left / MiB:9.2f} MiB"


def multipart(store, key, body, size):
    s3 = store.boto3()
    upload = s3.create_multipart_upload(Bucket=store.bucket, Key=key)["UploadId"]
    parts = []
    for number, start in enumerate(range(0, len(body), size), 1):
        etag = s3.upload_part(
            Bucket=store.bucket, Key=key, UploadId=upload, PartNumber=number, Body=body[start:start + size])["ETag"]
        parts.append({"PartNumber": number, "ETag": etag})
    s3.complete_multipart_upload(Bucket=store.bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": parts})


def measure(store, size=256 * MiB):
    body = seeded_bytes(size, 256)
    digest = hashlib.sha256(body).digest()
    before = store.segment_blocks()
    steps = []

    def step(name):
        steps.append((name, store.segment_blocks() - before))

    assert store.put("/dedup/simple.bin", body).status == 201
    step("simple PUT")
    for start in range(0, size, 16 * MiB):
        answer = store.put_range("/dedup/ranges.bin", body[start:start + 16 * MiB], start, size)
    assert answer.status == 201
    step("+ 16 MiB ranges")
    multipart(store, "dedup/parts8.bin", body, 8 * MiB)
    step("+ 8 MiB S3 parts")
    multipart(store, "dedup/parts5.bin", body, 5 * MiB)
    step("+ 5 MiB S3 parts")
    for name in ("simple", "ranges", "parts8", "parts5"):
        assert hashlib.sha256(store.get(f"/dedup/{name}.bin").body).digest() == digest, name
    all_methods = steps[-1][1]
    changed = body[:size // 2] + seeded_bytes(1024, 1) + body[size // 2:]
    assert store.put("/dedup/changed.bin", changed).status == 201
    insertion = store.segment_blocks() - before - all_methods
    for name in ("simple", "ranges", "parts8", "parts5", "changed"):
        assert store.request("DELETE", f"/dedup/{name}.bin").status == 204
    store.command("sweep", "--grace", "0")
    assert store.command("check", "--deep")["ok"]
    return Figures(size, steps, all_methods, insertion, store.segment_blocks() - before)


if __name__ == "__main__":
    with Coffer() as server:
        print("\n".join(measure(server).lines()))
