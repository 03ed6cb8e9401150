import Glibc
import NIOCore

/// Finds and reads request heads in the bytes of a connection (RFC 9112 sections 2 to 6).
///
/// Strict where leniency lets two parsers see two requests: lines end with CR LF, names touch their colon,
/// nothing is folded, and a length is given once or not at all. Bytes after a head stay unread.
struct HeadParser {
    var maxHeaderBytes: Int
    var maxHeaderCount: Int
    var maxTargetBytes: Int

    /// Empty lines before a request line that are overlooked (RFC 9112 section 2.2).
    static let maxBlankLines = 4
    /// Method, version and blanks beside the target in a request line.
    static let requestLineOverhead = 64

    /// Bytes already searched for line ends, so that a head that trickles in is not read again and again.
    private var scanned = 0
    private var lineStart = 0
    private var lineCount = 0
    private var blankLines = 0

    init(limits: ServerLimits) {
        maxHeaderBytes = limits.maxHeaderBytes
        maxHeaderCount = limits.maxHeaderCount
        maxTargetBytes = limits.maxTargetBytes
    }

    /// Takes a complete head out of the input; nil when more bytes are needed, and then nothing is taken.
    ///
    /// After nil the same bytes must come again with more behind them. After a throw the connection is of no use.
    mutating func parse(_ input: inout ByteBuffer) throws(Refusal) -> RequestHead? {
        let result = input.withUnsafeReadableBytes { bytes -> Result<(RequestHead, Int)?, Refusal> in
            do throws(Refusal) {
                guard let length = try scan(bytes) else { return .success(nil) }
                var reader = HeadReader(
                    bytes: UnsafeRawBufferPointer(rebasing: bytes[..<length]), maxTargetBytes: maxTargetBytes)
                let head = try reader.read()
                return .success((head, length))
            } catch {
                return .failure(error)
            }
        }
        guard let (head, length) = try result.get() else { return nil }
        input.moveReaderIndex(forwardBy: length)
        scanned = 0
        lineStart = 0
        lineCount = 0
        blankLines = 0
        return head
    }

    /// Length of the head with its empty line; nil when it is not complete.
    private mutating func scan(_ bytes: UnsafeRawBufferPointer) throws(Refusal) -> Int? {
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return nil }
        while scanned < bytes.count {
            guard let found = memchr(base + scanned, 0x0A, bytes.count - scanned) else { break }
            let feed = UnsafeRawPointer(found) - base
            guard feed > lineStart, bytes[feed - 1] == 0x0D else { throw .bareLineFeed }
            scanned = feed + 1
            let isEmpty = feed - lineStart == 1
            if !isEmpty {
                lineCount += 1
                if lineCount == 1 { try checkRequestLine(bytes[lineStart..<feed]) }
                if lineCount - 1 > maxHeaderCount { throw .tooManyFields }
            } else if lineCount > 0 {
                guard scanned <= maxHeaderBytes else { throw .headTooLarge }
                return scanned
            } else {
                blankLines += 1
                if blankLines > Self.maxBlankLines { throw .malformedRequestLine }
            }
            lineStart = scanned
        }
        scanned = bytes.count
        if lineCount == 0 { try checkRequestLine(bytes[lineStart...]) }
        guard bytes.count < maxHeaderBytes else { throw .headTooLarge }
        return nil
    }

    /// What can be said of a request line before it is complete: something that is no HTTP, a TLS greeting for
    /// instance, is told so at once.
    private func checkRequestLine(_ line: Slice<UnsafeRawBufferPointer>) throws(Refusal) {
        if let first = line.first, !ByteClass.token.contains(first) {
            // A lone CR may still become an empty line.
            guard first == 0x0D, line.count == 1 else { throw .badMethod }
        }
        if line.count > maxTargetBytes + Self.requestLineOverhead { throw .targetTooLong }
    }
}
