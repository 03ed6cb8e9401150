import Digests
import Objects

/// A checksum: algorithm, kind (0 full object, 1 composite), number of parts, value.
enum ChecksumCoding {
    static func encode(_ checksum: ObjectChecksum) -> [UInt8] {
        var writer = RecordWriter()
        writer.text(checksum.algorithm.rawValue)
        writer.byte(checksum.kind == .composite ? 1 : 0)
        writer.number(checksum.parts)
        writer.run(checksum.value)
        return writer.bytes
    }

    static func decode(_ bytes: [UInt8]) throws -> ObjectChecksum {
        var reader = RecordReader(bytes)
        let name = try reader.text()
        guard let algorithm = ChecksumAlgorithm(rawValue: name) else {
            throw StoreError.corrupt("the catalog names an unknown checksum, \(name)")
        }
        let kind: ObjectChecksum.Kind = try reader.byte() == 1 ? .composite : .fullObject
        let parts = try reader.number()
        return ObjectChecksum(algorithm: algorithm, kind: kind, value: Array(try reader.run()), parts: parts)
    }
}
