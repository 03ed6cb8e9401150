import HTTPServer
import Objects
import XML

extension S3Door {
    private static let accelerations = ["Enabled", "Suspended"]

    /// Nothing in the document while acceleration was never spoken of.
    func getBucketAccelerateConfiguration(_ call: S3Call) async throws -> HTTPResponse {
        .xml { xml in
            xml.openRoot("AccelerateConfiguration")
            if let document = call.bucket.configurations[.accelerate] {
                xml.element("Status", String(decoding: document.bytes, as: UTF8.self))
            }
            xml.close()
        }
    }

    /// Keeps the word: a single server has no edge locations, and is as fast either way.
    func putBucketAccelerateConfiguration(_ call: S3Call) async throws -> HTTPResponse {
        let root = try await configuration(call, root: "AccelerateConfiguration")
        guard let status = root.text(of: "Status")?.trimmed, Self.accelerations.contains(status) else {
            throw S3Error(.malformedXML)
        }
        guard !call.bucket.name.string.contains(".") else {
            throw S3Error(
                .invalidRequest,
                "S3 Transfer Acceleration is not supported for buckets with periods (.) in their names")
        }
        _ = try await store.accounts.setConfiguration(call.bucket.id, .accelerate, Array(status.utf8))
        return HTTPResponse(status: 200)
    }
}
