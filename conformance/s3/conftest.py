"""What the tests of the S3 door share. A docstring's last line names AWS's page, below docs.aws.amazon.com/AmazonS3/latest/."""

import itertools
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lib"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from coffer import Coffer  # noqa: E402
from wire import Wire  # noqa: E402

numbers = itertools.count(1)


@pytest.fixture(scope="session")
def store():
    with Coffer() as server:
        yield server


@pytest.fixture(scope="session")
def wire(store):
    return Wire(store)


@pytest.fixture(scope="session")
def other(store):
    """The key of another account."""
    made = store.create_project("other")
    return Wire(store, made["key"]["id"], made["key"]["secret"])


@pytest.fixture(scope="session")
def abroad():
    """A server of another region."""
    with Coffer(options=["--set", "region=eu-central-1"]) as server:
        yield Wire(server, region="eu-central-1")


@pytest.fixture(scope="session")
def s3(store):
    return store.boto3(retries={"total_max_attempts": 1}, parameter_validation=False)


@pytest.fixture
def bucket(store, s3):
    """An empty bucket of the test's own."""
    name = f"bucket-{next(numbers)}"
    s3.create_bucket(Bucket=name)
    yield name
    assert s3.head_bucket(Bucket=name), "the server is not what it was"
