import CXXHash

/// An xxHash in progress.
package struct XXHashContext: ~Copyable {
    package let form: XXHash
    /// The library has one state for XXH64 and another for the two forms of XXH3.
    private let state: State

    private enum State {
        case xxh64(OpaquePointer)
        case xxh3(OpaquePointer)
    }

    package init(_ form: XXHash) {
        self.form = form
        guard let state = form == .xxh64 ? XXH64_createState() : XXH3_createState() else {
            preconditionFailure("No memory for a hash state")
        }
        self.state = form == .xxh64 ? .xxh64(state) : .xxh3(state)
        reset()
    }

    deinit {
        switch state {
        case .xxh64(let state): XXH64_freeState(state)
        case .xxh3(let state): XXH3_freeState(state)
        }
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
        switch (state, form) {
        case (.xxh64(let state), _): succeed(XXH64_update(state, base, bytes.count))
        case (.xxh3(let state), .xxh128): succeed(XXH3_128bits_update(state, base, bytes.count))
        case (.xxh3(let state), _): succeed(XXH3_64bits_update(state, base, bytes.count))
        }
    }

    /// The hash of what was given since the last one; the context is then ready for a new message.
    package mutating func finalize() -> [UInt8] {
        defer { reset() }
        switch (state, form) {
        case (.xxh64(let state), _): return Self.bytes(XXH64_digest(state))
        case (.xxh3(let state), .xxh128):
            let hash = XXH3_128bits_digest(state)
            return Self.bytes(hash.high64) + Self.bytes(hash.low64)
        case (.xxh3(let state), _): return Self.bytes(XXH3_64bits_digest(state))
        }
    }

    /// Forgets what was given so far.
    package mutating func reset() {
        switch (state, form) {
        case (.xxh64(let state), _): succeed(XXH64_reset(state, 0))
        case (.xxh3(let state), .xxh128): succeed(XXH3_128bits_reset(state))
        case (.xxh3(let state), _): succeed(XXH3_64bits_reset(state))
        }
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }

    private func succeed(_ code: XXH_errorcode) {
        precondition(code == XXH_OK, "xxHash refuses a state of its own")
    }
}
