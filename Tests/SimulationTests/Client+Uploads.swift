import Digests
import Objects

extension Client {
    func create(_ name: String, _ key: String, _ sample: Sample) async throws {
        note { $0.multiparts[name] = Ledger.Multipart(key: key, whole: sample) }
        let upload = try await machine.store.createUpload(
            machine.bucket, Self.key(key), metadata: sample.metadata, author: Machine.author)
        note { $0.multiparts[name]?.upload = upload }
    }

    func putPart(_ name: String, _ number: Int, _ sample: Sample) async throws {
        let upload = try known(name)
        note { _ = $0.multiparts[name]?.uncertain.insert(number) }
        _ = try await machine.store.putPart(
            upload, in: machine.bucket, number: number, body: SampleSource(sample.bytes),
            digests: BodyDigests(md5: true), declaredLength: Int64(sample.bytes.count)
        ) { facts in
            guard let md5 = facts.md5 else { throw StoreError.internalFault("no MD5") }
            return (ETag(md5.hex), nil)
        }
        note { ledger in
            ledger.multiparts[name]?.uncertain.remove(number)
            ledger.multiparts[name]?.parts[number] = sample
        }
    }

    func copyPart(_ name: String, _ number: Int, from source: String, _ range: Range<Int>) async throws {
        let upload = try known(name)
        let hold = machine.store.hold()
        defer { withExtendedLifetime(hold) {} }
        guard let version = try await head(source) else { throw Violation("\(source) is gone") }
        let sample = account.possible(source).first { $0?.metadata == version.metadata } ?? nil
        guard let sample else { throw Violation("\(source) has what nobody wrote") }
        note { _ = $0.multiparts[name]?.uncertain.insert(number) }
        let part = try await machine.store.copyPart(
            upload, number: number, source: version, range: Int64(range.lowerBound)..<Int64(range.upperBound))
        let slice = sample.slice(range)
        guard part.etag == slice.etag else { throw Violation("a copied part has another MD5") }
        note { ledger in
            ledger.multiparts[name]?.uncertain.remove(number)
            ledger.multiparts[name]?.parts[number] = slice
        }
    }

    /// Makes the object of all parts.
    func complete(_ name: String) async throws {
        let upload = try known(name)
        guard let multipart = account.multiparts[name] else { return }
        note { $0.multiparts[name]?.isEnding = true }
        let parts = multipart.parts.sorted { $0.key < $1.key }
        guard parts.flatMap(\.value.bytes) == multipart.whole.bytes else {
            throw Violation("the parts of \(name) do not make \(multipart.whole)")
        }
        let completion = UploadCompletion(
            upload: upload.id,
            parts: parts.map { UploadCompletion.Part(number: $0.key, etag: $0.value.etag) },
            minimumPartSize: 1, modified: machine.store.now)
        let number = note { $0.begin(multipart.key, multipart.whole) }
        do {
            _ = try await machine.store.complete(completion)
            note { $0.acknowledge(multipart.key, number) }
        } catch StoreError.noSuchUpload {
            note { $0.giveUp(multipart.key, number, isApplied: false) }
            throw StoreError.noSuchUpload
        } catch {
            note { $0.giveUp(multipart.key, number, isApplied: nil) }
            throw error
        }
    }

    func abort(_ name: String) async throws {
        let upload = try known(name)
        note { $0.multiparts[name]?.isEnding = true }
        try await machine.store.abort(upload)
    }

    private func known(_ name: String) throws -> Upload {
        guard let upload = account.multiparts[name]?.upload else { throw StoreError.noSuchUpload }
        return upload
    }
}

extension Client {
    /// Sends one range. The object may be seen only when no byte is missing, and must be when that was answered.
    func putRange(
        _ name: String, _ key: String, _ sample: Sample, _ range: Range<Int>, announces: Bool
    ) async throws {
        note { ledger in
            var upload =
                ledger.ranges[name] ?? Ledger.Ranges(key: key, whole: sample, announces: announces)
            if upload.whole != sample {
                // The bytes differ from those of the ranges before, which are dropped.
                upload.whole = sample
                upload.acknowledged = []
                upload.uncertain = []
            }
            upload.underWay.append(range)
            if upload.isCovered, upload.write == nil { upload.write = ledger.begin(key, sample) }
            ledger.ranges[name] = upload
        }
        let answer = try await machine.store.putRange(
            RangePut(
                bucket: machine.bucket, key: Self.key(key), author: Machine.author,
                start: Int64(range.lowerBound), last: Int64(range.upperBound) - 1,
                total: Int64(sample.bytes.count), declaredLength: Int64(range.count), clientToken: name,
                announcedDigest: announces ? sample.digest : nil),
            body: SampleSource(Array(sample.bytes[range]))
        ) { _ in sample.metadata }
        try note { ledger in
            guard var upload = ledger.ranges[name] else { return }
            if let index = upload.underWay.firstIndex(of: range) { upload.underWay.remove(at: index) }
            upload.acknowledged.append(range)
            switch answer {
            case .stored: break
            case .processing: throw Violation("\(name) is verified behind the client's back")
            case .completed(let version):
                guard let write = upload.write else { throw Violation("\(name) was completed too early") }
                guard version.metadata == sample.metadata, version.size == Int64(sample.bytes.count) else {
                    throw Violation("\(name) was completed as another file")
                }
                ledger.acknowledge(key, write)
                upload.isComplete = true
            }
            ledger.ranges[name] = upload
        }
    }

    /// Asks how far a range upload has come, sends what is missing and demands that the object is there.
    func finishRanges(_ name: String) async throws {
        guard let upload = account.ranges[name], !upload.isComplete else { return }
        try demandRanges(of: upload, in: await status(of: name, upload))
        for _ in 0..<3 {
            let missing = try await status(of: name, upload).flatMap(\.missing)
            let open =
                missing.first.map { Int($0.lowerBound)..<Int($0.upperBound) } ?? 0..<upload.whole.bytes.count
            try await putRange(name, upload.key, upload.whole, open, announces: upload.announces)
            if account.ranges[name]?.isComplete == true { return }
        }
        throw Violation("\(name) cannot be finished")
    }

    private func status(of name: String, _ upload: Ledger.Ranges) async throws -> [UploadStatus] {
        try await machine.store.rangeStatus(
            machine.bucket, Self.key(upload.key), author: Machine.author,
            total: Int64(upload.whole.bytes.count), clientToken: name)
    }

    private func demandRanges(of upload: Ledger.Ranges, in statuses: [UploadStatus]) throws {
        // Without a status the object may be there already; reading it shows that.
        guard let status = statuses.first else {
            guard upload.mayBeComplete || upload.write != nil || upload.acknowledged.isEmpty else {
                throw Violation("the ranges of \(upload.key) are lost")
            }
            return
        }
        for range in upload.acknowledged {
            let isThere = status.received.contains {
                $0.lowerBound <= Int64(range.lowerBound) && Int64(range.upperBound) <= $0.upperBound
            }
            guard isThere else { throw Violation("range \(range) of \(upload.key) is lost") }
        }
    }
}
