import Objects
import Synchronization

/// The epoch, who holds which, and the segment ids that were given out: the clock of the sweeper.
///
/// Epochs and segment ids both only grow, so "taken before the oldest hold began" is a comparison of ids: each
/// epoch remembers the first segment id that was free when it began.
final class EpochClock: Sendable {
    /// What the sweeper may touch.
    struct Horizon: Sendable {
        /// Rows stamped before this epoch are out of everybody's reach.
        var epoch: Int64
        /// Segments with a smaller id were taken by nobody who still runs.
        var segment: Int64
    }

    private struct Held {
        var count: Int
        /// The first segment id that was free when the epoch began.
        var firstSegment: Int64
    }

    private struct State {
        var epoch: Int64
        var firstSegment: Int64
        var held: [Int64: Held] = [:]
        var nextSegment: Int64
        var segmentLimit: Int64
    }

    private let state: Mutex<State>

    /// - Parameter segments: a lease of ids that no earlier process had.
    init(epoch: Int64, segments: Range<Int64>) {
        state = Mutex(
            State(
                epoch: epoch, firstSegment: segments.lowerBound, nextSegment: segments.lowerBound,
                segmentLimit: segments.upperBound))
    }

    /// The present epoch, with which counts that fall to zero are stamped.
    var epoch: Int64 { state.withLock { $0.epoch } }

    func hold() -> EpochHold {
        let epoch = state.withLock { state in
            state.held[state.epoch, default: Held(count: 0, firstSegment: state.firstSegment)].count += 1
            return state.epoch
        }
        return EpochHold { [weak self] in self?.release(epoch) }
    }

    private func release(_ epoch: Int64) {
        state.withLock { state in
            guard var held = state.held[epoch] else { return }
            held.count -= 1
            state.held[epoch] = held.count > 0 ? held : nil
        }
    }

    /// After the new epoch is durable.
    func advance(to epoch: Int64) {
        state.withLock { state in
            guard epoch > state.epoch else { return }
            state.epoch = epoch
            state.firstSegment = state.nextSegment
        }
    }

    var horizon: Horizon {
        state.withLock { state in
            guard let oldest = state.held.min(by: { $0.key < $1.key }) else {
                return Horizon(epoch: state.epoch, segment: state.firstSegment)
            }
            return Horizon(epoch: oldest.key, segment: oldest.value.firstSegment)
        }
    }

    /// An id that nobody had; nil when the lease is used up.
    func takeSegment() -> Int64? {
        state.withLock { state in
            guard state.nextSegment < state.segmentLimit else { return nil }
            defer { state.nextSegment += 1 }
            return state.nextSegment
        }
    }

    /// Goes on with a lease that is durable. A lease that came too late, because another caller brought one, is
    /// lost: ids are many.
    func lease(_ segments: Range<Int64>) {
        state.withLock { state in
            guard state.nextSegment >= state.segmentLimit, segments.lowerBound >= state.segmentLimit else {
                return
            }
            state.nextSegment = segments.lowerBound
            state.segmentLimit = segments.upperBound
        }
    }
}
