import HTTPServer
import Objects

/// The bucket and key that a request's host and path name, decoded once and not judged yet.
struct S3Target: Sendable {
    /// As it stands in the host or path.
    var bucket: String?
    /// Never empty: a path that ends after the bucket names the bucket.
    var key: [UInt8]?
    /// Whether the bucket stands in the host.
    var isVirtualHost = false

    var level: S3OperationRow.Level {
        bucket == nil ? .service : key == nil ? .bucket : .object
    }

    /// Takes `<bucket>.<suffix>` from the host when it has one of the suffixes, of which longer ones come first, else the bucket from the path.
    ///
    /// The path is split before it is decoded, so an escaped slash never ends a bucket's name, and nothing in it
    /// is normalised: `//`, `.` and `..` are bytes of a key. Throws `InvalidURI`.
    init(_ request: HTTPRequest, hostSuffixes: [String]) throws(S3Error) {
        let path = request.rawPath.utf8
        guard path.first == UInt8(ascii: "/") else { throw S3Error(.invalidURI) }
        let rest = path.dropFirst()
        if let bucket = Self.bucket(inHost: request.host, suffixes: hostSuffixes) {
            self.bucket = bucket
            isVirtualHost = true
            key = try Self.key(rest)
            return
        }
        guard !rest.isEmpty else { return }
        let slash = rest.firstIndex(of: UInt8(ascii: "/"))
        guard let name = percentDecode(String(Substring(rest[..<(slash ?? rest.endIndex)]))) else {
            throw S3Error(.invalidURI)
        }
        bucket = String(decoding: name, as: UTF8.self)
        if let slash { key = try Self.key(rest[rest.index(after: slash)...]) }
    }

    private static func key(_ raw: Substring.UTF8View) throws(S3Error) -> [UInt8]? {
        guard !raw.isEmpty else { return nil }
        guard let bytes = percentDecode(Substring(raw)) else { throw S3Error(.invalidURI) }
        return bytes
    }

    private static func bucket(inHost host: String?, suffixes: [String]) -> String? {
        guard let host else { return nil }
        let name = host.utf8.prefix { $0 != UInt8(ascii: ":") }
        // A suffix alone is the service, also where a shorter suffix would make a bucket of its first label.
        if suffixes.contains(where: { name.elementsEqual($0.utf8) }) { return nil }
        for suffix in suffixes {
            let length = suffix.utf8.count
            guard name.count > length + 1, name.suffix(length).elementsEqual(suffix.utf8) else { continue }
            let bucket = name.dropLast(length)
            guard bucket.last == UInt8(ascii: ".") else { continue }
            return String(Substring(bucket.dropLast()))
        }
        return nil
    }
}

extension ObjectKey {
    /// A key as a request names it. Throws `KeyTooLongError`, or `InvalidURI` for what is not UTF-8.
    init(wire bytes: [UInt8]) throws(S3Error) {
        guard bytes.count <= Self.maximumLength else {
            throw S3Error(
                .keyTooLong,
                fields: [("Size", String(bytes.count)), ("MaxSizeAllowed", String(Self.maximumLength))])
        }
        guard let key = ObjectKey(bytes) else { throw S3Error(.invalidURI) }
        self = key
    }
}

extension BucketName {
    /// A bucket's name as a request gives it. Throws `InvalidBucketName`.
    init(wire text: String) throws(S3Error) {
        guard let name = BucketName(text) else {
            throw S3Error(.invalidBucketName, fields: [("BucketName", text)])
        }
        self = name
    }
}
