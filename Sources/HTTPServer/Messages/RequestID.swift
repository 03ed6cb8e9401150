/// Names a request in answers and logs: `req_` and 16 hexadecimal digits.
package struct RequestID: Hashable, Sendable, CustomStringConvertible {
    let bits: UInt64

    init(bits: UInt64) {
        self.bits = bits
    }

    package static func random() -> RequestID {
        RequestID(bits: UInt64.random(in: .min ... .max))
    }

    package var description: String {
        let digits = String(bits, radix: 16)
        return "req_" + String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}

/// Makes request ids without asking the system for randomness each time.
///
/// An id tells requests apart, it keeps no secret: one random seed a connection, stepped by SplitMix64, is enough.
struct RequestIDSequence {
    private var state = UInt64.random(in: .min ... .max)

    mutating func next() -> RequestID {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return RequestID(bits: z ^ (z >> 31))
    }
}
