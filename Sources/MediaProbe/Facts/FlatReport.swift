/// What ffprobe writes with `-of flat`: a line for each value, texts in quotes with escapes, so that nothing in a
/// file can make a line of its own.
struct FlatReport {
    /// Lines that are read; a file can have many streams.
    private static let maximumLines = 10_000

    private var values: [Substring: String] = [:]

    init(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        for line in text.split(separator: "\n").prefix(Self.maximumLines) {
            guard let equals = line.firstIndex(of: "=") else { continue }
            var value = line[line.index(after: equals)...]
            if value.first == "\"", value.last == "\"", value.count >= 2 {
                value = value.dropFirst().dropLast()
            }
            if value != "N/A", value != "unknown" { values[line[..<equals]] = String(value) }
        }
    }

    func text(_ key: String) -> String? { values[key[...]] }

    func integer(_ key: String) -> Int? { text(key).flatMap { Int($0) } }

    func real(_ key: String) -> Double? {
        text(key).flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil }
    }

    /// `30000/1001`; nil for nothing and for what no camera does.
    func rate(_ key: String) -> Double? {
        guard let halves = text(key)?.split(separator: "/"), halves.count == 2, let above = Double(halves[0]),
            let below = Double(halves[1]), above > 0, below > 0, above / below <= 1000
        else { return nil }
        return above / below
    }
}
