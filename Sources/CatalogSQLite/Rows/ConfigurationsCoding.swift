import Objects

/// The documents of a bucket as a record: for each its kind and its bytes, by kind.
enum ConfigurationsCoding {
    typealias Documents = [BucketConfiguration: ConfigurationDocument]

    /// Nil, as most buckets have it, when nothing is configured.
    static func encode(_ documents: Documents) -> [UInt8]? {
        if documents.isEmpty { return nil }
        var writer = RecordWriter()
        writer.number(documents.count)
        for kind in BucketConfiguration.allCases {
            guard let document = documents[kind] else { continue }
            writer.byte(kind.rawValue)
            writer.run(document.bytes)
        }
        return writer.bytes
    }

    static func decode(_ bytes: UnsafeRawBufferPointer) throws -> Documents {
        var reader = RecordReader(bytes)
        var documents: Documents = [:]
        for _ in 0..<(try reader.number()) {
            guard let kind = BucketConfiguration(rawValue: try reader.byte()) else {
                throw StoreError.corrupt("a bucket has a configuration of no known kind")
            }
            documents[kind] = ConfigurationDocument(Array(try reader.run()))
        }
        return documents
    }
}
