import Foundation

/// One file below `Sources`, as written and as code alone.
struct SourceFile: Sendable {
    /// From the package root.
    let path: String
    let lines: [String]
    /// The same lines with comments and the contents of string literals blanked.
    let code: [String]

    init(path: String, text: String) {
        self.path = path
        lines = Self.lines(of: text)
        code = Self.lines(of: path.hasSuffix(".swift") ? SwiftCode.blanked(text) : text)
    }

    /// The folder directly below `Sources`.
    var target: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }

    var isSwift: Bool { path.hasSuffix(".swift") }

    /// Places in the code that match, as "path:line: what was found".
    func places(of pattern: Regex<Substring>) -> [String] {
        places(of: pattern, in: code)
    }

    /// Places in the file as written that match.
    func placesAsWritten(of pattern: Regex<Substring>) -> [String] {
        places(of: pattern, in: lines)
    }

    private func places(of pattern: Regex<Substring>, in lines: [String]) -> [String] {
        // Otherwise "a.b" would be one word.
        let pattern = pattern.wordBoundaryKind(.simple)
        return lines.enumerated().compactMap { index, line in
            line.firstMatch(of: pattern).map { "\(path):\(index + 1): \($0.output)" }
        }
    }

    /// A final line feed ends a line and begins none.
    private static func lines(of text: String) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        return lines
    }
}

/// The files of this package.
enum SourceTree {
    /// Every file below `Sources`, sorted by path.
    static func files() throws -> [SourceFile] {
        let folder = root.appending(path: "Sources")
        guard let paths = FileManager.default.enumerator(atPath: folder.path) else {
            throw CocoaError(.fileReadNoSuchFile)
        }
        return try paths.compactMap { $0 as? String }.sorted().compactMap { path in
            let url = folder.appending(path: path)
            guard try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else {
                return nil
            }
            return SourceFile(path: "Sources/" + path, text: try String(contentsOf: url, encoding: .utf8))
        }
    }

    /// The package root: three steps up from this file.
    private static var root: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
    }
}
