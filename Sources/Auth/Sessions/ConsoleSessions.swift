import Digests
package import HTTPServer
import Objects

/// Signs people in to the console, and finds who sent a request by the cookie of their browser.
///
/// A session ends with its key, after `lifetime`, or when the browser forgets it. Another site can make a browser send
/// the cookie at most with a request that changes nothing: what changes needs the page's own origin and a secret that
/// only the page can read.
package struct ConsoleSessions: Sendable {
    /// Milliseconds: twelve hours.
    package static let lifetime: Int64 = 12 * 60 * 60 * 1000
    /// The header that carries the page's secret with every change.
    package static let csrfField = "X-Coffer-CSRF"
    /// Cookies of a request that are looked at.
    static let cookieLimit = 64
    /// Bytes of a cookie's value that may be a session.
    static let maximumLength = 512
    private static let sealName = "console"

    let keys: KeyRing

    package init(keys: KeyRing) {
        self.keys = keys
    }

    /// A new session of a key, and the `Set-Cookie` that keeps it in the browser.
    ///
    /// - Parameter now: milliseconds since 1970.
    package func begin(
        _ credential: Credential, for request: HTTPRequest, now: Int64
    ) -> (session: ConsoleSession, cookie: String) {
        let session = ConsoleSession(
            key: credential.keyID, expires: now + Self.lifetime,
            csrf: randomBytes(ConsoleSession.csrfLength), mark: Self.mark(credential))
        let value = Base64.encodeURL(keys.consoleSeal.seal(session.bytes, of: Self.sealName))
        return (session, Self.cookie(value, seconds: Self.lifetime / 1000, for: request))
    }

    /// The `Set-Cookie` that makes the browser forget its session.
    package func end(for request: HTTPRequest) -> String { Self.cookie("", seconds: 0, for: request) }

    /// Who is signed in, whatever the request asks; nil when nobody is, or the key is paused or gone.
    ///
    /// Throws `StoreError`.
    package func session(
        of request: HTTPRequest, now: Int64
    ) async throws -> (session: ConsoleSession, credential: Credential)? {
        for value in Self.values(of: request) {
            guard let sealed = Base64.decodeURL(value),
                let bytes = keys.consoleSeal.open(sealed, of: Self.sealName),
                let session = ConsoleSession(bytes), now < session.expires,
                let credential = try await keys.credential(id: session.key), !credential.isPaused,
                constantTimeEqual(Self.mark(credential), session.mark)
            else { continue }
            return (session, credential)
        }
        return nil
    }

    /// The key that a request is sent with by the console's page; nil when it is not.
    ///
    /// What is not GET or HEAD must come from the page's own origin and bring its secret. Throws `StoreError`.
    ///
    /// - Parameter now: milliseconds since 1970.
    package func open(_ request: HTTPRequest, now: Int64) async throws -> Credential? {
        guard let found = try await session(of: request, now: now) else { return nil }
        if request.method == .get || request.method == .head { return found.credential }
        guard Self.isFromOwnOrigin(request), let text = request.headers[first: Self.csrfField],
            let secret = Base64.decodeURL(text), constantTimeEqual(secret, found.session.csrf)
        else { return nil }
        return found.credential
    }

    /// Whether the browser says that a page of the host asked for made the request. A page that was fetched in the
    /// clear speaks for none that was not.
    package static func isFromOwnOrigin(_ request: HTTPRequest) -> Bool {
        guard let host = request.host, let origin = request.headers[first: "origin"]?.lowercased() else {
            return false
        }
        return origin == "https://" + host || !request.isSecure && origin == "http://" + host
    }

    /// `__Host-` binds it to this host and to TLS (RFC 6265bis section 4.1.3.2), which plain HTTP cannot have.
    static func cookieName(for request: HTTPRequest) -> String {
        request.isSecure ? "__Host-coffer" : "coffer"
    }

    private static func cookie(_ value: String, seconds: Int64, for request: HTTPRequest) -> String {
        "\(cookieName(for: request))=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Strict"
            + (request.isSecure ? "; Secure" : "")
    }

    /// Cookies of one name may come twice, from a neighbour on the same host for instance; each is tried.
    private static func values(of request: HTTPRequest) -> [String] {
        let name = cookieName(for: request) + "="
        return request.headers.values("cookie").flatMap { $0.split(separator: ";") }.prefix(cookieLimit)
            .compactMap { pair in
                let pair = pair.drop { $0 == " " }
                guard pair.hasPrefix(name), pair.utf8.count <= maximumLength else { return nil }
                return String(pair.dropFirst(name.count))
            }
    }

    /// A key that was deleted and made again with its id is another key.
    private static func mark(_ credential: Credential) -> [UInt8] {
        let mac = hmac(.sha256, key: credential.secret, message: Array("coffer console session 1".utf8))
        return Array(mac.prefix(ConsoleSession.markLength))
    }
}
