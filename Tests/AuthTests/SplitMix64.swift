/// A seeded generator, so that a failure can be had again.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// One small change: a byte put in, taken out, replaced or doubled, two swapped, or the end cut off.
func mutated(_ bytes: [UInt8], alphabet: [UInt8], using generator: inout SplitMix64) -> [UInt8] {
    var bytes = bytes
    guard !bytes.isEmpty else { return bytes }
    let index = Int.random(in: 0..<bytes.count, using: &generator)
    let other = Int.random(in: 0..<bytes.count, using: &generator)
    let byte = alphabet.randomElement(using: &generator) ?? 0x41
    switch Int.random(in: 0..<7, using: &generator) {
    case 0: bytes[index] = byte
    case 1: bytes.insert(byte, at: index)
    case 2: bytes.remove(at: index)
    case 3: bytes.swapAt(index, other)
    case 4: bytes.insert(bytes[index], at: index)
    case 5: bytes[index] ^= 1 << UInt8.random(in: 0..<7, using: &generator)
    default: bytes.removeLast(Int.random(in: 1...min(bytes.count, 40), using: &generator))
    }
    return bytes
}
