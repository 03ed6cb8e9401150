import Digests
import Objects

extension CatalogLaw {
    static let ranges: [CatalogLaw] = [
        CatalogLaw("Ranges in any order make the object when the last byte is there") { catalog, clock in
            let text = Array("abcdefghijklmnopqrstuvwxyz".utf8)
            for seed in UInt64(1)...12 {
                var random = LawRandom(seed: seed)
                let scene = try await CatalogScene(catalog, clock, name: "ranges-\(seed)")
                let upload = try await scene.newRangeUpload("key", total: 26, at: 10, "klm")
                var seen = Set(10..<13)
                while seen.count < 26 {
                    let start = random.below(26)
                    let end = min(26, start + 1 + random.below(6))
                    seen.formUnion(start..<end)
                    let outcome = try await scene.putRange(
                        upload.id, at: Int64(start), String(decoding: text[start..<end], as: UTF8.self))
                    try demandEqual(outcome.word, seen.count == 26 ? "completed" : "stored")
                    let current = try await scene.current("key")
                    try demandEqual(current == nil, seen.count < 26)
                    guard let version = outcome.version else { continue }
                    try demandEqual(version.size, 26)
                    try demandEqual(version.partCount, 0)
                    try demandEqual(
                        try await scene.text(version.content, 0..<26), String(decoding: text, as: UTF8.self))
                    try demand(
                        version.etag.string.split(separator: "-").first?.count == 32, "\(version.etag)")
                    try demand(version.etag.string.contains("-"), "an MD5 that is none: \(version.etag)")
                    try demandSame(try found(current), version)
                }
                try await scene.verify()
                _ = try await scene.delete("key")
                try await scene.sweep()
            }
            try demandEqual(try await catalog.statistics().inlineContents, 0)
        },
        CatalogLaw("A digest that a later range brings is kept, and another one is of another file") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let upload = try await scene.newRangeUpload("key", total: 6, at: 0, "ab")
            var commit = scene.range(.existing(upload.id), at: 2, "cd")
            commit.announcedDigest = .hash(Array("abcdef".utf8))
            commit.completes = false
            try demandEqual(try await catalog.putRange(commit).word, "stored")
            try demandEqual(try await catalog.upload(upload.id)?.announcedDigest, commit.announcedDigest)
            let parts = try await catalog.parts(of: upload.id, after: -1, limit: 9)
            var other = scene.range(.existing(upload.id), at: 4, "ef")
            try demandEqual(try await catalog.putRange(other).word, "changed")
            other.completes = false
            other.announcedDigest = .hash([1])
            try demandEqual(try await catalog.putRange(other).word, "changed")
            try demandEqual(try await catalog.parts(of: upload.id, after: -1, limit: 9), parts)
            other.announcedDigest = nil
            try demandEqual(try await catalog.putRange(other).word, "ready")
            try demandEqual(try await catalog.upload(upload.id)?.announcedDigest, commit.announcedDigest)
            try await scene.verify()
        },
        CatalogLaw("Of a range only the bytes that are new are kept") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let upload = try await scene.newRangeUpload("key", total: 20, at: 5, "fgh")
            try await scene.putRange(upload.id, at: 12, "mn")
            let outcome = try await scene.putRange(upload.id, at: 3, "deFGHijklMNo")
            try demandEqual(outcome.word, "stored")
            let parts = try await catalog.parts(of: upload.id, after: -1, limit: 99)
            try demandEqual(parts.map(\.position), [3, 5, 8, 12, 14])
            try demandEqual(parts.map(\.size), [2, 3, 4, 2, 1])
            var text = ""
            for part in parts {
                let end = part.slice.offset + part.slice.length
                text += try await scene.text(part.slice.content, part.slice.offset..<end)
            }
            try demandEqual(text, "defghijklmno")
            try await scene.verify()
            clock.advance(by: 5)
            try demandEqual(try await scene.putRange(upload.id, at: 5, "fghij").word, "stored")
            try demandEqual(try await catalog.parts(of: upload.id, after: -1, limit: 99), parts)
            try demandEqual(try await catalog.upload(upload.id)?.touched, clock.now)
        },
        CatalogLaw("Ranges that are encrypted keep their salts, and where their key streams begin") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            var upload = try scene.upload("key", .ranges(total: 9))
            upload.encryption = ObjectEncryption(.managed)
            let salts = [[UInt8](repeating: 1, count: 16), [UInt8](repeating: 2, count: 16)]
            var middle = scene.range(.new(upload, newestSeen: nil), at: 3, "def")
            middle.salt = salts[0]
            try demandEqual(try await catalog.putRange(middle).word, "stored")
            var whole = scene.range(.existing(upload.id), at: 0, "abcDEFghi")
            whole.salt = salts[1]
            whole.seenOverlap = try await catalog.parts(of: upload.id, overlapping: 0..<9)
            try demandEqual(whole.seenOverlap.map(\.salt), [salts[0]])
            guard case .completed(_, let version) = try await catalog.putRange(whole) else {
                throw CatalogLaw.Broken(description: "the ranges did not make the object")
            }
            let runs = [(0, salts[1]), (3, salts[0]), (6, salts[1])] as [(Int64, [UInt8])]
            let expected = ObjectEncryption(
                .managed, runs: runs.map { .init(length: 3, salt: $0.1, skipped: $0.0) })
            try demandEqual(version.encryption, expected)
            let kept = try await catalog.version(version.bucket, version.key, version.versionID)
            try demandEqual(kept?.encryption, expected)
        },
        CatalogLaw("Parts that overlap a range share a byte with it") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let upload = try await scene.newRangeUpload("key", total: 100, at: 10, "0123456789")
            try await scene.putRange(upload.id, at: 30, "0123456789")
            for (range, positions) in [
                (0..<10, []), (0..<11, [10]), (19..<20, [10]), (20..<30, []), (15..<35, [10, 30]),
                (40..<50, []),
                (0..<100, [10, 30]), (39..<40, [30]), (12..<13, [10]), (15..<15, []),
            ] as [(Range<Int64>, [Int64])] {
                let parts = try await catalog.parts(of: upload.id, overlapping: range)
                try demandEqual(parts.map(\.position), positions)
            }
            try demandEqual(try await catalog.parts(of: .random(), overlapping: 0..<9), [])
        },
        CatalogLaw("A range is not applied when the parts it overlaps are not those that were seen") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let upload = try await scene.newRangeUpload("key", total: 20, at: 0, "abc")
            let before = try await catalog.statistics()
            let seen = try await catalog.parts(of: upload.id, after: -1, limit: 9)
            var blind = scene.range(.existing(upload.id), at: 1, "bcd")
            try demandEqual(try await catalog.putRange(blind).word, "changed")
            blind.seenOverlap = seen
            blind.seenOverlap[0].slice.length = 2
            try demandEqual(try await catalog.putRange(blind).word, "changed")
            var other = scene.range(.existing(upload.id), at: 10, "xyz")
            other.seenOverlap = seen
            try demandEqual(try await catalog.putRange(other).word, "changed")
            try demandEqual(try await catalog.statistics(), before)
            blind.seenOverlap = seen
            try demandEqual(try await catalog.putRange(blind).word, "stored")
        },
        CatalogLaw("A changed file drops what the upload held, and only with that range") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let upload = try await scene.newRangeUpload("key", total: 9, at: 0, "abc")
            try await scene.putRange(upload.id, at: 6, "ghi")
            var commit = scene.range(.existing(upload.id), at: 2, "XYZ")
            commit.dropsOthers = true
            commit.seenOverlap = try await catalog.parts(of: upload.id, overlapping: 2..<5)
            try demandEqual(try await catalog.putRange(commit).word, "stored")
            let parts = try await catalog.parts(of: upload.id, after: -1, limit: 9)
            try demandEqual(parts.map(\.position), [2])
            try demandEqual(parts.map(\.size), [3])
            try await scene.putRange(upload.id, at: 0, "UV")
            let version = try found(try await scene.putRange(upload.id, at: 5, "1234").version)
            try demandEqual(try await scene.text(version.content, 0..<9), "UVXYZ1234")
            try await scene.sweep()
            try demandEqual(try await catalog.statistics().inlineContents, 3)
            try await scene.verify()
        },
        CatalogLaw("A whole whose digest was announced waits for its verification") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let upload = try await scene.newRangeUpload("key", total: 6, at: 0, "abc")
            try await demand(.noSuchUpload) {
                try await catalog.completeRangeUpload(
                    upload.id, modified: 1, keepFor: 1, origin: nil)
            }
            var last = scene.range(.existing(upload.id), at: 3, "def")
            last.completes = false
            try demandEqual(try await catalog.putRange(last).word, "ready")
            last.seenOverlap = try await catalog.parts(of: upload.id, overlapping: 3..<6)
            try demandEqual(try await catalog.putRange(last).word, "ready")
            try demand(try await scene.current("key") == nil, "the object is there too early")
            clock.advance(by: 4)
            let version = try await catalog.completeRangeUpload(
                upload.id, modified: clock.now, keepFor: 50, origin: nil)
            try demandEqual(version.modified, clock.now)
            try demandEqual(try await scene.text(version.content, 0..<6), "abcdef")
            let done = try found(try await catalog.upload(upload.id))
            try demandEqual(done.state, .completed(versionID: .null, sequence: version.sequence))
            try demandEqual(done.expires, clock.now + 50)
            try await demand(.noSuchUpload) {
                try await catalog.completeRangeUpload(
                    upload.id, modified: 1, keepFor: 1, origin: nil)
            }
        },
        CatalogLaw("Conditions of a range upload are judged by the range that ends it") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            var upload = try scene.upload("key", .ranges(total: 4))
            upload.preconditions.ifNoneMatch = .any
            _ = try await catalog.putRange(scene.range(.new(upload, newestSeen: nil), at: 0, "ab"))
            try await scene.put("key", "there")
            let before = try await catalog.parts(of: upload.id, after: -1, limit: 9)
            try await demand(.preconditionFailed) { try await scene.putRange(upload.id, at: 2, "cd") }
            try demandEqual(try await catalog.parts(of: upload.id, after: -1, limit: 9), before)
            _ = try await scene.delete("key")
            try demandEqual(try await scene.putRange(upload.id, at: 2, "cd").word, "completed")
        },
        CatalogLaw("A range outside the whole is refused") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let upload = try await scene.newRangeUpload("key", total: 5, at: 0, "ab")
            for start in [Int64(4), 5, -1, .max, .max - 1] {
                try await demand(.invalidRange) {
                    try await catalog.putRange(scene.range(.existing(upload.id), at: start, "xy"))
                }
            }
            try await scene.verify()
        },
        CatalogLaw("One range may be the whole, and a whole may be empty") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let one = try scene.upload("one", .ranges(total: 3))
            let outcome = try await catalog.putRange(scene.range(.new(one, newestSeen: nil), at: 0, "abc"))
            try demandEqual(outcome.version?.size, 3)
            try demandEqual(outcome.version?.etag.string.hasSuffix("-1"), true)
            let none = try scene.upload("none", .ranges(total: 0))
            let empty = try await catalog.putRange(scene.range(.new(none, newestSeen: nil), at: 0, ""))
            try demandEqual(empty.version?.size, 0)
            try demandEqual(empty.version?.content, .empty)
            try await scene.verify()
        },
    ]

    static let rangeIdentity: [CatalogLaw] = [
        CatalogLaw("A range upload begins only when the newest one is still the one that was seen") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let first = try await scene.newRangeUpload("key", total: 9, at: 0, "abc")
            let second = try scene.upload("key", .ranges(total: 9))
            for seen in [nil, second.id] {
                let commit = scene.range(.new(second, newestSeen: seen), at: 3, "def")
                try demandEqual(try await catalog.putRange(commit).word, "changed")
                try demand(try await catalog.upload(second.id) == nil, "an upload began all the same")
            }
            var commit = scene.range(.new(second, newestSeen: first.id), at: 3, "def")
            commit.seenOverlap = try await catalog.parts(of: first.id, after: -1, limit: 9)
            try demandEqual(try await catalog.putRange(commit).word, "changed")
            try demand(try await catalog.upload(second.id) == nil, "an upload began all the same")
            commit.seenOverlap = []
            try demandEqual(try await catalog.putRange(commit).word, "stored")
            let ids = try await catalog.rangeUploads(scene.bucket, first.key, author: scene.author, total: 9)
                .map(\.id)
            try demandEqual(ids, [second.id, first.id])
        },
        CatalogLaw("Uploads of other totals, tokens, authors and keys are other uploads") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            var uploads: [Upload] = []
            for variant in 0..<5 {
                var upload = try scene.upload(
                    variant == 1 ? "other" : "key", .ranges(total: variant == 2 ? 8 : 9))
                if variant == 3 { upload.author = KeyID("KEY2") }
                if variant == 4 { upload.clientToken = "token" }
                let commit = scene.range(.new(upload, newestSeen: nil), at: 0, "v\(variant)")
                try demandEqual(try await catalog.putRange(commit).word, "stored")
                uploads.append(upload)
            }
            let key = try CatalogScene.key("key")
            func ids(_ author: KeyID, _ total: Int64?) async throws -> [UploadID] {
                try await catalog.rangeUploads(scene.bucket, key, author: author, total: total).map(\.id)
            }
            try demandEqual(try await ids(scene.author, 9), [uploads[4].id, uploads[0].id])
            try demandEqual(try await ids(scene.author, 8), [uploads[2].id])
            try demandEqual(try await ids(scene.author, 7), [])
            try demandEqual(
                try await ids(scene.author, nil), [uploads[4].id, uploads[2].id, uploads[0].id])
            try demandEqual(try await ids(KeyID("KEY2"), nil), [uploads[3].id])
            for upload in uploads {
                try demandEqual(try await catalog.parts(of: upload.id, after: -1, limit: 9).count, 1)
            }
        },
        CatalogLaw("A range for an upload that is not open any more is not applied") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let done = try await scene.newRangeUpload("key", total: 4, at: 0, "ab")
            try await scene.putRange(done.id, at: 2, "cd")
            let aborted = try await scene.newRangeUpload("key", total: 4, at: 0, "ab")
            try await catalog.abortUpload(aborted.id)
            let multipart = try scene.upload("key")
            try await catalog.createUpload(multipart)
            for id in [done.id, aborted.id, multipart.id, .random()] {
                let commit = scene.range(.existing(id), at: 0, "xx")
                try demandEqual(try await catalog.putRange(commit).word, "changed")
            }
            let listed = try await catalog.rangeUploads(
                scene.bucket, done.key, author: scene.author, total: 4)
            try demandEqual(listed.map(\.id), [done.id])
            try await scene.verify()
        },
        CatalogLaw("A finished upload does not hinder a new one") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let first = try await scene.newRangeUpload("key", total: 4, at: 0, "ab")
            try await scene.putRange(first.id, at: 2, "cd")
            let second = try await scene.newRangeUpload("key", total: 4, at: 0, "AB")
            try demandEqual(try await scene.putRange(second.id, at: 2, "CD").word, "completed")
            let version = try found(try await scene.current("key"))
            try demandEqual(try await scene.text(version.content, 0..<4), "ABCD")
        },
        CatalogLaw("A range moves the upload's times, and a question of status is noted until the next") {
            catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let upload = try await scene.newRangeUpload("key", total: 9, at: 0, "abc")
            clock.advance(by: 10)
            try await catalog.touchUpload(upload.id, now: clock.now)
            var read = try found(try await catalog.upload(upload.id))
            try demandEqual([read.statusAsked, read.touched == clock.now], [true, true])
            try demandEqual(read.expires, upload.expires)
            clock.advance(by: 10)
            var commit = scene.range(.existing(upload.id), at: 3, "def")
            commit.contentType = "video/mp4"
            commit.expires = 77_000_000
            _ = try await catalog.putRange(commit)
            read = try found(try await catalog.upload(upload.id))
            try demandEqual([read.statusAsked, read.touched == clock.now], [false, true])
            try demandEqual(read.expires, 77_000_000)
            try demandEqual(read.metadata.contentType, "video/mp4")
            let version = try found(try await scene.putRange(upload.id, at: 6, "ghi").version)
            try demandEqual(version.metadata.contentType, "video/mp4")
            try demandEqual(version.author, upload.author)
        },
        CatalogLaw("Of many first ranges at once one begins the upload, and none is lost") { catalog, clock in
            let scene = try await CatalogScene(catalog, clock)
            let text = Array("abcdefghijklmnopqrstuvwxyz".utf8)
            let completed = try await withThrowingTaskGroup(of: Int.self) { group in
                for index in text.indices {
                    group.addTask {
                        let letter = String(decoding: [text[index]], as: UTF8.self)
                        for _ in 0..<1000 {
                            let open = try await catalog.rangeUploads(
                                scene.bucket, CatalogScene.key("key"), author: scene.author, total: 26
                            ).first
                            let outcome: RangeOutcome
                            if let open {
                                outcome = try await scene.putRange(open.id, at: Int64(index), letter)
                            } else {
                                let new = try scene.upload("key", .ranges(total: 26))
                                outcome = try await catalog.putRange(
                                    scene.range(.new(new, newestSeen: nil), at: Int64(index), letter))
                            }
                            if outcome.word != "changed" { return outcome.word == "completed" ? 1 : 0 }
                        }
                        throw Broken(description: "a range never found its upload")
                    }
                }
                return try await group.reduce(0, +)
            }
            try demandEqual(completed, 1)
            let version = try found(try await scene.current("key"))
            try demandEqual(
                try await scene.text(version.content, 0..<26), String(decoding: text, as: UTF8.self))
        },
    ]
}
