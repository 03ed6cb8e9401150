import Blobs
import Digests
package import Objects

extension CatalogLaw {
    static let completion: [CatalogLaw] = [
        CatalogLaw("A completed upload is its parts in order, under AWS's entity tag") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            var upload = try scene.upload("key")
            upload.metadata = fullMetadata
            try await catalog.createUpload(upload)
            var parts: [UploadPart] = []
            for (number, text) in [(2, "one "), (5, "two "), (9, "three")] {
                parts.append(try await scene.putPart(upload, number, text))
            }
            clock.advance(by: 3)
            let version = try await scene.complete(upload, parts)
            try demandEqual([version.size, Int64(version.partCount), version.modified], [13, 3, clock.now])
            var md5 = MD5()
            for text in ["one ", "two ", "three"] { md5.update(MD5Digest.hash(Array(text.utf8)).bytes) }
            try demandEqual(version.etag.string, "\(md5.finalize().hex)-3")
            try demandEqual(version.metadata, upload.metadata)
            try demandEqual(version.author, upload.author)
            try demandEqual(try await scene.text(version.content, 0..<13), "one two three")
            try demandEqual(try await scene.text(version.content, 3..<9), " two t")
            try demandEqual(try await catalog.slices(of: version.content).map(\.length), [4, 4, 5])
            try demandEqual(
                try await catalog.objectParts(of: version.content, size: version.size),
                parts.map { ObjectPart(size: $0.size, checksum: $0.checksum) })
            try demandSame(try found(try await scene.current("key")), version)
            let state = try found(try await catalog.upload(upload.id)).state
            try demandEqual(state, .completed(versionID: version.versionID, sequence: version.sequence))
            try demandEqual(try await catalog.parts(of: upload.id, after: 0, limit: 9), [])
            try demandEqual(try await catalog.statistics().uploads, 0)
            try await scene.verify()
        },
        CatalogLaw("Parts that are not named are dropped, and an empty one counts") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let upload = try scene.upload("key")
            try await catalog.createUpload(upload)
            let first = try await scene.putPart(upload, 1, "kept")
            try await scene.putPart(upload, 2, "dropped")
            let last = try await scene.putPart(upload, 3, "")
            let version = try await scene.complete(upload, [first, last])
            try demandEqual([version.size, Int64(version.partCount)], [4, 2])
            try demandEqual(
                try await catalog.objectParts(of: version.content, size: version.size)?.map(\.size), [4, 0])
            try await scene.sweep()
            let totals = try await catalog.statistics()
            try demandEqual([totals.inlineContents, totals.inlineBytes, totals.awaitingSweep], [1, 4, 0])
            let empty = try scene.upload("empty")
            try await catalog.createUpload(empty)
            let nothing = try await scene.complete(empty, [try await scene.putPart(empty, 7, "")])
            try demandEqual(nothing.size, 0)
            try demandEqual(nothing.etag.string, "\(MD5Digest.hash(MD5Digest.hash([UInt8]()).bytes).hex)-1")
            try await scene.verify()
        },
        CatalogLaw("A completion that is refused changes nothing") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let upload = try scene.upload("key")
            try await catalog.createUpload(upload)
            let one = try await scene.putPart(upload, 1, "one")
            let two = try await scene.putPart(upload, 2, "two two")
            let before = try await catalog.statistics()
            var good = UploadCompletion(
                upload: upload.id,
                parts: [.init(number: 1, etag: one.etag), .init(number: 2, etag: two.etag)],
                minimumPartSize: 0, modified: clock.now)
            func refused(
                _ error: StoreError, line: Int = #line, _ spoil: (inout UploadCompletion) -> Void
            ) async throws {
                var bad = good
                spoil(&bad)
                try await demand(error, line: line) { [bad] in try await catalog.completeUpload(bad) }
                try demandEqual(try await catalog.statistics(), before, line: line)
                try demandEqual(
                    try await catalog.parts(of: upload.id, after: 0, limit: 9), [one, two], line: line)
            }
            try await refused(.noSuchUpload) { $0.upload = .random() }
            try await refused(.invalidPart(number: 3)) { $0.parts.append(.init(number: 3, etag: nil)) }
            try await refused(.invalidPart(number: 2)) { $0.parts[1].etag = one.etag }
            try await refused(.invalidPart(number: 1)) {
                $0.parts[0].checksum = ObjectChecksum(algorithm: .crc32, value: [1, 2, 3, 4])
            }
            try await refused(.partTooSmall(number: 1, size: 3, minimum: 4)) { $0.minimumPartSize = 4 }
            try await refused(.sizeMismatch) { $0.expectedSize = 11 }
            try await refused(.noSuchKey) { $0.preconditions.ifMatch = .any }
            try await scene.put("key", "there")
            try await demand(.preconditionFailed) { [good] in
                var bad = good
                bad.preconditions.ifNoneMatch = .any
                return try await catalog.completeUpload(bad)
            }
            good.expectedSize = 10
            good.minimumPartSize = 3
            try demandEqual(try await catalog.completeUpload(good).size, 10)
        },
        CatalogLaw("Conditions of the upload itself are judged at its end") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            var upload = try scene.upload("key")
            upload.preconditions.forbidsOverwrite = true
            try await catalog.createUpload(upload)
            let part = try await scene.putPart(upload, 1, "part")
            try await scene.put("key", "there")
            try await demand(.overwriteForbidden) { try await scene.complete(upload, [part]) }
            _ = try await scene.delete("key")
            _ = try await scene.complete(upload, [part])
        },
        CatalogLaw("A completion asked for again is answered with the version it made, while that exists") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let upload = try scene.upload("key")
            try await catalog.createUpload(upload)
            let part = try await scene.putPart(upload, 1, "part")
            let made = try await scene.complete(upload, [part])
            try demandSame(try await scene.complete(upload, [part]), made)
            try demandSame(try await scene.complete(upload, []), made)
            try await scene.put("key", "newer")
            try await demand(.noSuchUpload) { try await scene.complete(upload, [part]) }
            try demandEqual(try await scene.current("key")?.size, 5)
        },
        CatalogLaw("With versioning a repeated completion finds its version under newer ones") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock, versioning: .enabled)
            let upload = try scene.upload("key")
            try await catalog.createUpload(upload)
            let part = try await scene.putPart(upload, 1, "part")
            let made = try await scene.complete(upload, [part])
            try await scene.put("key", "newer")
            try demandSame(try await scene.complete(upload, [part]), made)
            _ = try await scene.delete("key", made.versionID)
            try await demand(.noSuchUpload) { try await scene.complete(upload, [part]) }
        },
        CatalogLaw("The whole's checksum is composed or combined from the parts'") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let texts = ["the first part, ", "the second, ", "and the last"]
            for algorithm in ChecksumAlgorithm.allCases {
                for kind in [ObjectChecksum.Kind.composite, .fullObject]
                where kind == .composite || algorithm.isCRC {
                    var upload = try scene.upload("key \(algorithm) \(kind)")
                    upload.checksumAlgorithm = algorithm
                    upload.checksumKind = kind
                    try await catalog.createUpload(upload)
                    var completion = UploadCompletion(
                        upload: upload.id, parts: [], minimumPartSize: 0, modified: clock.now)
                    var partValues: [UInt8] = []
                    for (index, text) in texts.enumerated() {
                        let checksum = ObjectChecksum(
                            algorithm: algorithm, value: sum(algorithm, Array(text.utf8)))
                        partValues += checksum.value
                        _ = try await catalog.putPart(
                            PartCommit(
                                upload: upload.id, number: index + 1, content: CatalogScene.inline(text),
                                size: Int64(text.utf8.count), etag: CatalogScene.etag(text),
                                checksum: checksum,
                                modified: clock.now))
                        completion.parts.append(.init(number: index + 1, etag: nil, checksum: checksum))
                    }
                    let whole = sum(
                        algorithm, kind == .composite ? partValues : texts.flatMap { Array($0.utf8) })
                    let expected = ObjectChecksum(
                        algorithm: algorithm, kind: kind, value: whole, parts: kind == .composite ? 3 : 0)
                    completion.expectedChecksum =
                        [1] + whole.dropFirst() == whole ? [2] : [1] + whole.dropFirst()
                    try await demand(.digestMismatch(algorithm.rawValue)) { [completion] in
                        try await catalog.completeUpload(completion)
                    }
                    completion.expectedChecksum = whole
                    try demandEqual(try await catalog.completeUpload(completion).checksum, expected)
                    try demandEqual(try await scene.current("key \(algorithm) \(kind)")?.checksum, expected)
                }
            }
        },
        CatalogLaw("A part copied from a range of an object keeps its bytes when the object goes") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let source = try await scene.put("source", scene.piece(["a", "b", "c", "d"]))
            let upload = try scene.upload("key")
            try await catalog.createUpload(upload)
            for (number, range) in [(1, 5..<25), (2, 0..<40)] as [(Int, Range<Int64>)] {
                let slice = ContentSlice(
                    content: source.content, offset: range.lowerBound,
                    length: range.upperBound - range.lowerBound)
                _ = try await catalog.putPart(
                    PartCommit(
                        upload: upload.id, number: number, content: .slices([slice]), size: slice.length,
                        etag: CatalogScene.etag("\(number)"), modified: clock.now))
            }
            let places = try await scene.places(source.content, 0..<40)
            _ = try await scene.delete("source")
            try await scene.sweep()
            let parts = try await catalog.parts(of: upload.id, after: 0, limit: 9)
            let version = try await scene.complete(upload, parts)
            try demandEqual(version.size, 60)
            try demandEqual(
                try await scene.places(version.content, 0..<60).map(\.length), [5, 10, 5, 10, 10, 10, 10])
            try demandEqual(try await scene.places(version.content, 20..<60), places)
            try await scene.verify()
            _ = try await scene.delete("key")
            try await scene.sweep()
            try await scene.demandNothingStored()
        },
        CatalogLaw("Hundreds of parts put at once make one object, and go again") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            try await manyParts(scene, count: 600)
        },
    ]

    /// Puts that many parts from twenty tasks, completes the upload, reads it and lets it go.
    package static func manyParts(_ catalog: any Catalog, _ clock: LawClock, count: Int) async throws {
        try await manyParts(try await CatalogScene(catalog, clock), count: count)
    }

    private static func manyParts(_ scene: CatalogScene, count: Int) async throws {
        let catalog = scene.catalog
        let upload = try scene.upload("key")
        try await catalog.createUpload(upload)
        let source = try await scene.put("source", scene.piece(["a"], length: 100))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<20 {
                group.addTask {
                    for number in stride(from: lane + 1, through: count, by: 20) {
                        let slice = ContentSlice(
                            content: source.content, offset: Int64(number % 90), length: 7)
                        _ = try await catalog.putPart(
                            PartCommit(
                                upload: upload.id, number: number, content: .slices([slice]), size: 7,
                                etag: CatalogScene.etag("x"), modified: scene.clock.now))
                    }
                }
            }
            try await group.waitForAll()
        }
        let parts = try await catalog.parts(of: upload.id, after: 0, limit: 2 * count)
        try demandEqual(parts.count, count)
        let version = try await scene.complete(upload, parts)
        let size = Int64(7 * count)
        try demandEqual([version.size, Int64(version.partCount)], [size, Int64(count)])
        let place = try found(try await scene.places(version.content, size - 7..<size).first)
        try demandEqual([place.offset, Int64(place.length)], [Int64(count % 90), 7])
        for key in ["key", "source"] { _ = try await scene.delete(key) }
        try await scene.sweep()
        try await scene.demandNothingStored()
    }

    private static func sum(_ algorithm: ChecksumAlgorithm, _ bytes: [UInt8]) -> [UInt8] {
        var context = ChecksumContext(algorithm)
        context.update(bytes)
        return context.finalize()
    }
}
