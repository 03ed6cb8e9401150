import Auth
import HTTPServer
import NIOCore
import Objects

extension DeliveryDoor {
    /// Serves the file, a part of it, or the news that the client has it already.
    func read(_ visit: Visit) async throws -> HTTPResponse {
        try authorize(visit, .getObject)
        let version = try await store.head(visit.site.bucket, visit.key)
        // A policy may judge by the tags of what is there.
        if visit.site.bucket.configurations[.policy] != nil {
            try authorize(visit, .getObject, object: version.attributes)
        }
        // A body that came with the version needs nothing that could be freed.
        if version.inlineBody != nil {
            return try answer(visit, with: version, try await cipher(of: version))
        }
        let hold = store.hold()
        let held = try await store.head(visit.site.bucket, visit.key)
        let response = try answer(visit, with: held, try await cipher(of: held))
        // Only from here on does the reader that was opened keep the bytes by itself.
        withExtendedLifetime(hold) {}
        return response
    }

    /// What decrypts a file; nil when it is not encrypted.
    func cipher(of version: ObjectVersion) async throws -> ContentCipher? {
        guard let encryption = version.encryption else { return nil }
        if case .customer = encryption.method {
            throw Refusal.invalid(
                "The file is encrypted with its owner's key, which only the S3 protocol can carry.")
        }
        return ContentCipher(encryption, key: try await keys.vault.key(encryption.method))
    }

    private func answer(
        _ visit: Visit, with version: ObjectVersion, _ cipher: ContentCipher?
    ) throws(Refusal) -> HTTPResponse {
        if let place = version.metadata.websiteRedirect, visit.site.website != nil {
            return HTTPResponse(status: 301, headers: ["Location": place])
        }
        let asked = AskedFields(visit.request.headers)
        if asked.hasConditions {
            let validators = Validators(etag: version.etag.string, lastModified: version.modified / 1000)
            switch evaluatePreconditions(visit.request.headers, isRead: true, validators: validators) {
            case .proceed: break
            case .notModified:
                return HTTPResponse(status: 304, headers: FileHeaders.notModified(visit, version, settings))
            case .failed: throw .preconditionFailed
            }
        }
        // Range is defined for GET alone (RFC 9110 section 14.2).
        if asked.hasRange, !visit.isHead, let ranged = rangeAnswer(visit, version, cipher) { return ranged }
        let headers = fields(visit, version)
        if visit.isHead { return HTTPResponse(status: 200, headers: headers, headLength: version.size) }
        return HTTPResponse(status: 200, headers: headers, body: body(of: version, 0..<version.size, cipher))
    }

    /// 206 or 416; nil when the whole is to be sent.
    private func rangeAnswer(
        _ visit: Visit, _ version: ObjectVersion, _ cipher: ContentCipher?
    ) -> HTTPResponse? {
        let asked = visit.request.headers
        let ranges = asked.values("range")
        guard let range = ranges.first, ranges.count == 1 else { return nil }
        if let condition = asked[first: "if-range"] {
            let validators = Validators(etag: version.etag.string, lastModified: version.modified / 1000)
            guard ifRangeMatches(condition, validators: validators) else { return nil }
        }
        switch parseRange(range, length: version.size) {
        case .ignored:
            return nil
        case .unsatisfiable:
            var refusal = Refusal(
                status: 416, kind: "range_not_satisfiable", message: "The file has \(version.size) bytes.")
            refusal.headers = [("Content-Range", "bytes */\(version.size)"), ("Accept-Ranges", "bytes")]
            return refusal.response(to: visit.request)
        case .satisfiable(let ranges):
            if ranges.count == 1, let only = ranges.first {
                var headers = fields(visit, version)
                headers.add("Content-Range", contentRange(only, of: version.size))
                return HTTPResponse(status: 206, headers: headers, body: body(of: version, only, cipher))
            }
            // Several ranges of an encrypted file are not worth a reader of their own: it is sent whole.
            if cipher != nil { return nil }
            let parts = MultipartRanges(
                ranges, of: version.size, contentType: version.metadata.contentType
            ) { [store] in store.open(version, range: $0) }
            let headers = FileHeaders.fields(visit, version, settings, contentType: parts.contentType)
            return HTTPResponse(
                status: 206, headers: headers, body: .pieces(length: parts.length) { try await parts.next() })
        }
    }

    /// Of the whole file or one range.
    private func fields(_ visit: Visit, _ version: ObjectVersion) -> HeaderFields {
        guard visit.isAnonymous, !visit.site.domain.isPrivate, visit.site.website == nil else {
            return FileHeaders.fields(visit, version, settings)
        }
        return publicHeaders.fields(of: version) { FileHeaders.fields(visit, version, settings) }
    }

    func body(
        of version: ObjectVersion, _ range: Range<Int64>, _ cipher: ContentCipher?
    ) -> ResponseBody {
        if range.isEmpty { return .empty }
        if let cipher {
            let reader = store.load(version, range: range, cipher: cipher)
            return .pieces(length: range.upperBound - range.lowerBound) {
                try await reader.next().map { [.bytes($0)] }
            }
        }
        if let inline = version.inlineBody {
            let start = inline.readerIndex + Int(range.lowerBound)
            if let slice = inline.getSlice(at: start, length: Int(range.upperBound - range.lowerBound)) {
                return .bytes(slice)
            }
        }
        let reader = store.open(version, range: range)
        return .pieces(length: range.upperBound - range.lowerBound) {
            try await reader.next()?.map(BodyPiece.init)
        }
    }
}

/// `bytes first-last/length`.
func contentRange(_ range: Range<Int64>, of length: Int64) -> String {
    "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(length)"
}

extension BodyPiece {
    init(_ segment: BodySegment) {
        switch segment {
        case .bytes(let buffer):
            self = .bytes(buffer)
        case .file(let descriptor, let offset, let length, let owner):
            self = .file(FileExtent(descriptor: descriptor, offset: offset, length: length, owner: owner))
        }
    }
}

/// Which fields that change a read are there, found in one pass: nearly always none.
private struct AskedFields {
    var hasConditions = false
    var hasRange = false

    init(_ headers: HeaderFields) {
        for (name, _) in headers {
            let name = name.utf8
            guard let first = name.first else { continue }
            // "if-…" and "range": a look at two bytes spares comparing every name with five others.
            if first | 0x20 == 0x69, name.dropFirst().first.map({ $0 | 0x20 }) == 0x66 {
                hasConditions = true
            } else if first | 0x20 == 0x72, name.count == 5 {
                hasRange = true
            }
        }
    }
}
