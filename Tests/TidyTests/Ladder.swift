/// What each target may import: the ladder of ARCHITECTURE.md, from the bottom up.
///
/// The compiler would let a target import what it reaches only through another one; this table is
/// what keeps the rungs apart.
enum Ladder {
    static let rows: [String: Set<String>] = [
        "Digests": ["COpenSSL", "CXXHash", "CChecksums"],
        "XML": ["CLibXML2"],
        "HTTPServer": ["NIOCore", "NIOPosix", "NIOHTTP1", "Logging"],
        "Blobs": ["Digests", "NIOCore", "NIOPosix", "Logging"],
        "Objects": ["Blobs", "Digests", "NIOCore", "Logging"],
        "CatalogSQLite": [
            "Objects", "Blobs", "Digests", "CSQLiteLog", "GRDB", "GRDBSQLite", "NIOCore", "Logging",
        ],
        "Auth": ["Objects", "Digests", "HTTPServer", "NIOCore", "Logging"],
        "Files": ["Objects", "NIOCore", "Logging"],
        "MediaProbe": ["Objects", "Digests", "Logging", "Subprocess", "SystemPackage"],
        "S3API": ["Auth", "Objects", "HTTPServer", "XML", "Digests", "NIOCore", "Logging"],
        "DeliveryAPI": [
            "Auth", "Files", "MediaProbe", "Objects", "HTTPServer", "Digests", "NIOCore", "Logging",
        ],
        "LibraryAPI": [
            "Auth", "Files", "MediaProbe", "Objects", "HTTPServer", "Digests", "NIOCore", "Logging",
        ],
        "IdentityAPI": ["Auth", "Objects", "HTTPServer", "XML", "Digests", "NIOCore", "Logging"],
        "Console": ["Auth", "Files", "Objects", "HTTPServer", "Digests", "CAssets", "NIOCore", "Logging"],
        "Server": [
            "S3API", "DeliveryAPI", "IdentityAPI", "LibraryAPI", "Console", "Auth", "Files", "MediaProbe",
            "Objects", "CatalogSQLite",
            "Blobs", "HTTPServer", "XML", "Digests", "NIOCore", "NIOPosix", "NIOHTTP1", "Logging",
            "ServiceLifecycle",
            "AsyncHTTPClient", "Configuration", "SystemPackage",
            "UnixSignals", "Yams",
        ],
        "coffer": ["Server", "HTTPServer", "ArgumentParser"],
    ]

    /// Targets that are no Swift: module maps of the system's libraries, and C.
    static let targetsInC: Set<String> = [
        "COpenSSL", "CLibXML2", "CXXHash", "CChecksums", "CSQLiteLog", "CAssets",
    ]

    /// Of the standard library, for every target.
    static let everywhere: Set<String> = ["Synchronization"]

    /// POSIX calls, for those that talk to the system; a reader, a writer or a door has nothing to ask it.
    static let withGlibc: Set<String> = [
        "Digests", "HTTPServer", "Blobs", "Objects", "CatalogSQLite", "Auth", "MediaProbe", "Server",
        "coffer",
    ]

    /// Where no request passes, or where a dependency brings it anyway.
    static let withFoundation: Set<String> = ["CatalogSQLite", "Server", "coffer"]

    /// Where C libraries, sockets, files, rows and hashes meet memory.
    static let withUnsafePointers: Set<String> = ["Digests", "XML", "Blobs", "HTTPServer", "CatalogSQLite"]

    /// Nil for a target that has no row.
    static func allowedImports(of target: String) -> Set<String>? {
        guard var allowed = rows[target] else { return nil }
        allowed.formUnion(everywhere)
        if withGlibc.contains(target) { allowed.insert("Glibc") }
        if withFoundation.contains(target) {
            allowed.formUnion(["Foundation", "FoundationEssentials", "Dispatch"])
        }
        return allowed
    }
}
