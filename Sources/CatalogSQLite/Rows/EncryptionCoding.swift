import Objects

/// `ObjectEncryption` as a record: a byte for the method and what belongs to it, the number of runs, and the length
/// and salt of each. A run that is as long as the body, whatever that is, has length 0; the salt of one whose key
/// stream does not begin at its first byte is followed by the number of bytes that are skipped, in 8 bytes.
enum EncryptionCoding {
    static func encode(_ encryption: ObjectEncryption?) -> [UInt8]? {
        guard let encryption else { return nil }
        var writer = RecordWriter()
        switch encryption.method {
        case .managed: writer.byte(1)
        case .named(let name, let version):
            writer.byte(2)
            writer.text(name)
            writer.number(version)
        case .customer(let keyMD5):
            writer.byte(3)
            writer.text(keyMD5)
        }
        writer.number(encryption.runs.count)
        for run in encryption.runs {
            writer.number(run.length == .max ? 0 : Int(run.length))
            let skipped =
                run.skipped == 0 ? [] : (0..<8).map { UInt8(truncatingIfNeeded: run.skipped >> ($0 * 8)) }
            writer.run(run.salt + skipped)
        }
        return writer.bytes
    }

    static func decode(_ bytes: UnsafeRawBufferPointer) throws -> ObjectEncryption {
        var reader = RecordReader(bytes)
        let method: ObjectEncryption.Method
        switch try reader.byte() {
        case 1: method = .managed
        case 2:
            let name = try reader.text()
            method = .named(name: name, version: try reader.number())
        case 3: method = .customer(keyMD5: try reader.text())
        default: throw StoreError.corrupt("an object is encrypted in no known way")
        }
        var runs: [ObjectEncryption.Run] = []
        for _ in 0..<(try reader.number()) {
            let length = try reader.number()
            let salt = Array(try reader.run())
            // Salts of other lengths are not ours to cut.
            let hasSkipped = salt.count == ObjectEncryption.saltLength + 8
            let skipped = hasSkipped ? salt.suffix(8).reversed().reduce(0) { $0 << 8 | Int64($1) } : 0
            runs.append(
                ObjectEncryption.Run(
                    length: length == 0 ? .max : Int64(length),
                    salt: hasSkipped ? Array(salt.dropLast(8)) : salt,
                    skipped: skipped))
        }
        return ObjectEncryption(method, runs: runs)
    }
}
