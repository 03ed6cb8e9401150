import Foundation
import Glibc
package import Logging

/// One JSON object a line on standard error.
///
/// Nothing that opens a door is written: values under keys that are named like secrets are replaced, and so is
/// what other texts hold of signatures, credentials and tokens.
package struct JSONLogHandler: LogHandler {
    private static let secretNames = [
        "authorization", "secret", "signature", "cookie", "token", "credential", "password",
    ]
    /// Bytes of one value; longer ones are cut, for clients choose some of them.
    private static let maximumValueLength = 2048

    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level
    private let label: String
    private let write: @Sendable (String) -> Void

    package init(
        label: String, level: Logger.Level, write: @escaping @Sendable (String) -> Void = Self.toStandardError
    ) {
        self.label = label
        logLevel = level
        self.write = write
    }

    /// The logger of a process.
    static func logger(level: Logger.Level) -> Logger {
        Logger(label: "coffer") { JSONLogHandler(label: $0, level: level) }
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var fields: [(String, String)] = [
            ("time", Self.timestamp()), ("level", event.level.rawValue),
            ("message", Redaction.clean("\(event.message)")),
            ("source", label),
        ]
        for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: {
            $0.key < $1.key
        }) {
            let isSecret = Self.secretNames.contains { key.lowercased().contains($0) }
            fields.append((key, isSecret ? "redacted" : Redaction.clean("\(value)")))
        }
        write("{" + fields.map { "\(Self.quoted($0.0)):\(Self.quoted($0.1))" }.joined(separator: ",") + "}\n")
    }

    @Sendable package static func toStandardError(_ line: String) {
        let bytes = Array(line.utf8)
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }

    private static func timestamp() -> String {
        Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars.prefix(maximumValueLength) {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
