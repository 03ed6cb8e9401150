import Files
import Objects
import Testing

@Suite struct FileTests {
    private func version(_ key: String) throws -> ObjectVersion {
        var metadata = ObjectMetadata(contentType: "image/png")
        metadata.user = [.init("author", "a \"b\"")]
        return ObjectVersion(
            bucket: BucketID(1), key: try #require(ObjectKey(key)), content: ContentRef(5), size: 42,
            etag: ETag("e"), modified: 1_735_689_600_123, created: 1_700_000_000_000, file: FileID(0x0123),
            media: MediaID(0x0123), sequence: 7, metadata: metadata)
    }

    private func text(_ file: File) -> String {
        var json = JSONWriter()
        file.write(into: &json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    @Test func theObject() throws {
        let file = File(try version("a/b/c.png"), url: "https://h/a/b/c.png")
        #expect(
            text(file) == """
                {"id":"file_0000000000000123","media_id":"med_0000000000000123","object":"source","kind":"image",\
                "type":"image/png","filesize":42,"url":"https://h/a/b/c.png","folder":"a/b","filename":"c.png",\
                "ref":"original","original":true,"metadata":{"author":"a \\"b\\""},\
                "created":"2023-11-14T22:13:20.000Z","updated":"2025-01-01T00:00:00.123Z","status":"ready",\
                "version":"7"}
                """)
    }

    @Test(arguments: [
        ("c.png", nil, "c.png"), ("/c.png", nil, "c.png"), ("a//c", "a/", "c"), ("a/", "a", ""),
    ])
    func folderAndFilename(_ key: String, _ folder: String?, _ filename: String) throws {
        let file = File(try version(key), url: "u")
        #expect(file.folder == folder)
        #expect(file.filename == filename)
        #expect(text(file).contains("\"folder\"") == (folder != nil))
    }

    @Test func envelopeAndBareForm() throws {
        let file = File(try version("a"), url: "u")
        let bare = fileDocument(file, shape: .bare, requestID: "req_1", project: ProjectID("p"))
        #expect(String(decoding: bare, as: UTF8.self) == text(file))
        let enveloped = fileDocument(file, shape: .envelope, requestID: "req_1", project: ProjectID("p"))
        #expect(
            String(decoding: enveloped, as: UTF8.self)
                == #"{"meta":{"request_id":"req_1","project_id":"p","version":"2025-07-01","type":"object"},"data":"#
                + text(file) + "}")
    }

    @Test func errors() {
        #expect(
            String(decoding: errorDocument(kind: "k", message: "m", requestID: "req_1"), as: UTF8.self)
                == #"{"error":{"kind":"k","message":"m"},"message":"m","meta":{"request_id":"req_1"}}"#)
    }

    @Test(
        arguments: [
            ("2025-07-01", ResponseShape.envelope), ("2024-03-21", .envelope), ("2025-08-19", .envelope),
            ("2025-08-20", .bare),
            ("2031-01-01", .bare), ("latest", .bare), ("", nil), ("2025-8-20", nil), ("20250820xx", nil),
            ("LATEST", nil),
        ] as [(String, ResponseShape?)])
    func versions(_ header: String, _ shape: ResponseShape?) {
        #expect(ResponseShape(acceptVersion: header) == shape)
    }

    @Test func noVersionLeavesTheDefault() { #expect(ResponseShape(acceptVersion: nil) == nil) }
}
