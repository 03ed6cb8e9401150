import Objects

/// One step of a random run, said so that it means the same to two catalogs which choose their own ids.
enum CatalogOperation: Sendable {
    case put(key: String, text: String, WritePreconditions)
    /// An object of chunks with these digests; those that live are hits.
    case putChunks(key: String, words: [String])
    /// A body that was published piece by piece; the first pieces are contents of their own.
    case putPieces(key: String, pieces: [[String]])
    case abandonPieces([String])
    case copy(from: String, to: String)
    /// A range of an object becomes another object.
    case copyRange(from: String, to: String, start: Int, length: Int)
    case append(key: String, words: [String], offset: Int64?)
    case rename(from: String, to: String, token: String?)
    case delete(key: String)
    /// The version at this place of the key's list, from the newest.
    case deleteVersion(key: String, index: Int)
    case setVersioning(Bucket.Versioning)

    case createUpload(UploadID, key: String)
    case putPart(UploadID, number: Int, words: [String])
    case copyPart(UploadID, number: Int, from: String, start: Int, length: Int)
    /// With every part that is there but those at these places.
    case complete(UploadID, skipping: Set<Int>, minimum: Int64)
    case abort(UploadID)
    case newRange(UploadID, key: String, total: Int64, start: Int64, text: String)
    case putRange(UploadID, start: Int64, text: String, drops: Bool)
    case reap

    case hold
    case release(index: Int)
    case wait(Int64)
    case advance
    case unwind(grace: Int64)
    case reclaim(grace: Int64)
    case forget(Int)

    static let keys = ["a", "a/b", "a/c", "b", "\u{10ffff}"]
    static let words = ["one", "two", "three", "four", "five", "six", "seven"]
    static let texts = ["", "x", "text", "another text", "text"]

    static func random(_ random: inout LawRandom, uploads: [UploadID]) -> CatalogOperation {
        let key = random.pick(keys) ?? "a"
        let other = random.pick(keys) ?? "b"
        func some(_ count: Int) -> [String] {
            (0..<1 + random.below(count)).map { _ in random.pick(words) ?? "one" }
        }
        let upload = random.pick(uploads) ?? UploadID("none")
        switch random.below(38) {
        case 0...2: return .put(key: key, text: random.pick(texts) ?? "", conditions(&random))
        case 3...6: return .putChunks(key: key, words: some(5))
        case 7: return .putPieces(key: key, pieces: [some(3), some(3), some(2)])
        case 8: return .abandonPieces(some(3))
        case 9: return .copy(from: key, to: other)
        case 10:
            return .copyRange(from: key, to: other, start: random.below(12), length: 1 + random.below(20))
        case 34...36:
            return .append(key: key, words: some(3), offset: random.chance(10) ? 7 : nil)
        case 37:
            return .rename(from: key, to: other, token: random.chance(50) ? random.pick(words) : nil)
        case 11...13: return .delete(key: key)
        case 14: return .deleteVersion(key: key, index: random.below(3))
        case 15: return .setVersioning(random.pick([.enabled, .enabled, .suspended]) ?? .enabled)
        case 16: return .createUpload(.random(), key: key)
        case 17...18: return .putPart(upload, number: 1 + random.below(4), words: some(3))
        case 19:
            return .copyPart(
                upload, number: 1 + random.below(4), from: key, start: random.below(9),
                length: 1 + random.below(9))
        case 20...21:
            return .complete(
                upload, skipping: random.chance(30) ? [0] : [], minimum: random.chance(20) ? 15 : 0)
        case 22: return random.chance(30) ? .abort(upload) : .reap
        case 23: return .newRange(.random(), key: key, total: 12, start: Int64(random.below(8)), text: "new")
        case 24...25:
            let start = random.below(11)
            return .putRange(
                upload, start: Int64(start),
                text: String("abcdefghijkl".dropFirst(start).prefix(1 + random.below(7))),
                drops: random.chance(10))
        case 26: return .hold
        case 27: return .release(index: random.below(3))
        case 28: return .wait(Int64(1 + random.below(50)))
        case 29: return .advance
        case 30...31: return .unwind(grace: random.chance(30) ? 40 : 0)
        case 32: return .reclaim(grace: random.chance(30) ? 40 : 0)
        default: return .forget(1 + random.below(5))
        }
    }

    private static func conditions(_ random: inout LawRandom) -> WritePreconditions {
        switch random.below(6) {
        case 0: WritePreconditions(ifNoneMatch: .any)
        case 1: WritePreconditions(ifMatch: .etags([CatalogScene.etag("text").string]))
        case 2: WritePreconditions(forbidsOverwrite: true)
        default: .none
        }
    }
}
