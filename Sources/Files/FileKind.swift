/// What sort of file it is, judged by its media type.
package enum FileKind: String, Sendable, CaseIterable {
    case video, image, audio, document, unknown

    package init(contentType: String) {
        let essence = ContentType.essence(of: contentType)
        if essence.hasPrefix("video/") {
            self = .video
        } else if essence.hasPrefix("image/") {
            self = .image
        } else if essence.hasPrefix("audio/") {
            self = .audio
        } else if essence.hasPrefix("text/") || Self.documents.contains(essence)
            || Self.documentFamilies.contains(where: essence.hasPrefix)
        {
            self = .document
        } else {
            self = .unknown
        }
    }

    private static let documents: Set<String> = [
        "application/pdf", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
        "application/rtf", "application/epub+zip", "application/postscript", "application/json",
        "application/xml", "application/xhtml+xml", "application/yaml", "application/x-mobipocket-ebook",
        "application/vnd.amazon.ebook",
    ]
    private static let documentFamilies = [
        "application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument.",
        "application/vnd.apple.",
    ]
}
