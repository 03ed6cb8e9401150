extension InterleavingModel {
    /// Every state that one step of anybody leads to.
    func next(_ rules: Rules) -> [Self] {
        var states: [Self] = []
        var tried: Set<Request> = []
        for index in uploads.indices where tried.insert(uploads[index]).inserted {
            states += after(index, rules)
        }
        if let read = afterReader() { states.append(read) }
        states += afterSweeper(rules)
        if crashesLeft > 0 { states.append(afterCrash()) }
        // Uploads differ in nothing but their progress: their order would only multiply the states.
        for index in states.indices { states[index].uploads.sort { $0.rank < $1.rank } }
        return states
    }

    private func after(_ index: Int, _ rules: Rules) -> [Self] {
        var state = self
        switch uploads[index] {
        case .waiting: state.uploads[index] = .began(hold: epoch)
        case .began(let hold):
            if let row, row.count > 0 || !rules.hitsOnlyAboveZero {
                state.uploads[index] = .ready(hold: hold, place: row.place, wrote: false)
            } else {
                let place = UInt8(taken.count)
                state.taken.append(epoch)
                state.bytes |= 1 << place
                state.uploads[index] = .ready(hold: hold, place: place, wrote: true)
            }
        case .ready(_, let place, let wrote):
            state.uploads[index] = .visible
            state.commit(place, wrote: wrote)
        case .visible:
            guard deletesLeft > 0, let row, row.count > 0 else { return [] }
            state.deletesLeft -= 1
            state.uploads[index] = .over
            state.row?.count -= 1
            if row.count == 1 { state.row?.stamp = epoch }
        case .over: return []
        }
        return [state]
    }

    private mutating func commit(_ place: UInt8, wrote: Bool) {
        guard let known = row else {
            row = Row(place: place, count: 1, stamp: 0)
            return
        }
        row?.count += 1
        row?.stamp = 0
        if wrote, known.place != place { reclaims |= 1 << place }
    }

    private func afterReader() -> Self? {
        var state = self
        switch reader {
        case .waiting: state.reader = .began(hold: epoch)
        case .began(let hold):
            guard uploads.contains(.visible), let row else { return nil }
            state.reader = .ready(hold: hold, place: row.place, wrote: false)
        case .ready(_, let place, _):
            state.reader = .over
            state.readFreedBytes = bytes & (1 << place) == 0
        case .visible, .over: return nil
        }
        return state
    }

    private func afterSweeper(_ rules: Rules) -> [Self] {
        var state = self
        switch sweeper {
        case .resting:
            guard sweepsLeft > 0 else { return [] }
            state.sweepsLeft -= 1
            state.epoch += 1
            state.sweeper = .advanced
        case .advanced:
            if let row, row.count == 0, row.stamp < oldestHold(rules) {
                state.reclaims |= 1 << row.place
                state.row = nil
            }
            state.sweeper = .queued
        case .queued:
            state.bytes &= ~reclaims
            state.sweeper = .freed
        case .freed:
            // What was queued since the bytes were freed waits for the next sweep.
            state.reclaims &= bytes
            let oldest = oldestHold(rules)
            var orphans: UInt8 = 0
            for (place, epoch) in taken.enumerated()
            where epoch < oldest && row.map({ Int($0.place) }) != place {
                orphans |= 1 << UInt8(place)
            }
            state.sweeper = .searched(orphans: orphans & bytes & ~reclaims)
        case .searched(let orphans):
            state.bytes &= ~orphans
            state.sweeper = .resting
        }
        return [state]
    }

    /// Holds and uncommitted work are gone; the catalog and the bytes stay.
    private func afterCrash() -> Self {
        var state = self
        state.crashesLeft -= 1
        state.sweeper = .resting
        state.uploads = uploads.map(Self.afterCrash)
        state.reader = Self.afterCrash(reader)
        return state
    }

    private static func afterCrash(_ request: Request) -> Request {
        switch request {
        case .began, .ready: .over
        case .waiting, .visible, .over: request
        }
    }
}
