import Foundation
import HTTPServer
import Server

/// Sends a file in ranges over several connections: what the server has already is not sent again.
struct ParallelUpload: Sendable {
    /// Attempts at one request before the upload is given up.
    private static let maximumAttempts = 8
    /// Rounds in a row that may pass without the server having more than before.
    private static let maximumIdleRounds = 4
    /// The longest pause between two attempts, in seconds.
    private static let longestPause = 10.0

    let source: UploadSource
    let target: UploadTarget
    let chunkSize: Int64
    let connections: Int
    let progress: ProgressBar

    private struct Status: Decodable {
        var missing: [[Int64]]
    }

    private struct Uploaded: Decodable {
        var filesize: Int64
    }

    /// Returns the server's description of the file, as JSON.
    ///
    /// Every range carries its digest, and the server is asked at the end whether it still waits for something:
    /// a range that equals one of the file that is there already is answered like the last one.
    func run() async throws -> Data {
        guard source.length > 0 else { return try verified(try await empty()) }
        var answer: Data?
        var least = Int64.max
        var idleRounds = 0
        while idleRounds < Self.maximumIdleRounds {
            let open = try await missing()
            if open == nil, let answer { return try verified(answer) }
            let gaps = open ?? [0..<source.length]
            let left = gaps.reduce(0) { $0 + $1.upperBound - $1.lowerBound }
            idleRounds = left < least ? 0 : idleRounds + 1
            least = min(least, left)
            progress.set(source.length - left)
            answer = try await send(chunks(of: gaps))
        }
        throw AdminError("the server still misses bytes of the file")
    }

    private func verified(_ answer: Data) throws -> Data {
        try source.checkUnchanged()
        guard try JSONDecoder().decode(Uploaded.self, from: answer).filesize == source.length else {
            throw AdminError("the server has a file of another length at this URL")
        }
        return answer
    }

    /// An empty file has no range.
    private func empty() async throws -> Data {
        let answer = try await attempt { connection in
            try connection.request("PUT", target.target, host: target.authority, headers: fields(), body: [])
        }
        guard answer.status == 201 else { throw Self.refusal(answer) }
        return Data(answer.body)
    }

    /// The bare File object is asked for, whichever way the file goes.
    private func fields() -> [(String, String)] {
        [("Accept-Version", "latest")] + (target.secret.map { [("Authorization", "Bearer \($0)")] } ?? [])
    }

    private func rangeFields(_ range: String) -> [(String, String)] {
        fields() + [("Content-Range", range), ("Upload-Id", source.token)]
    }

    /// What the open upload waits for; nil when there is none.
    private func missing() async throws -> [Range<Int64>]? {
        let answer = try await attempt { connection in
            try connection.request(
                "PUT", target.target, host: target.authority,
                headers: rangeFields("bytes */\(source.length)"), body: [])
        }
        switch answer.status {
        case 200:
            return try JSONDecoder().decode(Status.self, from: Data(answer.body)).missing.map {
                guard $0.count == 2, $0[0] >= 0, $0[0] <= $0[1], $0[1] < source.length else {
                    throw AdminError("the server's status makes no sense")
                }
                return $0[0]..<($0[1] + 1)
            }
        case 404: return nil
        default: throw Self.refusal(answer)
        }
    }

    private func chunks(of ranges: [Range<Int64>]) -> [Range<Int64>] {
        ranges.flatMap { range in
            stride(from: range.lowerBound, to: range.upperBound, by: Int64.Stride(chunkSize)).map {
                $0..<min($0 + chunkSize, range.upperBound)
            }
        }
    }

    /// The server's description of the file, when it gave one.
    private func send(_ chunks: [Range<Int64>]) async throws -> Data? {
        var waiting = chunks[...]
        var finished: Data?
        try await withThrowingTaskGroup(of: Data?.self) { group in
            for chunk in waiting.prefix(connections) { group.addTask { try await send(chunk) } }
            waiting = waiting.dropFirst(connections)
            while let answer = try await group.next() {
                finished = answer ?? finished
                if let chunk = waiting.popFirst() { group.addTask { try await send(chunk) } }
            }
        }
        return finished
    }

    private func send(_ range: Range<Int64>) async throws -> Data? {
        let (body, digest) = try await onThread {
            let body = try source.read(range)
            return (body, AdminTokens.contentDigest(body))
        }
        let field = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(source.length)"
        let answer = try await attempt { connection in
            try connection.request(
                "PUT", target.target, host: target.authority,
                headers: rangeFields(field) + [("Content-Digest", digest)], body: body)
        }
        switch answer.status {
        case 201, 202:
            progress.advance(by: range.upperBound - range.lowerBound)
            return answer.status == 201 ? Data(answer.body) : nil
        default: throw Self.refusal(answer)
        }
    }

    /// What may pass is tried again after a growing pause: a broken connection, a server that restarts or has
    /// too much to do.
    private func attempt(
        _ request: @escaping @Sendable (HTTPConnection) throws -> HTTPConnection.Answer
    ) async throws -> HTTPConnection.Answer {
        var pause = 0.25
        var number = 1
        while true {
            do {
                let answer = try await onThread {
                    try request(try HTTPConnection(host: target.host, port: target.port))
                }
                let isPassing = [408, 429, 500, 502, 503, 504].contains(answer.status)
                guard isPassing, number < Self.maximumAttempts else { return answer }
            } catch let failure as HTTPConnection.Failure {
                guard number < Self.maximumAttempts else { throw AdminError(failure.description) }
            }
            try await Task.sleep(for: .seconds(pause))
            pause = min(pause * 2, Self.longestPause)
            number += 1
        }
    }

    /// Blocking work on a thread of its own.
    private func onThread<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try work() }) }
        }
    }

    private static func refusal(_ answer: HTTPConnection.Answer) -> AdminError {
        struct Message: Decodable { var message: String }
        let message = try? JSONDecoder().decode(Message.self, from: Data(answer.body)).message
        return AdminError("the server answered \(answer.status)\(message.map { ": " + $0 } ?? "")")
    }
}
