import Testing

@testable import Server

@Suite struct RoutingTests {
    private func router(_ change: (inout ServerConfiguration) -> Void) -> HostRouter {
        var configuration = ServerConfiguration()
        configuration.baseDomain = "store.example"
        change(&configuration)
        return HostRouter(configuration)
    }

    @Test func aListenerOfItsOwnDecidesWhateverTheHost() {
        let router = router { _ in }
        #expect(router.listeners.map(\.name) == ["delivery", "s3", "api"])
        for host in [nil, "s3.store.example", "api.store.example", "localhost:9000", "any"] {
            #expect(router.door(listener: "delivery", host: host) == .delivery)
            #expect(router.door(listener: "s3", host: host) == .s3)
            #expect(router.door(listener: "api", host: host) == .api)
        }
    }

    @Test func portZeroIsNeverShared() {
        let router = router {
            $0.delivery.port = 0
            $0.s3.port = 0
            $0.api.port = 0
        }
        #expect(router.listeners.count == 3)
    }

    @Test(arguments: [
        ("s3.store.example", DoorName.s3), ("s3.store.example:8080", .s3), ("b.s3.store.example", .s3),
        ("a.b.s3.store.example:80", .s3), ("api.store.example", .api), ("console.store.example:8080", .api),
        ("xs3.store.example", .delivery), ("s3.store.example.evil", .delivery), ("store.example", .delivery),
        ("demo.store.example", .delivery), ("localhost:8080", .delivery), ("", .delivery),
        ("x.api.store.example", .delivery),
    ])
    func doorsThatShareAnAddressAreToldApartByHost(host: String, door: DoorName) {
        let router = router {
            $0.s3 = $0.delivery
            $0.api = $0.delivery
        }
        #expect(router.listeners.map(\.name) == ["delivery+s3+api"])
        #expect(router.door(listener: "delivery+s3+api", host: host) == door)
    }

    @Test func withoutDeliveryTheRestIsPathStyle() {
        let router = router { $0.api = $0.s3 }
        #expect(router.listeners.map(\.name) == ["delivery", "s3+api"])
        #expect(router.door(listener: "s3+api", host: "10.0.0.1:9000") == .s3)
        #expect(router.door(listener: "s3+api", host: nil) == .s3)
        #expect(router.door(listener: "s3+api", host: "api.store.example") == .api)
    }

    @Test(arguments: ["s3", "api", "console", "admin", "www"])
    func doorsNamesAreReserved(name: String) {
        #expect(HostNames.isReserved(project: name))
        for domain in ["store.example", "files.example"] {
            #expect(
                HostNames.isReserved(host: "\(name).\(domain)", under: ["store.example", "files.example"]))
        }
        #expect(!HostNames.isReserved(host: "\(name).customer.com", under: ["store.example"]))
    }

    @Test func bucketsOfS3AreReserved() {
        for host in ["b.s3.store.example", "a.b.s3.store.example", "demo.s3.store.example"] {
            #expect(HostNames.isReserved(host: host, under: ["store.example"]))
        }
    }

    @Test(arguments: [
        "s3x", "my-api", "demo", "cdn.example.com", "s33.example.com", "www.customer.com", "s3.customer.com",
        "b.s3.customer.com", "store.example", "xs3.store.example", "www.demo.store.example",
        "s3.b.store.example", "s3.mystore.example", "api.store.example.com", "x.s3",
    ])
    func otherNamesAreFree(name: String) {
        #expect(!HostNames.isReserved(project: name))
        #expect(!HostNames.isReserved(host: name, under: ["store.example"]))
        #expect(HostNames.isValid(name))
    }

    /// What a domain may be called never leads to another door, on any listener.
    @Test func freeHostsAreDelivered() {
        let router = router {
            $0.s3 = $0.delivery
            $0.api = $0.delivery
        }
        for host in ["www.customer.com", "s3.customer.com", "b.s3.customer.com", "api.customer.com"] {
            #expect(router.door(listener: "delivery+s3+api", host: host) == .delivery)
        }
    }

    @Test(arguments: ["", "-a", "a-", "a..b", ".a", "a.", "A", "a_b", "ä", String(repeating: "a", count: 64)])
    func whatIsNoHostNameIsRefused(name: String) {
        #expect(!HostNames.isValid(name))
    }

    @Test func aBaseURLIsSchemeAndAuthority() {
        for url in ["https://files.example.com", "http://localhost:8080", "https://a.b:1"] {
            #expect(HostNames.isBaseURL(url))
        }
        for url in [
            "", "files.example.com", "ftp://a.b", "https://", "https://a.b/", "https://a.b/c", "https://a:b",
            "https://a.b:0", "https://a.b:65536", "https://a.b:", "https://a.b:+1", "https://u@a.b",
            "https://a b", "javascript://a.b",
        ] {
            #expect(!HostNames.isBaseURL(url), "\(url)")
        }
    }
}
