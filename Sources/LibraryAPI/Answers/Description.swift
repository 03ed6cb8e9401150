import Files
import HTTPServer
import NIOCore

/// The description of the API (OpenAPI 3.1), made of the table of endpoints.
enum Description {
    private typealias Field = LibraryEndpoint.Field

    static func document(server request: HTTPRequest) -> ByteBuffer {
        var json = JSONWriter(reserving: 64 << 10)
        json.beginObject()
        json.member("openapi", "3.1.0")
        object("info", &json) { json in
            json.member("title", "Coffer")
            json.member("version", "2025-08-20")
            json.member(
                "description",
                "Files, media objects, links and what a project's owner sets up. Answers are bare; an Accept-Version "
                    + "of 2025-07-01 or earlier has them in an envelope of meta, data and links.")
        }
        json.name("servers")
        json.beginArray()
        json.beginObject()
        json.member("url", (request.isSecure ? "https://" : "http://") + (request.host ?? "localhost"))
        json.endObject()
        json.endArray()
        object("paths", &json) { json in
            for path in paths {
                object(path, &json) { json in
                    for endpoint in LibraryEndpoint.all where endpoint.template == path {
                        write(endpoint, into: &json)
                    }
                }
            }
        }
        object("components", &json) { json in
            object("securitySchemes", &json) { json in
                object("key", &json) { json in
                    json.member("type", "http")
                    json.member("scheme", "bearer")
                }
            }
            object("schemas", &json) { json in
                for (name, fields) in schemas { write(schema: name, fields, into: &json) }
            }
        }
        json.endObject()
        return ByteBuffer(bytes: json.bytes)
    }

    /// Each once, in the order of the table.
    private static var paths: [String] {
        var seen: Set<String> = []
        return LibraryEndpoint.all.map(\.template).filter { seen.insert($0).inserted }
    }

    private static func object(
        _ name: String, _ json: inout JSONWriter, _ body: (inout JSONWriter) -> Void
    ) {
        json.name(name)
        json.beginObject()
        body(&json)
        json.endObject()
    }

    private static func write(_ endpoint: LibraryEndpoint, into json: inout JSONWriter) {
        object(endpoint.method.name.lowercased(), &json) { json in
            json.member("operationId", endpoint.name)
            json.member("summary", endpoint.summary)
            json.name("security")
            json.beginArray()
            if endpoint.access != .anybody {
                json.beginObject()
                json.name("key")
                json.beginArray()
                json.endArray()
                json.endObject()
            }
            json.endArray()
            json.name("parameters")
            json.beginArray()
            for word in endpoint.path where word.hasPrefix("{") {
                parameter(
                    Field(String(word.dropFirst().dropLast()), "string", "Which one.", isRequired: true),
                    in: "path",
                    &json)
            }
            for field in endpoint.query { parameter(field, in: "query", &json) }
            json.endArray()
            if !endpoint.body.isEmpty {
                object("requestBody", &json) { json in
                    json.member("required", endpoint.body.contains(where: \.isRequired))
                    content(&json) { schema(of: endpoint.body, into: &$0) }
                }
            }
            object("responses", &json) { json in
                object(String(endpoint.answer.status), &json) { json in
                    json.member("description", endpoint.summary)
                    content(&json) { json in
                        if endpoint.answer.isList {
                            json.member("type", "array")
                            object("items", &json) { reference(endpoint.answer.schema, into: &$0) }
                        } else {
                            reference(endpoint.answer.schema, into: &json)
                        }
                    }
                }
                object("default", &json) { json in
                    json.member("description", "Why it was not done.")
                    content(&json) { reference("Error", into: &$0) }
                }
            }
        }
    }

    private static func content(_ json: inout JSONWriter, _ schema: (inout JSONWriter) -> Void) {
        object("content", &json) { json in
            object("application/json", &json) { json in object("schema", &json, schema) }
        }
    }

    private static func reference(_ schema: String, into json: inout JSONWriter) {
        json.member("$ref", "#/components/schemas/\(schema)")
    }

    private static func parameter(_ field: Field, in place: String, _ json: inout JSONWriter) {
        json.beginObject()
        json.member("name", field.name)
        json.member("in", place)
        json.member("required", field.isRequired)
        json.member("description", field.summary)
        object("schema", &json) { $0.member("type", field.type) }
        json.endObject()
    }

    private static func schema(of fields: [Field], into json: inout JSONWriter) {
        json.member("type", "object")
        let required = fields.filter(\.isRequired)
        if !required.isEmpty {
            json.name("required")
            json.beginArray()
            for field in required { json.string(field.name) }
            json.endArray()
        }
        object("properties", &json) { json in
            for field in fields {
                object(field.name, &json) { json in
                    json.member("type", field.type)
                    json.member("description", field.summary)
                }
            }
        }
    }

    private static func write(schema name: String, _ fields: [Field], into json: inout JSONWriter) {
        object(name, &json) { schema(of: fields, into: &$0) }
    }
}
