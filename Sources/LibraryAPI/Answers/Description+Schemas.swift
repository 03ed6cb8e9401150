extension Description {
    private typealias Field = LibraryEndpoint.Field

    /// What endpoints answer: a test compares these with real answers.
    static let schemas: [(name: String, fields: [LibraryEndpoint.Field])] = [
        ("File", file), ("Media", media), ("Signature", signature), ("Task", task), ("Upload", upload),
        ("Key", key), ("Domain", domain), ("Webhook", webhook), ("Delivery", delivery), ("Project", project),
        ("Usage", usage),
        (
            "FolderList",
            [
                Field("folder", "string", "The one above.", isRequired: true),
                Field("folders", "array", "With name and path.", isRequired: true),
                Field("truncated", "boolean", "Whether there are more.", isRequired: true),
            ]
        ),
        ("Message", [Field("message", "string", "What was done.", isRequired: true)]),
        ("Resent", [Field("resent", "integer", "How many events.", isRequired: true)]),
        ("Description", [Field("openapi", "string", "The version of OpenAPI.", isRequired: true)]),
        (
            "Error",
            [
                Field("message", "string", "For people.", isRequired: true),
                Field("error", "object", "With kind, for programs, and message.", isRequired: true),
                Field("meta", "object", "With request_id.", isRequired: true),
            ]
        ),
    ]

    private static let times = [
        Field("created", "string", "ISO 8601.", isRequired: true),
        Field("updated", "string", "ISO 8601.", isRequired: true),
    ]

    private static let file =
        [
            Field("id", "string", "file_ and 16 digits.", isRequired: true),
            Field("media_id", "string", "Its media object.", isRequired: true),
            Field("object", "string", "source.", isRequired: true),
            Field("kind", "string", "video, image, audio, document or unknown.", isRequired: true),
            Field("type", "string", "Media type, with codecs where they are known.", isRequired: true),
            Field("filesize", "integer", "Bytes.", isRequired: true),
            Field("width", "integer", "Pixels, as shown."), Field("height", "integer", "Pixels, as shown."),
            Field("orientation", "string", "landscape, portrait or square."),
            Field("rotation", "integer", "Degrees clockwise by which the stored picture is turned."),
            Field("duration", "number", "Seconds."), Field("frames", "integer", "How many."),
            Field("fps", "number", "Frames a second."), Field("bitrate", "integer", "Bits a second."),
            Field("codec", "string", "Of the main stream."), Field("container", "string", "Of the file."),
            Field("transparency", "boolean", "Whether it has an alpha channel."),
            Field("animated", "boolean", "Whether it has several frames."),
            Field("pages", "integer", "Of a document."),
            Field("placeholder", "string", "A tiny picture as a data URI."),
            Field("background", "string", "The dominant colour, as #rrggbb."),
            Field("url", "string", "Where it is served.", isRequired: true),
            Field("preview", "string", "Where a picture of it is served, for an hour or two."),
            Field("folder", "string", "Absent at the root."),
            Field("filename", "string", "Its name.", isRequired: true),
            Field("ref", "string", "Its name in its media object."),
            Field("original", "boolean", "Whether it made its media object.", isRequired: true),
            Field("label", "string", "For players and people."), Field("language", "string", "BCP 47."),
            Field("metadata", "object", "Anything.", isRequired: true),
            Field("created_by", "string", "The task that made it."),
            Field("status", "string", "processing, ready or failed.", isRequired: true),
            Field("version", "string", "Grows with every write.", isRequired: true),
        ] + times

    private static let media =
        [
            Field("id", "string", "med_ and 16 digits.", isRequired: true),
            Field("object", "string", "media.", isRequired: true),
            Field("kind", "string", "Of its first file; null without files.", isRequired: true),
            Field("title", "string", "For people."), Field("alt", "string", "For who cannot see it."),
            Field("width", "integer", "Pixels."), Field("height", "integer", "Pixels."),
            Field("duration", "number", "Seconds."),
            Field("files", "array", "File objects.", isRequired: true),
            Field("urls", "object", "URLs of its files by their ref.", isRequired: true),
            Field("background", "string", "The dominant colour."),
            Field("metadata", "object", "Anything.", isRequired: true),
        ] + times

    private static let signature = [
        Field("domain", "string", "The host.", isRequired: true),
        Field("filename", "string", "Its name.", isRequired: true), Field("folder", "string", "Where it is."),
        Field("expiry", "integer", "Seconds since 1970.", isRequired: true),
        Field("method", "string", "get or put.", isRequired: true),
        Field("signature", "string", "Base64url.", isRequired: true),
        Field("url", "string", "The signed URL.", isRequired: true),
    ]

    private static let task =
        [
            Field("id", "string", "task_ and 16 digits.", isRequired: true),
            Field("object", "string", "task.", isRequired: true),
            Field("kind", "string", "ingest or probe.", isRequired: true),
            Field("input", "object", "What was asked.", isRequired: true),
            Field("output", "object", "The file, or null.", isRequired: true),
            Field("status", "string", "waiting, processing, completed or failed.", isRequired: true),
            Field("progress", "integer", "0 to 100.", isRequired: true),
            Field("error", "string", "Why it failed, or null.", isRequired: true),
            Field("created_by", "string", "The key that asked."),
        ] + times

    private static let upload = [
        Field("id", "string", "Its id.", isRequired: true),
        Field("object", "string", "upload.", isRequired: true),
        Field("bucket", "string", "Where it goes.", isRequired: true),
        Field("folder", "string", "Where it goes."),
        Field("filename", "string", "Its name.", isRequired: true),
        Field("url", "string", "Where it goes.", isRequired: true),
        Field("filesize", "integer", "Bytes of the whole; null for multipart uploads.", isRequired: true),
        Field("received", "integer", "Bytes.", isRequired: true),
        Field("created", "string", "ISO 8601.", isRequired: true),
        Field("expires", "string", "ISO 8601.", isRequired: true),
    ]

    private static let key = [
        Field("id", "string", "The access key id of S3 too.", isRequired: true),
        Field("object", "string", "key.", isRequired: true),
        Field("secret", "string", "Only when it was just made."),
        Field("role", "string", "full, read or upload.", isRequired: true),
        Field("status", "string", "active or paused.", isRequired: true),
        Field("created", "string", "ISO 8601.", isRequired: true), Field("last_used", "string", "ISO 8601."),
    ]

    private static let domain = [
        Field("host", "string", "Its name.", isRequired: true),
        Field("object", "string", "domain.", isRequired: true),
        Field("bucket", "string", "What it delivers.", isRequired: true),
        Field("url", "string", "Scheme and authority.", isRequired: true),
        Field("private", "boolean", "Whether files need a key or a signed URL.", isRequired: true),
        Field("signatures", "boolean", "Whether signed URLs are taken.", isRequired: true),
        Field("created", "string", "ISO 8601.", isRequired: true),
    ]

    private static let webhook = [
        Field("id", "string", "Its id.", isRequired: true),
        Field("object", "string", "webhook_endpoint.", isRequired: true),
        Field("url", "string", "Where it is.", isRequired: true),
        Field("topics", "array", "What it is told.", isRequired: true),
        Field("status", "string", "active or paused.", isRequired: true),
        Field("secret", "string", "Only when it was just made."),
        Field("created", "string", "ISO 8601.", isRequired: true),
    ]

    private static let delivery = [
        Field("event_id", "string", "Of the event.", isRequired: true),
        Field("kind", "string", "What happened.", isRequired: true),
        Field("attempt", "integer", "From 1.", isRequired: true),
        Field("status", "integer", "What was answered, or null.", isRequired: true),
        Field("error", "string", "Or null.", isRequired: true),
        Field("milliseconds", "integer", "How long it took.", isRequired: true),
        Field("created", "string", "ISO 8601.", isRequired: true),
    ]

    private static let project = [
        Field("id", "string", "The account id of S3 too.", isRequired: true),
        Field("object", "string", "project.", isRequired: true),
        Field("name", "string", "Unique.", isRequired: true),
        Field("display_name", "string", "For people.", isRequired: true),
        Field("role", "string", "Of the key that asks.", isRequired: true),
        Field("key_id", "string", "Of the key that asks.", isRequired: true),
        Field("buckets", "array", "Names.", isRequired: true),
        Field("domains", "array", "With host and url.", isRequired: true),
        Field("picture_sizes", "array", "That anybody may ask for.", isRequired: true),
        Field("limits", "object", "filesize, storage and uploads; null is none.", isRequired: true),
        Field("created", "string", "ISO 8601.", isRequired: true),
    ]

    private static let usage = [
        Field("files", "integer", "How many.", isRequired: true),
        Field("logical", "integer", "Bytes of all versions.", isRequired: true),
        Field("stored", "integer", "Bytes after deduplication.", isRequired: true),
        Field("saved", "integer", "The difference.", isRequired: true),
        Field("uploads", "integer", "In progress.", isRequired: true),
        Field("limits", "object", "filesize, storage and uploads; null is none.", isRequired: true),
        Field("days", "array", "With day, files, logical and stored.", isRequired: true),
    ]
}
