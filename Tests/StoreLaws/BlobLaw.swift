package import Blobs
import Digests
import NIOCore

/// A sentence that is true of every blob store, and a function that throws when it is not.
package struct BlobLaw: Sendable, CustomStringConvertible {
    package let sentence: String
    /// Given an empty store.
    package let check: @Sendable (any BlobStore) async throws -> Void

    package init(_ sentence: String, _ check: @escaping @Sendable (any BlobStore) async throws -> Void) {
        self.sentence = sentence
        self.check = check
    }

    package var description: String { sentence }

    package static let all = publishing + reading + freeing + listing

    /// A law that did not hold.
    package struct Broken: Error, CustomStringConvertible {
        package let description: String
    }
}

/// Throws when the condition is false.
func demand(_ condition: Bool, _ otherwise: @autoclosure () -> String, line: Int = #line) throws {
    if !condition { throw BlobLaw.Broken(description: "\(otherwise()) (line \(line))") }
}

/// Throws unless `body` throws exactly `expected`.
func demand(
    _ expected: BlobError, line: Int = #line, from body: () throws -> Void
) throws {
    do {
        try body()
    } catch let error as BlobError where error == expected {
        return
    }
    throw BlobLaw.Broken(description: "\(expected) was not thrown (line \(line))")
}

extension BlobStore {
    /// Publishes a segment of these chunks, back to back, and returns their places.
    @discardableResult
    package func publish(_ id: SegmentID, _ chunks: [[UInt8]]) throws -> [Place] {
        let stage = try stage(id)
        var index: [IndexEntry] = []
        for chunk in chunks {
            let entry = IndexEntry(
                digest: SHA256Digest.hash(chunk), offset: stage.length, length: chunk.count)
            try stage.append(ByteBuffer(bytes: chunk))
            index.append(entry)
        }
        try stage.publish(index)
        return index.map { Place(segment: id, offset: $0.offset, length: $0.length) }
    }

    package func bytes(_ place: Place) throws -> [UInt8] {
        Array(try read(place).readableBytesView)
    }

    func isMissing(_ id: SegmentID) throws -> Bool {
        do {
            _ = try open(id)
            return false
        } catch BlobError.missing(id) {
            return true
        }
    }
}
