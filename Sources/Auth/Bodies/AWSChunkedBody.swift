package import HTTPServer
package import NIOCore
package import Objects
import Synchronization

/// The bytes inside an aws-chunked body, each verified before it is handed up.
///
/// The bytes of a signed chunk are held until its signature is proven, so a chunk may have no more than
/// `maximumSignedChunk` bytes. Source: AWS S3 API Reference, "Signature Calculations for the Authorization
/// Header: Transferring Payload in Multiple Chunks" and "… Including Trailing Headers".
package final class AWSChunkedBody: BodySource {
    /// Bytes of a signed chunk. AWS's tools send 64 KiB to 128 KiB and let users choose up to some MiB; other
    /// servers stop at 16 MiB too, so a client that works elsewhere works here. All bodies together share
    /// `ChunkBudget`.
    package static let maximumSignedChunk: Int64 = 16 * 1024 * 1024
    /// Bytes of every chunk but the last, AWS's own rule; smaller ones would cost a signature for few bytes.
    package static let minimumChunk: Int64 = 8 * 1024
    /// Bytes handed up at a time.
    static let slabLength = 512 * 1024

    package enum Form: Sendable {
        /// Every chunk is signed, and the trailer, if there is one.
        case signed(ChunkSigner, trailer: Bool)
        case unsignedTrailer
    }

    private let source: any BodySource
    private let budget: ChunkBudget
    private let state: Mutex<State>

    private struct State: ~Copyable {
        var decoder: AWSChunkedDecoder
        /// Bytes that `budget` counts for this body.
        var held = 0
        var isAtEnd = false
        var failure: S3AuthError?
        var thrown: StoreError?
    }

    /// `decodedLength` is `x-amz-decoded-content-length`; `declaredTrailers` the names in `x-amz-trailer`, in
    /// lower case.
    package init(
        _ source: any BodySource, form: Form, decodedLength: Int64, declaredTrailers: [String] = [],
        budget: ChunkBudget = ChunkBudget()
    ) {
        self.source = source
        self.budget = budget
        state = Mutex(
            State(
                decoder: AWSChunkedDecoder(
                    form: form, decodedLength: decodedLength, declaredTrailers: declaredTrailers)))
    }

    deinit {
        let held = state.withLock { $0.held }
        _ = budget.change(from: held, to: 0)
    }

    /// Throws `StoreError`; what AWS calls it is then in `failure`.
    package func next() async throws -> ByteBuffer? {
        while true {
            if let ready = try takeReady() { return ready.readableBytes > 0 ? ready : nil }
            let slab = try await source.next()
            try feed(slab)
        }
    }

    /// The trailer fields, names in lower case; empty before the end.
    package var trailers: HeaderFields {
        state.withLock { $0.isAtEnd ? HeaderFields($0.decoder.trailers) : HeaderFields() }
    }

    /// Why the body was refused, where `next` threw for that.
    package var failure: S3AuthError? { state.withLock { $0.failure } }

    /// Verified bytes; an empty buffer at the end; nil when more must be read first.
    private func takeReady() throws(StoreError) -> ByteBuffer? {
        try state.withLock { state throws(StoreError) in
            if let thrown = state.thrown { throw thrown }
            if let ready = state.decoder.takeReady(upTo: Self.slabLength) { return ready }
            return state.isAtEnd ? ByteBuffer() : nil
        }
    }

    private func feed(_ slab: ByteBuffer?) throws(StoreError) {
        try state.withLock { state throws(StoreError) in
            do throws(S3AuthError) {
                if let slab {
                    try state.decoder.take(slab)
                } else {
                    try state.decoder.finish()
                    state.isAtEnd = true
                }
            } catch {
                state.decoder.drop()
                release(&state)
                state.failure = error
                state.thrown = Self.storeError(error)
                throw Self.storeError(error)
            }
            let holds = state.decoder.heldByteCount
            guard budget.change(from: state.held, to: holds) else {
                state.decoder.drop()
                release(&state)
                state.thrown = .overloaded
                throw .overloaded
            }
            state.held = holds
        }
    }

    private func release(_ state: inout State) {
        _ = budget.change(from: state.held, to: 0)
        state.held = 0
    }

    private static func storeError(_ error: S3AuthError) -> StoreError {
        switch error {
        case .incompleteBody: .bodyIncomplete
        case .signatureDoesNotMatch: .digestMismatch("chunk-signature")
        default: .invalidArgument(error.message)
        }
    }
}
