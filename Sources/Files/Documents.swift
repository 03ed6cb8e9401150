package import Objects

/// The JSON document that answers with a file.
package func fileDocument(
    _ file: File, shape: ResponseShape, requestID: String, project: ProjectID
) -> [UInt8] {
    var json = JSONWriter()
    switch shape {
    case .bare:
        file.write(into: &json)
    case .envelope:
        json.beginObject()
        json.name("meta")
        json.beginObject()
        json.member("request_id", requestID)
        json.member("project_id", project.string)
        json.member("version", shape.version)
        json.member("type", "object")
        json.endObject()
        json.name("data")
        file.write(into: &json)
        json.endObject()
    }
    return json.bytes
}

/// The JSON document of every error: `kind` for programs, `message` for people, twice because clients of the
/// bare form read it at the top.
package func errorDocument(kind: String, message: String, requestID: String) -> [UInt8] {
    var json = JSONWriter(reserving: 256)
    json.beginObject()
    json.name("error")
    json.beginObject()
    json.member("kind", kind)
    json.member("message", message)
    json.endObject()
    json.member("message", message)
    json.name("meta")
    json.beginObject()
    json.member("request_id", requestID)
    json.endObject()
    json.endObject()
    return json.bytes
}
