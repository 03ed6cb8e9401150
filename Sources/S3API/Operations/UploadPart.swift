import Digests
import HTTPServer
import Objects

extension S3Door {
    /// Stores one part; the same number again replaces it. Its ETag is its MD5.
    func uploadPart(_ call: S3Call) async throws -> HTTPResponse {
        let number = try Self.requiredPartNumber(call)
        try Self.requireLength(call)
        try Self.refuseAppending(call.headers)
        let limit = min(settings.maximumPartSize, try await store.sizeLimit(of: call.bucket))
        let body = try IncomingBody(call, limit: limit)
        try Self.refuse(body.length, above: limit)
        let promise = try BodyPromise(call, length: body.length)
        let upload = try await openUpload(call)
        try Self.refuse(promise.checksum?.algorithm, in: upload)
        let sealing = try await sealing(call, of: upload)

        // A part that came without the checksum its upload is made with gets one, so that Complete has them all.
        let algorithm = upload.checksumAlgorithm
        let part = try await body.reading {
            try await store.putPart(
                upload, in: call.bucket, number: number, body: body,
                digests: promise.digests(alsoMD5: true, also: algorithm), limit: limit,
                declaredLength: promise.length, sealing: sealing
            ) { facts in
                try body.refusing {
                    let checksum = try promise.check(facts, trailers: body.trailers, also: algorithm)
                    guard let md5 = facts.md5 else {
                        throw S3Error(.internalError, cause: "a part has no MD5")
                    }
                    return (ETag(md5), checksum)
                }
            }
        }
        var headers = HeaderFields()
        headers.add(part.etag)
        headers.add(upload.encryption)
        if let checksum = part.checksum { headers.add(checksum.algorithm.headerName, checksum.wire) }
        return HTTPResponse(status: 200, headers: headers)
    }

    static func requiredPartNumber(_ call: S3Call) throws(S3Error) -> Int {
        guard let number = try call.partNumber else {
            throw .argument("partNumber", "", "Part number must be an integer between 1 and 10000, inclusive")
        }
        return number
    }

    /// Throws `InvalidRequest` when a part's checksum is not of the kind that its upload was begun with.
    static func refuse(_ algorithm: ChecksumAlgorithm?, in upload: Upload) throws(S3Error) {
        guard let algorithm, let wanted = upload.checksumAlgorithm, wanted != algorithm else { return }
        throw S3Error(
            .invalidRequest,
            "Checksum Type mismatch occurred, expected checksum Type: \(wanted.rawValue.lowercased()), actual checksum Type: \(algorithm.rawValue.lowercased())"
        )
    }
}
