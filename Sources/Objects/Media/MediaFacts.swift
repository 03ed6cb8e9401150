/// What is known of a content by looking into it: the media part of a File object.
///
/// Facts belong to the bytes, not to a name: equal contents have equal facts, and they are found once.
package struct MediaFacts: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case video, image, audio, document, unknown
    }

    package enum Orientation: String, Sendable, CaseIterable {
        case landscape, portrait, square
    }

    package var kind: Kind
    /// Media type, with `codecs` where a container has them: `video/mp4;codecs=avc1,mp4a`.
    package var type: String
    /// Pixels as shown: after the rotation that the file asks for.
    package var width: Int?
    package var height: Int?
    /// Degrees clockwise, 0, 90, 180 or 270, by which the stored picture is turned when it is shown.
    package var rotation: Int?
    /// Seconds, to the millisecond.
    package var duration: Double?
    /// As the file's header counts them, else the duration by the rate.
    package var frames: Int?
    /// Frames a second; the average where the rate varies.
    package var fps: Double?
    /// Average bits a second of the whole file.
    package var bitrate: Int?
    /// The main stream's codec as FFmpeg names it: `h264`, `opus`; of an image its format: `jpeg`.
    package var codec: String?
    /// `mp4`, `webm`, `mp3`…
    package var container: String?
    /// Whether the picture has an alpha channel.
    package var transparency: Bool?
    /// Whether an image has more than one frame.
    package var animated: Bool?
    /// A tiny picture to show while the real one loads, as a data URI of at most `maximumPlaceholder` bytes.
    package var placeholder: String?
    /// Dominant colour, `#rrggbb` in lower case.
    package var background: String?
    /// Of a document.
    package var pages: Int?

    /// Bytes of a placeholder's data URI.
    package static let maximumPlaceholder = 2048

    package init(kind: Kind, type: String) {
        self.kind = kind
        self.type = type
    }

    /// Nil where width or height is unknown.
    package var orientation: Orientation? {
        guard let width, let height else { return nil }
        return width == height ? .square : width > height ? .landscape : .portrait
    }
}
