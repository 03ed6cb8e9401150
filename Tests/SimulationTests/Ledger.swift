import Objects

/// What a client knows: what it was told is done, and what it has begun and heard nothing of.
struct Ledger: Sendable {
    struct Write: Sendable {
        var value: Sample?
        /// Values of writes that were under way at the same time: each may have come after this one.
        var overlapping: Set<Sample?>
    }

    /// One key and what a reader may find there; nil is no object.
    struct Key: Sendable {
        var possible: Set<Sample?> = [nil]
        var underWay: [Int: Write] = [:]
        /// Everything that was ever possible, in order.
        var log: [Sample?] = [nil]
    }

    /// What is set beside the objects, by one client at a time.
    struct Value: Sendable {
        var possible: Set<String?> = [nil]
        /// The newest; says where to look.
        var setting: Setting?

        mutating func begin(_ setting: Setting) {
            possible.insert(setting.value)
            self.setting = setting
        }

        mutating func acknowledge(_ setting: Setting) { possible = [setting.value] }
    }

    struct Multipart: Sendable {
        var key: String
        var whole: Sample
        /// Nil until its creation was answered.
        var upload: Upload?
        /// Acknowledged, by number.
        var parts: [Int: Sample] = [:]
        /// Those whose replacement was begun and not answered.
        var uncertain: Set<Int> = []
        /// Completed or aborted, or that was begun.
        var isEnding = false
    }

    struct Ranges: Sendable {
        var key: String
        var whole: Sample
        var announces: Bool
        var acknowledged: [Range<Int>] = []
        var underWay: [Range<Int>] = []
        /// Under way when the server died: each may be there.
        var uncertain: [Range<Int>] = []
        /// The write of the object, once the last gap is being filled.
        var write: Int?
        var isComplete = false
        /// The object may be there since before a crash.
        var mayBeComplete = false

        var isCovered: Bool {
            var end = 0
            for range in (acknowledged + underWay + uncertain).sorted(by: { $0.lowerBound < $1.lowerBound }) {
                guard range.lowerBound <= end else { return false }
                end = max(end, range.upperBound)
            }
            return end == whole.bytes.count
        }
    }

    /// What the client of a server that died still knows: nothing is under way any more.
    func afterCrash() -> Ledger {
        var ledger = self
        for key in keys.keys { ledger.keys[key]?.underWay = [:] }
        for (name, upload) in ranges {
            ledger.ranges[name]?.uncertain += upload.underWay
            ledger.ranges[name]?.underWay = []
            ledger.ranges[name]?.mayBeComplete = upload.write != nil
            ledger.ranges[name]?.write = nil
        }
        return ledger
    }

    var keys: [String: Key] = [:]
    var multiparts: [String: Multipart] = [:]
    var ranges: [String: Ranges] = [:]
    /// By name.
    var settings: [String: Value] = [:]
    /// Begun and not answered.
    var underWay: [Int: Verb] = [:]
    private var nextNumber = 0

    mutating func begin(_ verb: Verb) -> Int {
        nextNumber += 1
        underWay[nextNumber] = verb
        return nextNumber
    }

    /// The value may be seen from here on.
    mutating func begin(_ key: String, _ value: Sample?) -> Int {
        nextNumber += 1
        var note = keys[key, default: Key()]
        let others = Set(note.underWay.values.map(\.value))
        for number in note.underWay.keys { note.underWay[number]?.overlapping.insert(value) }
        note.underWay[nextNumber] = Write(value: value, overlapping: others)
        note.possible.insert(value)
        note.log.append(value)
        keys[key] = note
        return nextNumber
    }

    /// The write was answered: what was before is not seen any more.
    mutating func acknowledge(_ key: String, _ number: Int) {
        guard let write = keys[key]?.underWay.removeValue(forKey: number) else { return }
        keys[key]?.possible = write.overlapping.union([write.value])
    }

    /// The write failed, or its answer did not come: both values stay possible, or only the old one.
    mutating func giveUp(_ key: String, _ number: Int, isApplied: Bool?) {
        guard let write = keys[key]?.underWay.removeValue(forKey: number) else { return }
        if isApplied == false, keys[key]?.underWay.isEmpty == true, write.overlapping.isEmpty {
            keys[key]?.possible.remove(write.value)
        }
    }

    /// What was possible is so for sure: it was seen.
    mutating func settle(_ key: String, _ value: Sample?) {
        if keys[key]?.underWay.isEmpty == true { keys[key]?.possible = [value] }
    }

    func possible(_ key: String) -> Set<Sample?> { keys[key, default: Key()].possible }
    /// The number of values that were possible so far.
    func moment(_ key: String) -> Int { keys[key, default: Key()].log.count }
    func values(_ key: String, since moment: Int) -> Set<Sample?> {
        Set(keys[key, default: Key()].log[moment...])
    }
}
