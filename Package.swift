// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors where the project itself is built (`conformance/run`); a stranger's newer
/// compiler, which may warn of more, must still be able to build a release.
let strict = Context.environment["COFFER_STRICT"] == "1"

let settings: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ] + (strict ? [.treatAllWarnings(as: .error)] : [])

let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")

// The ladder: a target imports only what its row names. `Tests/TidyTests` checks every `import`
// against the same table in ARCHITECTURE.md.
let package = Package(
    name: "coffer",
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(
            url: "https://github.com/apple/swift-configuration", exact: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2", traits: []),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
    ],
    targets: [
        // 0: the system's C libraries, and C that Swift cannot express
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(
            name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),
        .target(name: "CChecksums", cSettings: [.unsafeFlags(["-O2"])]),
        .target(name: "CSQLiteLog"),
        // The console's files, compiled in by #embed: no file has to travel beside the binary.
        .target(name: "CAssets", exclude: ["web"]),

        // 1: bytes in, facts out; no storage
        .target(
            name: "Digests", dependencies: ["COpenSSL", "CXXHash", "CChecksums"], swiftSettings: settings),
        .target(name: "XML", dependencies: ["CLibXML2"], swiftSettings: settings),
        .target(
            name: "HTTPServer", dependencies: [nio, nioPosix, nioHTTP1, logging],
            swiftSettings: settings),

        // 2: immutable bytes
        .target(
            name: "Blobs", dependencies: ["Digests", nio, nioPosix, logging],
            swiftSettings: settings),

        // 3: the meaning of the product
        .target(
            name: "Objects", dependencies: ["Blobs", "Digests", nio, logging],
            swiftSettings: settings),

        // 4: implementations and services around the core
        .target(
            name: "CatalogSQLite",
            dependencies: ["Objects", "Blobs", "Digests", "CSQLiteLog", grdb, sqlite, nio, logging],
            swiftSettings: settings),
        .target(
            name: "Auth", dependencies: ["Objects", "Digests", "HTTPServer", nio, logging],
            swiftSettings: settings),
        .target(name: "Files", dependencies: ["Objects", nio, logging], swiftSettings: settings),
        .target(
            name: "MediaProbe",
            dependencies: [
                "Objects", "Digests", logging,
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: settings),

        // 5: the doors
        .target(
            name: "S3API",
            dependencies: ["Auth", "Objects", "HTTPServer", "XML", "Digests", nio, logging],
            swiftSettings: settings),
        .target(
            name: "DeliveryAPI",
            dependencies: ["Auth", "Files", "MediaProbe", "Objects", "HTTPServer", "Digests", nio, logging],
            swiftSettings: settings),
        .target(
            name: "LibraryAPI",
            dependencies: ["Auth", "Files", "MediaProbe", "Objects", "HTTPServer", "Digests", nio, logging],
            swiftSettings: settings),
        .target(
            name: "IdentityAPI",
            dependencies: ["Auth", "Objects", "HTTPServer", "XML", "Digests", nio, logging],
            swiftSettings: settings),
        .target(
            name: "Console",
            dependencies: ["Auth", "Files", "Objects", "HTTPServer", "Digests", "CAssets", nio, logging],
            swiftSettings: settings),

        // 6: one process
        .target(
            name: "Server",
            dependencies: [
                "S3API", "DeliveryAPI", "IdentityAPI", "LibraryAPI", "Console", "Auth", "Files", "MediaProbe",
                "Objects",
                "CatalogSQLite", "Blobs", "HTTPServer", "XML", "Digests", nio, nioPosix, nioHTTP1, logging,
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: settings),

        // 7: the commands
        .executableTarget(
            name: "coffer",
            dependencies: [
                "Server", "HTTPServer", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),

        // Tests. A law is a sentence and an async function; every implementation of a contract runs all of them.
        .target(
            name: "StoreLaws", dependencies: ["Blobs", "Objects", "Digests", nio],
            path: "Tests/StoreLaws", swiftSettings: settings),
        .testTarget(
            name: "DigestsTests", dependencies: ["Digests"], swiftSettings: settings),
        .testTarget(name: "XMLTests", dependencies: ["XML"], swiftSettings: settings),
        .testTarget(
            name: "HTTPServerTests", dependencies: ["HTTPServer", nio, nioPosix, nioHTTP1, logging],
            swiftSettings: settings),
        .testTarget(
            name: "BlobsTests", dependencies: ["Blobs", "Digests", "StoreLaws", nio],
            swiftSettings: settings),
        .testTarget(
            name: "ObjectsTests", dependencies: ["Objects", "Blobs", "Digests", "StoreLaws", nio],
            swiftSettings: settings),
        .testTarget(
            name: "CatalogSQLiteTests",
            dependencies: [
                "CatalogSQLite", "CSQLiteLog", "Objects", "Blobs", "Digests", "StoreLaws", grdb, sqlite, nio,
                logging,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "AuthTests",
            dependencies: ["Auth", "Objects", "HTTPServer", "Digests", "StoreLaws", nio, logging],
            swiftSettings: settings),
        .testTarget(
            name: "S3APITests",
            dependencies: [
                "S3API", "Auth", "Objects", "Blobs", "HTTPServer", "XML", "Digests", "StoreLaws",
                "CatalogSQLite", nio, logging,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "DeliveryAPITests",
            dependencies: [
                "DeliveryAPI", "Auth", "Files", "Objects", "Blobs", "HTTPServer", "Digests",
                "StoreLaws", "CatalogSQLite", nio, logging,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "IdentityAPITests",
            dependencies: [
                "IdentityAPI", "Auth", "Objects", "HTTPServer", "Digests", "StoreLaws", nio, logging,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ConsoleTests",
            dependencies: ["Console", "Auth", "Objects", "HTTPServer", "StoreLaws", nio, logging],
            swiftSettings: settings),
        .testTarget(
            name: "LibraryAPITests",
            dependencies: [
                "LibraryAPI", "Auth", "Files", "Objects", "HTTPServer", "Digests", "StoreLaws", nio,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ServerTests",
            dependencies: [
                "Server", "LibraryAPI", "Objects", "HTTPServer", "Digests", nio, nioPosix, logging,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "SimulationTests",
            dependencies: [
                "Objects", "Blobs", "CatalogSQLite", "Digests", "StoreLaws", nio, logging,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "MediaProbeTests", dependencies: ["MediaProbe", "Objects", nio, nioPosix, logging],
            swiftSettings: settings),
        .testTarget(name: "TidyTests", swiftSettings: settings),
        // Not shipped: the store without HTTP, the yardstick of `conformance/bench/run`.
        .executableTarget(
            name: "store-bench", dependencies: ["Blobs", "Digests", nio],
            path: "Tests/Benchmarks", swiftSettings: settings),
    ]
)
