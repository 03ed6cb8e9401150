import HTTPServer

/// Reads a form (RFC 7578) as it comes, up to the first byte of its file.
///
/// AWS wants the file last and ignores what follows it.
struct FormHead {
    /// Bytes before the file, AWS's own number.
    static let maximumLength = 20 << 10
    private static let boundaryLength = 1...70

    /// Names in lower case, each once.
    private(set) var fields: [(name: String, value: String)] = []
    /// What the sender calls the file, without a path; empty when it does not say.
    private(set) var filename = ""
    /// What comes before the boundary wherever one stands, the line end included.
    let delimiter: [UInt8]

    private enum Step {
        case boundary
        case afterBoundary
        case headers
        case value(String)
        case file
    }

    private var step = Step.boundary
    // A boundary in the first line is found as all others are: after a line end.
    private var bytes: [UInt8] = [0x0D, 0x0A]
    /// Everything before is done with.
    private var position = 0
    /// Up to here there is nothing of what is looked for.
    private var searched = 0

    /// Throws `PreconditionFailed`, as AWS does, unless the field names a form and a boundary.
    init(contentType: String?) throws(S3Error) {
        guard let contentType, let boundary = Self.boundary(contentType),
            Self.boundaryLength.contains(boundary.utf8.count)
        else {
            let wanted = "Bucket POST must be of the enclosure-type multipart/form-data"
            throw S3Error(.preconditionFailed, fields: [("Condition", wanted)])
        }
        delimiter = Array("\r\n--".utf8) + Array(boundary.utf8)
    }

    /// Takes bytes; returns those of the file that are among them once it has begun, nil before.
    ///
    /// Throws `MalformedPOSTRequest`, `MaxPostPreDataLengthExceededError`, and `InvalidArgument` for a form without a
    /// file or with a field that it has already.
    mutating func take(_ more: some Collection<UInt8>) throws(S3Error) -> ArraySlice<UInt8>? {
        bytes.append(contentsOf: more)
        while try advance() {
            guard position <= Self.maximumLength else { throw S3Error(.maxPostPreDataLengthExceeded) }
            if case .file = step {
                defer { bytes = [] }
                return bytes[position...]
            }
        }
        guard bytes.count <= Self.maximumLength else { throw S3Error(.maxPostPreDataLengthExceeded) }
        return nil
    }

    /// Goes one step; false when it needs more bytes for it.
    private mutating func advance() throws(S3Error) -> Bool {
        switch step {
        case .boundary:
            guard let end = find(delimiter) else { return false }
            move(to: end, .afterBoundary)
        case .afterBoundary:
            guard bytes.count - position >= 2 else { return false }
            if bytes[position] == UInt8(ascii: "-"), bytes[position + 1] == UInt8(ascii: "-") {
                throw .argument("file", "0", "POST requires exactly one file upload per request.")
            }
            guard let end = find([0x0D, 0x0A]) else { return false }
            guard bytes[position..<end - 2].allSatisfy({ $0 == 0x20 || $0 == 0x09 }) else {
                throw S3Error(.malformedPOSTRequest)
            }
            // The line end also ends a part without headers, which the search for an empty line then finds.
            move(to: end - 2, .headers)
        case .headers:
            guard let end = find([0x0D, 0x0A, 0x0D, 0x0A]) else { return false }
            let (name, filename) = try Self.disposition(bytes[position..<end - 4])
            if name == "file" {
                self.filename = filename
                move(to: end, .file)
            } else {
                // The line end before the next boundary may be the one that ends the headers.
                move(to: end - 2, .value(name))
            }
        case .value(let name):
            guard let end = find(delimiter) else { return false }
            let first = min(position + 2, end - delimiter.count)
            let value = bytes[first..<end - delimiter.count]
            guard !fields.contains(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
                throw .argument(name, "", "A POST form must not have a field twice.")
            }
            guard let text = String(validating: value, as: UTF8.self) else {
                throw S3Error(.malformedPOSTRequest)
            }
            fields.append((name, text))
            move(to: end, .afterBoundary)
        case .file: return false
        }
        return true
    }

    private mutating func move(to place: Int, _ next: Step) {
        position = place
        searched = place
        step = next
    }

    /// Where the next `wanted` ends; remembers how far it looked when there is none yet.
    private mutating func find(_ wanted: [UInt8]) -> Int? {
        var index = searched
        while index + wanted.count <= bytes.count {
            if bytes[index] == wanted[0], bytes[index..<index + wanted.count].elementsEqual(wanted) {
                return index + wanted.count
            }
            index += 1
        }
        searched = max(searched, index)
        return nil
    }
}

extension FormHead {
    private static func boundary(_ contentType: String) -> String? {
        let parts = contentType.utf8.split(separator: UInt8(ascii: ";"), maxSplits: 1)
        guard parts.count == 2, String(Substring(parts[0])).trimmed.lowercased() == "multipart/form-data"
        else { return nil }
        return parameters(Array(parts[1]))["boundary"]
    }

    /// Name, in lower case, and file name. Throws `MalformedPOSTRequest` for a part that has no name.
    private static func disposition(
        _ headers: ArraySlice<UInt8>
    ) throws(S3Error) -> (name: String, filename: String) {
        for line in headers.split(whereSeparator: { $0 == 0x0D || $0 == 0x0A }) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            guard String(decoding: line[..<colon], as: UTF8.self).lowercased() == "content-disposition" else {
                continue
            }
            let value = line[line.index(after: colon)...]
            guard let mark = value.firstIndex(of: UInt8(ascii: ";")) else { break }
            let found = parameters(Array(value[value.index(after: mark)...]))
            guard let name = found["name"], !name.isEmpty else { break }
            // Some browsers send the whole path.
            let path = (found["filename"] ?? "").utf8
            let base = path.lastIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
            let filename = base.map { path[path.index(after: $0)...] } ?? path[...]
            return (name.lowercased(), String(Substring(filename)))
        }
        throw S3Error(.malformedPOSTRequest)
    }

    /// `name=value; name="value"`. In quotes a backslash stands before a quote that is meant, and is itself else: browsers
    /// do not escape it.
    private static func parameters(_ bytes: [UInt8]) -> [String: String] {
        var found: [String: String] = [:]
        var index = 0
        let quote = UInt8(ascii: "\"")
        while index < bytes.count {
            var name: [UInt8] = []
            while index < bytes.count, bytes[index] != UInt8(ascii: "="), bytes[index] != UInt8(ascii: ";") {
                name.append(bytes[index])
                index += 1
            }
            var value: [UInt8] = []
            if index < bytes.count, bytes[index] == UInt8(ascii: "=") {
                index += 1
                if index < bytes.count, bytes[index] == quote {
                    index += 1
                    while index < bytes.count, bytes[index] != quote {
                        if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count,
                            bytes[index + 1] == quote
                        {
                            index += 1
                        }
                        value.append(bytes[index])
                        index += 1
                    }
                }
                while index < bytes.count, bytes[index] != UInt8(ascii: ";") {
                    if bytes[index] != quote { value.append(bytes[index]) }
                    index += 1
                }
            }
            index += 1
            let key = String(decoding: name, as: UTF8.self).trimmed.lowercased()
            if found[key] == nil { found[key] = String(decoding: value, as: UTF8.self).trimmed }
        }
        return found
    }
}
