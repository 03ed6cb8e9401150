/// The rules of deduplication and freeing, reduced to one chunk, for trying every order of their steps.
///
/// Each upload makes a version of its own of the same chunk; a place is written once and never again.
struct InterleavingModel: Hashable {
    struct Rules: Hashable {
        /// Requests hold the epoch at which they began.
        var holdsEpochs = true
        /// Only a chunk that is referenced now counts as stored.
        var hitsOnlyAboveZero = true
    }

    enum Request: Hashable {
        case waiting
        case began(hold: UInt8)
        /// The chunk was found, or written to its own place, there.
        case ready(hold: UInt8, place: UInt8, wrote: Bool)
        case visible
        case over

        /// A number of its own for each request.
        var rank: Int {
            switch self {
            case .waiting: 0
            case .visible: 1
            case .over: 2
            case .began(let hold): 3 | Int(hold) << 2
            case .ready(let hold, let place, let wrote):
                1 << 20 | Int(hold) << 10 | Int(place) << 1 | (wrote ? 1 : 0)
            }
        }
    }

    enum Sweeper: Hashable {
        case resting, advanced, queued, freed, searched(orphans: UInt8)
    }

    struct Row: Hashable {
        var place: UInt8
        var count: UInt8
        /// The epoch at which the count fell to zero.
        var stamp: UInt8
    }

    var epoch: UInt8 = 0
    var row: Row?
    /// A bit for each place that has its bytes.
    var bytes: UInt8 = 0
    var reclaims: UInt8 = 0
    /// The epoch at which each place was taken.
    var taken: [UInt8] = []
    var uploads: [Request]
    var reader = Request.waiting
    var sweeper = Sweeper.resting
    var deletesLeft: UInt8
    var sweepsLeft: UInt8
    var crashesLeft: UInt8
    /// A reader was given bytes that had been freed.
    var readFreedBytes = false

    init(uploads: Int, deletes: UInt8, sweeps: UInt8, crashes: UInt8) {
        self.uploads = Array(repeating: .waiting, count: uploads)
        deletesLeft = deletes
        sweepsLeft = sweeps
        crashesLeft = crashes
    }

    var hasLoss: Bool {
        if readFreedBytes { return true }
        let references = uploads.count { $0 == .visible }
        guard references > 0 else { return false }
        guard let row, Int(row.count) == references else { return true }
        return bytes & (1 << row.place) == 0
    }

    /// What is stamped before this may go.
    func oldestHold(_ rules: Rules) -> UInt8 {
        guard rules.holdsEpochs else { return epoch }
        return (uploads + [reader]).reduce(epoch) { oldest, request in
            switch request {
            case .began(let hold), .ready(let hold, _, _): min(oldest, hold)
            case .waiting, .visible, .over: oldest
            }
        }
    }
}
