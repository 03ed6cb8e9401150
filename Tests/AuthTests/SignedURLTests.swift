import Digests
import HTTPServer
import Objects
import Testing

@testable import Auth

/// Links of the first form.
struct SignedURLTests {
    private static let key = Credential(
        keyID: KeyID("one"), project: ProjectID("p"), role: .full,
        secret: Array("ittybit_testkey0001".utf8))
    private static let expiry: Int64 = 1_735_689_600
    private static let now = (expiry - 60) * 1000

    private func verify(
        _ rawPath: String, _ query: String?, now: Int64 = now, credentials: [Credential] = [key]
    ) -> String {
        switch SignedURL.verify(rawPath: rawPath, rawQuery: query, credentials: credentials, now: now) {
        case .absent: "absent"
        case .valid(let credential, let grant):
            "\(grant.method.rawValue) \(String(decoding: grant.path, as: UTF8.self)) by \(credential.keyID)"
        case .invalid(let fault): "\(fault)"
        }
    }

    private func sign(_ path: String, _ method: LinkGrant.Method = .get, secret: [UInt8] = key.secret)
        -> String
    {
        SignedURL.sign(path: Array(path.utf8), expiry: Self.expiry, method: method, secret: secret)
    }

    private func signature(_ message: String) -> String {
        Base64.encodeURL(hmac(.sha256, key: Self.key.secret, message: Array(message.utf8)))
    }

    @Test func publishedVectors() {
        let get = "expiry=1735689600&method=get&signature=GNULcoVZgY0XLjB6lxDvOoDMoLOujvXgaaJFM0v4F10"
        let put = "expiry=1735689600&method=put&signature=6MuNAMeKiXv55mjg1Y-U9nKo65MKNEJxvGrmMP6xL-A"
        #expect(sign("private/image.png") == get)
        #expect(sign("example/video.mp4", .put) == put)
        #expect(verify("/private/image.png", get) == "get private/image.png by one")
        #expect(verify("/example/video.mp4", put) == "put example/video.mp4 by one")
    }

    @Test func paddingMayBeThere() {
        let query = sign("a.png")
        for padding in ["=", "%3D", "%3d"] {
            #expect(verify("/a.png", query + padding) == "get a.png by one")
        }
        #expect(verify("/a.png", query + "==") == "malformed")
    }

    /// As older clients sign, without the method.
    @Test func theOldFormIsForPutOnly() {
        let query = "expiry=1735689600&signature=" + signature("a.png?expiry=1735689600")
        #expect(verify("/a.png", query) == "put a.png by one")
        #expect(verify("/a.png", query + "&method=get") == "mismatch")
        #expect(verify("/a.png", query + "&method=put") == "mismatch")
    }

    @Test func aLinkIsGoodToTheEndOfItsSecond() {
        let query = sign("a.png")
        #expect(verify("/a.png", query, now: Self.expiry * 1000 + 999) == "get a.png by one")
        #expect(verify("/a.png", query, now: (Self.expiry + 1) * 1000) == "expired")
        #expect(verify("/a.png", query, now: 0) == "get a.png by one")
    }

    @Test(arguments: ["", "-1", " 1735689600", "+1735689600", "1e12", "1735689600000", "17356896O0", "0x10"])
    func anExpiryIsOneToTwelveDigits(_ text: String) {
        let query = "expiry=\(text)&method=get&signature=" + signature("a?expiry=\(text)&method=get")
        #expect(verify("/a", query) == "malformed")
    }

    @Test func anExpiryIsSignedAsItIsWritten() {
        let written = "01735689600"
        let query = "expiry=\(written)&method=get&signature=" + signature("a?expiry=\(written)&method=get")
        #expect(verify("/a", query) == "get a by one")
        #expect(verify("/a", replacing(query, "01735689600", "1735689600")) == "mismatch")
    }

    @Test(arguments: ["GET", "delete", "post", "head", "", "get,put"])
    func onlyTwoMethodsExist(_ method: String) {
        let query =
            "expiry=1735689600&method=\(method)&signature="
            + signature("a?expiry=1735689600&method=\(method)")
        #expect(verify("/a", query) == "malformed")
    }

    @Test func theMethodIsSigned() {
        #expect(verify("/a", replacing(sign("a"), "method=get", "method=put")) == "mismatch")
        #expect(verify("/a", replacing(sign("a"), "&method=get", "")) == "mismatch")
    }

    @Test func parametersComeOnceAndAreKnown() {
        let query = sign("a")
        for extra in ["&upload", "&total=100", "&download=x.png", "&upload&total=5"] {
            #expect(verify("/a", query + extra) == "get a by one")
        }
        for extra in [
            "&expiry=1735689600", "&method=get", "&signature=a", "&upload&upload=1", "&w=100&w=100",
            "&response-content-type=text%2Fhtml", "&Expiry=1", "&%65xpiry=1735689600", "&=", "&a",
            "&download[]=1",
            ";a=b",
        ] {
            #expect(verify("/a", query + extra) == "malformed", "\(extra)")
        }
        #expect(verify("/a", query + String(repeating: "&upload", count: 100)) == "malformed")
        // Words of a picture are signed where they are there.
        #expect(verify("/a", query + "&w=100") == "mismatch")
        #expect(verify("/a", replacing(query, "expiry=1735689600&", "")) == "malformed")
        #expect(verify("/a", "signature=" + signature("a")) == "malformed")
        #expect(verify("/a", query + "%") == "malformed")
        // The order of parameters is not signed.
        let reversed = query.split(separator: "&").reversed().joined(separator: "&")
        #expect(verify("/a", reversed) == "get a by one")
    }

    @Test func aRequestWithoutALinkIsNoLink() {
        for query in [nil, "", "upload", "w=100", "method=get", "download"] {
            #expect(verify("/a", query) == "absent")
        }
        for query in ["signature", "expiry=1", "%73ignature=a", "a&expiry", "signature=&"] {
            #expect(verify("/a", query) == "malformed")
        }
    }

    @Test func aLinkIsForOnePath() {
        let query = sign("a/b.png")
        for path in [
            "/a/b.pn", "/a/b.png/", "/a//b.png", "/a/./b.png", "//a/b.png", "/A/b.png", "/a/b.png%00",
            "/a%5Cb.png",
            "/a/c/../b.png", "/",
        ] {
            #expect(verify(path, query) == "mismatch", "\(path)")
        }
        #expect(verify("/a/b.pn%", query) == "malformed")
        #expect(verify("a/b.png", query) == "malformed")
        // The same bytes in another spelling are the same key.
        #expect(verify("/a%2Fb%2Epng", query) == "get a/b.png by one")
        #expect(verify("/%61/b.png", query) == "get a/b.png by one")
    }

    /// Some clients escape what needs no escape, and sign the path as they send it.
    @Test func theNeedlesslyEscapedPathMayBeSigned() {
        #expect(verify("/my%20file.png", sign("my file.png")) == "get my file.png by one")
        #expect(verify("/my%7Efile%2Dpng", sign("my%7Efile%2Dpng")) == "get my~file-png by one")
    }

    /// A link for the key `a%2Fb` must not open `a/b`, and so on.
    @Test(arguments: [
        "a%2Fb", "a%252Fb", "a%5cb", "%2e%2e", "a%2eb", "a%00b", "a%0ab", "a%7Fb", "a%20%25", "a%20b",
        "caf%C3%A9",
    ])
    func theEscapedPathNeverOpensAnotherKey(_ path: String) {
        #expect(verify("/" + path, sign(path)) == "mismatch")
    }

    @Test func everyActiveKeyIsTried() {
        func key(_ name: String, isPaused: Bool = false) -> Credential {
            Credential(
                keyID: KeyID(name), project: ProjectID("p"), role: .full, isPaused: isPaused,
                secret: Array("secret-of-\(name)".utf8))
        }
        let keys = ["a", "b", "c"].map { key($0) }
        for signer in keys {
            #expect(
                verify("/x", sign("x", secret: signer.secret), credentials: keys)
                    == "get x by \(signer.keyID)")
        }
        #expect(verify("/x", sign("x"), credentials: keys) == "mismatch")
        #expect(verify("/x", sign("x"), credentials: []) == "mismatch")
        let paused = key("d", isPaused: true)
        #expect(verify("/x", sign("x", secret: paused.secret), credentials: [paused]) == "mismatch")
    }

    @Test func aSignatureIsBase64ForURLs() {
        let query = sign("a")
        for bad in ["", "a", "!!!!", "GNULcoVZ", "GNUL coVZ"] {
            let start = query.firstRange(of: "signature=")
            let changed = start.map { String(query[..<$0.upperBound]) + bad } ?? ""
            #expect(["malformed", "mismatch"].contains(verify("/a", changed)))
        }
    }
}
