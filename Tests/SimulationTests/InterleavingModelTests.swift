import Testing

@Suite("Every interleaving of uploads, deletes, a reader, the sweeper and a crash")
struct InterleavingModelTests {
    /// Far above what the model has; a change that passes it makes the search too long to be a test.
    private static let maximumStates = 1_000_000

    /// Breadth first; ends at the first loss.
    private func search(_ rules: InterleavingModel.Rules) throws -> (states: Int, foundLoss: Bool) {
        let start = InterleavingModel(uploads: 3, deletes: 2, sweeps: 2, crashes: 1)
        var seen: Set<InterleavingModel> = [start]
        var front = [start]
        while !front.isEmpty {
            var found: [InterleavingModel] = []
            for state in front {
                for next in state.next(rules) where seen.insert(next).inserted {
                    if next.hasLoss { return (seen.count, true) }
                    found.append(next)
                }
            }
            front = found
            try #require(seen.count < Self.maximumStates)
        }
        return (seen.count, false)
    }

    @Test("With all rules nothing is lost")
    func allRules() throws {
        let result = try search(InterleavingModel.Rules())
        print("interleaving model: \(result.states) states")
        #expect(!result.foundLoss)
        #expect(result.states > 10_000)
    }

    @Test("Without held epochs a loss is found")
    func withoutHolds() throws {
        let result = try search(InterleavingModel.Rules(holdsEpochs: false))
        print("interleaving model without held epochs: a loss after \(result.states) states")
        #expect(result.foundLoss)
    }

    @Test("With hits on chunks at count zero a loss is found")
    func hitsAtZero() throws {
        let result = try search(InterleavingModel.Rules(hitsOnlyAboveZero: false))
        print("interleaving model with hits at zero: a loss after \(result.states) states")
        #expect(result.foundLoss)
    }
}
