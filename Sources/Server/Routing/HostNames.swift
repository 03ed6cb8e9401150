/// Rules for host names of projects and domains.
package enum HostNames {
    /// Names that belong to doors.
    private static let reserved: Set<String> = ["s3", "api", "console", "admin", "www"]
    private static let maximumLength = 253

    /// Labels of lower-case letters, digits and inner hyphens (RFC 1123 section 2.1).
    package static func isValid(_ host: String) -> Bool {
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        return host.utf8.count <= maximumLength
            && labels.allSatisfy { label in
                let bytes = Array(label.utf8)
                return (1...63).contains(bytes.count) && bytes.first != UInt8(ascii: "-")
                    && bytes.last != UInt8(ascii: "-")
                    && bytes.allSatisfy { byte in
                        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                            || byte == UInt8(ascii: "-")
                    }
            }
    }

    /// Scheme and authority, nothing else: what stands before the path in the URLs of files.
    package static func isBaseURL(_ text: String) -> Bool {
        guard let scheme = ["https://", "http://"].first(where: { text.hasPrefix($0) }) else { return false }
        let authority = text.dropFirst(scheme.utf8.count)
        let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let host = parts.first, isValid(String(host)) else { return false }
        guard parts.count == 2 else { return true }
        return parts[1].utf8.allSatisfy { (0x30...0x39).contains($0) }
            && Int(parts[1]).map { (1...65_535).contains($0) } ?? false
    }

    /// Whether a project of this name, or a host whose first label it is, would take a door's host.
    package static func isReserved(_ name: String) -> Bool {
        let first = name.split(separator: ".").first.map(String.init) ?? name
        return reserved.contains(first) || name.hasSuffix(".s3") || name.contains(".s3.")
    }
}
