import Foundation

/// What a data URI holds.
struct DataURI {
    let bytes: [UInt8]

    init?(_ text: String) {
        let parts = text.split(separator: ",", maxSplits: 1)
        guard parts.count == 2, parts[0].hasSuffix(";base64"),
            let data = Data(base64Encoded: String(parts[1]))
        else { return nil }
        bytes = [UInt8](data)
    }
}
