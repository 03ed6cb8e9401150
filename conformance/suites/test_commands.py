"""The commands and the server's life: what scripts and operators rely on."""

import os
import re
import socket
import subprocess
import threading
import time
import urllib.parse
import urllib.request

import pytest
from coffer import BINARY, ROOT, Coffer, seeded_bytes

MiB = 1 << 20


def coffer(*words, **options):
    return subprocess.run([str(BINARY), *map(str, words)], capture_output=True, text=True, timeout=120, **options)


def test_exit_codes(tmp_path):
    assert coffer("--help").returncode == 0
    assert coffer("no-such-command").returncode == 2
    assert coffer("project", "create").returncode == 2
    refused = coffer("project", "delete", "nobody", "--data", tmp_path / "data", "--json")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "no such project" in refused.stderr


@pytest.mark.parametrize("command", ["serve", "project create", "key create", "kms create", "webhook create", "bucket create", "domain add", "sign", "upload", "check", "sweep", "stats"])
def test_help_teaches(command):
    assert len(coffer(*command.split(), "--help").stdout) > 200


def test_commands_work_without_a_server_and_beside_one():
    store = Coffer()
    try:
        offline = store.command("project", "create", "alone")
        assert set(offline) == {"project", "bucket", "domain", "key"}
        store.start()
        assert [p["name"] for p in store.command("project", "list")["projects"]] == ["alone"]
        store.command("project", "create", "empty", "--no-bucket", "--id", "given-id", "--email", "a@example.com")
        made = store.command("key", "create", "--project", "empty", "--id", "GIVENKEY0001", "--secret", "given-secret-0001")
        assert made["key"] == {"id": "GIVENKEY0001", "secret": "given-secret-0001", "role": "full"}
        store.command("bucket", "create", "second", "--project", "empty")
        store.command("domain", "add", "cdn.example.com", "--bucket", "second", "--private")
        assert coffer("domain", "add", "s3.localhost", "--bucket", "second", "--data", store.data).returncode == 1
        store.stop()
        assert {d["host"] for d in store.command("domain", "list")["domains"]} == {"alone.localhost", "cdn.example.com"}
        store.command("domain", "delete", "cdn.example.com")
        store.command("bucket", "delete", "second")
        store.command("key", "delete", "GIVENKEY0001")
        store.command("project", "delete", "empty")
        assert [p["name"] for p in store.command("project", "list")["projects"]] == ["alone"]
    finally:
        store.remove()


def test_a_private_domain_asks_for_a_link(store):
    store.command("project", "create", "hidden", "--no-bucket")
    secret = store.command("key", "create", "--project", "hidden")["key"]["secret"]
    store.command("bucket", "create", "hidden", "--project", "hidden")
    store.command("domain", "add", "hidden.example.com", "--bucket", "hidden", "--private")
    host = {"Host": "hidden.example.com"}
    assert store.put("/secret.txt", b"for few", host, key=secret).status == 201
    assert store.get("/secret.txt", host).status in (401, 403)
    assert store.get(store.signed("/secret.txt", "get", secret=secret), host).body == b"for few"
    # Only a project's first domain takes links that do not name their host.
    store.command("bucket", "create", "other", "--project", "hidden")
    store.command("domain", "add", "other.example.com", "--bucket", "other", "--private")
    assert store.get(store.signed("/secret.txt", "get", secret=secret), {"Host": "other.example.com"}).status == 403
    assert store.get("/secret.txt", {"Host": "unknown.example.com"}).status == 404


def test_a_second_server_is_refused(store):
    second = coffer("serve", "--data", store.data, "--delivery", "127.0.0.1:0", "--s3", "127.0.0.1:0", "--api", "127.0.0.1:0", "--admin", "127.0.0.1:0")
    assert second.returncode == 1
    assert "another process" in second.stderr


def test_an_unknown_format_is_refused(tmp_path):
    data = tmp_path / "data"
    coffer("project", "create", "demo", "--data", data)
    (data / "FORMAT").write_text("99\n")
    assert "format 99" in coffer("stats", "--data", data).stderr


def test_unknown_settings_are_refused(tmp_path):
    config = tmp_path / "coffer.yaml"
    config.write_text("disk-threads: 4\n")
    assert coffer("serve", "--check-config", "--config", config).returncode == 0
    config.write_text("disk-treads: 4\n")
    assert "disk-treads" in coffer("serve", "--check-config", "--config", config).stderr
    config.write_text("disk-threads: many\n")
    assert coffer("serve", "--check-config", "--config", config).returncode == 1
    wrong = coffer("serve", "--check-config", env={**os.environ, "COFFER_DISK_TREADS": "4"})
    assert wrong.returncode == 1 and "COFFER_DISK_TREADS" in wrong.stderr


def test_health_and_metrics(store):
    def get(path):
        with urllib.request.urlopen(store.admin + path) as answer:
            return answer.status, answer.read().decode()
    assert get("/health/live")[0] == 200
    assert get("/health/ready")[0] == 200
    store.put("/metric.txt", b"x")
    text = get("/metrics")[1]
    assert re.search(r'coffer_requests_total\{door="delivery",method="PUT",status="2xx"\} [1-9]', text)
    assert "coffer_disk_free_bytes" in text and store.secret not in text


def test_check_names_what_is_lost(tmp_path):
    with Coffer() as store:
        body = seeded_bytes(2 * MiB, 1)
        store.put("/lost.bin", body)
        store.put("/whole.bin", seeded_bytes(2 * MiB, 2))
        assert store.command("check", "--deep")["ok"]
        segments = sorted(p for p in (store.data / "segments").rglob("*") if p.is_file())
        damaged = next(p for p in segments if body[:4096] in p.read_bytes())
        with open(damaged, "r+b") as file:
            file.seek(1000)
            file.write(b"\0\1\2\3")
        report = store.command("check", "--deep", check=False)
        assert not report["ok"]
        assert any("lost.bin" in p for p in report["problems"])
        assert not any("whole.bin" in p for p in report["problems"])
        assert coffer("check", "--deep", "--data", store.data).returncode == 1


def test_sigterm_lets_a_running_upload_finish():
    with Coffer() as store:
        url = urllib.parse.urlsplit(store.delivery)
        body = seeded_bytes(MiB, 3)
        with socket.create_connection((url.hostname, url.port)) as connection:
            connection.sendall(
                f"PUT /late.bin HTTP/1.1\r\nHost: {url.netloc}\r\nAuthorization: Bearer {store.secret}\r\n"
                f"Content-Length: {len(body)}\r\n\r\n".encode() + body[:1000])
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline:
                with urllib.request.urlopen(store.admin + "/metrics") as answer:
                    if "coffer_requests_in_flight 1" in answer.read().decode():
                        break
            stopping = threading.Thread(target=store.stop)
            process = store.process
            stopping.start()
            time.sleep(0.3)
            assert process.poll() is None
            connection.sendall(body[1000:])
            answer = b""
            while run := connection.recv(65536):
                answer += run
        stopping.join(60)
        assert process.returncode == 0
        assert answer.startswith(b"HTTP/1.1 201")
        store.start()
        assert store.get("/late.bin").body == body


def test_quickstart_prepares_twice(tmp_path):
    if BINARY.resolve() != (ROOT / ".build" / "release" / "coffer").resolve():
        pytest.skip("another binary is tested than the one that quickstart builds")
    env = {**os.environ, "COFFER_DATA": str(tmp_path / "data")}
    first = subprocess.run([ROOT / "deploy" / "quickstart", "--prepare-only"], env=env, capture_output=True, text=True)
    assert first.returncode == 0, first.stderr
    secret = re.search(r"secret\s+(\S{40})", first.stdout)
    assert secret and f"Bearer {secret[1]}" in first.stdout
    again = subprocess.run([ROOT / "deploy" / "quickstart", "--prepare-only"], env=env, capture_output=True, text=True)
    assert again.returncode == 0 and secret[1] not in again.stdout
