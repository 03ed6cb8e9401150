/// Makes small changes from a seed, the same on every run: what a reader must take or refuse, and never more.
struct Mutator: RandomNumberGenerator {
    private var state: UInt64
    private let fragments: [[UInt8]]

    /// - Parameter fragments: text that leads this kind of reader astray.
    init(seed: UInt64, fragments: [String]) {
        state = seed
        self.fragments = fragments.map { Array($0.utf8) }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// One to three changes: bits, bytes, runs that go, come twice or end the text, and fragments.
    mutating func mutated(_ document: [UInt8]) -> [UInt8] {
        var bytes = document
        for _ in 0..<Int.random(in: 1...3, using: &self) { mutate(&bytes) }
        return bytes
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        let place = Int.random(in: 0...bytes.count, using: &self)
        let end = Int.random(in: place...min(bytes.count, place + 40), using: &self)
        switch Int.random(in: 0..<8, using: &self) {
        case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
        case 1 where place < bytes.count: bytes[place] = UInt8.random(in: .min ... .max, using: &self)
        case 2: bytes.removeSubrange(place..<end)
        case 3: bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
        case 4: bytes.removeSubrange(place...)
        case 5: bytes.replaceSubrange(place..<end, with: fragments.randomElement(using: &self) ?? [])
        default: bytes.insert(contentsOf: fragments.randomElement(using: &self) ?? [], at: place)
        }
    }
}
