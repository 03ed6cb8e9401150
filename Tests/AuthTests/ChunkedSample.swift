import Digests
import NIOCore
import Objects

@testable import Auth

/// An aws-chunked body, made here from its definition.
struct ChunkedSample: Sendable {
    static let scope = CredentialScope(
        accessKeyID: "AKIAIOSFODNN7EXAMPLE", date: "20130524", region: "us-east-1", service: "s3")
    static let signingKey = SigningKeys.derive(
        secret: Array("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".utf8), scope: scope)

    var bytes: [UInt8] = []
    var previous: String

    init(seed: String) { previous = seed }

    static func signer(seed: String) -> ChunkSigner? {
        AWSTimestamp("20130524T000000Z").map {
            ChunkSigner(
                accessKeyID: scope.accessKeyID, timestamp: $0, scope: scope, signingKey: signingKey,
                seed: seed)
        }
    }

    private mutating func sign(_ kind: String, _ rest: String) -> String {
        let text = "\(kind)\n20130524T000000Z\n\(Self.scope.text)\n\(previous)\n\(rest)"
        previous = hexEncode(hmac(.sha256, key: Self.signingKey, message: Array(text.utf8)))
        return previous
    }

    mutating func addSigned(_ data: [UInt8], lineEnd: Bool = true) {
        let empty = SHA256Digest.hash([UInt8]()).hex
        let signature = sign("AWS4-HMAC-SHA256-PAYLOAD", "\(empty)\n\(SHA256Digest.hash(data).hex)")
        bytes += Array("\(String(data.count, radix: 16));chunk-signature=\(signature)\r\n".utf8) + data
        if lineEnd { bytes += [0x0D, 0x0A] }
    }

    /// `lines` are signed with LF and sent with `lineEnd`.
    mutating func addSignedTrailer(_ lines: [String], lineEnd: String = "\r\n", before: String = "") {
        let text = lines.map { $0 + "\n" }.joined()
        let signature = sign("AWS4-HMAC-SHA256-TRAILER", SHA256Digest.hash(Array(text.utf8)).hex)
        let sent = lines.map { $0 + lineEnd }.joined()
        bytes += Array("\(sent)\(before)x-amz-trailer-signature:\(signature)\r\n\r\n".utf8)
    }

    mutating func addPlain(_ data: [UInt8]) {
        bytes += Array("\(String(data.count, radix: 16))\r\n".utf8) + data + [0x0D, 0x0A]
    }

    mutating func add(_ text: String) { bytes += Array(text.utf8) }
}

/// A body that comes in these pieces.
final class Pieces: BodySource {
    private let rest: Rest

    private actor Rest {
        var pieces: [[UInt8]]
        init(_ pieces: [[UInt8]]) { self.pieces = pieces.reversed() }
        func next() -> [UInt8]? { pieces.popLast() }
    }

    init(_ pieces: [[UInt8]]) { rest = Rest(pieces) }

    func next() async throws -> ByteBuffer? { await rest.next().map { ByteBuffer(bytes: $0) } }

    /// Cuts at random places.
    static func cut(_ bytes: [UInt8], using generator: inout SplitMix64, largest: Int) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + Int.random(in: 1...largest, using: &generator))
            pieces.append(Array(bytes[start..<end]))
            start = end
        }
        return pieces
    }
}

/// What a body gave before its end or its failure.
struct Reading: Sendable {
    var bytes: [UInt8] = []
    var error: StoreError?

    static func all(of body: any BodySource) async -> Reading {
        var reading = Reading()
        do {
            while let buffer = try await body.next() { reading.bytes += Array(buffer.readableBytesView) }
        } catch {
            reading.error = error as? StoreError ?? .internalFault("\(error)")
        }
        return reading
    }
}
