import Digests
import Objects

extension CatalogLaw {
    static let multipart: [CatalogLaw] = [
        CatalogLaw("An upload is read as it was begun") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            var upload = try scene.upload("key")
            upload.metadata = fullMetadata
            upload.preconditions = WritePreconditions(
                ifMatch: .etags(["a", "b"]), ifNoneMatch: .any, forbidsOverwrite: true)
            upload.checksumAlgorithm = .sha256
            upload.checksumKind = .composite
            try await catalog.createUpload(upload)
            try demandSame(try found(try await catalog.upload(upload.id)), upload)
            var range = try scene.upload("key", .ranges(total: 1 << 42))
            range.clientToken = "token"
            range.announcedDigest = .hash([1])
            range.preconditions = WritePreconditions(ifMatch: .any, ifNoneMatch: .etags(["x"]))
            try await catalog.createUpload(range)
            try demandSame(try found(try await catalog.upload(range.id)), range)
            try demand(try await catalog.upload(.random()) == nil, "an unknown upload is found")
        },
        CatalogLaw("Parts are read by number, in pages, and a part put again replaces the first") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let upload = try scene.upload("key")
            try await catalog.createUpload(upload)
            for number in [3, 1, 10_000, 2] { try await scene.putPart(upload, number, "part \(number)") }
            clock.advance(by: 9)
            let replaced = try await scene.putPart(upload, 2, "another part 2")
            let parts = try await catalog.parts(of: upload.id, after: 0, limit: 99)
            try demandEqual(parts.map(\.position), [1, 2, 3, 10_000])
            try demandEqual(parts[1], replaced)
            try demandEqual(parts[1].etag, CatalogScene.etag("another part 2"))
            try demandEqual(parts[1].modified, clock.now)
            try demandEqual(try await scene.text(parts[1].slice.content, 0..<14), "another part 2")
            try demandEqual(
                try await catalog.parts(of: upload.id, after: 1, limit: 2).map(\.position), [2, 3])
            try demandEqual(try await catalog.parts(of: .random(), after: 0, limit: 9), [])
            for number in [0, -1, 10_001] {
                try await demand(.invalidPart(number: number)) {
                    try await scene.putPart(upload, number, "x")
                }
            }
            try await scene.verify()
            try demand(try await scene.current("key") == nil, "an upload is visible before its end")
        },
        CatalogLaw("A part has the checksum it was put with") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let upload = try scene.upload("key")
            try await catalog.createUpload(upload)
            let checksum = ObjectChecksum(algorithm: .crc64nvme, value: [0, 1, 2, 3, 4, 5, 6, 255])
            let part = try await catalog.putPart(
                PartCommit(
                    upload: upload.id, number: 1, content: .empty, size: 0, etag: CatalogScene.etag(""),
                    checksum: checksum, modified: 1))
            try demandEqual(part.checksum, checksum)
            try demandEqual(try await catalog.parts(of: upload.id, after: 0, limit: 9), [part])
        },
        CatalogLaw("An upload that is aborted, finished, unknown or of ranges takes no part") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let aborted = try scene.upload("a")
            try await catalog.createUpload(aborted)
            try await scene.putPart(aborted, 1, "x")
            try await catalog.abortUpload(aborted.id)
            let finished = try scene.upload("b")
            try await catalog.createUpload(finished)
            _ = try await scene.complete(finished, [try await scene.putPart(finished, 1, "x")])
            let range = try await scene.newRangeUpload("c", total: 5, at: 0, "abc")
            for upload in [aborted, finished, range, try scene.upload("d")] {
                try await demand(.noSuchUpload) { try await scene.putPart(upload, 1, "y") }
            }
            try demand(try await catalog.upload(aborted.id) == nil, "an aborted upload is there")
            for id in [aborted.id, finished.id, UploadID("no")] {
                try await demand(.noSuchUpload) { try await catalog.abortUpload(id) }
            }
        },
        CatalogLaw("What an aborted upload held is swept") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let upload = try scene.upload("key")
            try await catalog.createUpload(upload)
            try await scene.putPart(upload, 1, "inline")
            let piece = try scene.piece(["a", "b"])
            _ = try await catalog.putPart(
                PartCommit(
                    upload: upload.id, number: 2, content: .piece(piece, scope: .instance), size: 20,
                    etag: ETag("x"), modified: 1))
            try await scene.sweep()
            try demandEqual(try await catalog.statistics().chunks, 2)
            try await catalog.abortUpload(upload.id)
            try await scene.sweep()
            try await scene.demandNothingStored()
        },
        CatalogLaw("Uploads are listed by key and id, as a listing by hand gives them") { catalog, clock in
            var random = LawRandom(seed: 5)
            let scene = try await CatalogScene(catalog, clock)
            let model = CatalogModel()
            let mirror = try await CatalogScene(model, clock)
            for index in 0..<80 {
                let kind: Upload.Kind = random.chance(10) ? .ranges(total: 5) : .multipart
                var upload = try scene.upload(randomKey(&random, parts: 2), kind)
                try await catalog.createUpload(upload)
                upload.bucket = mirror.bucket
                try await model.createUpload(upload)
                if index % 9 == 0 {
                    try await catalog.abortUpload(upload.id)
                    try await model.abortUpload(upload.id)
                }
            }
            for _ in 0..<60 {
                var query = ListQuery(bucket: scene.bucket, limit: random.below(7))
                if random.chance(40) { query.prefix = Array((random.pick(keyParts) ?? "").utf8) }
                if random.chance(60) {
                    query.delimiter = Array((random.pick(["/", "a", "\u{10ffff}"]) ?? "/").utf8)
                }
                if random.chance(30) { query.after = Array(randomKey(&random, parts: 2).utf8) }
                var marker: UploadID?
                for _ in 0..<200 {
                    var mirrored = query
                    mirrored.bucket = mirror.bucket
                    let page = try await catalog.multipartUploads(query, afterUpload: marker)
                    let expected = try await model.multipartUploads(mirrored, afterUpload: marker)
                    try demandEqual(page.entries.map(word), expected.entries.map(word))
                    try demandEqual(page.isTruncated, expected.isTruncated)
                    guard page.isTruncated, let last = page.entries.last else { break }
                    switch last {
                    case .item(let upload): (query.after, marker) = (upload.key.bytes, upload.id)
                    case .prefix(let prefix): (query.after, marker) = (prefix, nil)
                    }
                }
            }
        },
        CatalogLaw("Uploads past their time are reaped, and those that were open are named") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            var uploads: [Upload] = []
            for (index, lifetime) in [Int64(10), 20, 30].enumerated() {
                var upload = try scene.upload("key \(index)")
                upload.expires = clock.now + lifetime
                try await catalog.createUpload(upload)
                try await scene.putPart(upload, 1, "part \(index)")
                uploads.append(upload)
            }
            let finished = try scene.upload("done")
            try await catalog.createUpload(finished)
            let part = try await scene.putPart(finished, 1, "x")
            _ = try await catalog.completeUpload(
                UploadCompletion(
                    upload: finished.id, parts: [.init(number: 1, etag: part.etag)], modified: clock.now,
                    keepFor: 15))
            clock.advance(by: 9)
            try demandEqual(try await catalog.reapUploads(now: clock.now, limit: 99).count, 0)
            clock.advance(by: 11)
            let reaped = try await catalog.reapUploads(now: clock.now, limit: 99)
            try demandEqual(Set(reaped.map(\.id)), Set(uploads[0...1].map(\.id)))
            try demand(try await catalog.upload(finished.id) == nil, "a finished upload outlived its time")
            try demand(try await catalog.upload(uploads[2].id) != nil, "a young upload is gone")
            try demand(try await scene.current("done") != nil, "the object went with the upload")
            clock.advance(by: 100)
            try demandEqual(
                try await catalog.reapUploads(now: clock.now, limit: 99).map(\.id), [uploads[2].id])
            _ = try await scene.delete("done")
            try await scene.sweep()
            try await scene.demandNothingStored()
        },
    ]

    static func demandSame(_ one: Upload, _ other: Upload, line: Int = #line) throws {
        try demandEqual([one.id, other.id].map(\.string), [other.id, other.id].map(\.string), line: line)
        try demandEqual(one.kind, other.kind, line: line)
        try demandEqual(one.state, other.state, line: line)
        try demandEqual(one.key, other.key, line: line)
        try demandEqual(one.author, other.author, line: line)
        try demandEqual(one.clientToken, other.clientToken, line: line)
        try demandEqual(one.metadata, other.metadata, line: line)
        try demandEqual(one.preconditions, other.preconditions, line: line)
        try demandEqual(one.checksumAlgorithm, other.checksumAlgorithm, line: line)
        try demandEqual(one.checksumKind, other.checksumKind, line: line)
        try demandEqual(one.announcedDigest, other.announcedDigest, line: line)
        try demandEqual(
            [one.created, one.touched, one.expires], [other.created, other.touched, other.expires], line: line
        )
        try demandEqual(one.statusAsked, other.statusAsked, line: line)
    }

    private static func word(_ entry: UploadPage.Entry) -> String {
        switch entry {
        case .item(let upload): "\(upload.key.bytes) \(upload.id)"
        case .prefix(let prefix): "prefix \(prefix)"
        }
    }
}
