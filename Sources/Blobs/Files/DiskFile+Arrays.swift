extension DiskFile {
    func write(_ bytes: [UInt8], at offset: Int64) throws(DiskFailure) {
        try bytes.span.withUnsafeBytes { memory throws(DiskFailure) in try write(memory, at: offset) }
    }

    /// As many of `count` bytes as the file has from `offset`.
    func read(count: Int, at offset: Int64) throws(DiskFailure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var span = bytes.mutableSpan
        let done = try span.withUnsafeMutableBytes { memory throws(DiskFailure) in
            try read(into: memory, at: offset)
        }
        return Array(bytes.prefix(done))
    }
}
