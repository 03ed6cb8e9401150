import NIOCore
import Objects
import Synchronization

/// The file of a form, handed up as it comes; it ends before the boundary that follows it.
final class FormFile: BodySource {
    /// Bytes after the file, which are read and forgotten.
    private static let maximumRest = 20 << 10

    private let source: any BodySource
    private let delimiter: [UInt8]
    private let state: Mutex<State>

    private struct State {
        /// Bytes that were read and not handed up.
        var pending: ByteBuffer
        var isAtEnd = false
        /// Bytes read after the end.
        var rest = 0
    }

    private enum Step {
        case bytes(ByteBuffer)
        case more
        case end
    }

    init(_ source: any BodySource, beginning: ArraySlice<UInt8>, delimiter: [UInt8]) {
        self.source = source
        self.delimiter = delimiter
        state = Mutex(State(pending: ByteBuffer(bytes: beginning)))
    }

    /// Throws `MalformedPOSTRequest` when the form ends within the file.
    func next() async throws -> ByteBuffer? {
        while true {
            switch step() {
            case .bytes(let bytes): return bytes
            case .end:
                try await readRest()
                return nil
            case .more:
                guard let slab = try await source.next() else { throw S3Error(.malformedPOSTRequest) }
                state.withLock { state in
                    if state.pending.readableBytes == 0 {
                        state.pending = slab
                    } else {
                        state.pending.writeImmutableBuffer(slab)
                    }
                }
            }
        }
    }

    private func step() -> Step {
        state.withLock { state in
            guard !state.isAtEnd else { return .end }
            let view = state.pending.readableBytesView
            var start = view.startIndex
            while let mark = view[start...].firstIndex(of: delimiter[0]) {
                let length = min(delimiter.count, view.endIndex - mark)
                if view[mark..<mark + length].elementsEqual(delimiter[..<length]) {
                    let before = mark - view.startIndex
                    if before > 0 { return Self.taken(before, from: &state.pending) }
                    guard length == delimiter.count else { return .more }
                    state.isAtEnd = true
                    state.rest = view.count - length
                    state.pending = ByteBuffer()
                    return .end
                }
                start = mark + 1
            }
            return view.isEmpty ? .more : Self.taken(view.count, from: &state.pending)
        }
    }

    private static func taken(_ count: Int, from pending: inout ByteBuffer) -> Step {
        pending.readSlice(length: count).map { .bytes($0) } ?? .more
    }

    /// A form that is cut off is no form: what follows the file must come to its end.
    private func readRest() async throws {
        while true {
            guard state.withLock({ $0.rest }) <= Self.maximumRest else {
                throw S3Error(.malformedPOSTRequest)
            }
            guard let slab = try await source.next() else { return }
            state.withLock { $0.rest += slab.readableBytes }
        }
    }
}
