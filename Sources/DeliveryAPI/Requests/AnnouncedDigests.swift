import Digests
import HTTPServer
import Objects

/// The digests that a request announces for its body or for the whole file.
struct AnnouncedDigests: Sendable {
    private enum Digest: Sendable {
        case md5([UInt8])
        case sha256([UInt8])
        case sha512([UInt8])
        case checksum(ChecksumAlgorithm, [UInt8])
    }

    /// Digests of this request's body, with the field that announced each.
    private var ofBody: [(field: String, digest: Digest)] = []
    /// SHA-256 of the whole file, when this body is a range of it.
    private(set) var ofWhole: SHA256Digest?

    /// `isRange` tells `Repr-Digest`, which is of the whole (RFC 9530 section 3), from the digests of the body.
    ///
    /// Malformed values and checksums of unknown kinds are refused: what a client wants verified is never skipped
    /// in silence. Unknown algorithms of RFC 9530 fields are ignored, as section 2 asks.
    init(_ headers: HeaderFields, isRange: Bool) throws(Refusal) {
        if let value = try Self.single("content-md5", headers) {
            guard let bytes = Base64.decode(value), bytes.count == 16 else {
                throw Self.malformed("Content-MD5")
            }
            ofBody.append(("Content-MD5", .md5(bytes)))
        }
        for (algorithm, bytes) in try Self.dictionary("content-digest", "Content-Digest", headers) {
            ofBody.append(("Content-Digest", algorithm == .sha256 ? .sha256(bytes) : .sha512(bytes)))
        }
        for (algorithm, bytes) in try Self.dictionary("repr-digest", "Repr-Digest", headers) {
            if !isRange {
                ofBody.append(("Repr-Digest", algorithm == .sha256 ? .sha256(bytes) : .sha512(bytes)))
            } else if algorithm == .sha256 {
                ofWhole = SHA256Digest(bytes: bytes)
            }
        }
        try readChecksums(headers)
    }

    /// What must be computed while the body streams in.
    var wanted: BodyDigests {
        var wanted = BodyDigests()
        for (_, digest) in ofBody {
            switch digest {
            case .md5: wanted.md5 = true
            case .sha256: wanted.sha256 = true
            case .sha512: wanted.sha512 = true
            case .checksum(let algorithm, _): wanted.checksums.insert(algorithm)
            }
        }
        return wanted
    }

    /// Throws `digestMismatch` with the name of the first field that is wrong.
    func check(_ facts: BodyFacts) throws(StoreError) {
        for (field, digest) in ofBody {
            let holds =
                switch digest {
                case .md5(let bytes): facts.md5?.bytes == bytes
                case .sha256(let bytes): facts.sha256?.bytes == bytes
                case .sha512(let bytes): facts.sha512 == bytes
                case .checksum(let algorithm, let bytes): facts.checksums[algorithm] == bytes
                }
            guard holds else { throw .digestMismatch(field) }
        }
    }

    /// The checksum to keep with the object: the first that the client sent.
    var kept: ObjectChecksum? {
        for case (_, .checksum(let algorithm, let bytes)) in ofBody {
            return ObjectChecksum(algorithm: algorithm, value: bytes)
        }
        return nil
    }

    private mutating func readChecksums(_ headers: HeaderFields) throws(Refusal) {
        let prefix = "x-amz-checksum-"
        var seen: Set<ChecksumAlgorithm> = []
        for (name, value) in headers {
            let name = name.lowercased()
            guard name.hasPrefix(prefix) else { continue }
            let word = name.dropFirst(prefix.count)
            if word == "algorithm" || word == "type" { continue }
            guard let algorithm = ChecksumAlgorithm(rawValue: word.uppercased()) else {
                throw .invalid("The checksum \(name) is of a kind that is not known here.")
            }
            guard seen.insert(algorithm).inserted, let bytes = Base64.decode(value),
                bytes.count == algorithm.byteCount
            else { throw Self.malformed(name) }
            ofBody.append((name, .checksum(algorithm, bytes)))
        }
    }

    private static func malformed(_ field: String) -> Refusal {
        .invalid("The field \(field) is malformed or is given twice.")
    }

    private static func single(_ name: String, _ headers: HeaderFields) throws(Refusal) -> String? {
        let values = headers.values(name)
        guard values.count <= 1 else { throw malformed(name) }
        return values.first
    }

    private enum KnownAlgorithm: CaseIterable { case sha256, sha512 }

    /// A dictionary of byte sequences (RFC 9651 sections 3.2 and 3.3.5): `sha-256=:<base64>:, sha-512=:…:`.
    private static func dictionary(
        _ name: String, _ shown: String, _ headers: HeaderFields
    ) throws(Refusal) -> [(KnownAlgorithm, [UInt8])] {
        var found: [(KnownAlgorithm, [UInt8])] = []
        for line in headers.values(name) {
            for member in line.utf8.split(separator: 0x2C, omittingEmptySubsequences: false) {
                let (word, value) = try halves(of: member, shown)
                guard let bytes = value.flatMap(Base64.decode) else { throw malformed(shown) }
                let algorithm: KnownAlgorithm
                switch word {
                case "sha-256": algorithm = .sha256
                case "sha-512": algorithm = .sha512
                default: continue
                }
                guard bytes.count == (algorithm == .sha256 ? 32 : 64),
                    !found.contains(where: { $0.0 == algorithm })
                else { throw malformed(shown) }
                found.append((algorithm, bytes))
            }
        }
        return found
    }

    /// The algorithm and the base64 between the colons; parameters behind a semicolon are passed over.
    private static func halves(
        of member: Substring.UTF8View, _ shown: String
    ) throws(Refusal) -> (word: String, base64: String?) {
        let blank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        let member = member.drop(while: blank)
        guard let equals = member.firstIndex(of: 0x3D) else { throw malformed(shown) }
        let word = String(Substring(member[..<equals]))
        let rest = member[member.index(after: equals)...]
        guard rest.first == 0x3A else { throw malformed(shown) }
        let body = rest.dropFirst()
        guard let end = body.firstIndex(of: 0x3A) else { throw malformed(shown) }
        let tail = body[body.index(after: end)...].drop(while: blank)
        guard tail.isEmpty || tail.first == 0x3B else { throw malformed(shown) }
        return (word, String(Substring(body[..<end])))
    }
}
