"""STS and IAM on the S3 host, with boto3 and awscli: users, groups, roles and sessions, and what they may do."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"


def client(store, service, key=None, secret=None, token=None, **config):
    return boto3.client(
        service, endpoint_url=store.s3, region_name="us-east-1", aws_access_key_id=key or store.key,
        aws_secret_access_key=secret or store.secret, aws_session_token=token, config=Config(**config) if config else None)


def session(store, service, credentials, **config):
    return client(
        store, service, credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"], **config)


def policy(action, resource="*", effect="Allow"):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": effect, "Action": action, "Resource": resource}]})


def trust(principal):
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": principal}}]})


def refusal(call, *words, **named):
    with pytest.raises(ClientError) as caught:
        call(*words, **named)
    return caught.value.response["Error"]["Code"]


@pytest.fixture(scope="module")
def iam(store):
    return client(store, "iam")


@pytest.fixture(scope="module")
def sts(store):
    return client(store, "sts")


@pytest.fixture(scope="module")
def bucket(store):
    store.boto3().put_object(Bucket=store.bucket, Key="team/a.txt", Body=b"a")
    store.boto3().put_object(Bucket=store.bucket, Key="other/b.txt", Body=b"b")
    return store.bucket


def new_user(store, iam, name, **put):
    iam.create_user(UserName=name)
    for title, document in put.items():
        iam.put_user_policy(UserName=name, PolicyName=title, PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


def test_the_project_is_the_account(store, iam, sts):
    seen = sts.get_caller_identity()
    assert seen["Arn"] == f"arn:aws:iam::{seen['Account']}:root"
    assert iam.get_user()["User"]["Arn"] == seen["Arn"]
    assert iam.get_account_summary()["SummaryMap"]["AccessKeysPerUserQuota"] == 2


def test_a_user_may_what_its_policies_and_groups_say(store, iam, bucket):
    key = new_user(store, iam, "reader", team=policy("s3:GetObject", f"arn:aws:s3:::{bucket}/${{aws:username}}/*"))
    s3 = client(store, "s3", *key)
    assert client(store, "sts", *key).get_caller_identity()["Arn"].endswith(":user/reader")
    assert refusal(s3.get_object, Bucket=bucket, Key="team/a.txt") == "AccessDenied"
    assert refusal(s3.list_buckets) == "AccessDenied"
    store.boto3().put_object(Bucket=bucket, Key="reader/own.txt", Body=b"own")
    assert s3.get_object(Bucket=bucket, Key="reader/own.txt")["Body"].read() == b"own"

    iam.create_group(GroupName="staff")
    iam.put_group_policy(GroupName="staff", PolicyName="all", PolicyDocument=policy("s3:*"))
    iam.add_user_to_group(GroupName="staff", UserName="reader")
    assert [user["UserName"] for user in iam.get_group(GroupName="staff")["Users"]] == ["reader"]
    assert s3.get_object(Bucket=bucket, Key="team/a.txt")["Body"].read() == b"a"
    iam.put_user_policy(UserName="reader", PolicyName="not", PolicyDocument=policy("s3:GetObject", effect="Deny"))
    assert refusal(s3.get_object, Bucket=bucket, Key="team/a.txt") == "AccessDenied"

    # The delivery door takes the key as a bearer token and asks the same policies.
    url = f"{store.delivery}/team/delivered.txt"
    host = {"Host": store.host}
    answer = requests.put(url, data=b"x", headers={"Authorization": f"Bearer {key[1]}", **host}, timeout=30)
    assert answer.status_code in (200, 201)
    iam.remove_user_from_group(GroupName="staff", UserName="reader")
    answer = requests.put(url, data=b"x", headers={"Authorization": f"Bearer {key[1]}", **host}, timeout=30)
    assert answer.status_code == 403


def test_keys_are_two_and_end_at_once(store, iam, bucket):
    key = new_user(store, iam, "keyed", all=policy("*"))
    second = iam.create_access_key(UserName="keyed")["AccessKey"]["AccessKeyId"]
    assert refusal(iam.create_access_key, UserName="keyed") == "LimitExceeded"
    s3 = client(store, "s3", *key)
    s3.list_objects_v2(Bucket=bucket)
    assert iam.get_access_key_last_used(AccessKeyId=key[0])["AccessKeyLastUsed"]["ServiceName"] == "s3"
    iam.update_access_key(UserName="keyed", AccessKeyId=key[0], Status="Inactive")
    assert refusal(s3.list_objects_v2, Bucket=bucket) == "AccessDenied"
    iam.update_access_key(UserName="keyed", AccessKeyId=key[0], Status="Active")
    s3.list_objects_v2(Bucket=bucket)
    assert refusal(iam.delete_user, UserName="keyed") == "DeleteConflict"
    iam.delete_access_key(UserName="keyed", AccessKeyId=key[0])
    assert refusal(s3.list_objects_v2, Bucket=bucket) == "InvalidAccessKeyId"
    iam.delete_access_key(UserName="keyed", AccessKeyId=second)
    iam.delete_user_policy(UserName="keyed", PolicyName="all")
    iam.delete_user(UserName="keyed")
    assert refusal(iam.get_user, UserName="keyed") == "NoSuchEntity"


def test_a_user_does_in_iam_only_what_it_may(store, iam):
    key = new_user(store, iam, "clerk", list=policy("iam:ListUsers"))
    own = client(store, "iam", *key)
    assert "clerk" in [user["UserName"] for user in own.list_users()["Users"]]
    assert refusal(own.create_user, UserName="intruder") == "AccessDenied"
    assert refusal(own.attach_user_policy, UserName="clerk", PolicyArn=ADMIN) == "AccessDenied"
    assert refusal(own.create_access_key) == "AccessDenied"
    iam.put_user_policy(
        UserName="clerk", PolicyName="own", PolicyDocument=policy("iam:*", iam.get_user(UserName="clerk")["User"]["Arn"]))
    assert own.get_user()["User"]["UserName"] == "clerk"
    assert refusal(own.get_user, UserName="reader") == "AccessDenied"


def test_errors_have_names(iam):
    assert refusal(iam.get_user, UserName="nobody") == "NoSuchEntity"
    iam.create_user(UserName="Twice", Path="/a/")
    assert refusal(iam.create_user, UserName="twice") == "EntityAlreadyExists"
    assert refusal(iam.put_user_policy, UserName="Twice", PolicyName="p", PolicyDocument="{") == "MalformedPolicyDocument"
    assert refusal(iam.attach_user_policy, UserName="Twice", PolicyArn="arn:aws:iam::aws:policy/Nothing") == "NoSuchEntity"
    assert refusal(iam.put_user_policy, UserName="Twice", PolicyName="p",
                   PolicyDocument=policy("s3:*", ["arn:aws:s3:::" + "x" * 60] * 40)) == "LimitExceeded"
    assert [user["UserName"] for user in iam.list_users(PathPrefix="/a/")["Users"]] == ["Twice"]


def test_sessions_act_for_their_key_and_end_with_it(store, iam, sts, bucket):
    made = sts.get_session_token()["Credentials"]
    assert made["AccessKeyId"].startswith("ASIA")
    assert session(store, "s3", made).get_object(Bucket=bucket, Key="team/a.txt")["Body"].read() == b"a"
    # At every place of a signature: header above, query here, and Version 2 of it.
    for version in ("s3v4", "s3"):
        url = session(store, "s3", made, signature_version=version).generate_presigned_url(
            "get_object", {"Bucket": bucket, "Key": "team/a.txt"})
        assert requests.get(url, timeout=30).content == b"a"
    form = session(store, "s3", made).generate_presigned_post(bucket, "posted.txt")
    assert requests.post(form["url"], data=form["fields"], files={"file": b"p"}, timeout=30).status_code == 204
    # A token that is false, and one that is missing.
    assert refusal(session(store, "s3", {**made, "SessionToken": "x"}).list_buckets) == "InvalidToken"
    assert refusal(client(store, "s3", made["AccessKeyId"], made["SecretAccessKey"]).list_buckets) == "InvalidAccessKeyId"
    assert refusal(session(store, "sts", made).get_session_token) == "AccessDenied"

    key = new_user(store, iam, "sessioned", all=policy("s3:*"))
    made = client(store, "sts", *key).get_session_token(DurationSeconds=900)["Credentials"]
    s3 = session(store, "s3", made)
    s3.list_objects_v2(Bucket=bucket)
    iam.update_access_key(UserName="sessioned", AccessKeyId=key[0], Status="Inactive")
    assert refusal(s3.list_objects_v2, Bucket=bucket) == "AccessDenied"


def test_a_role_is_taken_on_and_narrowed(store, iam, sts, bucket):
    account = sts.get_caller_identity()["Account"]
    key = new_user(store, iam, "deployer")
    role = iam.create_role(
        RoleName="deploy", AssumeRolePolicyDocument=trust(f"arn:aws:iam::{account}:user/deployer"))["Role"]
    iam.put_role_policy(RoleName="deploy", PolicyName="s3", PolicyDocument=policy("s3:*"))
    own = client(store, "sts", *key)
    taken = own.assume_role(RoleArn=role["Arn"], RoleSessionName="ci")
    assert taken["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{account}:assumed-role/deploy/ci"
    assert session(store, "sts", taken["Credentials"]).get_caller_identity()["Arn"] == taken["AssumedRoleUser"]["Arn"]
    s3 = session(store, "s3", taken["Credentials"])
    s3.put_object(Bucket=bucket, Key="deployed", Body=b"d")
    narrow = own.assume_role(
        RoleArn=role["Arn"], RoleSessionName="ci", Policy=policy("s3:GetObject", f"arn:aws:s3:::{bucket}/team/*"))
    narrow = session(store, "s3", narrow["Credentials"])
    assert narrow.get_object(Bucket=bucket, Key="team/a.txt")["Body"].read() == b"a"
    assert refusal(narrow.get_object, Bucket=bucket, Key="other/b.txt") == "AccessDenied"
    assert refusal(narrow.put_object, Bucket=bucket, Key="team/a.txt", Body=b"") == "AccessDenied"
    stranger = client(store, "sts", *new_user(store, iam, "stranger"))
    assert refusal(stranger.assume_role, RoleArn=role["Arn"], RoleSessionName="no") == "AccessDenied"
    assert refusal(own.assume_role, RoleArn=role["Arn"] + "x", RoleSessionName="no") == "AccessDenied"
    assert refusal(own.assume_role, RoleArn=role["Arn"], RoleSessionName="no", DurationSeconds=43200) == "ValidationError"
    assert refusal(iam.delete_role, RoleName="deploy") == "DeleteConflict"
    iam.delete_role_policy(RoleName="deploy", PolicyName="s3")
    iam.delete_role(RoleName="deploy")
    assert refusal(s3.list_objects_v2, Bucket=bucket) == "InvalidAccessKeyId"


def test_what_is_not_signed_is_refused_in_their_words(store):
    answer = requests.post(
        store.s3, data={"Action": "GetCallerIdentity", "Version": "2011-06-15"}, timeout=30)
    assert answer.status_code == 403
    assert "<Code>MissingAuthenticationToken</Code>" in answer.text
    assert "<Type>Sender</Type>" in answer.text
    answer = requests.post(store.s3, data={"Action": "Nothing", "Version": "2011-06-15"}, timeout=30)
    assert (answer.status_code, "<Code>InvalidAction</Code>" in answer.text) == (400, True)
    wrong = client(store, "sts", secret="wrong-secret-of-nobody")
    assert refusal(wrong.get_caller_identity) == "SignatureDoesNotMatch"
    assert refusal(client(store, "iam", "AKIANOBODY0000000000").list_users) == "InvalidClientTokenId"


def aws_tools():
    return [p for p in dict.fromkeys([str(Path(sys.executable).parent / "aws"), "/usr/bin/aws"]) if os.path.exists(p)]


@pytest.mark.parametrize("aws", aws_tools() or ["aws"])
def test_awscli(store, aws):
    if not os.path.exists(aws):
        pytest.skip("awscli is not installed")

    def run(*words):
        done = subprocess.run(
            [aws, "--endpoint-url", store.s3, "--output", "json", *words], env=store.aws_environment(), capture_output=True,
            text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else {}

    name = f"cli-{aws_tools().index(aws)}-{int(time.time())}"
    assert run("sts", "get-caller-identity")["Arn"].endswith(":root")
    assert run("iam", "create-user", "--user-name", name)["User"]["UserName"] == name
    run("iam", "put-user-policy", "--user-name", name, "--policy-name", "p", "--policy-document", policy("s3:*"))
    assert run("iam", "list-user-policies", "--user-name", name)["PolicyNames"] == ["p"]
    assert run("iam", "create-access-key", "--user-name", name)["AccessKey"]["Status"] == "Active"
    assert run("sts", "get-session-token")["Credentials"]["SessionToken"]
