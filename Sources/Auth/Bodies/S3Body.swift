package import HTTPServer
package import Objects

/// The body of an S3 request, unframed.
package struct S3Body: Sendable {
    package var source: any BodySource
    /// Bytes of the object in it; nil when the client did not say.
    package var length: Int64?
    /// The decoder, where the body is aws-chunked: it has the trailers after the end, and the `failure`.
    package var chunked: AWSChunkedBody?
}

extension S3Identity {
    /// Checksums of the object, the only fields that AWS takes in a trailer.
    private static let trailerPrefix = "x-amz-checksum-"

    /// How to read the body of this request; nothing is read yet.
    ///
    /// `limit` is the largest object in bytes. Throws `missingContentLength` for an aws-chunked body that does
    /// not say how long it is unframed, and `invalidRequest` for trailers that cannot be.
    package func body(of request: HTTPRequest, limit: Int64) throws(S3AuthError) -> S3Body {
        let plain = RequestBodySource(request.body, limit: limit)
        let form: AWSChunkedBody.Form
        switch payload {
        case .signedDigest, .unsigned, .unspecified:
            return S3Body(source: plain, length: request.body.declaredLength, chunked: nil)
        case .streamingUnsignedTrailer:
            form = .unsignedTrailer
        case .streamingSigned(let trailer):
            guard let signing else {
                throw .accessDenied("A body of signed chunks needs a signed request.")
            }
            form = .signed(signing, trailer: trailer)
        }
        let names = try Self.trailerNames(request.headers)
        if payload == .streamingSigned(trailer: false), !names.isEmpty {
            throw .invalidRequest(
                "x-amz-content-sha256 does not announce the trailer that x-amz-trailer does.")
        }
        let length = try Self.decodedLength(request.headers)
        let body = AWSChunkedBody(
            plain, form: form, decodedLength: length, declaredTrailers: names, budget: chunkBudget)
        return S3Body(source: body, length: length, chunked: body)
    }

    private static func decodedLength(_ headers: HeaderFields) throws(S3AuthError) -> Int64 {
        let lines = headers.values("x-amz-decoded-content-length")
        guard lines.count == 1, let line = lines.first, (1...19).contains(line.utf8.count),
            line.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int64(line)
        else { throw .missingContentLength }
        return length
    }

    private static func trailerNames(_ headers: HeaderFields) throws(S3AuthError) -> [String] {
        var names: [String] = []
        for line in headers.values("x-amz-trailer") {
            for part in line.split(separator: ",") {
                let name = CanonicalRequest.headerValue([String(part)]).lowercased()
                guard name.hasPrefix(trailerPrefix), !names.contains(name),
                    names.count < AWSChunkedDecoder.trailerCountLimit
                else {
                    throw .invalidRequest("The value specified in the x-amz-trailer header is not supported")
                }
                names.append(name)
            }
        }
        return names
    }
}
