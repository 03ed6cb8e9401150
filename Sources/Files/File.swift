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
    /// The user fields of the object's metadata.
    package var metadata: [ObjectMetadata.Field]
    /// What was said of the file.
    package var details: FileDetails
    package var facts: MediaFacts?
    package var status: Status
    /// Where a picture of the file is served, without the words that say which one.
    package var preview: String?
    /// Milliseconds since 1970.
    package var created: Int64
    package var updated: Int64
    /// Grows with every write of the key.
    package var version: Int64

    package enum Status: String, Sendable {
        case processing, ready, failed
    }

    /// `url` is where the object is served from.
    package init(
        _ version: ObjectVersion, url: String, facts: FactsState = .unwanted, preview: String? = nil
    ) {
        id = version.file
        media = version.media
        type = version.metadata.contentType
        kind = FileKind(contentType: type)
        details = version.attributes.file ?? .none
        self.preview = preview
        switch facts {
        case .unwanted: status = .ready
        case .waiting: status = .processing
        case .failed: status = .failed
        case .known(let known):
            status = .ready
            self.facts = known
            kind = FileKind(rawValue: known.kind.rawValue) ?? kind
        }
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
        json.member("type", typeWithCodecs)
        json.member("filesize", filesize)
        if let facts { write(facts, into: &json) }
        json.member("url", url)
        if let folder { json.member("folder", folder) }
        json.member("filename", filename)
        if let ref = details.ref ?? (isOriginal ? "original" : nil) { json.member("ref", ref) }
        json.member("original", isOriginal)
        if let label = details.label { json.member("label", label) }
        if let language = details.language { json.member("language", language) }
        if let preview { json.member("preview", preview) }
        json.name("metadata")
        json.beginObject()
        let said = metadata.isEmpty ? [] : memberNames(ofJSON: details.metadata)
        for field in metadata where !said.contains(field.name) {
            json.member(field.name, field.value)
        }
        json.members(ofJSON: details.metadata)
        json.endObject()
        if let task = details.task { json.member("created_by", task.description) }
        json.member("created", timestamp(created))
        json.member("updated", timestamp(updated))
        json.member("status", status.rawValue)
        json.member("version", String(version))
        json.endObject()
    }

    /// Whether the file is the one that made its media object.
    package var isOriginal: Bool { media.rawValue == id.rawValue }

    /// With the codecs where they are known; the stored type is what the file is served as.
    private var typeWithCodecs: String {
        guard let facts, facts.type.hasPrefix(ContentType.essence(of: type)) else { return type }
        return facts.type
    }

    private func write(_ facts: MediaFacts, into json: inout JSONWriter) {
        if let width = facts.width { json.member("width", width) }
        if let height = facts.height { json.member("height", height) }
        if let orientation = facts.orientation { json.member("orientation", orientation.rawValue) }
        if let rotation = facts.rotation { json.member("rotation", rotation) }
        if let duration = facts.duration { json.member("duration", duration) }
        if let frames = facts.frames { json.member("frames", frames) }
        if let fps = facts.fps { json.member("fps", fps) }
        if let bitrate = facts.bitrate { json.member("bitrate", bitrate) }
        if let codec = facts.codec { json.member("codec", codec) }
        if let container = facts.container { json.member("container", container) }
        if let transparency = facts.transparency { json.member("transparency", transparency) }
        if let animated = facts.animated { json.member("animated", animated) }
        if let pages = facts.pages { json.member("pages", pages) }
        if let placeholder = facts.placeholder { json.member("placeholder", placeholder) }
        if let background = facts.background { json.member("background", background) }
    }
}
