import AsyncHTTPClient
import Foundation
import LibraryAPI
import NIOCore
import NIOPosix

/// Where a URL that users gave leads: to one address that was judged.
///
/// A name is resolved here and each address judged; the connection then goes to just that address, so that a name that
/// resolves to another one a moment later leads nowhere.
struct JudgedPlace {
    let url: URL
    let host: String
    let address: String

    init(_ text: String, allowsPrivate: Bool) async throws {
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = url.host(percentEncoded: false),
            let name = Self.name(ofHost: host), url.user == nil, url.password == nil
        else { throw IngestFailure.refused("url begins with http:// or https://, and names a host.") }
        let port = url.port ?? (scheme == "https" ? 443 : 80)
        guard (1...65_535).contains(port) else { throw IngestFailure.refused("The URL's port is none.") }
        let resolved = try? await NIOThreadPool.singleton.runIfActive {
            try SocketAddress.makeAddressResolvingHost(name, port: port)
        }
        guard let resolved, let address = resolved.ipAddress else {
            throw IngestFailure.failed("The URL's host has no address.")
        }
        guard allowsPrivate || NetworkAddress.isPublic(address) else {
            throw IngestFailure.refused("The URL leads into a private network.")
        }
        self.url = url
        self.host = name
        self.address = address
    }

    /// A client of its own, which alone connects to the address; whoever makes it shuts it down.
    func client(_ group: MultiThreadedEventLoopGroup, quiet: TimeAmount) -> HTTPClient {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(10), read: quiet))
        configuration.dnsOverride = [host: address]
        configuration.decompression = .disabled
        // Whoever asked hears at once that nobody listens there, and others have the place.
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
    }

    /// A name or an address without its brackets. Others that escapes can spell (a second bracket, NUL) are one
    /// host to the resolver and another to the client, which would then connect to what nobody judged.
    private static func name(ofHost host: String) -> String? {
        var name = host[...]
        if name.hasPrefix("["), name.hasSuffix("]") { name = name.dropFirst().dropLast() }
        let isName = name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x3A, 0x5F: true
            default: false
            }
        }
        return isName && !name.isEmpty ? String(name) : nil
    }
}
