/// A generator that gives the same numbers for the same seed (SplitMix64), so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Changes bytes at random: flips, inserts, removes, repeats and splices pieces that parsers trip over.
struct Mutator {
    private var generator: SeededGenerator
    private let pieces: [[UInt8]]

    init(seed: UInt64, pieces: [String]) {
        generator = SeededGenerator(seed: seed)
        self.pieces = pieces.map { Array($0.utf8) }
    }

    mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let index = Int.random(in: 0...bytes.count, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0 where index < bytes.count:
                bytes[index] = UInt8.random(in: .min ... .max, using: &generator)
            case 1 where index < bytes.count:
                bytes.remove(at: index)
            case 2:
                bytes.insert(UInt8.random(in: .min ... .max, using: &generator), at: index)
            case 3:
                let end = min(bytes.count, index + Int.random(in: 1...8, using: &generator))
                bytes.insert(contentsOf: Array(bytes[index..<end]), at: index)
            case 4 where index < bytes.count:
                bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            default:
                bytes.insert(contentsOf: pieces.randomElement(using: &generator) ?? [], at: index)
            }
        }
        return bytes
    }

    mutating func split(_ count: Int) -> Int {
        Int.random(in: 0...max(0, count), using: &generator)
    }
}
