import Digests
import HTTPServer

/// A checksum that a request claims for its body, in a header or in a trailer to come.
struct ClaimedChecksum: Sendable {
    var algorithm: ChecksumAlgorithm
    /// Nil: it comes as a trailer.
    var value: [UInt8]?

    /// Header fields of the family that are no checksums.
    private static let otherFields: Set<String> = [
        "x-amz-checksum-mode", "x-amz-checksum-algorithm", "x-amz-checksum-type",
    ]

    /// What the headers claim; nil when they claim nothing.
    ///
    /// Throws `InvalidRequest` for more than one, for a malformed value, and for an algorithm named without a
    /// value; `NotImplemented` for an algorithm that this server does not have: it must not go unchecked.
    static func inHeaders(_ headers: HeaderFields) throws(S3Error) -> ClaimedChecksum? {
        var found: ClaimedChecksum?
        for (name, value) in headers where hasPrefix(name) {
            let name = name.lowercased()
            if otherFields.contains(name) { continue }
            guard let algorithm = ChecksumAlgorithm(headerName: name) else {
                throw .unsupported(header: name)
            }
            guard found == nil else { throw several }
            found = ClaimedChecksum(algorithm: algorithm, value: try bytes(value, algorithm))
        }
        for line in headers.values("x-amz-trailer") {
            for part in line.split(separator: ",") {
                let name = part.trimmed.lowercased()
                guard name.hasPrefix("x-amz-checksum-") else { continue }
                guard let algorithm = ChecksumAlgorithm(headerName: name) else {
                    throw .unsupported(header: name)
                }
                guard found == nil else { throw several }
                found = ClaimedChecksum(algorithm: algorithm, value: nil)
            }
        }
        if let named = headers[first: "x-amz-sdk-checksum-algorithm"], !named.isEmpty {
            let algorithm = try ChecksumAlgorithm(wire: named)
            guard let found else {
                throw S3Error(
                    .invalidRequest,
                    "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found."
                )
            }
            guard found.algorithm == algorithm else {
                throw S3Error(.invalidRequest, "Value for x-amz-sdk-checksum-algorithm header is invalid.")
            }
        }
        return found
    }

    /// The bytes of a checksum in base64.
    ///
    /// Throws `InvalidRequest` for what is no base64; `BadDigest` for base64 of another length, which is the
    /// checksum of no body.
    static func bytes(_ text: String, _ algorithm: ChecksumAlgorithm) throws(S3Error) -> [UInt8] {
        if let bytes = Base64.decode(text), bytes.count == algorithm.byteCount { return bytes }
        guard !text.isEmpty, text.utf8.allSatisfy(isBase64) else {
            throw S3Error(.invalidRequest, "Value for \(algorithm.headerName) header is invalid.")
        }
        throw mismatch(algorithm)
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
            true
        default: false
        }
    }

    static func mismatch(_ algorithm: ChecksumAlgorithm) -> S3Error {
        S3Error(.badDigest, "The \(algorithm.rawValue) you specified did not match the calculated checksum.")
    }

    private static var several: S3Error {
        S3Error(
            .invalidRequest,
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
    }

    private static func hasPrefix(_ name: String) -> Bool {
        let prefix = "x-amz-checksum-"
        return name.utf8.count > prefix.utf8.count
            && name.utf8.prefix(prefix.utf8.count).elementsEqual(prefix.utf8) {
                $0 == $1 || $0 | 0x20 == $1
            }
    }
}

extension StringProtocol {
    /// Without spaces and tabs at its ends.
    var trimmed: String {
        var text = Substring(self).utf8
        while let first = text.first, first == 0x20 || first == 0x09 { text = text.dropFirst() }
        while let last = text.last, last == 0x20 || last == 0x09 { text = text.dropLast() }
        return String(Substring(text))
    }
}
