package import Objects

/// A file as the delivery and library doors show it: an object under its URL.
package struct File: Sendable {
    package var id: FileID
    package var media: MediaID
    package var kind: FileKind
    /// Media type, as served.
    package var type: String
    /// Bytes.
    package var filesize: Int64
    package var url: String
    /// The key before its last slash; nil at the root.
    package var folder: String?
    /// The key behind its last slash.
    package var filename: String
    package var metadata: [ObjectMetadata.Field]
    /// Milliseconds since 1970.
    package var created: Int64
    package var updated: Int64
    /// Grows with every write of the key.
    package var version: Int64

    /// `url` is where the object is served from.
    package init(_ version: ObjectVersion, url: String) {
        id = version.file
        media = version.media
        type = version.metadata.contentType
        kind = FileKind(contentType: type)
        filesize = version.size
        self.url = url
        let key = version.key.bytes
        if let slash = key.lastIndex(of: 0x2F) {
            folder = slash == 0 ? nil : String(decoding: key[..<slash], as: UTF8.self)
            filename = String(decoding: key[(slash + 1)...], as: UTF8.self)
        } else {
            filename = String(decoding: key, as: UTF8.self)
        }
        metadata = version.metadata.user
        created = version.created
        updated = version.modified
        self.version = version.sequence
    }

    /// Writes the File object.
    package func write(into json: inout JSONWriter) {
        json.beginObject()
        json.member("id", id.description)
        json.member("media_id", media.description)
        json.member("object", "source")
        json.member("kind", kind.rawValue)
        json.member("type", type)
        json.member("filesize", filesize)
        json.member("url", url)
        if let folder { json.member("folder", folder) }
        json.member("filename", filename)
        json.member("ref", "original")
        json.member("original", true)
        json.name("metadata")
        json.beginObject()
        for field in metadata { json.member(field.name, field.value) }
        json.endObject()
        json.member("created", timestamp(created))
        json.member("updated", timestamp(updated))
        json.member("status", "ready")
        json.member("version", String(version))
        json.endObject()
    }
}
