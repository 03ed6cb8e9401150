"""The boto3 that Debian 12 has (1.26), from before checksums by default."""

import subprocess

import pytest

from clients import run

OLD_BOTO3 = """
import boto3, hashlib, sys
from botocore.config import Config
s3 = boto3.client("s3", endpoint_url=sys.argv[1], region_name="us-east-1")
s3.create_bucket(Bucket="oldclient")
body = bytes(range(256)) * 40000
s3.put_object(Bucket="oldclient", Key="a b+c", Body=body, Metadata={"x": "y"})
got = s3.get_object(Bucket="oldclient", Key="a b+c")
assert got["Body"].read() == body and got["Metadata"] == {"x": "y"}
s3.upload_file("/proc/self/exe", "oldclient", "exe")
assert s3.delete_objects(Bucket="oldclient", Delete={"Objects": [{"Key": "a b+c"}, {"Key": "exe"}]})["Deleted"]
s3.delete_bucket(Bucket="oldclient")
print(boto3.__version__)
"""


def test_debians_boto3(store):
    python = "/usr/bin/python3"
    if subprocess.run([python, "-c", "import boto3"], capture_output=True).returncode != 0:
        pytest.skip("Debian's python3-boto3 is not installed")
    run([python, "-c", OLD_BOTO3, store.s3], store.aws_environment())
