import Foundation
import HTTPServer
import Server

/// Sends a file in ranges over several connections: what the server has already is not sent again.
struct ParallelUpload: Sendable {
    /// Attempts at one chunk before the upload is given up.
    private static let maximumAttempts = 8
    /// Rounds of asking what is missing.
    private static let maximumRounds = 4

    let source: UploadSource
    let target: UploadTarget
    let chunkSize: Int64
    let connections: Int
    let progress: ProgressBar

    private struct Status: Decodable {
        var missing: [[Int64]]
    }

    /// Returns the server's description of the file, as JSON.
    func run() async throws -> Data {
        guard source.length > 0 else { return try await whole() }
        for round in 0..<Self.maximumRounds {
            let missing = try await missing(isFirst: round == 0)
            let gaps = missing.reduce(0) { $0 + $1.upperBound - $1.lowerBound }
            if round == 0 { progress.advance(by: source.length - gaps) }
            if let answer = try await send(chunks(of: missing)) { return answer }
        }
        throw AdminError("the server still misses bytes of the file")
    }

    /// An empty file has no range.
    private func whole() async throws -> Data {
        let answer = try await attempt {
            try $0.request("PUT", target.target, host: target.authority, headers: fields(), body: [])
        }
        guard answer.status == 201 else { throw Self.refusal(answer) }
        return Data(answer.body)
    }

    private func fields() -> [(String, String)] {
        target.secret.map { [("Authorization", "Bearer \($0)")] } ?? []
    }

    private func rangeFields(_ range: String) -> [(String, String)] {
        fields() + [("Content-Range", range), ("Upload-Id", source.token)]
    }

    private func missing(isFirst: Bool) async throws -> [Range<Int64>] {
        let answer = try await attempt {
            try $0.request(
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
        case 404: return [0..<source.length]
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

    /// The server's description once it has every byte.
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
        let body = try source.read(range)
        let field = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(source.length)"
        let answer = try await attempt {
            try $0.request(
                "PUT", target.target, host: target.authority, headers: rangeFields(field), body: body)
        }
        switch answer.status {
        case 201, 202:
            progress.advance(by: range.upperBound - range.lowerBound)
            return answer.status == 201 ? Data(answer.body) : nil
        default: throw Self.refusal(answer)
        }
    }

    /// Blocking work on a thread of its own; what may pass is tried again after a growing pause.
    private func attempt(
        _ request: @escaping @Sendable (HTTPConnection) throws -> HTTPConnection.Answer
    ) async throws -> HTTPConnection.Answer {
        var pause = 0.25
        for number in 1... {
            do {
                let answer = try await onThread { [target] in
                    try request(try HTTPConnection(host: target.host, port: target.port))
                }
                guard answer.status == 408 || answer.status == 429 || answer.status >= 500,
                    number < Self.maximumAttempts
                else { return answer }
            } catch let failure as HTTPConnection.Failure {
                guard number < Self.maximumAttempts else { throw AdminError(failure.description) }
            }
            try await Task.sleep(for: .seconds(pause))
            pause = min(pause * 2, 10)
        }
        throw AdminError("unreachable")
    }

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
