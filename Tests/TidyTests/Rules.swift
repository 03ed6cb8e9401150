/// The mechanical rules of the house. Each gives the places that break it, as "path:line: what".
enum Rules {
    static let maxFileLines = 600
    static let maxBodyLines = 90

    static func imports(_ file: SourceFile) -> [String] {
        guard file.isSwift else { return [] }
        guard let allowed = Ladder.allowedImports(of: file.target) else {
            return ["\(file.path):1: the target \(file.target) has no row in the ladder"]
        }
        return file.code.enumerated().compactMap { index, line in
            guard let module = importedModule(line), !allowed.contains(module) else { return nil }
            return "\(file.path):\(index + 1): \(file.target) may not import \(module)"
        }
    }

    static func unsafePointers(_ file: SourceFile) -> [String] {
        guard file.isSwift, !Ladder.withUnsafePointers.contains(file.target) else { return [] }
        return file.places(
            of:
                #/\w*[uU]nsafe\w*(?:Pointer|Bytes|Capacity|Allocation|BitCast|Downcast)\w*|\bUnmanaged\b|\bOpaquePointer\b|\bunsafelyUnwrapped\b/#
        )
    }

    static func forbiddenCode(_ file: SourceFile) -> [String] {
        guard file.isSwift else { return [] }
        return file.places(
            of:
                #/\bString\s*\(\s*format\s*:|\btry!|\bfatalError\s*\(|\bnonisolated\s*\(\s*unsafe\s*\)|@preconcurrency\s+(?:\w+\s+)?import|@_exported|@_implementationOnly/#
        )
    }

    /// The words that promise what is not there. Comments count.
    static func promises(_ file: SourceFile) -> [String] {
        file.placesAsWritten(of: #/\b(?:TODO|FIXME|XXX|HACK)\b/#)
    }

    static func visibility(_ file: SourceFile) -> [String] {
        guard file.isSwift else { return [] }
        return file.places(
            of: #/(?:^|[^.`\w])public(?:\(set\))?\s+[@\w]+|(?:^|\s)open\s+(?:class|func|var|subscript)\b/#)
    }

    static func names(_ file: SourceFile) -> [String] {
        guard file.isSwift else { return [] }
        return file.places(
            of:
                #/\b(?:class|struct|enum|actor|protocol|typealias)\s+\w*(?:Manager|Helpers?|Utils?|Utilities)\b/#
        )
            + file.places(of: #/\b(?:class|struct|enum|actor|protocol|typealias)\s+(?:\w+\.)?\w+/#).filter {
                place in
                place.split(separator: " ").last.map(String.init) == file.target
            }
    }

    static func folders(_ file: SourceFile) -> [String] {
        let forbidden: Set<Substring> = ["Utils", "Common", "Core", "Shared", "Helpers", "Utilities", "Misc"]
        return file.path.split(separator: "/").filter { forbidden.contains($0) }.map {
            "\(file.path):1: a folder named \($0) says nothing"
        }
    }

    /// A type that takes the compiler's check into its own hands says why that is right.
    static func uncheckedSendable(_ file: SourceFile) -> [String] {
        guard file.isSwift else { return [] }
        return file.code.indices.filter { index in
            file.code[index].contains(#/@unchecked\s+Sendable/#)
                && !file.lines[max(0, index - 3)..<index].contains { line in
                    line.contains("//") && line.contains("Safe because")
                }
        }.map { "\(file.path):\($0 + 1): @unchecked Sendable without 'Safe because' above" }
    }

    static func fileLength(_ file: SourceFile) -> [String] {
        file.lines.count <= maxFileLines ? [] : ["\(file.path):1: \(file.lines.count) lines"]
    }

    static func bodyLength(_ file: SourceFile) -> [String] {
        guard file.isSwift else { return [] }
        return FunctionBody.all(in: file.code).filter { $0.lineCount > maxBodyLines }.map {
            "\(file.path):\($0.line): \($0.declaration) has \($0.lineCount) lines"
        }
    }

    /// The module that a line of code imports, if it does.
    static func importedModule(_ line: String) -> String? {
        let pattern =
            #/^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:package|internal|private|fileprivate|public)\s+)?import\s+(?:(?:struct|class|enum|protocol|typealias|func|let|var|actor)\s+)?(?<module>\w+)/#
        return line.firstMatch(of: pattern).map { String($0.output.module) }
    }
}
