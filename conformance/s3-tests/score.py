"""Boots the server with the accounts that the public S3 suite expects, runs it, and compares by name."""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as tree
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lib"))
from coffer import Coffer  # noqa: E402

FUNCTIONAL = "s3tests/functional"
DAY_SECONDS = 10
SUITE_SECONDS = 3 * 3600
IDENTITY_FILES = ("test_iam.py", "test_sts.py")
STORAGE_CLASSES = "STANDARD_IA, GLACIER"
# The only items that want more storage classes than one; with them others get other names.
WITH_CLASSES = {f"test_s3.py::test_lifecycle_{name}" for name in (
    "transition", "transition_single_rule_multi_trans", "set_noncurrent_transition", "noncur_transition",
    "plain_null_version_current_transition")}
# The only item that wants the name of a region told back; us-east-1, where the others run, has none to tell.
ABROAD = {"test_s3.py::test_bucket_get_location"}
REGION_ABROAD = "eu-central-1"
RESULTS = HERE / "results.json"
KMS_KEYS = ("testkey-1", "testkey-2")

# section: project, account id, display name, e-mail, key id, secret
ACCOUNTS = {
    "s3 main": ("main", "testid", "M. Tester", "tester@example.com", "MAINACCESSKEY0000001", "main-secret-of-the-suite-0000000000001"),
    "s3 alt": ("alt", "56789abcdef0123456789abcdef0123456789abcdef0123456789abcdef01234", "john.doe",
               "john.doe@example.com", "ALTACCESSKEY00000001", "alt-secret-of-the-suite-00000000000002"),
    "s3 tenant": ("tenant", "9876543210abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "tenanteduser",
                  "tenanteduser@example.com", "TENANTACCESSKEY00001", "tenant-secret-of-the-suite-00000000003"),
    "iam": ("iam", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "youruseridhere",
            "s3@example.com", "IAMACCESSKEY00000001", "iam-secret-of-the-suite-00000000000004"),
    "iam root": ("iam-root", "RGW11111111111111111", "AccountOne", "account1@example.com", "ROOTACCESSKEY0000001",
                 "root-secret-of-the-suite-0000000000005"),
    "iam alt root": ("iam-alt-root", "RGW22222222222222222", "AccountTwo", "account2@example.com",
                     "ALTROOTACCESSKEY0001", "alt-root-secret-of-the-suite-000000006"),
}


def configuration(server, classes, abroad):
    host, port = server.s3.removeprefix("http://").split(":")
    lines = [
        "[DEFAULT]", f"host = {host}", f"port = {port}", "is_secure = False", "ssl_verify = False", "[fixtures]",
        "bucket prefix = suite-{random}-", "iam name prefix = s3-tests-", "iam path prefix = /s3-tests/"]
    for section, (_, account, name, email, key, secret) in ACCOUNTS.items():
        lines += [
            f"[{section}]", f"display_name = {name}", f"user_id = {account}", f"email = {email}",
            f"access_key = {key}", f"secret_key = {secret}", f"api_name = {REGION_ABROAD if abroad else ''}"]
        if section == "s3 main":
            lines += [f"kms_keyid = {KMS_KEYS[0]}", f"kms_keyid2 = {KMS_KEYS[1]}", f"lc_debug_interval = {DAY_SECONDS}",
                      *([f"storage_classes = {STORAGE_CLASSES}"] if classes else [])]
        if section == "s3 tenant":
            lines += ["tenant ="]
    lines += ["[webidentity]", "token = none", "aud = none", "sub = none", "azp = none", "user_token = none",
              "thumbprint = none", "KC_REALM = none"]
    return "\n".join(lines) + "\n"


def make_accounts(server):
    for project, account, name, email, key, secret in ACCOUNTS.values():
        server.command("project", "create", project, "--no-bucket", "--id", account, "--display-name", name, "--email", email)
        server.command("key", "create", "--project", project, "--id", key, "--secret", secret)
    for name in KMS_KEYS:
        server.command("kms", "create", name, check=False)


def names(path):
    return [line.strip() for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]


def expected_failures(file="expected-failures.txt"):
    """Name to reason; a line is `name: reason`."""
    told = {}
    for line in names(HERE / file):
        name, colon, reason = line.partition(": ")
        if not colon or not reason:
            sys.exit(f"{file}: no reason in {line!r}")
        told[name] = reason
    return told


def run_suite(checkout, server, items, pattern, report, classes=False, abroad=False):
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as file, tempfile.NamedTemporaryFile("w", suffix=".txt") as chosen:
        file.write(configuration(server, classes, abroad))
        file.flush()
        chosen.write("".join(f"{FUNCTIONAL}/{item}\n" for item in items))
        chosen.flush()
        words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "plain_signing", "--tb=short", f"--junitxml={report}",
                 "-o", "junit_family=xunit1"]
        words += ["-k", pattern] if pattern else []
        region = {"S3TEST_REGION": REGION_ABROAD} if abroad else {}
        environment = {**os.environ, **region, "S3TEST_CONF": file.name, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(HERE)}
        # Debian's or a proxy's settings must not reach the SDK.
        for name in ("AWS_CA_BUNDLE", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
            environment.pop(name, None)
        process = subprocess.Popen(
            [*words, f"@{chosen.name}"], cwd=checkout, env=environment, stdin=subprocess.DEVNULL, start_new_session=True)
        try:
            process.wait(SUITE_SECONDS)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def outcomes(path):
    told = {}
    if not path.exists():
        return told
    for case in tree.parse(path).getroot().iter("testcase"):
        name = f"{case.get('classname').rpartition('.')[2]}.py::{case.get('name')}"
        kinds = {child.tag for child in case}
        told[name] = "failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"
    return told


def main():
    words = argparse.ArgumentParser()
    words.add_argument("checkout", type=Path)
    words.add_argument("-k", dest="pattern")
    words.add_argument("--file")
    words.add_argument("--list", type=Path, help="a file of item names to run instead of the core")
    words.add_argument("--report", type=Path, help="where to keep the suite's own report")
    chosen = words.parse_args()
    items = [chosen.file] if chosen.file else names(chosen.list or HERE / "core.txt")
    with tempfile.TemporaryDirectory() as directory:
        report = chosen.report or Path(directory) / "report.xml"
        plain = [item for item in items if item not in WITH_CLASSES | ABROAD]
        classed = [item for item in items if item in WITH_CLASSES]
        abroad = [item for item in items if item in ABROAD]
        told, log = {}, ""
        for region, runs in (
                ("us-east-1", ((plain, report), (classed, report.with_suffix(".classes.xml")))),
                (REGION_ABROAD, ((abroad, report.with_suffix(".abroad.xml")),))):
            if not any(some for some, _ in runs):
                continue
            server = Coffer(environment={
                "COFFER_LIFECYCLE_DAY_SECONDS": str(DAY_SECONDS), "COFFER_REGION": region})
            try:
                server.start()
                make_accounts(server)
                for some, path in runs:
                    if some:
                        run_suite(
                            chosen.checkout.resolve(), server, some, chosen.pattern, path, some is classed, some is abroad)
                        told |= outcomes(path)
            finally:
                log += server.tail()
                server.remove()
    if not told:
        sys.exit(f"the suite ran nothing; the server's log ends with:\n{log}")
    failed = sorted(name for name, outcome in told.items() if outcome == "failed")
    counts = Counter(told.values())
    if chosen.file or chosen.pattern or chosen.list:
        reasons = expected_failures("identity-failures.txt") if chosen.file in IDENTITY_FILES else {}
        print("\n".join(f"failed {name}: {reasons.get(name, 'no reason is known')}" for name in failed))
        print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
        return 0
    expected = expected_failures()
    missing = sorted(set(items) - set(told))
    surprises = [name for name in failed if name not in expected]
    healed = [name for name in expected if told.get(name) == "passed"]
    for title, group in (("failed against expectation", surprises), ("did not run", missing),
                         ("passes now: take it out of expected-failures.txt", healed)):
        print("\n".join(f"{title}: {name}" for name in group) or f"{title}: none")
    by_outcome = {outcome: sorted(name for name in told if told[name] == outcome) for outcome in ("failed", "skipped")}
    RESULTS.write_text(json.dumps({"items": len(items), "passed": counts["passed"], **by_outcome}, indent=1) + "\n")
    print(f"{counts['passed']} of {len(items)} passed, {len(failed)} failed ({len(failed) - len(surprises)} of them expected), "
          f"{counts['skipped']} skipped")
    return 1 if surprises or missing or healed else 0


if __name__ == "__main__":
    sys.exit(main())
