import Foundation
import Synchronization

/// A line on standard error that shows how far an upload has come.
final class ProgressBar: Sendable {
    private static let width = 30

    private let total: Int64
    private let isShown: Bool
    private let done = Mutex<Int64>(0)

    init(total: Int64, isShown: Bool) {
        self.total = total
        self.isShown = isShown
    }

    /// So much is at the server, as it says itself.
    func set(_ bytes: Int64) {
        done.withLock {
            $0 = bytes
            draw($0)
        }
    }

    func advance(by bytes: Int64) {
        done.withLock {
            $0 += bytes
            draw($0)
        }
    }

    private func draw(_ now: Int64) {
        guard isShown, total > 0 else { return }
        let share = min(1, Double(now) / Double(total))
        let filled = min(Self.width, Int(share * Double(Self.width)))
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
        let line = "\r[\(bar)] \(Int(share * 100)) %  \(now >> 20) of \(total >> 20) MiB"
        try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
    }

    func finish() {
        if isShown { try? FileHandle.standardError.write(contentsOf: Data("\n".utf8)) }
    }
}
