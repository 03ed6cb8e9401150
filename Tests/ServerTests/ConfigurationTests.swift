import Objects
import Testing

@testable import Server

@Suite struct ConfigurationTests {
    private func load(
        flags: [String: String] = [:], environment: [String: String] = [:], file: String? = nil
    ) async throws -> ServerConfiguration {
        try await ServerConfiguration.load(flags: flags, environment: environment, file: file)
    }

    private func refusal(
        flags: [String: String] = [:], environment: [String: String] = [:], file: String? = nil
    ) async -> String {
        do {
            _ = try await load(flags: flags, environment: environment, file: file)
            return "accepted"
        } catch {
            return "\(error)"
        }
    }

    /// A value of every setting that is not its default, and what the configuration then says.
    private static let values: [(String, String, @Sendable (ServerConfiguration) -> String)] = [
        ("delivery", "127.0.0.2:81", { "\($0.delivery)" }), ("s3", "[::1]:82", { "\($0.s3)" }),
        ("api", "0.0.0.0:83", { "\($0.api)" }), ("admin", "localhost:84", { "\($0.admin)" }),
        ("base-domain", "store.example", { $0.baseDomain }),
        ("content-domain", "files.example", { $0.contentDomain }),
        ("region", "eu-west-1", { $0.region }),
        ("trusted-proxies", "10.0.0.1,::1", { $0.trustedProxies.joined(separator: ",") }),
        ("dedup-scope", "project", { $0.dedup.rawValue }),
        ("max-object-bytes", "1000", { "\($0.maximumObjectBytes)" }),
        ("slab-budget-bytes", "4194304", { "\($0.slabBudgetBytes)" }),
        ("cache-bytes", "0", { "\($0.cacheBytes)" }), ("disk-threads", "3", { "\($0.diskThreads)" }),
        ("disk-queue", "5", { "\($0.diskQueue)" }), ("event-loops", "2", { "\($0.eventLoops)" }),
        ("max-connections", "7", { "\($0.maximumConnections)" }),
        ("max-header-bytes", "2048", { "\($0.maximumHeaderBytes)" }),
        ("header-seconds", "4", { "\($0.headerSeconds)" }), ("idle-seconds", "6", { "\($0.idleSeconds)" }),
        ("min-body-rate", "9", { "\($0.minimumBodyRate)" }),
        ("shutdown-seconds", "1", { "\($0.shutdownSeconds)" }),
        ("upload-lifetime-seconds", "61", { "\($0.uploadLifetimeSeconds)" }),
        ("sweep-interval-seconds", "8", { "\($0.sweepIntervalSeconds)" }),
        ("sweep-grace-seconds", "12", { "\($0.sweepGraceSeconds)" }),
        ("lifecycle-day-seconds", "11", { "\($0.lifecycleDaySeconds)" }),
        ("access-log-seconds", "13", { "\($0.accessLogSeconds)" }),
        ("media-sandbox", "preferred", { $0.mediaSandbox.rawValue }),
        ("media-tools", "3", { "\($0.mediaTools)" }),
        ("ingest-private-addresses", "true", { "\($0.ingestsPrivateAddresses)" }),
        ("picture-cache-bytes", "77", { "\($0.pictureCacheBytes)" }),
        ("log-level", "trace", { "\($0.logLevel)" }), ("log-requests", "true", { "\($0.logsRequests)" }),
    ]

    @Test func everyRowOfTheTableIsTested() {
        #expect(Set(Self.values.map(\.0)) == Set(Setting.all.map(\.name)))
        #expect(Set(Setting.all.map(\.variable)).count == Setting.all.count)
    }

    @Test func everySettingIsReadFromEverySource() async throws {
        let folder = try TemporaryDirectory()
        let defaults = ServerConfiguration()
        for (name, value, read) in Self.values {
            #expect(read(defaults) != value, "\(name): the test needs a value that is not the default")
            #expect(read(try await load(flags: [name: value])) == value, "\(name) as a flag")
            let variable = try #require(Setting.all.first { $0.name == name }).variable
            #expect(read(try await load(environment: [variable: value])) == value, "\(variable)")
            let file = try folder.write("# a comment\n\(name): '\(value)'\n", to: "coffer.yaml")
            #expect(read(try await load(file: file)) == value, "\(name) in the file")
        }
    }

    @Test func theTableNamesTheDefaults() {
        let defaults = ServerConfiguration()
        let inWords: Set<String> = ["content-domain", "trusted-proxies", "event-loops", "media-tools"]
        for (name, _, read) in Self.values where !inWords.contains(name) {
            #expect(Setting.all.first { $0.name == name }?.defaultText == read(defaults), "\(name)")
        }
    }

    @Test func flagsWinOverVariablesOverTheFile() async throws {
        let folder = try TemporaryDirectory()
        let file = try folder.write("disk-threads: 1\ndisk-queue: 1\nevent-loops: 1\n", to: "coffer.yaml")
        let read = try await load(
            flags: ["disk-threads": "3"],
            environment: ["COFFER_DISK_THREADS": "2", "COFFER_DISK_QUEUE": "2"], file: file)
        #expect(read.diskThreads == 3)
        #expect(read.diskQueue == 2)
        #expect(read.eventLoops == 1)
    }

    @Test func theContentDomainIsTheBaseDomainUnlessSaidOtherwise() async throws {
        #expect(try await load(flags: ["base-domain": "Store.Example"]).contentDomain == "store.example")
    }

    @Test func unknownNamesAreRefused() async throws {
        let folder = try TemporaryDirectory()
        let file = try folder.write("disk-treads: 1\n", to: "coffer.yaml")
        #expect(await refusal(file: file).contains("disk-treads"))
        #expect(await refusal(environment: ["COFFER_DISK_TREADS": "1"]).contains("COFFER_DISK_TREADS"))
        #expect(await refusal(flags: ["disk-treads": "1"]).contains("disk-treads"))
        #expect(await refusal(environment: ["PATH": "/bin", "COFFER_DATA": "/x"]) == "accepted")
    }

    @Test(arguments: [
        ("disk-threads", "0"), ("disk-threads", "1025"), ("disk-threads", "many"), ("disk-threads", "-1"),
        ("disk-threads", "1.5"), ("disk-threads", "0x10"), ("max-object-bytes", "9223372036854775808"),
        ("max-object-bytes", "99999999999999999999999999"), ("idle-seconds", "86401"), ("delivery", "8080"),
        ("delivery", "localhost:65536"), ("delivery", ":80"), ("delivery", "localhost:"), ("admin", "x:-1"),
        ("base-domain", "-x"), ("base-domain", "a b"), ("content-domain", "a..b"), ("dedup-scope", "all"),
        ("log-level", "loud"), ("log-requests", "yes"), ("trusted-proxies", "proxy"),
        ("trusted-proxies", "10.0.0.1,10.0.0.256"),
    ])
    func valuesOutOfRangeAreRefused(name: String, value: String) async {
        let refusal = await refusal(flags: [name: value])
        #expect(refusal != "accepted")
        #expect(refusal.contains(name))
    }

    @Test(arguments: [
        "- a\n- b\n", "delivery: [a, b]\n", "delivery:\n  host: a\n", "delivery: a\ndelivery: b\n",
        "delivery: 'unclosed\n", "7: x\n", "disk-threads: ~\n",
    ])
    func filesOfAnotherShapeAreRefused(text: String) async throws {
        let folder = try TemporaryDirectory()
        let file = try folder.write(text, to: "coffer.yaml")
        #expect(await refusal(file: file) != "accepted")
    }

    @Test func aFileThatCannotBeReadIsRefused() async throws {
        let folder = try TemporaryDirectory()
        #expect(await refusal(file: folder.file("none.yaml")).contains("none.yaml"))
        #expect(await refusal(file: try folder.write("", to: "empty.yaml")) == "accepted")
    }

    @Test func whatAsksForNoKeyHasAnAddressOfItsOwn() async {
        #expect(await refusal(flags: ["admin": "127.0.0.1:8080"]).contains("share"))
        #expect(await refusal(flags: ["s3": "127.0.0.1:8080"]) == "accepted")
    }
}
