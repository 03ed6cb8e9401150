import Foundation
import HTTPServer
import NIOCore
import Testing

@testable import LibraryAPI

@Suite struct EndpointTests {
    private func find(_ method: HTTPMethod, _ target: String) throws -> (name: String, words: [String]) {
        let found = try LibraryEndpoint.find(HTTPRequest(method: method, target: target))
        return (found.endpoint.name, found.words)
    }

    @Test func pathsFindTheirEndpoints() throws {
        #expect(try find(.get, "/files?limit=1").name == "list_files")
        #expect(try find(.head, "/files").name == "list_files")
        let one = try find(.patch, "/files/file_00")
        #expect(one.name == "update_file")
        #expect(one.words == ["file_00"])
        #expect(try find(.get, "/webhooks/we%20x/deliveries").words == ["we x"])
        #expect(try find(.post, "/keys/K/roll").name == "roll_key")
    }

    @Test(arguments: ["/", "/nothing", "/files/a/b", "/filesx", "/webhooks/a/b"])
    func otherPathsHaveNothing(_ path: String) {
        #expect { try find(.get, path) } throws: { ($0 as? LibraryRefusal)?.status == 404 }
    }

    @Test func aKnownPathWithAnotherMethodSaysSo() {
        #expect { try find(.put, "/files") } throws: {
            let refusal = $0 as? LibraryRefusal
            return refusal?.status == 405 && refusal?.allowed == ["OPTIONS", "HEAD", "GET", "POST"]
        }
    }

    @Test func everyEndpointIsThereOnce() {
        let places = LibraryEndpoint.all.map { "\($0.method.name) \($0.template)" }
        #expect(Set(places).count == places.count)
        #expect(Set(LibraryEndpoint.all.map(\.name)).count == places.count)
    }

    /// What the description refers to is there, and every parameter of a path is described.
    @Test func theDescriptionIsWhole() throws {
        let bytes = Description.document(server: HTTPRequest(target: "/openapi.json"))
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(bytes.readableBytesView)) as? [String: Any])
        let components = try #require(document["components"] as? [String: Any])
        let schemas = try #require(components["schemas"] as? [String: Any])
        let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
        #expect(paths.values.map(\.count).reduce(0, +) == LibraryEndpoint.all.count)
        for endpoint in LibraryEndpoint.all {
            #expect(schemas[endpoint.answer.schema] != nil, "\(endpoint.name)")
            let described = try #require(paths[endpoint.template]?[endpoint.method.name.lowercased()])
            let parameters = try #require(described["parameters"] as? [[String: Any]])
            let names = parameters.filter { $0["in"] as? String == "path" }.compactMap {
                $0["name"] as? String
            }
            #expect(
                names == endpoint.path.filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) })
        }
    }
}
