import Auth
import Digests
import HTTPServer
import NIOCore
import Objects
import Synchronization

/// A request's body on its way to the store, without the framing of aws-chunked.
///
/// The store knows its own errors only, so what is wrong with a signature, a digest or a trailer is noted here and
/// thrown, in S3's words, when the store has given up.
final class IncomingBody: BodySource {
    private let source: any BodySource
    /// Bytes without framing; nil when the client did not say.
    let length: Int64?
    private let chunked: AWSChunkedBody?
    private let request: HTTPRequest
    private let failure = Mutex<S3Error?>(nil)

    /// - Parameter limit: the largest object in bytes.
    init(_ call: S3Call, limit: Int64) throws(S3Error) {
        let body: S3Body
        do {
            body = try call.identity.body(of: call.request, limit: limit)
        } catch {
            throw S3Error(auth: error)
        }
        source = body.source
        length = body.length
        chunked = body.chunked
        request = call.request
    }

    /// A part of the body of a request, which `source` finds in it.
    init(_ source: any BodySource, of request: HTTPRequest) {
        self.source = source
        self.request = request
        length = nil
        chunked = nil
    }

    /// The trailers; empty before the end of the body.
    var trailers: HeaderFields { chunked?.trailers ?? request.body.trailers }

    func next() async throws -> ByteBuffer? {
        do {
            return try await source.next()
        } catch {
            throw noted(chunked?.failure ?? error)
        }
    }

    /// Runs a check of the body inside the store.
    func refusing<T>(_ check: () throws -> T) throws -> T {
        do {
            return try check()
        } catch {
            throw noted(error)
        }
    }

    /// Runs what reads this body, and throws what was wrong with the body if that is why it failed.
    func reading<T>(_ work: () async throws -> T) async throws -> T {
        do {
            return try await work()
        } catch {
            throw failure.withLock { $0 } ?? error
        }
    }

    private func noted(_ error: any Error) -> any Error {
        let known = S3Error(any: error)
        failure.withLock { $0 = $0 ?? known }
        return StoreError.bodyIncomplete
    }
}

extension S3Call {
    /// A whole short body, with everything checked that the request promises about it.
    ///
    /// - Parameter describesObject: the checksum among the headers is that of an object, not of this document.
    ///
    /// Throws `MaxMessageLengthExceeded` above `limit` bytes.
    func document(limit: Int, describesObject: Bool = false) async throws -> [UInt8] {
        let body = try IncomingBody(self, limit: Int64(limit))
        let promise = try BodyPromise(self, length: body.length, describesObject: describesObject)
        if let length = body.length, length > Int64(limit) { throw S3Error(.maxMessageLengthExceeded) }
        return try await body.reading {
            var bytes: [UInt8] = []
            while let piece = try await body.next() {
                guard piece.readableBytes <= limit - bytes.count else {
                    throw S3Error(.maxMessageLengthExceeded)
                }
                bytes.append(contentsOf: piece.readableBytesView)
            }
            _ = try promise.check(Self.facts(bytes, promise), trailers: body.trailers)
            return bytes
        }
    }

    private static func facts(_ bytes: [UInt8], _ promise: BodyPromise) -> BodyFacts {
        let digest = SHA256Digest.hash(bytes)
        var facts = BodyFacts(length: Int64(bytes.count), sha256: digest, root: digest, head: [])
        if promise.md5 != nil { facts.md5 = MD5Digest.hash(bytes) }
        if let algorithm = promise.checksum?.algorithm {
            var context = ChecksumContext(algorithm)
            context.update(bytes)
            facts.checksums[algorithm] = context.finalize()
        }
        return facts
    }
}
