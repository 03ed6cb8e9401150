import HTTPServer
import XML

/// What a client sees of an answer.
struct Reply {
    var status: Int
    var headers: HeaderFields
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
    var etag: String { headers[first: "etag"] ?? "" }

    /// The root of the document in the body.
    var xml: XMLElement {
        get throws { try parseXML(body) }
    }

    /// The error code of a refusal; nil when the body is no error.
    var code: String? {
        guard let root = try? parseXML(body), root.name == "Error" else { return nil }
        return root.text(of: "Code")
    }

    /// `404 NoSuchKey`, or the status alone.
    var outcome: String { code.map { "\(status) \($0)" } ?? "\(status)" }
}
