import Testing

/// The rules notice what they are for, and nothing else.
@Suite struct RulesTests {
    private func file(_ text: String, in target: String = "Objects") -> SourceFile {
        SourceFile(path: "Sources/\(target)/Folder/File.swift", text: text)
    }

    @Test(arguments: [
        ("import NIOCore", "NIOCore"), ("package import Digests", "Digests"), ("  import struct A.B", "A"),
        ("@preconcurrency import A", "A"), ("@_spi(X) package import A", "A"),
        ("internal import func A.b", "A"),
    ])
    func modulesAreFound(line: String, module: String) {
        #expect(Rules.importedModule(line) == module)
    }

    @Test(arguments: ["let import_ = 1", "reimport A", "", "important A", "call(import: A)"])
    func otherLinesImportNothing(line: String) {
        #expect(Rules.importedModule(line) == nil)
    }

    @Test func importsBesideTheLadder() {
        #expect(Rules.imports(file("import Blobs\npackage import Digests\nimport Synchronization")) == [])
        #expect(
            Rules.imports(file("import Blobs\nimport HTTPServer"))
                == ["Sources/Objects/Folder/File.swift:2: Objects may not import HTTPServer"])
        #expect(Rules.imports(file("import Blobs", in: "S3API")).count == 1)
        #expect(Rules.imports(file("import Foundation")).count == 1)
        #expect(Rules.imports(file("import Foundation", in: "Server")) == [])
        #expect(Rules.imports(file("import Glibc", in: "XML")).count == 1)
        #expect(Rules.imports(file("", in: "Elsewhere")).count == 1)
        #expect(
            Rules.imports(
                file("// import HTTPServer\n/* import\nimport HTTPServer */ let a = \"import HTTPServer\""))
                == [])
    }

    @Test func unsafePointers() {
        for code in [
            "f(_ a: UnsafeRawBufferPointer)", "a.withUnsafeBytes { }", "Unmanaged.passRetained(a)",
            "var p: OpaquePointer",
            "[UInt8](unsafeUninitializedCapacity: 1) { _, _ in }", "unsafeBitCast(a, to: B.self)",
            "buffer.withUnsafeReadableBytes { }", "withUnsafeTemporaryAllocation(of: A.self) { }",
        ] {
            #expect(Rules.unsafePointers(file(code)).count == 1, "\(code)")
            #expect(Rules.unsafePointers(file(code, in: "Blobs")) == [])
        }
        #expect(Rules.unsafePointers(file("let isUnsafe = \"UnsafePointer\" // OpaquePointer")) == [])
    }

    @Test func forbiddenCode() {
        for code in [
            "String(format: a)", "try! a()", "fatalError(\"a\")", "nonisolated(unsafe) var a = 1",
            "@preconcurrency import A", "@preconcurrency package import A", "@_exported import A",
        ] {
            #expect(Rules.forbiddenCode(file(code)).count == 1, "\(code)")
        }
        #expect(
            Rules.forbiddenCode(
                file("try a() // try! fatalError(\nlet a = \"try! b\" + String(formatted: 1)")) == [])
    }

    @Test func promises() {
        #expect(Rules.promises(file("let a = 1 // TO" + "DO: more")).count == 1)
        #expect(Rules.promises(file("let mastodon = 1")) == [])
    }

    @Test func visibility() {
        for code in [
            "public func a() {}", "  public let a = 1", "public(set) var a = 1", "open class A {}",
            "@a public import B",
        ] {
            #expect(Rules.visibility(file(code)).count == 1, "\(code)")
        }
        for code in [
            "if isPublic {", "case `public`", "a(.public)", "f(public: 1)", "file.open()",
            "func open(a: Int)",
        ] {
            #expect(Rules.visibility(file(code)) == [], "\(code)")
        }
    }

    @Test func names() {
        for code in [
            "struct CacheManager {", "enum StringUtils", "final class Helper", "package actor AHelpers:",
            "struct Objects {",
        ] {
            #expect(Rules.names(file(code)).count == 1, "\(code)")
        }
        for code in [
            "struct ObjectStore {", "enum Managers", "let helper = 1", "struct Utilisation",
            "extension Objects {",
        ] {
            #expect(Rules.names(file(code)) == [], "\(code)")
        }
        #expect(Rules.folders(SourceFile(path: "Sources/Objects/Helpers/A.swift", text: "")).count == 1)
        #expect(Rules.folders(SourceFile(path: "Sources/Objects/CoreTypes/A.swift", text: "")) == [])
    }

    @Test func uncheckedSendable() {
        let declaration = "final class A: @unchecked Sendable {}"
        #expect(Rules.uncheckedSendable(file(declaration)).count == 1)
        #expect(Rules.uncheckedSendable(file("// Safe because of a lock.\n\n\n\n" + declaration)).count == 1)
        #expect(Rules.uncheckedSendable(file("let a = \"Safe because\"\n" + declaration)).count == 1)
        #expect(
            Rules.uncheckedSendable(file("/// Safe because of a lock.\n/// Really.\n" + declaration)) == [])
        #expect(Rules.uncheckedSendable(file("// @unchecked Sendable")) == [])
    }

    @Test func lengths() {
        #expect(Rules.fileLength(file(String(repeating: "a\n", count: Rules.maxFileLines))) == [])
        #expect(Rules.fileLength(file(String(repeating: "a\n", count: Rules.maxFileLines + 1))).count == 1)
        func function(_ count: Int) -> SourceFile {
            file("func a() {\n" + String(repeating: "    b()\n", count: count) + "}\n")
        }
        #expect(Rules.bodyLength(function(Rules.maxBodyLines)) == [])
        #expect(Rules.bodyLength(function(Rules.maxBodyLines + 1)).count == 1)
    }

    @Test func literalsAndCommentsAreBlanked() {
        let text = [
            #"a "b \(c("d")) e" f /* g /* h */ i */ j // k"#,
            ##"l #"m " \(n) \#(o("p")) q"# r #/s"t/# u "\"" v "\\" w"##,
            "x \"\"\"", "y \" }", "\"\"\" z",
        ]
        let code = SwiftCode.blanked(text.joined(separator: "\n"))
        #expect(
            code.split { $0 == " " || $0 == "\n" } == ["a", "f", "j", "l", "r", "u", "v", "w", "x", "z"])
        #expect(code.count { $0 == "\n" } == 4)
    }

    @Test func bodiesAreMeasured() {
        let code = SwiftCode.blanked(
            """
            protocol P {
                func without(a: Int)
                init()
                var a: Int { get }
            }
            struct S: P {
                init() {
                    self = .init(b: { 1 })
                }
                func with(a: @Sendable () -> Int = { 1 }) async throws(E)
                    -> Int
                {
                    let s = "}"
                    var x = a.map { $0 }
                    return 1
                }
                static func < (a: S, b: S) -> Bool { true }
                var a: Int {
                    1
                }
            }
            """)
        let bodies = FunctionBody.all(
            in: code.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
        #expect(bodies.map(\.line) == [4, 7, 10, 17, 18])
        #expect(bodies.map(\.lineCount) == [0, 1, 3, 0, 1])
    }
}
