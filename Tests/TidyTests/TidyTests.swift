import Testing

/// The sources against the rules of the house.
@Suite struct TidyTests {
    private let files: [SourceFile]

    init() throws {
        files = try SourceTree.files()
    }

    private func breaches(of rule: (SourceFile) -> [String]) -> [String] {
        files.flatMap { file -> [String] in rule(file) }
    }

    @Test func theSourcesAreThere() {
        let targets = Set(files.map(\.target))
        #expect(targets.subtracting(Ladder.targetsInC) == Set(Ladder.rows.keys))
        #expect(targets.isSuperset(of: Ladder.targetsInC))
    }

    @Test func importsFollowTheLadder() {
        #expect(breaches(of: Rules.imports) == [])
    }

    /// A row names only rungs that exist and stand below it: the table has no circle.
    @Test func theLadderHasNoCircle() {
        var built = Ladder.targetsInC
        var waiting = Ladder.rows
        while let next = waiting.first(where: { row in
            row.value.allSatisfy { built.contains($0) || Ladder.rows[$0] == nil }
        }) {
            built.insert(next.key)
            waiting[next.key] = nil
        }
        #expect(waiting.isEmpty)
    }

    @Test func unsafePointersStayWhereTheyBelong() {
        #expect(breaches(of: Rules.unsafePointers) == [])
    }

    @Test func nothingForbiddenIsCalled() {
        #expect(breaches(of: Rules.forbiddenCode) == [])
    }

    @Test func nothingIsPromised() {
        #expect(breaches(of: Rules.promises) == [])
    }

    @Test func nothingIsPublic() {
        #expect(breaches(of: Rules.visibility) == [])
    }

    @Test func namesSaySomething() {
        #expect(breaches(of: Rules.names) == [])
        #expect(breaches(of: Rules.folders) == [])
    }

    @Test func uncheckedSendableIsExplained() {
        #expect(breaches(of: Rules.uncheckedSendable) == [])
    }

    @Test func filesAreShort() {
        #expect(breaches(of: Rules.fileLength) == [])
    }

    @Test func functionsAreShort() {
        #expect(breaches(of: Rules.bodyLength) == [])
    }
}
