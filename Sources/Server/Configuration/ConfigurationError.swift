/// Why a configuration is refused; the text names the key and what it may be.
package struct ConfigurationError: Error, CustomStringConvertible, Hashable {
    package var description: String

    init(_ description: String) {
        self.description = description
    }
}
