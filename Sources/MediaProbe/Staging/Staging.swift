import SystemPackage

/// Lays an object into a file for the tools.
struct Staging {
    let settings: ProbeSettings

    /// Up to `settings.wholeFile` whole; a larger one sparse, with head, tail and, if `isFilm` in boxes, its index.
    /// A tool that can do nothing with parts (`needsWhole`) is spared a larger one with `tooMuch`.
    @concurrent
    func lay(_ source: ProbeSource, isFilm: Bool, needsWhole: Bool) async throws(ProbeError) -> StagedFile {
        let isWhole = source.size <= settings.wholeFile
        if needsWhole, !isWhole { throw .tooMuch("size") }
        do {
            let file = try StagedFile.unnamed(in: settings.staging)
            defer { try? file.close() }
            var head: [UInt8] = []
            let parts = isWhole ? ([0..<source.size], true) : try await parts(of: source, isFilm: isFilm)
            for range in parts.0 {
                try await copy(range, from: source, to: file, head: &head)
            }
            if !isWhole { try file.resize(to: source.size) }
            return StagedFile(
                readOnly: try StagedFile.reopened(file), size: source.size, isWhole: isWhole,
                hasWholeIndex: parts.1, head: head)
        } catch let error as ProbeError {
            throw error
        } catch is CancellationError {
            throw .cancelled
        } catch {
            throw .storage("\(error)")
        }
    }

    /// A tool's answer as the next one's input.
    @concurrent
    func lay(_ bytes: [UInt8]) async throws(ProbeError) -> StagedFile {
        try await lay(ProbeSource(bytes), isFilm: false, needsWhole: true)
    }

    private func copy(
        _ range: Range<Int64>, from source: ProbeSource, to file: FileDescriptor, head: inout [UInt8]
    ) async throws {
        var position = range.lowerBound
        while position < range.upperBound {
            try Task.checkCancellation()
            let next = min(range.upperBound, position + Int64(ProbeSource.largestRead))
            let bytes = try await source.read(position..<next)
            guard bytes.count == Int(next - position) else { throw ProbeError.storage("short read") }
            if position == Int64(head.count), head.count < StagedFile.headLength {
                head += bytes.prefix(StagedFile.headLength - head.count)
            }
            try file.writeAll(toAbsoluteOffset: position, bytes)
            position = next
        }
    }

    private func parts(of source: ProbeSource, isFilm: Bool) async throws -> ([Range<Int64>], Bool) {
        let head = 0..<min(settings.head, source.size)
        let tail = max(head.upperBound, source.size - settings.tail)..<source.size
        guard isFilm else { return ([head, tail], true) }
        let index = try await BoxWalk(source: source).index(limit: settings.index)
        return ([head, tail] + index.ranges, index.isWhole)
    }
}
