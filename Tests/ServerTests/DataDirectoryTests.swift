import Foundation
import Testing

@testable import Server

@Suite struct DataDirectoryTests {
    private let folder: TemporaryDirectory
    private var path: String { folder.file("data") }

    init() throws {
        folder = try TemporaryDirectory()
    }

    private func open() throws -> DataDirectory { try DataDirectory(path: path) }

    private func refusal() -> String {
        do {
            _ = try open()
            return "accepted"
        } catch {
            return "\(error)"
        }
    }

    @Test func theFirstStartMakesEverythingForThisUserOnly() throws {
        let data = try open()
        #expect(data.masterKey.count == 32)
        #expect(try permissions(path) == 0o700)
        for name in ["segments", "staging", "quarantine"] {
            #expect(try permissions(path + "/" + name) == 0o700, "\(name)")
        }
        for name in ["LOCK", "FORMAT", "master.key", "RESERVE"] {
            #expect(try permissions(path + "/" + name) == 0o600, "\(name)")
        }
        #expect(try String(contentsOfFile: path + "/FORMAT", encoding: .utf8) == "1\n")
    }

    @Test func aSecondHolderIsRefusedUntilTheFirstLetsGo() throws {
        var first: DataDirectory? = try open()
        let key = first?.masterKey
        #expect(throws: DataDirectoryError.inUse(path)) { try open() }
        first = nil
        #expect(try open().masterKey == key)
    }

    @Test func keysDiffer() throws {
        let other = try TemporaryDirectory()
        #expect(try open().masterKey != DataDirectory(path: other.file("data")).masterKey)
    }

    @Test(arguments: ["2\n", "0\n", "1", "01\n", "", "one\n"])
    func anUnknownFormatIsRefusedAndLeftAlone(text: String) throws {
        _ = try open()
        try Data(text.utf8).write(to: URL(filePath: path + "/FORMAT"))
        #expect(refusal().contains("format"))
        #expect(try String(contentsOfFile: path + "/FORMAT", encoding: .utf8) == text)
    }

    @Test func aStoreWithoutItsFormatOrKeyIsDamageAndNoFirstStart() throws {
        _ = try open()
        try Data().write(to: URL(filePath: path + "/catalog.sqlite"))
        let key = try Data(contentsOf: URL(filePath: path + "/master.key"))
        try FileManager.default.removeItem(atPath: path + "/master.key")
        #expect(refusal().contains("master.key"))
        try key.write(to: URL(filePath: path + "/master.key"))
        #expect(refusal() == "accepted")
        try FileManager.default.removeItem(atPath: path + "/FORMAT")
        #expect(refusal().contains("format unknown"))
        #expect(!FileManager.default.fileExists(atPath: path + "/FORMAT"))
    }

    @Test(arguments: [
        "", "00", "xyz\n", String(repeating: "g", count: 64), String(repeating: "0", count: 66),
    ])
    func aKeyThatIsNoneIsRefusedAndLeftAlone(text: String) throws {
        _ = try open()
        try Data(text.utf8).write(to: URL(filePath: path + "/master.key"))
        #expect(refusal().contains("not a key"))
        #expect(try String(contentsOfFile: path + "/master.key", encoding: .utf8) == text)
    }

    /// A file that is there and cannot be read must not be taken for one that is missing.
    @Test func whatCannotBeReadIsNotReplaced() throws {
        _ = try open()
        try FileManager.default.removeItem(atPath: path + "/FORMAT")
        try FileManager.default.createDirectory(
            atPath: path + "/FORMAT", withIntermediateDirectories: false)
        #expect(refusal().contains("FORMAT"))
        #expect(try permissions(path + "/FORMAT") & 0o700 == 0o700)
    }

    @Test func theReserveIsGivenUpAndTakenAgain() throws {
        let data = try open()
        let reserve = path + "/RESERVE"
        let size = try #require(
            FileManager.default.attributesOfItem(atPath: reserve)[.size] as? NSNumber)
        #expect(size.intValue >= 1 << 20)
        #expect(data.holdsReserve && !data.isShort)
        data.renewReserve()
        #expect(data.holdsReserve)
        data.releaseReserve()
        #expect(!data.holdsReserve)
        #expect(!FileManager.default.fileExists(atPath: reserve))
        data.renewReserve()
        #expect(data.holdsReserve && FileManager.default.fileExists(atPath: reserve))
    }

    @Test func theProbeFindsALostDirectory() throws {
        let data = try open()
        try data.probe()
        #expect(try FileManager.default.contentsOfDirectory(atPath: path + "/staging") == [])
        try FileManager.default.removeItem(atPath: path + "/staging")
        #expect(throws: DataDirectoryError.self) { try data.probe() }
    }
}
