import Digests
import NIOCore

extension AWSChunkedDecoder {
    static let signatureField = "x-amz-trailer-signature"

    mutating func readTrailerLine(_ slab: inout ByteBuffer) throws(S3AuthError) -> Bool {
        let before = line.count
        let isWhole: Bool
        do throws(S3AuthError) {
            isWhole = try readLine(&slab, limit: Self.trailerLimit)
        } catch {
            throw .malformedTrailer("The trailer is too long.")
        }
        trailerLength += line.count - before
        guard trailerLength <= Self.trailerLimit else {
            throw .malformedTrailer("The trailer is too long.")
        }
        return isWhole
    }

    /// Takes the line in `line`, which LF ended and perhaps CRLF.
    mutating func endTrailerLine() throws(S3AuthError) {
        line.removeLast()
        if line.last == 0x0D { line.removeLast() }
        defer { line.removeAll(keepingCapacity: true) }
        if line.isEmpty {
            // One client ends its fields with LF and puts an empty line before the signature.
            if isSigned, !isTrailerProven, !sawBlankLine {
                sawBlankLine = true
                return
            }
            try endTrailer()
            step = .ended
            return
        }
        let (name, value) = try field()
        guard !isTrailerProven else {
            throw .malformedTrailer("The trailer has a field after its signature.")
        }
        if name == Self.signatureField {
            guard isSigned else {
                throw .malformedTrailer("The trailer has a signature, the chunks have none.")
            }
            try signer?.verifyTrailer(SHA256Digest.hash(trailerText), signature: Array(value.utf8))
            isTrailerProven = true
            return
        }
        guard !sawBlankLine, trailers.count < Self.trailerCountLimit,
            !trailers.contains(where: { $0.0 == name }), declaredTrailers.contains(name)
        else {
            throw .malformedTrailer("The trailer has a field that x-amz-trailer does not name, or one twice.")
        }
        trailers.append((name, value))
        trailerText += Array("\(name):\(value)\n".utf8)
    }

    /// What was declared must have come, signed where chunks are.
    mutating func endTrailer() throws(S3AuthError) {
        guard isTrailerProven || !isSigned else {
            throw .malformedTrailer("The trailer has no signature.")
        }
        guard trailers.count == declaredTrailers.count else {
            throw .malformedTrailer("A field that x-amz-trailer names is not in the trailer.")
        }
    }

    private func field() throws(S3AuthError) -> (name: String, value: String) {
        guard let mark = line.firstIndex(of: 0x3A /* : */), mark > 0,
            line.allSatisfy({ (0x20...0x7E).contains($0) }), !line[..<mark].contains(0x20)
        else {
            throw .malformedTrailer("A line of the trailer is not a name and a value.")
        }
        let name = String(decoding: line[..<mark], as: UTF8.self).lowercased()
        let value = String(decoding: line[(mark + 1)...], as: UTF8.self)
        return (name, CanonicalRequest.headerValue([value]))
    }
}
