/// What is known of a content beyond its bytes.
package enum FactsState: Hashable, Sendable {
    /// Nobody looks for facts: it is no picture, film, sound or document.
    case unwanted
    /// It is to be looked at.
    case waiting
    case known(MediaFacts)
    /// It could not be read as what it says it is.
    case failed
}

/// A content that is to be looked at, through one of the objects that have it.
package struct FactsJob: Sendable {
    package var content: ContentRef
    package var bucket: BucketID
    package var key: ObjectKey
    /// Bytes.
    package var size: Int64
    /// Failures of the server's own (not of the file) so far.
    package var attempts: Int

    package init(content: ContentRef, bucket: BucketID, key: ObjectKey, size: Int64, attempts: Int) {
        self.content = content
        self.bucket = bucket
        self.key = key
        self.size = size
        self.attempts = attempts
    }
}

/// What became of a look at a content.
package enum FactsOutcome: Sendable {
    /// `identity` is the digest of its bytes' chunks: other contents with the same one have the same facts.
    case known(MediaFacts, identity: [UInt8]?)
    case failed
    /// No object that could be asked has the content any more.
    case gone
    /// Tried again at milliseconds since 1970.
    case again(at: Int64)
}

/// Which objects are looked at.
package enum MediaCandidates {
    /// By the stored type where that says something, else by the name.
    package static func include(type: String, key: ObjectKey) -> Bool {
        let essence = type.utf8.prefix { $0 != 0x3B && $0 != 0x20 }
        if essence.elementsEqual("application/octet-stream".utf8) { return hasMediaName(key) }
        for family in families where essence.starts(with: family.utf8) { return true }
        for known in types where essence.elementsEqual(known.utf8) { return true }
        return essence.elementsEqual("binary/octet-stream".utf8) && hasMediaName(key)
    }

    private static let families = ["image/", "video/", "audio/"]
    private static let types = ["application/pdf", "application/ogg", "application/mxf"]

    /// By the extension behind the last dot.
    private static func hasMediaName(_ key: ObjectKey) -> Bool {
        guard let dot = key.bytes.lastIndex(of: 0x2E), (2...5).contains(key.bytes.endIndex - dot - 1)
        else { return false }
        return extensions.contains(String(decoding: key.bytes[(dot + 1)...], as: UTF8.self).lowercased())
    }

    private static let extensions: Set<String> = [
        "jpg", "jpeg", "png", "gif", "webp", "avif", "heic", "heif", "svg", "tif", "tiff", "bmp", "ico",
        "mp4", "m4v", "mov", "webm", "mkv", "avi", "mpg", "mpeg", "ogv", "3gp", "wmv", "flv", "m2ts", "mxf",
        "mp3", "m4a", "aac", "wav", "flac", "ogg", "oga", "opus", "aif", "aiff", "weba", "wma", "pdf",
    ]
}
