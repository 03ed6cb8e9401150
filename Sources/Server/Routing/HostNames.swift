/// Rules for host names of projects and domains.
package enum HostNames {
    /// Names that belong to doors, under the store's own domains.
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

    /// Whether a project of this name would take a door's host.
    package static func isReserved(project: String) -> Bool { reserved.contains(project) }

    /// Whether a host would take one of a door under these domains of the store, or one of S3's buckets there. The
    /// same labels under any other domain are its owner's.
    package static func isReserved(host: String, under domains: [String]) -> Bool {
        domains.contains { domain in
            guard host.hasSuffix("." + domain) else { return false }
            let name = host.dropLast(domain.utf8.count + 1)
            return reserved.contains(String(name)) || name.hasSuffix(".s3")
        }
    }
}
