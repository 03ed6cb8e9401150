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

    static func decode(_ bytes: UnsafeRawBufferPointer) throws -> ObjectChecksum {
        var reader = RecordReader(bytes)
        let form = try form(&reader)
        let parts = try reader.number()
        return ObjectChecksum(
            algorithm: form.algorithm, kind: form.kind, value: Array(try reader.run()), parts: parts)
    }

    /// What a listing says of a checksum.
    static func form(_ bytes: UnsafeRawBufferPointer) throws -> ListedObject.ChecksumForm {
        var reader = RecordReader(bytes)
        return try form(&reader)
    }

    private static func form(_ reader: inout RecordReader) throws -> ListedObject.ChecksumForm {
        let name = try reader.text()
        guard let algorithm = ChecksumAlgorithm(rawValue: name) else {
            throw StoreError.corrupt("the catalog names an unknown checksum, \(name)")
        }
        return ListedObject.ChecksumForm(
            algorithm: algorithm, kind: try reader.byte() == 1 ? .composite : .fullObject)
    }
}
