import Auth
import HTTPServer
import Objects
import XML

extension S3Door {
    func getBucketLogging(_ call: S3Call) async throws -> HTTPResponse {
        guard let logging = try call.bucket.logging else {
            return .xml { $0.empty("BucketLoggingStatus", ("xmlns", XMLNamespace.s3)) }
        }
        let grants = try logging.acl.map { bytes throws(StoreError) in
            try AccessControlList(encoded: bytes).grants
        }
        let names = try await self.names(in: grants ?? [])
        return .xml { xml in
            xml.openRoot("BucketLoggingStatus")
            xml.open("LoggingEnabled")
            xml.element("TargetBucket", logging.target.string)
            if let grants {
                xml.open("TargetGrants")
                xml.grants(grants, names: names)
                xml.close()
            }
            if let format = logging.keyFormat { xml.keyFormat(format) }
            xml.element("TargetPrefix", logging.prefix)
            xml.close()
            xml.close()
        }
    }

    /// Sends the records of the bucket's requests to another bucket, or no longer. Only the owner's account may, and only
    /// into a bucket that lets the log delivery write.
    func putBucketLogging(_ call: S3Call) async throws -> HTTPResponse {
        guard call.account == call.bucket.project else { throw S3Error(.accessDenied) }
        let root = try await configuration(call, root: "BucketLoggingStatus")
        guard let enabled = root.first("LoggingEnabled") else {
            _ = try await store.accounts.setConfiguration(call.bucket.id, .logging, nil)
            return HTTPResponse(status: 200)
        }
        guard let name = enabled.text(of: "TargetBucket"), let prefix = enabled.text(of: "TargetPrefix")
        else {
            throw S3Error(.malformedXML)
        }
        guard let target = try await store.bucket(try BucketName(wire: name)) else {
            throw S3Error(
                .invalidTargetBucketForLogging, "The target bucket for logging does not exist",
                fields: [("TargetBucket", name)])
        }
        guard prefix.utf8.count <= LoggingConfiguration.maximumPrefixLength else {
            throw S3Error(.keyTooLong)
        }
        guard authorizer.allowsLogDelivery(from: call.bucket, to: target, prefix: prefix) else {
            throw S3Error(.accessDenied)
        }
        var logging = LoggingConfiguration(target: target.name, prefix: prefix)
        if let format = enabled.first("TargetObjectKeyFormat") {
            logging.keyFormat = try LoggingConfiguration.KeyFormat(format)
        }
        if let grants = enabled.first("TargetGrants"), !grants.children.isEmpty {
            if target.ownership == .bucketOwnerEnforced { throw S3Error(.accessControlListNotSupported) }
            let named = try await resolved(NamedGrant.parse(grants: grants))
            let owner = AccessControlList.ownerOnly(target.project)
            logging.acl =
                AccessControlList(named.grants.filter { !owner.grants.contains($0) } + owner.grants).encoded
        }
        _ = try await store.accounts.setConfiguration(call.bucket.id, .logging, logging.encoded)
        return HTTPResponse(status: 200)
    }
}

extension LoggingConfiguration {
    /// What the dates and the unique part behind a prefix take of a key's 1,024 bytes, with room to spare.
    static let maximumPrefixLength = 512
}

extension LoggingConfiguration.KeyFormat {
    /// Throws `MalformedXML`.
    init(_ element: XMLElement) throws(S3Error) {
        guard element.children.count == 1 else { throw S3Error(.malformedXML) }
        if element.first("SimplePrefix") != nil {
            self = .simple
            return
        }
        switch element.first("PartitionedPrefix")?.text(of: "PartitionDateSource")?.trimmed {
        case "EventTime": self = .partitionedByEvent
        case "DeliveryTime": self = .partitionedByDelivery
        default: throw S3Error(.malformedXML)
        }
    }
}

extension XMLWriter {
    fileprivate mutating func keyFormat(_ format: LoggingConfiguration.KeyFormat) {
        open("TargetObjectKeyFormat")
        switch format {
        case .simple: empty("SimplePrefix")
        case .partitionedByEvent, .partitionedByDelivery:
            open("PartitionedPrefix")
            element("PartitionDateSource", format == .partitionedByEvent ? "EventTime" : "DeliveryTime")
            close()
        }
        close()
    }
}
