import CAssets
import Digests
import HTTPServer
import NIOCore

/// The console's files, compiled in, under an address that changes with them, so that a browser may keep each for ever.
struct Assets: Sendable {
    static let prefix = "/assets/"
    private static let page = "index.html"
    /// Bytes of the digest that an address carries, in hexadecimal twice as many.
    private static let versionLength = 8

    private struct Asset: Sendable {
        var body: ByteBuffer
        var type: String
        var tag: String
    }

    /// Of all files together.
    let version: String
    private let assets: [String: Asset]
    private let pageBody: ByteBuffer

    init() {
        var assets: [String: Asset] = [:]
        var whole: [UInt8] = []
        for index in 0..<coffer_asset_count() {
            var bytes = [UInt8](repeating: 0, count: coffer_asset_length(index))
            coffer_asset_copy(index, &bytes)
            let name = String(cString: coffer_asset_name(index))
            let digest = Self.mark(bytes)
            assets[name] = Asset(
                body: ByteBuffer(bytes: bytes), type: Self.type(of: name), tag: "\"\(digest)\"")
            whole += Array(name.utf8) + [0] + bytes
        }
        let version = Self.mark(whole)
        let modules = assets.keys.filter { $0.hasSuffix(".js") && $0 != "theme.js" }.sorted()
            .map { "<link rel=\"modulepreload\" href=\"\(Self.prefix)\(version)/\($0)\">" }
        let page = String(buffer: assets[Self.page]?.body ?? ByteBuffer())
            .replacing("<!-- modules -->", with: modules.joined(separator: "\n"))
            .replacing("/assets/version/", with: Self.prefix + version + "/")
        assets[Self.page] = nil
        pageBody = ByteBuffer(string: page)
        self.assets = assets
        self.version = version
    }

    var names: [String] { assets.keys.sorted() }

    /// The page itself, fetched anew each time: its policy depends on who is signed in.
    func page(_ policy: ContentPolicy, for request: HTTPRequest) -> HTTPResponse {
        var headers: HeaderFields = [
            "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store",
            "Content-Security-Policy": policy.text,
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        ]
        Answer.secure(&headers)
        return response(headers, pageBody, for: request)
    }

    /// A file under the address of this version; an older page's addresses are not found, and it is fetched anew.
    func respond(_ request: HTTPRequest) -> HTTPResponse {
        guard request.method == .get || request.method == .head else {
            return Answer.methodNotAllowed("GET, HEAD", request)
        }
        let path = request.rawPath.dropFirst(Self.prefix.count)
        guard path.hasPrefix(version + "/"),
            let asset = assets[String(path.dropFirst(version.count + 1))]
        else { return Answer.refusal(404, "not_found", "There is no such file.", request) }
        var headers: HeaderFields = [
            "Content-Type": asset.type, "ETag": asset.tag,
            "Cache-Control": "public, max-age=31536000, immutable",
        ]
        Answer.secure(&headers)
        if request.headers[first: "if-none-match"] == asset.tag {
            return HTTPResponse(status: 304, headers: headers)
        }
        return response(headers, asset.body, for: request)
    }

    private func response(_ headers: HeaderFields, _ body: ByteBuffer, for request: HTTPRequest)
        -> HTTPResponse
    {
        guard request.method == .head else {
            return HTTPResponse(status: 200, headers: headers, body: .bytes(body))
        }
        return HTTPResponse(status: 200, headers: headers, headLength: Int64(body.readableBytes))
    }

    private static func mark(_ bytes: [UInt8]) -> String {
        hexEncode(SHA256Digest.hash(bytes).bytes.prefix(versionLength))
    }

    private static func type(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "js": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "svg": "image/svg+xml"
        case "html": "text/html; charset=utf-8"
        case "webmanifest": "application/manifest+json"
        default: "application/octet-stream"
        }
    }
}
