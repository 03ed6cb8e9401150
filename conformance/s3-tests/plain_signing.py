"""Lets botocore sign by itself, as the suite's own requirements have it.

awscrt is there because CRC64NVME needs it. Once installed it signs too, and refuses in the client what some items
send on purpose: expiries of zero, credentials that are empty, bodies that act while they are read.
"""

import functools
import os

os.environ["BOTO_DISABLE_CRT"] = "true"

import botocore.auth  # noqa: E402  chooses the signers when it is imported
import botocore.compat  # noqa: E402
import botocore.session  # noqa: E402

botocore.compat.HAS_CRT = True

# The suite names no region, which is us-east-1 to botocore, whatever the environment says.
REGION = os.environ.get("S3TEST_REGION")
create_client = botocore.session.Session.create_client


@functools.wraps(create_client)
def create_client_there(session, service_name, region_name=None, **words):
    return create_client(session, service_name, region_name=region_name or REGION, **words)


if REGION:
    botocore.session.Session.create_client = create_client_there
