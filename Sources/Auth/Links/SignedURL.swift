import Digests
import HTTPServer
import Objects

/// Links of the first form: `?expiry=<unix seconds>&method=<get|put>&signature=<base64url>`.
///
/// The signature is HMAC-SHA256 under a key's secret over `path?expiry=E&method=m`, where the path is the bytes
/// of the object's key. It does not cover the host: a domain says whether it takes this form.
package enum SignedURL {
    /// Why a link opens nothing; all are 403 to a client.
    package enum Fault: Error, Hashable, Sendable {
        /// A parameter is missing, repeated, unknown or not of its form.
        case malformed
        case expired
        /// No active key of the project made this signature for this path, expiry and method.
        case mismatch
    }

    package enum Verdict: Sendable {
        /// The request carries no link.
        case absent
        /// The key that signed it, and what it opens. Ask the `Authorizer` whether that allows the request.
        case valid(Credential, LinkGrant)
        case invalid(Fault)
    }

    /// Digits of `expiry`.
    private static let expiryDigits = 1...12
    /// Parameters in the query of a link; there are six kinds, and each may come once.
    private static let parameterLimit = 24
    /// Parameters outside the MAC that mean something at the delivery door.
    private static let unsigned: Set<String> = ["upload", "total", "download"]

    /// Words that ask for a picture: signed where they are there, in this order and before the others, so that a link for one
    /// picture opens no other, and a link for the file none.
    package static let pictureWords = ["w", "h", "fit", "format", "page"]

    /// The query, without `?`, that opens the key `path` until the end of the second `expiry`.
    ///
    /// - Parameter picture: words that ask for a picture of the file, in the order of `pictureWords`; they are signed too.
    package static func sign(
        path: [UInt8], expiry: Int64, method: LinkGrant.Method, picture: [(name: String, value: String)] = [],
        secret: [UInt8]
    ) -> String {
        let words = picture.map { "\($0.name)=\($0.value)&" }.joined()
        let query = words + "expiry=\(expiry)&method=\(method.rawValue)"
        let code = hmac(.sha256, key: secret, message: message(path, query))
        return query + "&signature=" + Base64.encodeURL(code)
    }

    /// Looks for a link in a request and proves it.
    ///
    /// `rawPath` and `rawQuery` are as sent, `credentials` those of the domain's project, `now` milliseconds
    /// since 1970. Every key is tried, whichever matches, so that time tells nothing.
    package static func verify(
        rawPath: String, rawQuery: String?, credentials: [Credential], now: Int64
    ) -> Verdict {
        guard let rawQuery, mentionsLink(rawQuery) else { return .absent }
        guard let link = Parameters(rawQuery), let path = percentDecode(rawPath), path.first == 0x2F else {
            return .invalid(.malformed)
        }
        let key = Array(path.dropFirst())
        guard now / 1000 <= link.expiry else { return .invalid(.expired) }
        var spellings = [key]
        let raw = Array(rawPath.utf8.dropFirst())
        if raw != key, mayBeSignedRaw(rawPath) { spellings.append(raw) }
        var signer: Credential?
        for credential in credentials where !credential.isPaused {
            for spelling in spellings {
                let code = hmac(.sha256, key: credential.secret, message: message(spelling, link.signedQuery))
                if constantTimeEqual(code, link.signature) { signer = signer ?? credential }
            }
        }
        guard let signer else { return .invalid(.mismatch) }
        return .valid(signer, LinkGrant(method: link.method, path: key, expiry: link.expiry))
    }

    private static func message(_ path: [UInt8], _ query: String) -> [UInt8] {
        path + [0x3F] + Array(query.utf8)
    }

    /// Whether the query has a parameter that only links have, escaped or not: a request with one is judged by
    /// it, never as if it had none.
    private static func mentionsLink(_ rawQuery: String) -> Bool {
        rawQuery.utf8.split(separator: 0x26 /* & */).contains { part in
            let name = percentDecode(Substring(part.prefix { $0 != 0x3D })) ?? []
            return name.elementsEqual("signature".utf8) || name.elementsEqual("expiry".utf8)
        }
    }

    /// Whether the path as sent may be what was signed, for clients that sign the escaped path.
    ///
    /// Only when its escapes stand for letters, digits, `-`, `_` and `~`, which need none: every other escape also
    /// spells a key of its own, and a link for that key would open this one.
    private static func mayBeSignedRaw(_ rawPath: String) -> Bool {
        let bytes = Array(rawPath.utf8)
        for (index, byte) in bytes.enumerated() where byte == 0x25 {
            guard index + 2 < bytes.count,
                let decoded = hexDecode(String(decoding: bytes[(index + 1)...(index + 2)], as: UTF8.self))
            else { return false }
            switch decoded[0] {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F, 0x7E: break
            default: return false
            }
        }
        return true
    }

    /// The parameters of a link, each of its form and there once.
    private struct Parameters {
        var expiry: Int64
        var method: LinkGrant.Method
        /// What follows the `?` in the message: as sent, so that no spelling of a number is another's.
        var signedQuery: String
        var signature: [UInt8]

        init?(_ rawQuery: String) {
            guard let items = parseQuery(rawQuery, plusIsSpace: false, limit: parameterLimit) else {
                return nil
            }
            var found: [String: String] = [:]
            for (name, value) in items {
                guard found[name] == nil else { return nil }
                found[name] = value ?? ""
            }
            let signed: Set<String> = ["expiry", "method", "signature"]
            guard
                found.keys.allSatisfy({
                    signed.contains($0) || unsigned.contains($0) || pictureWords.contains($0)
                }),
                let expiryText = found["expiry"], expiryDigits.contains(expiryText.utf8.count),
                expiryText.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let expiry = Int64(expiryText),
                let signature = found["signature"].flatMap(Base64.decodeURL)
            else { return nil }
            self.expiry = expiry
            self.signature = signature
            signedQuery =
                pictureWords.compactMap { name in found[name].map { "\(name)=\($0)&" } }.joined()
                + "expiry=" + expiryText
            guard let methodText = found["method"] else {
                // The form of the first years: it has no method and is for PUT.
                method = .put
                return
            }
            guard let method = LinkGrant.Method(rawValue: methodText) else { return nil }
            self.method = method
            signedQuery += "&method=" + methodText
        }
    }
}
