import AsyncHTTPClient
import Foundation
import LibraryAPI
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Objects

/// Fetches by HTTP from addresses that were looked at first.
///
/// Every redirect is judged anew.
struct HTTPIngestFetcher: IngestFetcher {
    private static let maximumRedirects = 5
    /// Until the head of an answer.
    private static let patience = TimeAmount.seconds(20)
    /// Between two pieces of a body.
    private static let quiet = TimeAmount.seconds(30)
    let group: MultiThreadedEventLoopGroup
    /// Whether addresses of the server's own network are fetched from.
    let allowsPrivate: Bool
    /// Of a whole body, for nobody else counts it: the client's own deadline ends with the head.
    var longest = TimeAmount.hours(6)
    let logger: Logger

    func open(_ text: String, limit: Int64) async throws -> IngestedBody {
        var text = text
        for _ in 0...Self.maximumRedirects {
            let place = try await JudgedPlace(text, allowsPrivate: allowsPrivate)
            let client = place.client(group, quiet: Self.quiet)
            do {
                let response = try await client.execute(
                    Self.request(place), deadline: .now() + Self.patience, logger: logger)
                if (300..<400).contains(response.status.code),
                    let next = response.headers.first(name: "location")
                {
                    try? await client.shutdown()
                    guard let url = URL(string: next, relativeTo: place.url)?.absoluteString else {
                        throw IngestFailure.failed("The URL leads to another that is none.")
                    }
                    text = url
                    continue
                }
                return try body(of: response, place, limit: limit, client)
            } catch {
                try? await client.shutdown()
                if let failure = error as? IngestFailure { throw failure }
                if error is CancellationError { throw error }
                throw IngestFailure.failed("The URL could not be fetched: \(Self.sentence(error)).")
            }
        }
        throw IngestFailure.failed("The URL leads on more than \(Self.maximumRedirects) times.")
    }

    private static func request(_ place: JudgedPlace) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: place.url.absoluteString)
        request.headers.add(name: "user-agent", value: "Coffer/\(Version.text)")
        request.headers.add(name: "accept", value: "*/*")
        request.headers.add(name: "accept-encoding", value: "identity")
        return request
    }

    private func body(
        of response: HTTPClientResponse, _ place: JudgedPlace, limit: Int64, _ client: HTTPClient
    ) throws -> IngestedBody {
        guard response.status == .ok else {
            throw IngestFailure.failed("The URL answers \(response.status.code).")
        }
        let length = response.headers.first(name: "content-length").flatMap { Int64($0) }
        if let length, length > limit { throw IngestFailure.tooLarge(limit: limit) }
        return IngestedBody(
            source: FetchedBody(response.body, limit: limit, until: .now() + longest, client), length: length,
            type: response.headers.first(name: "content-type"),
            filename: Self.filename(response.headers) ?? Self.usable(place.url.lastPathComponent))
    }

    /// Of Content-Disposition (RFC 6266), without what looks like a path.
    private static func filename(_ headers: HTTPHeaders) -> String? {
        guard let field = headers.first(name: "content-disposition") else { return nil }
        let parts = field.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
        for part in parts where part.lowercased().hasPrefix("filename*=utf-8''") {
            return usable(String(part.dropFirst("filename*=utf-8''".count)).removingPercentEncoding)
        }
        for part in parts where part.lowercased().hasPrefix("filename=") {
            return usable(
                part.dropFirst("filename=".count).trimmingCharacters(in: CharacterSet(charactersIn: "\"")))
        }
        return nil
    }

    private static func usable(_ name: String?) -> String? {
        guard let last = name?.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init),
            last != ".", last != "..", last.utf8.count <= 255,
            last.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { return nil }
        return last
    }

    private static func sentence(_ error: any Error) -> String {
        let slow: [HTTPClientError] = [.connectTimeout, .readTimeout, .deadlineExceeded]
        if let known = error as? HTTPClientError, slow.contains(known) { return "it does not answer in time" }
        if error is NIOConnectionError || error is IOError { return "it cannot be reached" }
        return String("\(error)".prefix(100))
    }
}

/// The body of an answer as the store reads it; its client ends with it.
final class FetchedBody: BodySource {
    private let iterator: Iterator
    private let limit: Int64
    private let end: NIODeadline
    private let client: HTTPClient

    init(_ body: HTTPClientResponse.Body, limit: Int64, until end: NIODeadline, _ client: HTTPClient) {
        iterator = Iterator(body)
        self.limit = limit
        self.end = end
        self.client = client
    }

    /// Safe because one task reads a body, a piece after the other.
    private final class Iterator: @unchecked Sendable {
        private var pieces: HTTPClientResponse.Body.AsyncIterator
        private var received: Int64 = 0

        init(_ body: HTTPClientResponse.Body) { pieces = body.makeAsyncIterator() }

        /// The next piece, and how many bytes have come with it.
        @concurrent func next() async throws -> (ByteBuffer, Int64)? {
            guard let piece = try await pieces.next() else { return nil }
            received += Int64(piece.readableBytes)
            return (piece, received)
        }
    }

    func next() async throws -> ByteBuffer? {
        do {
            guard let (piece, received) = try await iterator.next() else { return nil }
            guard received <= limit else { throw StoreError.bodyTooLarge(limit: limit) }
            // Pieces that come too seldom for this look are ended by the time between two of them.
            guard NIODeadline.now() < end else { throw StoreError.bodyTooSlow }
            return piece
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError.bodyIncomplete
        }
    }

    deinit {
        let client = self.client
        Task { try? await client.shutdown() }
    }
}
