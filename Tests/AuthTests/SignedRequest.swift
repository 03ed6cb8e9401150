import Testing

/// Requests that botocore 1.43.11 signed for key `CFVECTOR000000000001` at 2026-03-14T15:09:26Z, region us-east-1.
struct SignedRequest: Sendable, CustomTestStringConvertible {
    var name: String
    var method: String
    var target: String
    var headers: [(String, String)]
    var virtualHostBucket: String?

    var testDescription: String { name }

    /// Keeps lines of this file short.
    private static func joined(_ parts: String...) -> String { parts.joined() }

    static let keyID = "CFVECTOR000000000001"
    static let secret = "w7dBq2mXzT9rLpKeYhGnVsCuJfAoWi3DxQ5tR8bM"
    /// Seconds since 1970.
    static let time: Int64 = 1773500966

    static let inHeader: [SignedRequest] = [
        SignedRequest(
            name: "service", method: "GET", target: "/",
            headers: [
                ("Host", "127.0.0.1:9000"),
                ("X-Amz-Date", "20260314T150926Z"),
                ("X-Amz-Content-SHA256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
                (
                    "Authorization",
                    joined(
                        "AWS4-HMAC-SHA256 Credential=CFVECTOR000000000001/20260314/us-east-1/",
                        "s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date,",
                        " Signature=33cdee5a04df0d0f13f9635f241aae7186eb6cad798b2cb9be138318d25dac1f")
                ),
            ]),
        SignedRequest(
            name: "plain get", method: "GET", target: "/bucket/key",
            headers: [
                ("Host", "127.0.0.1:9000"),
                ("X-Amz-Date", "20260314T150926Z"),
                ("X-Amz-Content-SHA256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
                (
                    "Authorization",
                    joined(
                        "AWS4-HMAC-SHA256 Credential=CFVECTOR000000000001/20260314/us-east-1/",
                        "s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date,",
                        " Signature=c8c6e93ba2231589836236c53830e2a6b6c5da4bc2dee0485e20c02d570aabd7")
                ),
            ]),
        SignedRequest(
            name: "default port", method: "GET", target: "/bucket/key",
            headers: [
                ("Host", "s3.example.com"),
                ("X-Amz-Date", "20260314T150926Z"),
                ("X-Amz-Content-SHA256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
                (
                    "Authorization",
                    joined(
                        "AWS4-HMAC-SHA256 Credential=CFVECTOR000000000001/20260314/us-east-1/",
                        "s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date,",
                        " Signature=fbe9dd554c98c2afab489723a91df69bfabb8e574f535bb8c29c0c979d4eda06")
                ),
            ]),
        SignedRequest(
            name: "virtual host", method: "GET", target: "/key",
            headers: [
                ("Host", "bucket.s3.example.com:9000"),
                ("X-Amz-Date", "20260314T150926Z"),
                ("X-Amz-Content-SHA256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
                (
                    "Authorization",
                    joined(
                        "AWS4-HMAC-SHA256 Credential=CFVECTOR000000000001/20260314/us-east-1/",
                        "s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date,",
                        " Signature=032271b1704fc7749a74d4fc0bc473bd6b93e8bec1a768dabb84ca53dc00d17b")
                ),
            ]),
        SignedRequest(
            name: "escaped path", method: "GET", target: "/bucket/a%20b%2Bc%C3%A9%21%27%28%29%2A",
            headers: [
                ("Host", "127.0.0.1:9000"),
                ("X-Amz-Date", "20260314T150926Z"),
                ("X-Amz-Content-SHA256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
                (
                    "Authorization",
                    joined(
                        "AWS4-HMAC-SHA256 Credential=CFVECTOR000000000001/20260314/us-east-1/",
                        "s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date,",
                        " Signature=c23774b41ee9d535154c1edb1f286e5b32d719a249f0a1e7aaae2e8c8f9c815b")
                ),
            ]),
        SignedRequest(
            name: "dots and slashes", method: "GET", target: "/bucket//a/./b/../c//",
            headers: [
                ("Host", "127.0.0.1:9000"),
                ("X-Amz-Date", "20260314T150926Z"),
                ("X-Amz-Content-SHA256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
                (
                    "Authorization",
                    joined(
                        "AWS4-HMAC-SHA256 Credential=CFVECTOR000000000001/20260314/us-east-1/",
                        "s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date,",
                        " Signature=34b0f4d59425bc4ba8f951b5474b69a47f37b7ec8269789ce9a8da1ea4859621")
                ),
            ]),
        SignedRequest(
            name: "plus and tilde in path", method: "GET", target: "/bucket/a%2Bb~c",
            headers: [
                ("Host", "127.0.0.1:9000"),
                ("X-Amz-Date", "20260314T150926Z"),
                ("X-Amz-Content-SHA256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
                (
                    "Authorization",
                    joined(
                        "AWS4-HMAC-SHA256 Credential=CFVECTOR000000000001/20260314/us-east-1/",
                        "s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date,",
                        " Signature=6b41632496fc5fb8c64957e646607c21e9183401148c31d6f65cdca770a33429")
                ),
            ]),
        SignedRequest(
            name: "subresource", method: "GET", target: "/bucket?location",
            headers: [
                ("Host", "127.0.0.1:9000"),
                ("X-Amz-Date", "20260314T150926Z"),
                ("X-Amz-Content-SHA256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
                (
                    "Authorization",
                    joined(
                        "AWS4-HMAC-SHA256 Credential=CFVECTOR000000000001/20260314/us-east-1/",
                        "s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date,",
                        " Signature=4561ed818824be6e0c435716bfc2e1231bec755d2170276f4989f1aa1134b8e4")
                ),
            ]),
        SignedRequest(
            name: "listing", method: "GET",
            target: joined(
                "/bucket?list-type=2&prefix=a%20b%2F&delimiter=%2F&start-after=",
                "%2B~&encoding-type=url"),
            headers: [
                ("Host", "127.0.0.1:9000"),
                ("X-Amz-Date", "20260314T150926Z"),
                ("X-Amz-Content-SHA256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
                (
                    "Authorization",
                    joined(
                        "AWS4-HMAC-SHA256 Credential=CFVECTOR000000000001/20260314/us-east-1/",
                        "s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date,",
                        " Signature=8685fcf269a8a15a8e7419643addbe3002765d52b85b70d6f1e1a4480e19d64c")
                ),
            ]),
        SignedRequest(
            name: "unsorted and repeated", method: "GET", target: "/bucket?z=1&a=2&a=1&A=3&~=x&empty=",
            headers: [
                ("Host", "127.0.0.1:9000"),
                ("X-Amz-Date", "20260314T150926Z"),
                ("X-Amz-Content-SHA256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
                (
                    "Authorization",
                    joined(
                        "AWS4-HMAC-SHA256 Credential=CFVECTOR000000000001/20260314/us-east-1/",
                        "s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date,",
                        " Signature=2706c420f45083dfffbed95e6c9dfa548c9458b995c155916b5e0731f8e5b87e")
                ),
            ]),
        SignedRequest(
            name: "put with metadata", method: "PUT", target: "/bucket/key",
            headers: [
                ("Host", "127.0.0.1:9000"),
                ("x-amz-meta-Spaced", "  two   inner\tblanks  "),
                ("x-amz-meta-empty", ""),
                ("Content-Type", "text/plain; charset=utf-8"),
                ("Content-MD5", "XUFAKrxLKna5cZ2REBfFkg=="),
                ("X-Amz-Date", "20260314T150926Z"),
                ("X-Amz-Content-SHA256", "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"),
                (
                    "Authorization",
                    joined(
                        "AWS4-HMAC-SHA256 Credential=CFVECTOR000000000001/20260314/us-east-1/",
                        "s3/aws4_request, SignedHeaders=content-md5;content-type;host;x-amz-content-sha256;x-",
                        "amz-date;x-amz-meta-empty;x-amz-meta-spaced, Signature=47d45ebfc7c8f22c850b96a37d221",
                        "180f332e66afbac09181d243fbd1f538ffb")
                ),
            ]),
        SignedRequest(
            name: "put json", method: "POST", target: "/bucket?delete",
            headers: [
                ("Host", "127.0.0.1:9000"),
                ("Content-Type", "application/xml"),
                ("X-Amz-Date", "20260314T150926Z"),
                ("X-Amz-Content-SHA256", "e2000f6b1fc1db795626ddaf9c13324157e9f56cb7820b40d7c3253a08ee5b91"),
                (
                    "Authorization",
                    joined(
                        "AWS4-HMAC-SHA256 Credential=CFVECTOR000000000001/20260314/us-east-1/",
                        "s3/aws4_request, SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date,",
                        " Signature=920effccce2958427a28363906678a8bae0dd185a0797474611ec78a14d67290")
                ),
            ]),
        SignedRequest(
            name: "repeated header", method: "PUT", target: "/bucket/key",
            headers: [
                ("Host", "127.0.0.1:9000"),
                ("x-amz-meta-a", "one"),
                ("x-amz-meta-a", "two"),
                ("X-Amz-Date", "20260314T150926Z"),
                ("X-Amz-Content-SHA256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
                (
                    "Authorization",
                    joined(
                        "AWS4-HMAC-SHA256 Credential=CFVECTOR000000000001/20260314/us-east-1/",
                        "s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-meta-a,",
                        " Signature=53027593ad504aedc6003def0b4988b585cfbdcc5b84ec8f92ec280c1f24d92b")
                ),
            ]),
    ]

    static let inQuery: [SignedRequest] = [
        SignedRequest(
            name: "get", method: "GET",
            target: joined(
                "/bucket/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=",
                "CFVECTOR000000000001%2F20260314%2Fus-east-1%2Fs3%2Faws4_request&",
                "X-Amz-Date=20260314T150926Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=",
                "host&X-Amz-Signature=7a27d50dacb9c0958675761b5553e3c52727ee288ae74172a93813187f117d9",
                "b"),
            headers: [
                ("Host", "127.0.0.1:9000")
            ]),
        SignedRequest(
            name: "odd path", method: "GET",
            target: joined(
                "/bucket/a%20b//%C3%A9~?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=",
                "CFVECTOR000000000001%2F20260314%2Fus-east-1%2Fs3%2Faws4_request&",
                "X-Amz-Date=20260314T150926Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=",
                "host&X-Amz-Signature=0dc5073d2439a40c4857d250319063b3ad4e5f6ce4260ee0b23eb2499859af9",
                "8"),
            headers: [
                ("Host", "127.0.0.1:9000")
            ]),
        SignedRequest(
            name: "parameters", method: "GET",
            target: joined(
                "/bucket/key?response-content-disposition=attachment%3B%20filename%",
                "3D%22a%2Bb.txt%22&versionId=null&X-Amz-Algorithm=AWS4-HMAC-SHA256&",
                "X-Amz-Credential=CFVECTOR000000000001%2F20260314%2Fus-east-1%",
                "2Fs3%2Faws4_request&X-Amz-Date=20260314T150926Z&X-Amz-Expires=",
                "3600&X-Amz-SignedHeaders=host&X-Amz-Signature=6ab9300e795fe8689350cdd7bddac5e750848c",
                "56fa6fa00265e0fd24457c9eab"),
            headers: [
                ("Host", "127.0.0.1:9000")
            ]),
        SignedRequest(
            name: "put", method: "PUT",
            target: joined(
                "/bucket/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=",
                "CFVECTOR000000000001%2F20260314%2Fus-east-1%2Fs3%2Faws4_request&",
                "X-Amz-Date=20260314T150926Z&X-Amz-Expires=604800&X-Amz-SignedHeaders=",
                "host&X-Amz-Signature=9da4c8daa85f10915333e75ab10ed62ba65e2b03a38ce8b56aed40b74fcb187",
                "6"),
            headers: [
                ("Host", "127.0.0.1:9000")
            ]),
        SignedRequest(
            name: "put with signed header", method: "PUT",
            target: joined(
                "/bucket/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=",
                "CFVECTOR000000000001%2F20260314%2Fus-east-1%2Fs3%2Faws4_request&",
                "X-Amz-Date=20260314T150926Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=",
                "host%3Bx-amz-acl&X-Amz-Signature=72d9846af9240091c2464a9515704a922531712bdcbf99283c5",
                "7d454f84d7863"),
            headers: [
                ("Host", "127.0.0.1:9000"),
                ("x-amz-acl", "private"),
            ]),
        SignedRequest(
            name: "head", method: "HEAD",
            target: joined(
                "/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=CFVECTOR000000000001%",
                "2F20260314%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20260314T150926Z&",
                "X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=",
                "e039bcf04e4841cd9bcf3141c09850dc4155b0410c21570d0772437992ded178"),
            headers: [
                ("Host", "bucket.s3.example.com")
            ]),
    ]

    static let version2: [SignedRequest] = [
        SignedRequest(
            name: "get", method: "GET",
            target: joined(
                "/bucket/key?AWSAccessKeyId=CFVECTOR000000000001&Signature=QM8KezmLCdiGGcHRAbnWwOVzMG",
                "I%3D&Expires=1773504566"),
            headers: [
                ("Host", "127.0.0.1:9000")
            ]),
        SignedRequest(
            name: "odd path", method: "GET",
            target: joined(
                "/bucket/a%20b//%C3%A9~?AWSAccessKeyId=CFVECTOR000000000001&Signature=",
                "IznwBvMIMCv0m22tNe2zFWXMNxo%3D&Expires=1773504566"),
            headers: [
                ("Host", "127.0.0.1:9000")
            ]),
        SignedRequest(
            name: "parameters", method: "GET",
            target: joined(
                "/bucket/key?versionId=null&response-content-disposition=attachment%",
                "3B%20filename%3D%22a%2Bb.txt%22&AWSAccessKeyId=CFVECTOR000000000001&",
                "Signature=ePpbcisbNcScVEEoTWvdxzkr4AQ%3D&Expires=1773504566"),
            headers: [
                ("Host", "127.0.0.1:9000")
            ]),
        SignedRequest(
            name: "put", method: "PUT",
            target: joined(
                "/bucket/key?AWSAccessKeyId=CFVECTOR000000000001&Signature=T0gX%",
                "2BZ6vP%2F%2BUmj%2F9ywaFvlbL3uI%3D&Expires=1773504566"),
            headers: [
                ("Host", "127.0.0.1:9000")
            ]),
        SignedRequest(
            name: "put with type", method: "PUT",
            target: joined(
                "/bucket/key?AWSAccessKeyId=CFVECTOR000000000001&Signature=32CSgWBGRDvmMczDbtNGKBzNJS",
                "s%3D&content-type=image%2Fpng&x-amz-acl=private&Expires=1773504566"),
            headers: [
                ("Host", "127.0.0.1:9000"),
                ("Content-Type", "image/png"),
                ("x-amz-acl", "private"),
            ]),
        SignedRequest(
            name: "put with type in the query", method: "PUT",
            target: joined(
                "/bucket/key?AWSAccessKeyId=CFVECTOR000000000001&Signature=BYm6ITekUj7ETiWKvJ9co4%",
                "2BRoWU%3D&content-type=image%2Fpng&x-amz-meta-a=b%20c&Expires=",
                "1773504566"),
            headers: [
                ("Host", "127.0.0.1:9000")
            ]),
        SignedRequest(
            name: "uploads", method: "POST",
            target: joined(
                "/bucket/key?uploads&AWSAccessKeyId=CFVECTOR000000000001&Signature=",
                "z79nNV6G73avsz5l28qdZ4qSLwU%3D&Expires=1773504566"),
            headers: [
                ("Host", "127.0.0.1:9000")
            ]),
        SignedRequest(
            name: "virtual host", method: "GET",
            target: joined(
                "/key?AWSAccessKeyId=CFVECTOR000000000001&Signature=QM8KezmLCdiGGcHRAbnWwOVzMGI%",
                "3D&Expires=1773504566"),
            headers: [
                ("Host", "bucket.s3.example.com")
            ],
            virtualHostBucket: "bucket"),
    ]
}
