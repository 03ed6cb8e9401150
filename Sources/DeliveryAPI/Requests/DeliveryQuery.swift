import HTTPServer
import MediaProbe

/// What the query of a delivery URL says.
struct DeliveryQuery: Sendable {
    /// Parameters of one query.
    private static let limit = 32
    private static let signatureNames: Set<String> = ["expiry", "signature"]

    /// Whether a parameter is there that only signed URLs have; then the URL is judged as one.
    var isSigned = false
    /// `upload`: about the upload in progress, not the file.
    var isAboutUpload = false
    /// `total`: which upload, by the bytes of its whole.
    var total: Int64?
    /// `download`: to be saved, not shown.
    var isDownload = false
    /// `w`, `h`, `fit`, `format`: a picture of the file, not the file.
    var picture: PictureRequest?
    /// A parameter that means nothing here.
    var unknown: String?

    static let none = DeliveryQuery()

    private init() {}

    init(_ raw: String?) throws(Refusal) {
        guard let raw, !raw.isEmpty else { return }
        guard let items = parseQuery(raw, plusIsSpace: false, limit: Self.limit) else {
            throw .invalid("The query is malformed or has more than \(Self.limit) parameters.")
        }
        var words = PictureWords()
        for (name, value) in items {
            switch name {
            case _ where PictureWords.names.contains(name):
                guard words.take(name, value ?? "") else {
                    throw .invalid("The parameter \(name) is given twice.")
                }
            case "upload" where !isAboutUpload:
                isAboutUpload = true
            case "download" where !isDownload:
                isDownload = true
            case "total" where total == nil:
                guard let number = value.flatMap(wireNumber) else {
                    throw .invalid("The parameter total is not a number of bytes.")
                }
                total = number
            case "upload", "download", "total":
                throw .invalid("The parameter \(name) is given twice.")
            case _ where Self.signatureNames.contains(name):
                isSigned = true
            default:
                unknown = name
            }
        }
        if !words.isEmpty { picture = try words.request() }
        guard total == nil || isAboutUpload else {
            throw .invalid("The parameter total has a meaning only beside upload.")
        }
    }
}

/// A number from the wire: digits only; nil when there is none or when it does not fit.
func wireNumber(_ text: String) -> Int64? {
    guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
    return Int64(text)
}
