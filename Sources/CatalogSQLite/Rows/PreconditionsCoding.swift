import Objects

/// Preconditions of an upload: a byte of flags, then the entity tags of `If-Match` and of `If-None-Match`.
enum PreconditionsCoding {
    private static let forbidsOverwrite: UInt8 = 1
    private static let ifMatch: UInt8 = 2
    private static let ifMatchAny: UInt8 = 4
    private static let ifNoneMatch: UInt8 = 8
    private static let ifNoneMatchAny: UInt8 = 16

    static func encode(_ preconditions: WritePreconditions) -> [UInt8] {
        var writer = RecordWriter()
        writer.byte(
            (preconditions.forbidsOverwrite ? forbidsOverwrite : 0)
                | flag(preconditions.ifMatch, list: ifMatch, any: ifMatchAny)
                | flag(preconditions.ifNoneMatch, list: ifNoneMatch, any: ifNoneMatchAny))
        for match in [preconditions.ifMatch, preconditions.ifNoneMatch] {
            guard case .etags(let etags) = match else { continue }
            writer.number(etags.count)
            for etag in etags { writer.text(etag) }
        }
        return writer.bytes
    }

    static func decode(_ bytes: UnsafeRawBufferPointer) throws -> WritePreconditions {
        var reader = RecordReader(bytes)
        let flags = try reader.byte()
        var preconditions = WritePreconditions(forbidsOverwrite: flags & forbidsOverwrite != 0)
        preconditions.ifMatch = try match(flags, list: ifMatch, any: ifMatchAny, &reader)
        preconditions.ifNoneMatch = try match(flags, list: ifNoneMatch, any: ifNoneMatchAny, &reader)
        return preconditions
    }

    private static func flag(_ match: WritePreconditions.Match?, list: UInt8, any: UInt8) -> UInt8 {
        switch match {
        case nil: 0
        case .any: any
        case .etags: list
        }
    }

    private static func match(
        _ flags: UInt8, list: UInt8, any: UInt8, _ reader: inout RecordReader
    ) throws -> WritePreconditions.Match? {
        if flags & any != 0 { return .any }
        guard flags & list != 0 else { return nil }
        var etags: [String] = []
        for _ in 0..<(try reader.number()) { etags.append(try reader.text()) }
        return .etags(etags)
    }
}
