import Objects

/// A decimal number as clients write it: digits only. Nil for anything else and for what does not fit.
func wireNumber(_ text: some StringProtocol) -> Int64? {
    var value: Int64 = 0
    guard !text.isEmpty else { return nil }
    for byte in text.utf8 {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        let (tens, overflowed) = value.multipliedReportingOverflow(by: 10)
        let (sum, carried) = tens.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
        if overflowed || carried { return nil }
        value = sum
    }
    return value
}

extension S3Call {
    /// The part number that the query names. Throws `InvalidArgument` unless it is one of 1…10,000.
    var partNumber: Int? {
        get throws(S3Error) {
            guard let text = query["partNumber"] else { return nil }
            guard let number = wireNumber(text), S3Limits.parts.contains(Int(clamping: number)) else {
                throw .argument(
                    "partNumber", text, "Part number must be an integer between 1 and 10000, inclusive")
            }
            return Int(number)
        }
    }

    /// The upload that the query names.
    var uploadID: UploadID {
        UploadID(query["uploadId"] ?? "")
    }
}
