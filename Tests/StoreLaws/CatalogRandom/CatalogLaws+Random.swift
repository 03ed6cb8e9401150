import Objects

extension CatalogLaw {
    /// One law for each seed: after every step the catalog and the model say the same, and every few steps they
    /// hold the same, with all counts right.
    package static func randomRuns(seeds: Range<UInt64>, steps: Int) -> [CatalogLaw] {
        seeds.map { seed in
            CatalogLaw("Any \(steps) steps do what they do to the model (seed \(seed))") { catalog, clock in
                try await run(catalog, clock, seed: seed, steps: steps)
            }
        }
    }

    /// Steps between two comparisons of everything.
    private static let comparesEvery = 20

    private static func run(_ catalog: any Catalog, _ clock: LawClock, seed: UInt64, steps: Int) async throws
    {
        var random = LawRandom(seed: seed)
        let subject = try await CatalogActor(catalog, clock)
        let model = try await CatalogActor(CatalogModel(now: { clock.now }), clock)
        var uploads: [UploadID] = []
        for step in 1...steps {
            let operation = CatalogOperation.random(&random, uploads: Array(uploads.suffix(4)))
            switch operation {
            case .createUpload(let id, _), .newRange(let id, _, _, _, _): uploads.append(id)
            case .wait(let time): clock.advance(by: time)
            default: break
            }
            let (one, other) = (
                try await subject.outcome(of: operation), try await model.outcome(of: operation)
            )
            let context = "seed \(seed), step \(step), \(operation)"
            try demand(one == other, "\(one) instead of \(other): \(context)")
            guard step % comparesEvery == 0 || step == steps else { continue }
            let (lines, expected) = (
                try await subject.state(uploads: uploads), try await model.state(uploads: uploads)
            )
            let differing = zip(lines, expected).first { $0 != $1 }
            try demand(
                lines == expected,
                "\(differing?.0 ?? "\(lines.count) lines") instead of \(differing?.1 ?? "\(expected.count)"): "
                    + context)
            let problems = try await catalog.verify(repairCounts: false, limit: 9)
            try demand(problems.isEmpty, "\(problems): \(context)")
        }
    }
}
