import Glibc
import NIOCore

/// Takes a chunked body apart (RFC 9112 section 7.1).
///
/// Chunk extensions are read over, within the limit of a chunk's line; trailer fields are kept.
struct ChunkDecoder {
    enum Part: Equatable {
        case bytes(ByteBuffer)
        case end(HeaderFields)
    }

    /// Bytes of the line before a chunk, extensions included.
    static let maxChunkLineBytes = 1024

    private enum State {
        case size
        case data(Int64)
        case dataEnd
        case trailer
        case ended
    }

    private let maxTrailerBytes: Int
    private let maxTrailerCount: Int
    private var state = State.size
    /// Bytes of an incomplete line that were searched already.
    private var scanned = 0
    private var trailers = HeaderFields()
    private var trailerBytes = 0

    init(limits: ServerLimits) {
        maxTrailerBytes = limits.maxTrailerBytes
        maxTrailerCount = limits.maxHeaderCount
    }

    /// The next part that is complete in the input; nil when more bytes are needed.
    mutating func next(_ input: inout ByteBuffer) throws(Refusal) -> Part? {
        while true {
            switch state {
            case .size:
                guard let line = try line(&input, limit: Self.maxChunkLineBytes, else: .badChunk) else {
                    return nil
                }
                let size = try Self.chunkSize(line)
                state = size == 0 ? .trailer : .data(size)
            case .data(let remaining):
                let count = Int(min(remaining, Int64(input.readableBytes)))
                guard count > 0, let bytes = input.readSlice(length: count) else { return nil }
                state = remaining == Int64(count) ? .dataEnd : .data(remaining - Int64(count))
                return .bytes(bytes)
            case .dataEnd:
                guard let end = input.getInteger(at: input.readerIndex, as: UInt16.self) else { return nil }
                guard end == 0x0D0A else { throw .badChunk }
                input.moveReaderIndex(forwardBy: 2)
                state = .size
            case .trailer:
                let limit = maxTrailerBytes - trailerBytes
                guard let line = try line(&input, limit: limit, else: .trailersTooLarge) else { return nil }
                trailerBytes += line.readableBytes + 2
                if line.readableBytes == 0 {
                    state = .ended
                    return .end(trailers)
                }
                guard trailers.count < maxTrailerCount else { throw .trailersTooLarge }
                let read = line.withUnsafeReadableBytes { bytes -> Result<FieldLine, Refusal> in
                    do throws(Refusal) { return .success(try FieldLine(bytes)) } catch {
                        return .failure(error)
                    }
                }
                let (name, value) = try read.get().field
                guard !Self.isFraming(name) else { throw .badChunk }
                trailers.add(name, value)
            case .ended:
                return nil
            }
        }
    }

    /// A length that comes after the body can only mislead whoever reads it (RFC 9110 section 6.5.1).
    private static func isFraming(_ name: String) -> Bool {
        HeaderFields.sameName(name, "content-length") || HeaderFields.sameName(name, "transfer-encoding")
    }

    /// A line without its CR LF; nil when it is not complete.
    private mutating func line(
        _ input: inout ByteBuffer, limit: Int, else refusal: Refusal
    ) throws(Refusal) -> ByteBuffer? {
        let from = scanned
        let feed = input.withUnsafeReadableBytes { bytes -> Int? in
            guard let base = bytes.baseAddress, from < bytes.count else { return nil }
            guard let found = memchr(base + from, 0x0A, bytes.count - from) else { return nil }
            return UnsafeRawPointer(found) - base
        }
        guard let feed else {
            guard input.readableBytes < limit else { throw refusal }
            scanned = input.readableBytes
            return nil
        }
        guard feed < limit else { throw refusal }
        scanned = 0
        guard feed > 0, var line = input.readSlice(length: feed + 1),
            line.getInteger(at: line.readerIndex + feed - 1, as: UInt8.self) == 0x0D
        else { throw .bareLineFeed }
        line.moveWriterIndex(to: line.writerIndex - 2)
        return line
    }

    private static func chunkSize(_ line: ByteBuffer) throws(Refusal) -> Int64 {
        var size: Int64 = 0
        var digits = 0
        var rest = line.readableBytesView
        while let digit = rest.first.flatMap(hexValue) {
            guard size <= Int64.max >> 4 else { throw .badChunk }
            size = size << 4 | Int64(digit)
            digits += 1
            // Leading zeros without end would pass the check of the value.
            guard digits <= 16 else { throw .badChunk }
            rest = rest.dropFirst()
        }
        guard digits > 0 else { throw .badChunk }
        while rest.first == 0x3B /* ; */ {
            guard skipExtension(&rest) else { throw .badChunk }
        }
        guard rest.isEmpty else { throw .badChunk }
        return size
    }

    /// `;name`, `;name=token` or `;name="text"`. The blanks around them that RFC 9112 calls bad are refused: no
    /// client sends them, and parsers disagree about them.
    private static func skipExtension(_ rest: inout ByteBufferView) -> Bool {
        rest = rest.dropFirst()
        let name = rest.prefix { ByteClass.token.contains($0) }
        rest = rest[name.endIndex...]
        guard !name.isEmpty else { return false }
        guard rest.first == 0x3D /* = */ else { return true }
        rest = rest.dropFirst()
        guard rest.first == 0x22 /* " */ else {
            let value = rest.prefix { ByteClass.token.contains($0) }
            rest = rest[value.endIndex...]
            return !value.isEmpty
        }
        rest = rest.dropFirst()
        while let byte = rest.popFirst(), byte >= 0x20 || byte == 0x09, byte != 0x7F {
            if byte == 0x22 { return true }
            if byte == 0x5C /* \ */ {
                guard let escaped = rest.popFirst(), escaped >= 0x20 || escaped == 0x09 else { return false }
            }
        }
        return false
    }
}
