import Auth
import HTTPServer
import Objects

/// `coffer sign`.
package struct SignURL: AdminCommand {
    package static let name = "sign"
    private static let longest = 10 * 365 * 86_400
    var url: String
    var method: String
    var expiresIn: Int
    var key: String?

    package init(url: String, method: String, expiresIn: Int, key: String?) {
        self.url = url
        self.method = method
        self.expiresIn = expiresIn
        self.key = key
    }

    package struct Answer: AdminAnswer {
        package var url: String
        package var text: String { url }
    }

    package func run(in admin: AdminContext) async throws -> Answer {
        guard let method = LinkGrant.Method(rawValue: method) else {
            throw AdminError("a link is for get or put")
        }
        guard (1...Self.longest).contains(expiresIn) else {
            throw AdminError("a link lives 1 to \(Self.longest) seconds")
        }
        guard let scheme = url.firstRange(of: "://"),
            let slash = url[scheme.upperBound...].firstIndex(of: "/"), !url.contains("?"), !url.contains("#"),
            let path = percentDecode(url[url.index(after: slash)...]), !path.isEmpty
        else {
            throw AdminError(
                "sign needs a URL with a path and without a query, like http://localhost:8080/a/b.txt")
        }
        let host = String(url[scheme.upperBound..<slash])
        let domain = try await domain(host, in: admin)
        let credential = try await credential(of: domain, in: admin)
        guard credential.role == .full || credential.role == (method == .get ? .read : .upload) else {
            throw AdminError(
                "a key with role \(credential.role.rawValue) cannot sign a link to \(method.rawValue)")
        }
        let expiry = admin.store.now / 1000 + Int64(expiresIn)
        let query = SignedURL.sign(path: path, expiry: expiry, method: method, secret: credential.secret)
        // Escaped anew, for a person may type a space that a client would refuse.
        let target = percentEncode(path, keepingSlash: true)
        return Answer(url: "\(url[...slash])\(target)?\(query)")
    }

    private func domain(_ authority: String, in admin: AdminContext) async throws -> Domain {
        let name = String(authority.lowercased().prefix { $0 != ":" })
        if let domain = try await admin.store.domain(name) { return domain }
        if name == "localhost" || name == "127.0.0.1",
            let domain = try await admin.store.accounts.localhostDomain()
        {
            return domain
        }
        throw StoreError.noSuchDomain
    }

    private func credential(of domain: Domain, in admin: AdminContext) async throws -> Credential {
        if let key {
            guard let credential = try await admin.keys.credential(id: KeyID(key)),
                credential.project == domain.project
            else { throw StoreError.noSuchAccessKey }
            return credential
        }
        let active = try await admin.keys.credentials(of: domain.project)
        guard let credential = active.first(where: { $0.role == .full }) ?? active.first else {
            throw AdminError("the project of \(domain.host) has no active key")
        }
        return credential
    }
}
