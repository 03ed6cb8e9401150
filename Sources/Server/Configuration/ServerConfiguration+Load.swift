import Configuration
import FoundationEssentials
import SystemPackage
import Yams

extension ServerConfiguration {
    /// Variables that the commands read themselves, besides those of the settings.
    private static let commandVariables: Set<String> = [
        "COFFER_DATA", "COFFER_CONFIG", "COFFER_KEY", "COFFER_STRICT",
    ]
    /// Prefixes that the project's own tests use.
    private static let testPrefixes = [
        "COFFER_BINARY", "COFFER_CONFORMANCE_", "COFFER_SEED", "COFFER_CRASH_ROUNDS",
    ]
    /// Bytes of a configuration file.
    private static let maximumFileLength = 1 << 20

    /// Flags over environment over file over defaults; whatever is unknown or out of range is refused.
    ///
    /// - Parameters:
    ///   - flags: by setting name.
    ///   - file: path of a YAML file.
    /// - Throws: `ConfigurationError`.
    package static func load(
        flags: [String: String], environment: [String: String], file: String?
    ) async throws -> ServerConfiguration {
        for name in flags.keys where !Setting.all.contains(where: { $0.name == name }) {
            throw ConfigurationError("unknown setting \(name)")
        }
        try refuseUnknownVariables(environment)
        let given = InMemoryProvider(
            name: "flags",
            values: flags.reduce(into: [:]) {
                $0[AbsoluteConfigKey([$1.key])] = ConfigValue(.string($1.value), isSecret: false)
            })
        let variables = EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(
            with: "coffer")
        guard let file, try hasKeys(file) else {
            return try ServerConfiguration(ConfigReader(providers: [given, variables]))
        }
        do {
            let yaml = try await FileProvider<YAMLSnapshot>(filePath: FilePath(file))
            return try ServerConfiguration(ConfigReader(providers: [given, variables, yaml]))
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw ConfigurationError("\(file): \(error)")
        }
    }

    /// The library ignores what nobody asks for; a misspelt key must not pass silently.
    private static func refuseUnknownVariables(_ environment: [String: String]) throws {
        let known = commandVariables.union(Setting.all.map(\.variable))
        for name in environment.keys.sorted()
        where name.hasPrefix("COFFER_") && !known.contains(name)
            && !testPrefixes.contains(where: { name.hasPrefix($0) })
        {
            throw ConfigurationError("unknown variable \(name)")
        }
    }

    /// Whether a file says anything at all; refuses one that says what is not known.
    private static func hasKeys(_ path: String) throws -> Bool {
        let text: String
        do {
            let data = try Data(contentsOf: URL(filePath: path))
            guard data.count <= maximumFileLength, let decoded = String(validating: data, as: UTF8.self)
            else {
                throw ConfigurationError("\(path) is not a text of at most \(maximumFileLength) bytes")
            }
            text = decoded
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw ConfigurationError("\(path) cannot be read: \(error)")
        }
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw ConfigurationError("\(path): \(error)")
        }
        guard let root else { return false }
        guard let mapping = root.mapping else {
            throw ConfigurationError("\(path) is not a mapping of keys to values")
        }
        for (key, value) in mapping {
            guard let name = key.string, Setting.all.contains(where: { $0.name == name }) else {
                throw ConfigurationError("\(path): unknown key \(key.string ?? "")")
            }
            guard value.scalar != nil else { throw ConfigurationError("\(path): \(name) must be one value") }
        }
        return !mapping.isEmpty
    }

    private init(_ reader: ConfigReader) throws {
        let values = SettingReader(reader)
        delivery = try values.address("delivery", delivery)
        s3 = try values.address("s3", s3)
        api = try values.address("api", api)
        admin = try values.address("admin", admin)
        baseDomain = try values.domain("base-domain", baseDomain)
        contentDomain = try values.domain("content-domain", baseDomain)
        region = values.text("region") ?? region
        trustedProxies = try values.addresses("trusted-proxies")
        dedup = try values.choice("dedup-scope", dedup)
        maximumObjectBytes = Int64(
            try values.number("max-object-bytes", Int(maximumObjectBytes), 1...(48 << 40)))
        slabBudgetBytes = try values.number("slab-budget-bytes", slabBudgetBytes, (4 << 20)...(1 << 40))
        cacheBytes = try values.number("cache-bytes", cacheBytes, 0...(1 << 40))
        diskThreads = try values.number("disk-threads", diskThreads, 1...1024)
        diskQueue = try values.number("disk-queue", diskQueue, 1...1_000_000)
        eventLoops = try values.number("event-loops", eventLoops, 0...1024)
        maximumConnections = try values.number("max-connections", maximumConnections, 1...1_000_000)
        maximumHeaderBytes = try values.number("max-header-bytes", maximumHeaderBytes, 1024...(1 << 20))
        headerSeconds = try values.number("header-seconds", headerSeconds, 1...3600)
        idleSeconds = try values.number("idle-seconds", idleSeconds, 1...86_400)
        minimumBodyRate = try values.number("min-body-rate", minimumBodyRate, 0...(1 << 30))
        shutdownSeconds = try values.number("shutdown-seconds", shutdownSeconds, 0...3600)
        uploadLifetimeSeconds = try values.number(
            "upload-lifetime-seconds", uploadLifetimeSeconds, 60...31_536_000)
        sweepIntervalSeconds = try values.number("sweep-interval-seconds", sweepIntervalSeconds, 1...86_400)
        sweepGraceSeconds = try values.number("sweep-grace-seconds", sweepGraceSeconds, 0...31_536_000)
        accessLogSeconds = try values.number("access-log-seconds", accessLogSeconds, 1...86_400)
        mediaSandbox = try values.choice("media-sandbox", mediaSandbox)
        mediaTools = try values.number("media-tools", mediaTools, 0...256)
        ingestsPrivateAddresses = try values.flag("ingest-private-addresses", ingestsPrivateAddresses)
        pictureCacheBytes = Int64(
            try values.number("picture-cache-bytes", Int(pictureCacheBytes), 0...(1 << 44)))
        lifecycleDaySeconds = try values.number("lifecycle-day-seconds", lifecycleDaySeconds, 1...86_400)
        logLevel = try values.choice("log-level", logLevel)
        logsRequests = try values.flag("log-requests", logsRequests)
        for (name, address) in [("delivery", delivery), ("s3", s3), ("api", api)]
        where address == admin && admin.port != 0 {
            throw ConfigurationError("admin cannot share \(address) with \(name): it asks for no key")
        }
    }
}
