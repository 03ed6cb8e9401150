import Files
import Objects

/// The JSON that tells how far uploads have come.
struct UploadReport {
    /// Ranges of each kind that the answer to a chunk lists, so that many small chunks do not cost ever more.
    static let briefRanges = 100

    var uploads: [UploadStatus]
    var word: String
    var maximumRanges: Int

    /// One upload stands alone, several are a list under `uploads`, newest first.
    var json: [UInt8] {
        var json = JSONWriter(reserving: 1024)
        if uploads.count == 1, let upload = uploads.first {
            write(upload, into: &json)
        } else {
            json.beginObject()
            json.name("uploads")
            json.beginArray()
            for upload in uploads { write(upload, into: &json) }
            json.endArray()
            json.endObject()
        }
        return json.bytes
    }

    private func write(_ upload: UploadStatus, into json: inout JSONWriter) {
        json.beginObject()
        json.member("status", word)
        if let token = upload.upload.clientToken { json.member("upload_id", token) }
        json.member("total", upload.total)
        json.member("received_bytes", upload.received.reduce(0) { $0 + $1.upperBound - $1.lowerBound })
        write("received", upload.received, into: &json)
        write("missing", upload.missing, into: &json)
        if max(upload.received.count, upload.missing.count) > maximumRanges { json.member("truncated", true) }
        json.member("created", timestamp(upload.upload.created))
        json.member("expires", timestamp(upload.upload.expires))
        json.endObject()
    }

    /// Each as a pair, first and last byte, as they stand in a Content-Range.
    private func write(_ name: String, _ ranges: [Range<Int64>], into json: inout JSONWriter) {
        json.name(name)
        json.beginArray()
        for range in ranges.prefix(maximumRanges) {
            json.beginArray()
            json.integer(range.lowerBound)
            json.integer(range.upperBound - 1)
            json.endArray()
        }
        json.endArray()
    }
}
