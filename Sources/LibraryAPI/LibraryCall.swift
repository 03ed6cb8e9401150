import Auth
import Files
import HTTPServer
import NIOCore
import Objects

/// A request whose endpoint and sender are known.
struct LibraryCall: Sendable {
    /// Bytes of a request's body.
    static let maximumBody = 1 << 20
    /// Parameters of a query.
    private static let maximumParameters = 32

    let request: HTTPRequest
    let credential: Credential
    /// What stands in the path where the endpoint has a name.
    let words: [String]
    let shape: ResponseShape
    let query: [String: String]
    /// An object; empty when nothing was sent.
    let body: JSONValue

    var project: ProjectID { credential.project }

    init(
        request: HTTPRequest, credential: Credential, words: [String], shape: ResponseShape, body: ByteBuffer?
    ) throws {
        self.request = request
        self.credential = credential
        self.words = words
        self.shape = shape
        guard
            let items = parseQuery(
                request.rawQuery ?? "", plusIsSpace: true, limit: Self.maximumParameters)
        else { throw LibraryRefusal.invalid("The query is malformed or has too many parameters.") }
        query = Dictionary(items.map { ($0.name, $0.value ?? "") }) { first, _ in first }
        let bytes = body.map { Array($0.readableBytesView) } ?? []
        let isBlank = bytes.allSatisfy { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        do {
            self.body = isBlank ? .object([]) : try JSONValue(bytes)
        } catch {
            throw LibraryRefusal.invalid("The body is not a JSON document.")
        }
        guard case .object = self.body else {
            throw LibraryRefusal.invalid("The body is not a JSON object.")
        }
    }

    // MARK: Paths

    func file() throws(LibraryRefusal) -> FileID {
        guard let id = FileID(words.first ?? "") else { throw .notFound("file") }
        return id
    }

    func media() throws(LibraryRefusal) -> MediaID {
        guard let id = MediaID(words.first ?? "") else { throw .notFound("media") }
        return id
    }

    // MARK: Bodies

    /// Whether a member is there, `null` included.
    func has(_ name: String) -> Bool { body[name] != nil }

    /// Nil when the member is absent or null.
    func text(_ name: String, maximum: Int = 2048) throws(LibraryRefusal) -> String? {
        switch body[name] {
        case nil, .null?: return nil
        case .string(let text)?:
            guard text.utf8.count <= maximum else {
                throw .invalid("\(name) has more than \(maximum) bytes.")
            }
            return text
        default: throw .invalid("\(name) is not a string.")
        }
    }

    func number(_ name: String) throws(LibraryRefusal) -> Int64? {
        switch body[name] {
        case nil, .null?: return nil
        case .number(let text)?:
            guard let number = Int64(text) else { throw .invalid("\(name) is not a whole number.") }
            return number
        // Programs without types send numbers as they were typed.
        case .string(let text)?:
            guard let number = Int64(text) else { throw .invalid("\(name) is not a whole number.") }
            return number
        default: throw .invalid("\(name) is not a whole number.")
        }
    }

    func flag(_ name: String) throws(LibraryRefusal) -> Bool? {
        switch body[name] {
        case nil, .null?: return nil
        case .bool(let flag)?: return flag
        default: throw .invalid("\(name) is neither true nor false.")
        }
    }

    func texts(_ name: String, maximum: Int) throws(LibraryRefusal) -> [String]? {
        switch body[name] {
        case nil, .null?: return nil
        case .array(let values)?:
            let texts = values.compactMap(\.string)
            guard texts.count == values.count, texts.count <= maximum else {
                throw .invalid("\(name) is not a list of at most \(maximum) strings.")
            }
            return texts
        default: throw .invalid("\(name) is not a list.")
        }
    }

    /// What metadata becomes: members that were sent in place of those of their names, `null` taking one away.
    func merged(_ name: String, into present: [UInt8]) throws(LibraryRefusal) -> [UInt8]? {
        guard let sent = body[name] else { return nil }
        if case .null = sent { return [] }
        guard case .object(let members) = sent else { throw .invalid("\(name) is not an object.") }
        var merged: [JSONValue.Member] = []
        if let known = try? JSONValue(present), case .object(let all) = known { merged = all }
        for member in members {
            let index = merged.firstIndex { $0.name.utf8.elementsEqual(member.name.utf8) }
            switch (member.value, index) {
            case (.null, let index?): merged.remove(at: index)
            case (.null, nil): break
            case (let value, let index?): merged[index].value = value
            case (let value, nil): merged.append(JSONValue.Member(name: member.name, value: value))
            }
        }
        if merged.isEmpty { return [] }
        var json = JSONWriter()
        json.value(.object(merged))
        guard json.bytes.count <= FileDetails.maximumMetadataLength else {
            throw .invalid("\(name) has more than \(FileDetails.maximumMetadataLength) bytes.")
        }
        return json.bytes
    }

    // MARK: Pages

    struct Page: Sendable {
        var number: Int
        var limit: Int
        var offset: Int { (number - 1) * limit }
    }

    /// `page` from 1 and `limit` of 1 to 100.
    func page(standard: Int = 20) throws(LibraryRefusal) -> Page {
        func word(_ name: String, _ standard: Int, _ range: ClosedRange<Int>) throws(LibraryRefusal) -> Int {
            guard let text = query[name] else { return standard }
            guard let number = Int(text), range.contains(number) else {
                throw .invalid("\(name) is a number of \(range.lowerBound) to \(range.upperBound).")
            }
            return number
        }
        return Page(
            number: try word("page", 1, 1...10_000_000),
            limit: try word("limit", standard, 1...FileQuery.maximumLimit))
    }
}

extension JSONWriter {
    /// A value as it was read.
    mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let flag): boolean(flag)
        case .number(let text): self.value(json: Array(text.utf8))
        case .string(let text): string(text)
        case .array(let values):
            beginArray()
            for value in values { self.value(value) }
            endArray()
        case .object(let members):
            beginObject()
            for member in members {
                name(member.name)
                self.value(member.value)
            }
            endObject()
        }
    }
}
