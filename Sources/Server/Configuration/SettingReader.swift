import Configuration
import NIOCore

/// Reads settings as the text they were given as, and checks what each may be.
struct SettingReader {
    private let reader: ConfigReader

    init(_ reader: ConfigReader) {
        self.reader = reader
    }

    func text(_ name: String) -> String? {
        guard let text = reader.string(forKey: ConfigKey([name])), !text.isEmpty else { return nil }
        return text
    }

    func number(_ name: String, _ standard: Int, _ range: ClosedRange<Int>) throws -> Int {
        guard let text = text(name) else { return standard }
        guard let number = Int(text), range.contains(number) else {
            throw ConfigurationError(
                "\(name) must be a number from \(range.lowerBound) to \(range.upperBound), not “\(text)”")
        }
        return number
    }

    func address(
        _ name: String, _ standard: ServerConfiguration.Address
    ) throws -> ServerConfiguration.Address {
        guard let text = text(name) else { return standard }
        guard let address = ServerConfiguration.Address(text) else {
            throw ConfigurationError("\(name) must be host:port, not “\(text)”")
        }
        return address
    }

    func domain(_ name: String, _ standard: String) throws -> String {
        guard let text = text(name) else { return standard }
        guard HostNames.isValid(text.lowercased()) else {
            throw ConfigurationError("\(name) must be a host name, not “\(text)”")
        }
        return text.lowercased()
    }

    func choice<Choice: RawRepresentable<String> & CaseIterable>(_ name: String, _ standard: Choice) throws
        -> Choice
    {
        guard let text = text(name) else { return standard }
        guard let choice = Choice(rawValue: text) else {
            let choices = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw ConfigurationError("\(name) must be one of \(choices), not “\(text)”")
        }
        return choice
    }

    func flag(_ name: String, _ standard: Bool) throws -> Bool {
        switch text(name) {
        case nil: standard
        case "true": true
        case "false": false
        case .some(let text): throw ConfigurationError("\(name) must be true or false, not “\(text)”")
        }
    }

    /// IP addresses by comma, in the form that connections show them in.
    func addresses(_ name: String) throws -> [String] {
        try (text(name) ?? "").split(separator: ",").map { word in
            let word = word.filter { $0 != " " }
            guard let address = try? SocketAddress(ipAddress: word, port: 0).ipAddress else {
                throw ConfigurationError("\(name) must be IP addresses by comma; “\(word)” is none")
            }
            return address
        }
    }
}
