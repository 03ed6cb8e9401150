"""Listings of objects and versions: order, encoding, pages and what is in them."""

import re
import urllib.parse

import pytest
from wire import encode


@pytest.fixture
def fill(wire, bucket):
    def put(*keys):
        for key in keys:
            assert wire.put(f"/{bucket}/{encode(key)}", key.encode()).status == 200
        return bucket
    return put


def paged(wire, bucket, query, limit=100):
    """Every page of a V2 listing."""
    token = ""
    for _ in range(limit):
        page = wire.get(f"/{bucket}?list-type=2{query}{token}")
        assert page.status == 200, page
        yield page
        if page.text("IsTruncated") == "false":
            assert page.text("NextContinuationToken") is None
            return
        token = "&continuation-token=" + encode(page.text("NextContinuationToken"))
    raise AssertionError("the listing does not end")


def entries(page):
    return page.texts("Contents/Key") + page.texts("CommonPrefixes/Prefix")


def test_30_order_is_that_of_bytes(wire, fill):
    """Keys and common prefixes stand in the order of their UTF-8 bytes, prefixes in their place among them.

    userguide/ListingKeysUsingAPIs.html"""
    keys = ["foo+1/bar", "foo/bar/xyzzy", "quux ab/thud", "asdf+b", "Z", "a", "\u00e9", "\uffee", "\U0001f701"]
    bucket = fill(*keys)
    assert wire.get(f"/{bucket}?list-type=2").texts("Contents/Key") == sorted(keys, key=str.encode)
    assert wire.get(f"/{bucket}?list-type=2&delimiter=/").texts("CommonPrefixes/Prefix") == ["foo+1/", "foo/", "quux ab/"]
    merged = [entries(page)[0] for page in paged(wire, bucket, "&delimiter=/&max-keys=1")]
    assert merged == sorted(["foo+1/", "foo/", "quux ab/", "asdf+b", "Z", "a", "\u00e9", "\uffee", "\U0001f701"], key=str.encode)


def test_31_encoded_listings(wire, fill):
    """encoding-type=url encodes keys, prefixes, delimiters and markers, and leaves the continuation token alone.

    API/API_ListObjectsV2.html"""
    bucket = fill("a b/\u00e9+", "a b/\u00e9,", "a b/x/y", "z")
    page = wire.get(f"/{bucket}?list-type=2&encoding-type=url&prefix=a%20b/&delimiter=/&start-after=a%20&max-keys=2")
    assert page.text("EncodingType") == "url"
    unquoted = lambda texts: [urllib.parse.unquote_plus(text) for text in texts]
    assert page.texts("CommonPrefixes/Prefix") + page.texts("Contents/Key") == ["a+b/x/", "a+b/%C3%A9%2B"] \
        or page.texts("CommonPrefixes/Prefix") + page.texts("Contents/Key") == ["a%20b/x/", "a%20b/%C3%A9%2B"]
    assert unquoted([page.text("Prefix"), page.text("StartAfter"), page.text("Delimiter")]) == ["a b/", "a ", "/"]
    assert page.text("Delimiter") == "/"
    token = page.text("NextContinuationToken")
    rest = wire.get(f"/{bucket}?list-type=2&encoding-type=url&prefix=a%20b/&delimiter=/&continuation-token={encode(token)}")
    assert rest.text("ContinuationToken") == token
    assert unquoted(rest.texts("Contents/Key")) == ["a b/\u00e9,"]
    first = wire.get(f"/{bucket}?encoding-type=url&delimiter=/&max-keys=1&marker=a%20")
    assert unquoted([first.text("Marker"), first.text("NextMarker")]) == ["a ", "a b/"]
    assert wire.get(f"/{bucket}?list-type=2&encoding-type=base64").outcome == (400, "InvalidArgument")


def test_32_sizes_of_pages(wire, fill):
    """max-keys=0 is an empty page and not a truncated one; more than 1,000 is 1,000; less than 0 and no number is 400.

    API/API_ListObjectsV2.html"""
    bucket = fill("a", "b")
    for kind in ("", "&list-type=2"):
        none = wire.get(f"/{bucket}?max-keys=0{kind}")
        assert (none.text("MaxKeys"), none.text("IsTruncated"), entries(none)) == ("0", "false", [])
        many = wire.get(f"/{bucket}?max-keys=5000{kind}")
        assert (many.text("MaxKeys"), entries(many)) in (("1000", ["a", "b"]), ("5000", ["a", "b"]))
        for bad in ("-1", "many", "1.5", "99999999999999999999"):
            assert wire.get(f"/{bucket}?max-keys={bad}{kind}").outcome == (400, "InvalidArgument"), bad


def test_33_prefixes_count_like_keys(wire, fill):
    """Keys and common prefixes together fill a page, and a prefix comes once, whatever lies behind it.

    API/API_ListObjectsV2.html"""
    bucket = fill("a", "p/1", "p/2", "p/3", "q", "r/1", "r/2", "s")
    pages = list(paged(wire, bucket, "&delimiter=/&max-keys=2"))
    assert [sorted(entries(page)) for page in pages] == [["a", "p/"], ["q", "r/"], ["s"]]
    assert [page.text("KeyCount") for page in pages] == ["2", "2", "1"]


def test_34_where_the_next_page_begins(wire, fill):
    """V1 gives NextMarker with a delimiter only; V2 always gives NextContinuationToken while there is more.

    API/API_ListObjects.html"""
    bucket = fill("a", "b", "c/1", "c/2", "d")
    page = wire.get(f"/{bucket}?max-keys=2")
    assert (page.text("IsTruncated"), page.text("NextMarker")) == ("true", None)
    page = wire.get(f"/{bucket}?max-keys=3&delimiter=/")
    assert (page.text("IsTruncated"), page.text("NextMarker")) == ("true", "c/")
    page = wire.get(f"/{bucket}?max-keys=3&delimiter=/&marker=c/")
    assert (page.text("IsTruncated"), page.text("NextMarker"), entries(page)) == ("false", None, ["d"])
    assert [entries(page) for page in paged(wire, bucket, "&max-keys=3")] == [["a", "b", "c/1"], ["c/2", "d"]]


def test_35_what_is_empty_is_absent(wire, fill):
    """An empty prefix or delimiter is none; past the end is nothing; a token outranks start-after, which is echoed.

    AWS refuses an empty token too; here it is none, as the public suite's test_bucket_listv2_continuationtoken_empty wants.
    API/API_ListObjectsV2.html"""
    bucket = fill("a", "b", "c")
    for query in ("&prefix=", "&delimiter=", "&prefix=&delimiter=&start-after="):
        assert wire.get(f"/{bucket}?list-type=2{query}").texts("Contents/Key") == ["a", "b", "c"]
    assert entries(wire.get(f"/{bucket}?marker=z")) == entries(wire.get(f"/{bucket}?list-type=2&start-after=z")) == []
    token = encode(wire.get(f"/{bucket}?list-type=2&max-keys=1").text("NextContinuationToken"))
    page = wire.get(f"/{bucket}?list-type=2&start-after=b&continuation-token={token}")
    assert (page.text("StartAfter"), entries(page)) == ("b", ["b", "c"])
    assert wire.get(f"/{bucket}?list-type=2&continuation-token=nonsense").outcome == (400, "InvalidArgument")


def test_36_owners_in_listings(wire, fill):
    """V1 names the owner of each object, V2 only when fetch-owner asks for it.

    API/API_ListObjectsV2.html"""
    bucket = fill("a")
    owner = wire.get("/").text("Owner/ID")
    assert wire.get(f"/{bucket}").text("Contents/Owner/ID") == owner
    assert wire.get(f"/{bucket}?list-type=2").xml.find("Contents/Owner") is None
    assert wire.get(f"/{bucket}?list-type=2&fetch-owner=false").xml.find("Contents/Owner") is None
    assert wire.get(f"/{bucket}?list-type=2&fetch-owner=true").text("Contents/Owner/ID") == owner


def test_37_the_key_that_is_the_prefix(wire, fill):
    """A key equal to the prefix is an object like others, also when it ends with the delimiter.

    userguide/using-folders.html"""
    bucket = fill("dir/", "dir/a", "dir/sub/", "dir/sub/b")
    page = wire.get(f"/{bucket}?list-type=2&prefix=dir/&delimiter=/")
    assert (page.texts("Contents/Key"), page.texts("CommonPrefixes/Prefix")) == (["dir/", "dir/a"], ["dir/sub/"])
    assert entries(wire.get(f"/{bucket}?list-type=2&prefix=dir&delimiter=/")) == ["dir/"]


def test_38_versions(wire, s3, fill):
    """Newest first per key, one of them the latest, `null` for what was there before; pages go on in the middle of a key.

    API/API_ListObjectVersions.html"""
    bucket = fill("a", "p/x")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    made = [s3.put_object(Bucket=bucket, Key="a", Body=b"%d" % n)["VersionId"] for n in range(3)]
    marker = s3.delete_object(Bucket=bucket, Key="a")["VersionId"]
    page = wire.get(f"/{bucket}?versions")
    rows = [(e.tag, e.findtext("Key"), e.findtext("VersionId"), e.findtext("IsLatest")) for e in page.xml if e.find("Key") is not None]
    assert rows == [
        ("DeleteMarker", "a", marker, "true"), *[("Version", "a", version, "false") for version in reversed(made)],
        ("Version", "a", "null", "false"), ("Version", "p/x", "null", "true")]
    found, query = [], ""
    for _ in rows:
        page = wire.get(f"/{bucket}?versions&max-keys=1{query}")
        found += [(e.tag, e.findtext("Key"), e.findtext("VersionId"), e.findtext("IsLatest")) for e in page.xml if e.find("Key") is not None]
        if page.text("IsTruncated") == "true":
            query = f"&key-marker={encode(page.text('NextKeyMarker'))}&version-id-marker={page.text('NextVersionIdMarker')}"
    assert (found, page.text("IsTruncated")) == (rows, "false")
    page = wire.get(f"/{bucket}?versions&delimiter=/")
    assert (page.texts("CommonPrefixes/Prefix"), set(page.texts("Version/Key"))) == (["p/"], {"a"})
    for query in (f"version-id-marker={marker}", "key-marker=a&version-id-marker=", "key-marker=a&version-id-marker=x"):
        assert wire.get(f"/{bucket}?versions&{query}").outcome == (400, "InvalidArgument"), query


def test_39_times(wire, fill):
    """In documents ISO 8601 with milliseconds and Z, in the header field the date of HTTP; both the same second.

    API/API_Object.html"""
    bucket = fill("a")
    written = wire.get(f"/{bucket}").text("Contents/LastModified")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", written)
    field = wire.send("HEAD", f"/{bucket}/a")["last-modified"]
    assert re.fullmatch(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT", field)
    assert field[17:25] == written[11:19]


def test_40_uploads_are_no_objects(wire, s3, fill):
    """What is being uploaded in parts is in no listing of objects or versions.

    API/API_ListObjectsV2.html"""
    bucket = fill("a")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="b")["UploadId"]
    s3.upload_part(Bucket=bucket, Key="b", UploadId=upload, PartNumber=1, Body=b"part")
    assert entries(wire.get(f"/{bucket}")) == entries(wire.get(f"/{bucket}?list-type=2")) == ["a"]
    assert wire.get(f"/{bucket}?versions").texts("Version/Key") == ["a"]
    assert wire.get(f"/{bucket}/b").outcome == (404, "NoSuchKey")
