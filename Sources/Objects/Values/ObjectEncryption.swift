import Digests
package import NIOCore

/// How the stored bytes of an object are encrypted: under whose key, and the salt of each run of them.
package struct ObjectEncryption: Hashable, Sendable {
    package enum Method: Hashable, Sendable {
        /// A key of the server's own (SSE-S3).
        case managed
        /// A named key of the server (SSE-KMS), and the version of it.
        case named(name: String, version: Int)
        /// A key that the client sends with each request and that is not kept (SSE-C); the MD5 of it, in base64.
        case customer(keyMD5: String)
    }

    /// Bytes that were received in one piece.
    package struct Run: Hashable, Sendable {
        /// Bytes.
        package var length: Int64
        package var salt: [UInt8]
        /// Bytes of the run's key stream before the one for its first byte. A range's stream begins with the file, so
        /// that pieces of the range are decrypted where they stand.
        package var skipped: Int64

        package init(length: Int64, salt: [UInt8], skipped: Int64 = 0) {
            self.length = length
            self.salt = salt
            self.skipped = skipped
        }
    }

    package static let saltLength = 16

    package var method: Method
    /// In the order of the bytes; none for an upload, whose parts have theirs.
    package var runs: [Run]

    package init(_ method: Method, runs: [Run] = []) {
        self.method = method
        self.runs = runs
    }

    /// Of an object that is made of ranges: each is a run.
    package func ofRanges(_ parts: [UploadPart]) -> ObjectEncryption {
        ObjectEncryption(
            method, runs: parts.map { Run(length: $0.size, salt: $0.salt ?? [], skipped: $0.position) })
    }
}

/// Encrypts or decrypts bytes where they stand in an object. Lengths do not change, so ranges, parts and slices of
/// encrypted objects are those of plain ones.
///
/// Each run has a key of its own, derived from the key that protects the object and the run's random salt; it is the
/// key of AES-256 in counter mode, begun at zero, so that no part of a key stream is ever used for other bytes.
package struct ContentCipher: Sendable {
    private let runs: [(end: Int64, key: [UInt8], skipped: Int64)]

    /// Changes nothing.
    package static let none = ContentCipher()

    private init() { runs = [] }

    /// - Parameter key: 32 bytes, which `encryption.method` names.
    package init(_ encryption: ObjectEncryption, key: [UInt8]) {
        var end: Int64 = 0
        runs = encryption.runs.map { run in
            end = end.addingReportingOverflow(run.length).overflow ? .max : end + run.length
            return (
                end, hmac(.sha256, key: key, message: Array("coffer content 1".utf8) + run.salt), run.skipped
            )
        }
    }

    var isNone: Bool { runs.isEmpty }

    package func apply(to buffer: ByteBuffer, at offset: Int64) -> ByteBuffer {
        if runs.isEmpty { return buffer }
        var result = ByteBuffer()
        result.reserveCapacity(buffer.readableBytes)
        var rest = buffer
        var position = offset
        var start: Int64 = 0
        for run in runs {
            defer { start = run.end }
            guard rest.readableBytes > 0, position < run.end else { continue }
            let count = Int(min(Int64(rest.readableBytes), run.end - position))
            guard let bytes = rest.readBytes(length: count) else { break }
            result.writeBytes(AESCTR.apply(bytes, key: run.key, offset: position - start + run.skipped))
            position += Int64(count)
        }
        return result
    }
}

/// What a body is encrypted with on its way in.
package struct BodySealing: Sendable {
    package let encryption: ObjectEncryption
    let cipher: ContentCipher
    /// Of the one run that a body is.
    var salt: [UInt8] { encryption.runs[0].salt }

    /// - Parameters:
    ///   - key: 32 bytes, which `method` names.
    ///   - start: where in the object the body begins, for a range.
    package init(_ method: ObjectEncryption.Method, key: [UInt8], at start: Int64 = 0) {
        let run = ObjectEncryption.Run(
            length: .max, salt: randomBytes(ObjectEncryption.saltLength), skipped: start)
        encryption = ObjectEncryption(method, runs: [run])
        cipher = ContentCipher(encryption, key: key)
    }
}
