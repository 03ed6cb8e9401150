import HTTPServer
import Objects
import XML

/// What all listings of a bucket have in common.
struct ListParameters: Sendable {
    var prefix: [UInt8]
    /// Nil when absent or empty.
    var delimiter: [UInt8]?
    /// Whether keys are percent-encoded in the answer, so that it can hold bytes that XML cannot.
    var encodesKeys: Bool
    /// Entries wanted, at most 1,000.
    var limit: Int

    /// - Parameter limitName: the parameter that holds the number of entries.
    ///
    /// Throws `InvalidArgument`.
    init(_ query: S3Query, limitName: String) throws(S3Error) {
        prefix = Array((query["prefix"] ?? "").utf8)
        delimiter = query.nonEmpty("delimiter").map { Array($0.utf8) }
        switch query.nonEmpty("encoding-type") {
        case nil: encodesKeys = false
        case "url": encodesKeys = true
        case let other?:
            throw .argument("encoding-type", other, "Invalid Encoding Method specified in Request")
        }
        limit = min(
            try S3Door.number(query, limitName, in: 0...Int(Int32.max)) ?? S3Limits.page, S3Limits.page)
    }

    func query(_ bucket: Bucket, after: [UInt8]?) -> ListQuery {
        ListQuery(
            bucket: bucket.id, prefix: prefix, delimiter: delimiter,
            after: after?.isEmpty == true ? nil : after,
            limit: limit)
    }

    /// Writes a key, prefix or marker.
    func write(_ bytes: [UInt8], as name: StaticString, to xml: inout XMLWriter) {
        if encodesKeys {
            xml.element(name, percentEncode(bytes, keepingSlash: true))
        } else {
            xml.element(name, utf8: bytes)
        }
    }

    func writeDelimiter(to xml: inout XMLWriter) {
        if let delimiter { write(delimiter, as: "Delimiter", to: &xml) }
    }

    func writeEncoding(to xml: inout XMLWriter) {
        if encodesKeys { xml.element("EncodingType", "url") }
    }

    func writeCommonPrefix(_ prefix: [UInt8], to xml: inout XMLWriter) {
        xml.open("CommonPrefixes")
        write(prefix, as: "Prefix", to: &xml)
        xml.close()
    }

    /// Bytes that a page takes in XML, about.
    static let bytesOfEntry = 420
}

extension S3Door {
    /// A number in the query; nil when absent or empty. Throws `InvalidArgument` for what is none or out of range.
    static func number(_ query: S3Query, _ name: String, in range: ClosedRange<Int>) throws(S3Error) -> Int? {
        guard let text = query.nonEmpty(name) else { return nil }
        guard let number = wireNumber(text), let small = Int(exactly: number), range.contains(small) else {
            throw .argument(name, text, "Provided \(name) not an integer or within integer range")
        }
        return small
    }
}
