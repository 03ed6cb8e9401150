"""Terraform's AWS provider: a bucket with all its settings is created, planned without a change, and destroyed."""

import json
import os
import subprocess

import pytest

from clients import need, run

CONFIGURATION = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "endpoint" { type = string }

provider "aws" {
  region                      = "us-east-1"
  s3_use_path_style           = true
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  skip_region_validation      = true
  endpoints { s3 = var.endpoint }
}

resource "aws_s3_bucket" "one" {
  bucket        = "terraform-one"
  force_destroy = true
  tags          = { team = "storage", "cost centre" = "7" }
}

resource "aws_s3_bucket" "logs" {
  bucket        = "terraform-logs"
  force_destroy = true
}

resource "aws_s3_bucket_versioning" "one" {
  bucket = aws_s3_bucket.one.id
  versioning_configuration { status = "Enabled" }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "one" {
  bucket = aws_s3_bucket.one.id
  rule {
    apply_server_side_encryption_by_default { sse_algorithm = "AES256" }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "one" {
  bucket     = aws_s3_bucket.one.id
  depends_on = [aws_s3_bucket_versioning.one]
  rule {
    id     = "logs"
    status = "Enabled"
    filter { prefix = "logs/" }
    expiration { days = 30 }
    noncurrent_version_expiration { noncurrent_days = 7 }
    abort_incomplete_multipart_upload { days_after_initiation = 2 }
  }
}

resource "aws_s3_bucket_cors_configuration" "one" {
  bucket = aws_s3_bucket.one.id
  cors_rule {
    allowed_headers = ["*"]
    allowed_methods = ["GET", "PUT"]
    allowed_origins = ["https://app.example"]
    expose_headers  = ["ETag"]
    max_age_seconds = 300
  }
}

resource "aws_s3_bucket_public_access_block" "one" {
  bucket                  = aws_s3_bucket.one.id
  block_public_acls       = true
  ignore_public_acls      = true
  block_public_policy     = false
  restrict_public_buckets = false
}

resource "aws_s3_bucket_ownership_controls" "one" {
  bucket = aws_s3_bucket.one.id
  rule { object_ownership = "BucketOwnerEnforced" }
}

resource "aws_s3_bucket_policy" "one" {
  bucket     = aws_s3_bucket.one.id
  depends_on = [aws_s3_bucket_public_access_block.one]
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "open"
      Effect    = "Allow"
      Principal = "*"
      Action    = ["s3:GetObject"]
      Resource  = ["${aws_s3_bucket.one.arn}/open/*"]
    }]
  })
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "logging.s3.amazonaws.com" }
      Action    = "s3:PutObject"
      Resource  = "${aws_s3_bucket.logs.arn}/log/*"
    }]
  })
}

resource "aws_s3_bucket_logging" "one" {
  bucket        = aws_s3_bucket.one.id
  target_bucket = aws_s3_bucket.logs.id
  target_prefix = "log/"
  depends_on    = [aws_s3_bucket_policy.logs]
}

resource "aws_s3_bucket_website_configuration" "one" {
  bucket = aws_s3_bucket.one.id
  index_document { suffix = "index.html" }
  error_document { key = "error.html" }
}

resource "aws_s3_object" "hello" {
  bucket     = aws_s3_bucket.one.id
  key        = "open/hello world.txt"
  content    = "hello"
  tags       = { kind = "greeting" }
  depends_on = [aws_s3_bucket_versioning.one]
}
"""


def test_terraform(store, tmp_path):
    terraform = need("terraform")
    (tmp_path / "main.tf").write_text(CONFIGURATION)
    env = {
        **store.aws_environment(), "TF_VAR_endpoint": store.s3, "TF_IN_AUTOMATION": "1", "TF_INPUT": "0",
        "CHECKPOINT_DISABLE": "1"}
    if not os.path.exists(env.get("TF_CLI_CONFIG_FILE", "/")):
        del env["TF_CLI_CONFIG_FILE"]
    try:
        done = subprocess.run(
            [terraform, "init", "-no-color"], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300)
    except subprocess.TimeoutExpired:
        pytest.skip("the AWS provider did not come within five minutes")
    if done.returncode != 0:
        pytest.skip(f"the AWS provider cannot be had here: {(done.stderr.strip().splitlines() or ['no reason'])[-1][:100]}")
    s3 = store.boto3()
    run([terraform, "apply", "-auto-approve", "-no-color"], env, cwd=tmp_path)
    assert s3.get_object(Bucket="terraform-one", Key="open/hello world.txt")["Body"].read() == b"hello"
    assert s3.get_bucket_versioning(Bucket="terraform-one")["Status"] == "Enabled"
    # 2 would say that a change is planned.
    planned = subprocess.run(
        [terraform, "plan", "-detailed-exitcode", "-no-color"], cwd=tmp_path, env=env, capture_output=True, text=True,
        timeout=300)
    assert planned.returncode == 0, planned.stdout[-3000:] + planned.stderr[-2000:]
    shown = json.loads(run([terraform, "show", "-json"], env, cwd=tmp_path))
    assert len(shown["values"]["root_module"]["resources"]) == 13
    run([terraform, "destroy", "-auto-approve", "-no-color"], env, cwd=tmp_path)
    assert not [b for b in s3.list_buckets()["Buckets"] if b["Name"].startswith("terraform-")]
