package import Logging
package import Objects

/// The settings of a server, checked.
package struct ServerConfiguration: Sendable {
    package var delivery = Address(host: "127.0.0.1", port: 8080)
    package var s3 = Address(host: "127.0.0.1", port: 9000)
    package var api = Address(host: "127.0.0.1", port: 9001)
    package var admin = Address(host: "127.0.0.1", port: 9002)
    package var baseDomain = "localhost"
    package var contentDomain = "localhost"
    package var region = "us-east-1"
    /// IP addresses.
    package var trustedProxies: [String] = []
    package var dedup = DedupPolicy.instance
    package var maximumObjectBytes: Int64 = 5 << 40
    package var slabBudgetBytes = 256 << 20
    package var cacheBytes = 64 << 20
    package var diskThreads = 8
    package var diskQueue = 4096
    /// 0: as many as there are cores.
    package var eventLoops = 0
    package var maximumConnections = 10_000
    package var maximumHeaderBytes = 32 * 1024
    package var headerSeconds = 20
    package var idleSeconds = 75
    package var minimumBodyRate = 1024
    package var shutdownSeconds = 30
    package var uploadLifetimeSeconds = 7 * 86_400
    package var sweepIntervalSeconds = 60
    package var sweepGraceSeconds = 3600
    package var lifecycleDaySeconds = 86_400
    package var accessLogSeconds = 300
    package var mediaSandbox = MediaSandbox.required
    /// 0: one for each core.
    package var mediaTools = 0
    /// Whether files are fetched from addresses of the server's own network.
    package var ingestsPrivateAddresses = false
    package var pictureCacheBytes: Int64 = 1 << 30
    package var logLevel = Logger.Level.info
    /// Whether every request is worth a line of the log at level info.
    package var logsRequests = false

    package init() {}

    /// Whether files are looked into where no sandbox can be had.
    package enum MediaSandbox: String, CaseIterable, Sendable {
        case required, preferred
    }

    /// A place to listen at.
    package struct Address: Hashable, Sendable, CustomStringConvertible {
        package var host: String
        package var port: Int

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// `host:port`, `[ipv6]:port`.
        package init?(_ text: String) {
            guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
                (0...65_535).contains(port)
            else { return nil }
            var host = text[..<colon]
            if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
            guard !host.isEmpty else { return nil }
            self.init(host: String(host), port: port)
        }

        package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    }
}
