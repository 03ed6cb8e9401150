"""Policies that ask how a request was signed: s3:signatureversion, s3:authType, s3:signatureAge, s3:TlsVersion."""

import json

import pytest
from wire import Wire


def denied(wire, bucket, condition):
    """Puts a policy that denies reading and browsers' forms where the condition holds."""
    resource = f"arn:aws:s3:::{bucket}/*"
    statement = {"Effect": "Deny", "Principal": "*", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": resource, "Condition": condition}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]}).encode()
    assert wire.put(f"/{bucket}?policy", document).status in (200, 204)


@pytest.fixture
def ways(wire, bucket):
    """What each way to sign answers, by its name."""
    path = f"/{bucket}/k"
    assert wire.put(path, b"x").status == 200

    def look():
        fields = {"key": "k", **wire.signer.form([{"bucket": bucket}, {"key": "k"}])}
        old = {"key": "k", **wire.signer.form([{"bucket": bucket}, {"key": "k"}], version=2)}
        return {
            "header": wire.get(path).status, "query": wire.presigned("GET", path).status, "form": wire.post(bucket, fields).status,
            "old query": wire.get(wire.signer.version2("GET", path, path), signed=False).status, "old form": wire.post(bucket, old).status}

    assert look() == {"header": 200, "query": 200, "form": 204, "old query": 200, "old form": 204}
    return lambda: {name for name, status in look().items() if status == 403}


def test_signature_version(wire, bucket, ways):
    """`AWS` is Version 2, `AWS4-HMAC-SHA256` Version 4.

    API/bucket-policy-s3-sigv4-conditions.html"""
    denied(wire, bucket, {"StringEquals": {"s3:signatureversion": "AWS"}})
    assert ways() == {"old query", "old form"}
    denied(wire, bucket, {"StringNotEquals": {"s3:signatureversion": "AWS"}})
    assert ways() == {"header", "query", "form"}
    denied(wire, bucket, {"StringEquals": {"s3:signatureversion": "AWS4-HMAC-SHA256"}})
    assert ways() == {"header", "query", "form"}


def test_authentication_type(wire, bucket, ways):
    """REST-HEADER, REST-QUERY-STRING and POST say where the signature stands.

    API/bucket-policy-s3-sigv4-conditions.html"""
    denied(wire, bucket, {"StringNotEquals": {"s3:authType": "REST-HEADER"}})
    assert ways() == {"query", "form", "old query", "old form"}
    denied(wire, bucket, {"StringEquals": {"s3:authType": "REST-QUERY-STRING"}})
    assert ways() == {"query", "old query"}
    denied(wire, bucket, {"StringEquals": {"s3:authType": "POST"}})
    assert ways() == {"form", "old form"}


def test_signature_age(store, wire, bucket, ways):
    """Milliseconds since the request was signed: a presigned URL can be made to end earlier than it says.

    API/bucket-policy-s3-sigv4-conditions.html"""
    denied(wire, bucket, {"NumericGreaterThan": {"s3:signatureAge": "600000"}})
    assert ways() == set()
    path = f"/{bucket}/k"
    assert Wire(store, shift=-540).presigned("GET", path, expires=3600).status == 200
    assert Wire(store, shift=-660).presigned("GET", path, expires=3600).outcome == (403, "AccessDenied")
    assert Wire(store, shift=-660).get(path).outcome == (403, "AccessDenied")


def test_tls_version(wire, bucket, ways):
    """Over plain HTTP there is no version of TLS: a comparison with one does not hold, `Null` does.

    userguide/amazon-s3-policy-keys.html"""
    everything = {"header", "query", "form", "old query", "old form"}
    for condition, refused in (
            ({"NumericLessThan": {"s3:TlsVersion": "1.2"}}, set()), ({"NumericLessThanIfExists": {"s3:TlsVersion": "1.2"}}, everything),
            ({"Null": {"s3:TlsVersion": "true"}}, everything), ({"Null": {"s3:TlsVersion": "false"}}, set()),
            ({"Bool": {"aws:SecureTransport": "false"}}, everything)):
        denied(wire, bucket, condition)
        assert ways() == refused, condition
