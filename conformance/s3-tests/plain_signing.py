"""Lets botocore sign by itself, as the suite's own requirements have it.

awscrt is there because CRC64NVME needs it. Once installed it signs too, and refuses in the client what some items
send on purpose: expiries of zero, credentials that are empty, bodies that act while they are read.
"""

import os

os.environ["BOTO_DISABLE_CRT"] = "true"

import botocore.auth  # noqa: E402  chooses the signers when it is imported
import botocore.compat  # noqa: E402

botocore.compat.HAS_CRT = True
