"""The servers that are measured: nginx on the same files, and a radosgw that somebody else runs."""

import os
import socket
import subprocess
import time

NGINX_CONFIGURATION = """
{user}
worker_processes auto;
daemon off;
pid {root}/nginx.pid;
error_log {root}/error.log warn;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  open_file_cache max=1000 inactive=60s;
  open_file_cache_valid 60s;
  keepalive_requests 1000000000;
  client_body_temp_path {root}/body;
  proxy_temp_path {root}/proxy;
  fastcgi_temp_path {root}/fastcgi;
  uwsgi_temp_path {root}/uwsgi;
  scgi_temp_path {root}/scgi;
  server {{ listen 127.0.0.1:{port}; root {root}/files; }}
}}
"""


class Nginx:
    """nginx with sendfile and an open-file cache on a free port."""

    def __init__(self, root):
        self.root = root
        self.files = root / "files"
        self.files.mkdir(parents=True)

    def __enter__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        user = "user root;" if os.getuid() == 0 else ""
        (self.root / "nginx.conf").write_text(NGINX_CONFIGURATION.format(user=user, root=self.root, port=port))
        environment = {**os.environ, "PATH": os.environ.get("PATH", "") + ":/usr/sbin"}
        self.process = subprocess.Popen(
            ["nginx", "-e", f"{self.root}/error.log", "-c", f"{self.root}/nginx.conf"], env=environment)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        self.url = f"http://127.0.0.1:{port}"
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)


class Door:
    """An S3 endpoint with its keys and one bucket for the run."""

    def __init__(self, url, key, secret, bucket):
        self.url, self.key, self.secret, self.bucket = url.rstrip("/"), key, secret, bucket
        import boto3
        from botocore.config import Config
        self.client = boto3.client(
            "s3", endpoint_url=self.url, aws_access_key_id=key, aws_secret_access_key=secret,
            region_name="us-east-1", config=Config(
                signature_version="s3v4", s3={"addressing_style": "path"}, max_pool_connections=16,
                request_checksum_calculation="when_required", response_checksum_validation="when_required"))

    def create(self, **options):
        self.client.create_bucket(Bucket=self.bucket, **options)
        return self

    def link(self, operation, **parameters):
        return self.client.generate_presigned_url(operation, Params={"Bucket": self.bucket, **parameters})

    def signed_put(self, key, payload):
        """Target and headers of a PUT whose signature covers the payload's digest, or UNSIGNED-PAYLOAD."""
        from botocore.auth import S3SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials

        class Signer(S3SigV4Auth):
            def payload(self, request):
                return payload

        target = f"/{self.bucket}/{key}"
        request = AWSRequest("PUT", self.url + target)
        Signer(Credentials(self.key, self.secret), "s3", "us-east-1").add_auth(request)
        return target, dict(request.headers.items())

    def empty(self):
        """Deletes what the run left behind, and the bucket."""
        while True:
            page = self.client.list_objects_v2(Bucket=self.bucket)
            keys = [{"Key": entry["Key"]} for entry in page.get("Contents", [])]
            if not keys:
                break
            self.client.delete_objects(Bucket=self.bucket, Delete={"Objects": keys, "Quiet": True})
        self.client.delete_bucket(Bucket=self.bucket)
