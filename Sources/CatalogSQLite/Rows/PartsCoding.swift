import Digests
import Objects

/// The parts of a finished upload: the name of the checksum that they have, empty for none; their number; of each its
/// length and its checksum, empty when it has none of that name.
enum PartsCoding {
    static func encode(_ parts: [ObjectPart]) -> [UInt8] {
        let algorithm = parts.lazy.compactMap(\.checksum?.algorithm).first
        var writer = RecordWriter()
        writer.text(algorithm?.rawValue ?? "")
        writer.number(parts.count)
        for part in parts {
            writer.number(Int(part.size))
            writer.run(part.checksum?.algorithm == algorithm ? part.checksum?.value ?? [] : [])
        }
        return writer.bytes
    }

    static func decode(_ bytes: UnsafeRawBufferPointer) throws -> [ObjectPart] {
        var reader = RecordReader(bytes)
        let name = try reader.text()
        let algorithm = ChecksumAlgorithm(rawValue: name)
        guard name.isEmpty || algorithm != nil else {
            throw StoreError.corrupt("the catalog names an unknown checksum, \(name)")
        }
        var parts: [ObjectPart] = []
        for _ in 0..<(try reader.number()) {
            let size = Int64(try reader.number())
            let value = Array(try reader.run())
            let checksum = algorithm.flatMap {
                value.isEmpty ? nil : ObjectChecksum(algorithm: $0, value: value)
            }
            parts.append(ObjectPart(size: size, checksum: checksum))
        }
        return parts
    }
}
