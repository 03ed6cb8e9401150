import Foundation
import Logging
import Synchronization
import Testing

@testable import Server

@Suite struct LogTests {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    private func logged(_ log: (Logger) -> Void) throws -> [[String: String]] {
        let lines = Lines()
        let logger = Logger(label: "test") { label in
            JSONLogHandler(label: label, level: .debug) { line in lines.all.withLock { $0.append(line) } }
        }
        log(logger)
        return try lines.all.withLock { $0 }.map { line in
            #expect(line.hasSuffix("\n") && line.dropLast().allSatisfy { !$0.isNewline })
            return try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
        }
    }

    @Test func everyLineIsOneObject() throws {
        let lines = try logged {
            $0.info("said \"so\"\nand \\ more \u{1}", metadata: ["request": "req_1"])
            $0.trace("not worth a line")
        }
        #expect(lines.count == 1)
        #expect(lines[0]["message"] == "said \"so\"\nand \\ more \u{1}")
        #expect(lines[0]["level"] == "info")
        #expect(lines[0]["request"] == "req_1")
        #expect(lines[0]["time"]?.contains("T") == true)
    }

    @Test func valuesUnderTheNamesOfSecretsAreNotWritten() throws {
        let lines = try logged {
            $0.warning(
                "x",
                metadata: [
                    "Authorization": "hunter2", "client-secret": "hunter2", "X-Amz-Signature": "hunter2",
                    "x-amz-security-token": "hunter2", "set-cookie": "hunter2", "path": "/fine",
                ])
        }
        #expect(lines[0].values.filter { $0 == "redacted" }.count == 5)
        #expect(!"\(lines)".contains("hunter2"))
        #expect(lines[0]["path"] == "/fine")
    }

    @Test(arguments: [
        "GET /a.bin?expiry=1&method=get&signature=hunter2 HTTP/1.1",
        "/b?X-Amz-Credential=hunter2/20260101/us-east-1&X-Amz-Date=1", "?x-amz-signature=hunter2",
        "?X-Amz-Security-Token=hunter2&a=b", "AWSAccessKeyId=hunter2&Expires=1",
        "Authorization: Bearer hunter2", "bearer hunter2", "Basic hunter2==",
        "AWS4-HMAC-SHA256 Credential=hunter2, SignedHeaders=host, Signature=hunter2",
    ])
    func secretsInsideOfTextsAreTakenOut(text: String) throws {
        let lines = try logged { $0.error("failed: \(text)", metadata: ["cause": "\(text)"]) }
        #expect(!"\(lines)".contains("hunter2"))
        #expect(lines[0]["cause"]?.contains("redacted") == true)
    }

    @Test func otherTextsStayAsTheyAre() {
        for text in [
            "", "signature", "signature=", "a=b&c=d", "the bearer", "ünïcödé path/ä", "signature= x",
        ] {
            #expect(Redaction.clean(text) == text)
        }
        #expect(Redaction.clean("a signature=x&b=ü") == "a signature=redacted&b=ü")
    }

    @Test func longValuesAreCut() throws {
        let lines = try logged {
            $0.info("x", metadata: ["path": "\(String(repeating: "a", count: 100_000))"])
        }
        #expect((lines[0]["path"]?.count ?? 0) < 5000)
    }
}
