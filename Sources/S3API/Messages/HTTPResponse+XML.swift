import Digests
import HTTPServer
import NIOCore
import Objects
import XML

enum XMLNamespace {
    /// Of every document that S3 sends or takes.
    static let s3 = "http://s3.amazonaws.com/doc/2006-03-01/"
    static let schemaInstance = "http://www.w3.org/2001/XMLSchema-instance"
}

extension HTTPResponse {
    /// A 200 with the document that `write` fills in.
    static func xml(
        headers: HeaderFields = HeaderFields(), reservingCapacity capacity: Int = 512,
        _ write: (inout XMLWriter) throws -> Void
    ) rethrows -> HTTPResponse {
        var writer = XMLWriter(reservingCapacity: capacity)
        try write(&writer)
        var headers = headers
        headers.add("Content-Type", "application/xml")
        return HTTPResponse(
            status: 200, headers: headers, body: .bytes(writer.withBytes { ByteBuffer(bytes: $0) }))
    }
}

extension HTTPResponse {
    /// AWS's page of configurations of a kind of which the bucket has none.
    static func noneConfigured(_ root: StaticString) -> HTTPResponse {
        .xml { xml in
            xml.openRoot(root)
            xml.element("IsTruncated", false)
            xml.close()
        }
    }
}

extension XMLWriter {
    /// Opens the document's root.
    mutating func openRoot(_ name: StaticString) {
        open(name, ("xmlns", XMLNamespace.s3))
    }

    /// An element, unless there is nothing to say.
    mutating func element(_ name: StaticString, ifPresent text: String?) {
        if let text { element(name, text) }
    }

    /// An ETag, in the quotes that are part of it.
    mutating func etag(_ etag: ETag) {
        if let digest = etag.digest {
            element("ETag", plainInQuotes: digest.hexDigits.span)
        } else {
            element("ETag", "\"" + etag.string + "\"")
        }
    }

    /// The owner of a bucket and of all that is in it.
    mutating func owner(_ owner: Owner, as name: StaticString = "Owner") {
        open(name)
        element("ID", owner.id)
        element("DisplayName", owner.displayName)
        close()
    }

    /// What a checksum that is kept says in documents.
    mutating func checksum(_ checksum: ObjectChecksum?) {
        guard let checksum else { return }
        element(checksum.algorithm.elementName, checksum.wire)
        element("ChecksumType", checksum.kind.rawValue)
    }
}
