import Digests
import NIOCore

/// The framing of aws-chunked as a machine: slabs in, verified bytes out. It does no input or output.
struct AWSChunkedDecoder: ~Copyable {
    /// Bytes of the line before a chunk: 16 digits, `;chunk-signature=`, 64 digits, CRLF, and some air.
    static let headerLineLimit = 256
    /// Bytes of all trailer lines.
    static let trailerLimit = 8 * 1024
    /// Trailer lines.
    static let trailerCountLimit = 16

    enum Step {
        /// The line with a chunk's size.
        case header
        case data(remaining: Int64)
        /// The CRLF after a chunk's bytes.
        case dataEnd
        /// The CRLF after the final chunk, where no trailer follows.
        case lastEnd
        case trailer
        case ended
    }

    let isSigned: Bool
    let hasTrailer: Bool
    let decodedLength: Int64
    let declaredTrailers: [String]
    var signer: ChunkSigner?

    var step = Step.header
    /// The line, or line end, that is being read.
    var line: [UInt8] = []
    /// Bytes of the chunks so far, the current one included.
    var announced: Int64 = 0
    /// Chunks so far.
    var chunkCount = 0
    var previousSize = Int64.max
    private var signature: [UInt8] = []
    private var hash = SHA256()
    /// Bytes of the current chunk that wait for its end.
    private var held = ByteBuffer()
    private var ready: [ByteBuffer] = []

    var trailers: [(String, String)] = []
    var trailerLength = 0
    var trailerText: [UInt8] = []
    var isTrailerProven = false
    var sawBlankLine = false
    /// CR, LF after the end.
    var surplus = 0

    init(form: AWSChunkedBody.Form, decodedLength: Int64, declaredTrailers: [String]) {
        switch form {
        case .signed(let signer, let trailer):
            self.signer = signer
            isSigned = true
            hasTrailer = trailer
        case .unsignedTrailer:
            isSigned = false
            hasTrailer = true
        }
        self.decodedLength = decodedLength
        self.declaredTrailers = declaredTrailers
    }

    /// Bytes that cannot be handed up yet.
    var heldByteCount: Int { held.readableBytes }

    /// Up to `limit` verified bytes, or nil.
    mutating func takeReady(upTo limit: Int) -> ByteBuffer? {
        guard let first = ready.first else { return nil }
        var count = 0
        var length = 0
        while count < ready.count, count == 0 || length + ready[count].readableBytes <= limit {
            length += ready[count].readableBytes
            count += 1
        }
        guard count > 1 else {
            ready.removeFirst()
            return first
        }
        var gathered = ByteBufferAllocator().buffer(capacity: length)
        for index in 0..<count { gathered.writeImmutableBuffer(ready[index]) }
        ready.removeFirst(count)
        return gathered
    }

    /// Forgets what is held, after a failure.
    mutating func drop() {
        held = ByteBuffer()
        ready = []
    }

    mutating func take(_ slab: ByteBuffer) throws(S3AuthError) {
        var slab = slab
        while slab.readableBytes > 0 {
            switch step {
            case .header:
                if try readLine(&slab, limit: Self.headerLineLimit) { try beginChunk() }
            case .data(let remaining):
                try readData(&slab, remaining)
            case .dataEnd:
                if try readLineEnd(&slab) { step = .header }
            case .lastEnd:
                if try readLineEnd(&slab) { step = .ended }
            case .trailer:
                if try readTrailerLine(&slab) { try endTrailerLine() }
            case .ended:
                try readSurplus(&slab)
            }
        }
    }

    /// The body ended: nothing may be missing.
    mutating func finish() throws(S3AuthError) {
        switch step {
        case .ended where surplus != 1:
            return
        case .lastEnd where line.isEmpty:
            // The final chunk is proven; some clients leave out the last line end.
            return
        case .trailer where line.isEmpty:
            try endTrailer()
        case .header, .data, .dataEnd, .lastEnd, .trailer, .ended:
            throw .incompleteBody("The body ended before its final chunk was complete.")
        }
    }
}

extension AWSChunkedDecoder {
    private mutating func beginChunk() throws(S3AuthError) {
        let header = try ChunkHeader(line, isSigned: isSigned)
        line.removeAll(keepingCapacity: true)
        chunkCount += 1
        if header.size > 0, previousSize < AWSChunkedBody.minimumChunk {
            throw .invalidChunkSize(chunk: chunkCount, size: previousSize)
        }
        guard header.size <= decodedLength - announced else {
            throw .incompleteBody("The body has more bytes than x-amz-decoded-content-length says.")
        }
        if isSigned, header.size > AWSChunkedBody.maximumSignedChunk {
            throw .invalidRequest(
                "A signed chunk may have at most \(AWSChunkedBody.maximumSignedChunk) bytes.")
        }
        previousSize = header.size
        announced += header.size
        signature = header.signature
        if header.size > 0 {
            step = .data(remaining: header.size)
            return
        }
        guard announced == decodedLength else {
            throw .incompleteBody("The body has fewer bytes than x-amz-decoded-content-length says.")
        }
        try proveChunk()
        step = hasTrailer ? .trailer : .lastEnd
    }

    private mutating func readData(_ slab: inout ByteBuffer, _ remaining: Int64) throws(S3AuthError) {
        let count = Int(min(remaining, Int64(slab.readableBytes)))
        guard var piece = slab.readSlice(length: count) else { return }
        let left = remaining - Int64(count)
        if isSigned { hash.update(piece.readableBytesSpan) }
        if isSigned, left > 0 || held.readableBytes > 0 {
            // Copied, because a slice would keep all of the slab it came in, however short it is.
            held.writeBuffer(&piece)
        } else {
            ready.append(piece)
        }
        guard left == 0 else {
            step = .data(remaining: left)
            return
        }
        step = .dataEnd
        guard isSigned else { return }
        do throws(S3AuthError) {
            try proveChunk()
        } catch {
            drop()
            throw error
        }
        if held.readableBytes > 0 {
            ready.append(held)
            held = ByteBuffer()
        }
    }

    private mutating func proveChunk() throws(S3AuthError) {
        try signer?.verifyChunk(hash.finalize(), signature: signature)
    }

    /// Moves bytes to `line` up to and including LF; true when there was one.
    mutating func readLine(_ slab: inout ByteBuffer, limit: Int) throws(S3AuthError) -> Bool {
        while let byte: UInt8 = slab.readInteger() {
            line.append(byte)
            if byte == 0x0A { return true }
            guard line.count < limit else {
                throw .incompleteBody("The line before a chunk is not a size and a signature.")
            }
        }
        return false
    }

    /// True when CRLF was read whole.
    private mutating func readLineEnd(_ slab: inout ByteBuffer) throws(S3AuthError) -> Bool {
        while let byte: UInt8 = slab.readInteger() {
            guard byte == (line.isEmpty ? 0x0D : 0x0A) else {
                throw .incompleteBody("A chunk is not as long as its size says.")
            }
            line.append(byte)
            if line.count == 2 {
                line.removeAll(keepingCapacity: true)
                return true
            }
        }
        return false
    }

    /// Some clients end with one CRLF too many; anything else after the end is no part of the body.
    private mutating func readSurplus(_ slab: inout ByteBuffer) throws(S3AuthError) {
        while let byte: UInt8 = slab.readInteger() {
            guard surplus < 2, byte == (surplus == 0 ? 0x0D : 0x0A) else {
                throw .incompleteBody("There are bytes after the final chunk.")
            }
            surplus += 1
        }
    }
}
