import Auth
import HTTPServer
import NIOCore
import Objects

extension S3Door {
    func getObject(_ call: S3Call) async throws -> HTTPResponse {
        try await read(call)
    }

    /// GetObject and HeadObject: the same answer, of which the server leaves the body out for HEAD.
    ///
    /// A `Range` that cannot be met is 416; one that is not understood, or names several ranges, is ignored, as
    /// AWS does. A part number outside the object is `InvalidPart` with 400, which clients that probe for parts
    /// accept; AWS's own answer is 416.
    func read(_ call: S3Call) async throws -> HTTPResponse {
        let overrides = try ResponseOverrides(call.query, isSigned: call.credential != nil)
        let partNumber = try call.partNumber
        let rangeField = call.headers[first: "range"]
        if partNumber != nil, rangeField != nil {
            throw S3Error(
                .invalidRequest, "Cannot specify both Range header and partNumber query parameter")
        }
        if let method = call.headers[first: EncryptionRequest.header] {
            throw S3Error.argument(
                EncryptionRequest.header, method,
                "x-amz-server-side-encryption header is not supported for this operation.")
        }
        let hold = store.hold()
        defer { withExtendedLifetime(hold) {} }
        let version = try await existing(call)
        var fields = HeaderFields(version, in: call.bucket, overrides: overrides)
        try version.checkRead(call.headers, fields: fields)
        try fields.addExpiration(of: version, in: call.bucket)

        var range = 0..<version.size
        var status = 200
        if let partNumber {
            let part = try await part(partNumber, of: version)
            range = part.range
            if version.partCount > 0 { fields.add("x-amz-mp-parts-count", String(version.partCount)) }
            if version.size > 0 {
                status = 206
                if call.headers[first: "x-amz-checksum-mode"]?.uppercased() == "ENABLED",
                    let checksum = part.checksum, let kind = version.checksum?.kind
                {
                    fields.add(checksum.algorithm.headerName, checksum.wire)
                    fields.add("x-amz-checksum-type", kind.rawValue)
                }
            }
        } else if let rangeField, Self.mayUseRange(call.headers, version) {
            switch parseRange(rangeField, length: version.size) {
            case .satisfiable(let ranges) where ranges.count == 1:
                range = ranges[0]
                status = 206
            case .unsatisfiable:
                throw S3Error(
                    .invalidRange,
                    fields: [("RangeRequested", rangeField), ("ActualObjectSize", String(version.size))],
                    headers: [("Content-Range", "bytes */\(version.size)")])
            case .satisfiable, .ignored: break
            }
        }
        let cipher = try await cipher(of: version, call.headers)
        if status == 206 {
            fields.add("Content-Range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(version.size)")
        } else if call.headers[first: "x-amz-checksum-mode"]?.uppercased() == "ENABLED" {
            fields.add(version.checksum)
        }
        return HTTPResponse(
            status: status, headers: fields, body: body(of: version, range, cipher, call.request.method),
            headLength: range.upperBound - range.lowerBound)
    }

    /// The object or version that the request names.
    ///
    /// Whoever may not list the bucket is told `AccessDenied` of keys that are not there. A delete marker is 404
    /// as the current version, 405 when it is asked for by its id.
    func existing(_ call: S3Call) async throws -> ObjectVersion {
        let version: ObjectVersion
        do {
            version = try await store.head(call.bucket, call.key, version: try call.versionID)
        } catch let error as StoreError {
            guard mayList(call, call.bucket, call.key) else { throw S3Error(.accessDenied) }
            // Clients tell a key that is gone for good from one that is hidden by this header.
            if error == .noSuchKey { throw S3Error(.noSuchKey, headers: [("x-amz-delete-marker", "false")]) }
            throw error
        }
        // What another account put into the caller's bucket is that account's.
        if version.attributes.owner != nil, let action = call.row.action {
            try permit(call, action, call.bucket, call.key, version.attributes)
        }
        guard !version.isDeleteMarker else {
            var error = Self.isMarker(version.versionID, call)
            error.headers.append(("Last-Modified", HTTPDate.format(version.modified / 1000)))
            throw error
        }
        return version
    }

    /// What is asked of a delete marker that only objects can do.
    static func isMarker(_ version: VersionID, _ call: S3Call) -> S3Error {
        S3Error(
            .methodNotAllowed,
            fields: [("Method", call.request.method.name), ("ResourceType", "DeleteMarker")],
            headers: [
                ("Allow", "DELETE"), ("x-amz-delete-marker", "true"), ("x-amz-version-id", version.string),
            ])
    }

    /// Where one part lies, and its checksum; part 1 of an object that was not uploaded in parts is all of it.
    private func part(
        _ number: Int, of version: ObjectVersion
    ) async throws -> (range: Range<Int64>, checksum: ObjectChecksum?) {
        guard number <= max(1, version.partCount) else { throw S3Error(.invalidPart) }
        guard version.partCount > 0 else { return (0..<version.size, version.checksum) }
        let parts = try await store.parts(version)
        guard parts.count == version.partCount else {
            throw S3Error(
                .internalError, cause: "an object of \(version.partCount) parts has \(parts.count) of them")
        }
        let start = parts[..<(number - 1)].reduce(0) { $0 + $1.size }
        let part = parts[number - 1]
        return (start..<(start + part.size), part.checksum)
    }

    private func body(
        of version: ObjectVersion, _ range: Range<Int64>, _ cipher: ContentCipher?, _ method: HTTPMethod
    ) -> ResponseBody {
        guard method != .head, !range.isEmpty else { return .empty }
        if let cipher {
            let reader = store.load(version, range: range, cipher: cipher)
            return .pieces(length: range.upperBound - range.lowerBound) {
                try await reader.next().map { [.bytes($0)] }
            }
        }
        if let inline = version.inlineBody, let start = Int(exactly: range.lowerBound),
            let slice = inline.getSlice(at: inline.readerIndex + start, length: range.count)
        {
            return .bytes(slice)
        }
        let reader = store.open(version, range: range)
        return .pieces(length: range.upperBound - range.lowerBound) {
            try await reader.next()?.map(BodyPiece.init)
        }
    }

    /// RFC 9110 section 13.1.5: a range of another state of the object than the client has is not wanted.
    private static func mayUseRange(_ headers: HeaderFields, _ version: ObjectVersion) -> Bool {
        guard let condition = headers[first: "if-range"] else { return true }
        return ifRangeMatches(condition, validators: version.validators)
    }
}

extension BodyPiece {
    init(_ segment: BodySegment) {
        switch segment {
        case .bytes(let buffer): self = .bytes(buffer)
        case .file(let descriptor, let offset, let length, let owner):
            self = .file(FileExtent(descriptor: descriptor, offset: offset, length: length, owner: owner))
        }
    }
}
