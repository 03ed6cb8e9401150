/// Whether an answer stands alone or in an envelope with `meta` and `data`.
package enum ResponseShape: Sendable {
    case envelope
    case bare

    /// The newest version of the API that has the envelope; every earlier one has it too.
    package static let envelopeVersion = "2025-07-01"
    /// The version since which answers are bare, and the newest there is.
    package static let bareVersion = "2025-08-20"

    /// What an `Accept-Version` field asks for: `latest`, or a date, which means the newest version that is not
    /// later. Nil when the field is absent or is neither, so that the caller's own default holds.
    package init?(acceptVersion: String?) {
        guard let acceptVersion else { return nil }
        if acceptVersion == "latest" {
            self = .bare
            return
        }
        let bytes = Array(acceptVersion.utf8)
        let isDate =
            bytes.count == 10
            && bytes.indices.allSatisfy { $0 == 4 || $0 == 7 ? bytes[$0] == 0x2D : isDigit(bytes[$0]) }
        guard isDate else { return nil }
        self = bytes.lexicographicallyPrecedes(Self.bareVersion.utf8) ? .envelope : .bare
    }

    package var version: String {
        switch self {
        case .envelope: Self.envelopeVersion
        case .bare: Self.bareVersion
        }
    }
}

private func isDigit(_ byte: UInt8) -> Bool {
    byte >= 0x30 && byte <= 0x39
}
