/// Where the records of a bucket's requests go.
///
/// Source: AWS, "Logging requests with server access logging".
package struct LoggingConfiguration: Hashable, Sendable {
    package enum KeyFormat: Int64, Sendable {
        /// `[prefix]YYYY-MM-DD-hh-mm-ss-[unique]`
        case simple
        /// `[prefix][account]/[region]/[bucket]/YYYY/MM/DD/YYYY-MM-DD-hh-mm-ss-[unique]`, of the day of the requests.
        case partitionedByEvent
        /// The same, of the day of delivery.
        case partitionedByDelivery
    }

    package var target: BucketName
    package var prefix: String
    /// Nil when the client did not say: as `simple`.
    package var keyFormat: KeyFormat?
    /// The list of the log objects, coded by `Auth`; nil is the owner alone.
    package var acl: [UInt8]?

    package init(target: BucketName, prefix: String, keyFormat: KeyFormat? = nil, acl: [UInt8]? = nil) {
        self.target = target
        self.prefix = prefix
        self.keyFormat = keyFormat
        self.acl = acl
    }
}

extension LoggingConfiguration {
    /// As the catalog keeps it.
    package var encoded: [UInt8] {
        var writer = DocumentWriter()
        writer.text(target.string)
        writer.text(prefix)
        writer.optional(keyFormat) { $0.number($1.rawValue) }
        writer.optional(acl) { $0.run($1) }
        return writer.bytes
    }

    /// Throws `corrupt` for what `encoded` never gave.
    package init(encoded bytes: [UInt8]) throws(StoreError) {
        var reader = DocumentReader(bytes)
        guard let target = BucketName(try reader.text()) else { throw DocumentReader.broken }
        self.target = target
        prefix = try reader.text()
        keyFormat = try reader.optional { reader throws(StoreError) in
            guard let format = KeyFormat(rawValue: try reader.number()) else { throw DocumentReader.broken }
            return format
        }
        acl = try reader.optional { reader throws(StoreError) in try reader.run() }
    }
}

extension Bucket {
    /// Nil for a bucket whose requests are not recorded.
    package var logging: LoggingConfiguration? {
        get throws(StoreError) {
            try configurations[.logging]?.form(LoggingConfiguration.init(encoded:))
        }
    }
}
