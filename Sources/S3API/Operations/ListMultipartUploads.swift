import Auth
import Digests
import HTTPServer
import Objects
import XML

extension S3Door {
    /// Open multipart uploads by key, then in the order of their ids.
    func listMultipartUploads(_ call: S3Call) async throws -> HTTPResponse {
        let parameters = try ListParameters(call.query, limitName: "max-uploads")
        let keyMarker = Array((call.query["key-marker"] ?? "").utf8)
        // Without a key the other marker says nothing: AWS ignores it.
        let idMarker = keyMarker.isEmpty ? nil : call.query.nonEmpty("upload-id-marker").map(UploadID.init)
        let page =
            parameters.limit == 0
            ? UploadPage(entries: [], isTruncated: false)
            : try await store.multipartUploads(
                parameters.query(call.bucket, after: keyMarker), afterUpload: idMarker)
        let owners = try await self.owners(of: page, in: call.bucket)
        return .xml(reservingCapacity: 1024 + page.entries.count * ListParameters.bytesOfEntry) { xml in
            xml.openRoot("ListMultipartUploadsResult")
            xml.element("Bucket", call.bucket.name.string)
            parameters.write(keyMarker, as: "KeyMarker", to: &xml)
            xml.element("UploadIdMarker", idMarker?.string ?? "")
            if page.isTruncated, let last = page.entries.last {
                parameters.write(last.marker, as: "NextKeyMarker", to: &xml)
                if case .item(let upload) = last { xml.element("NextUploadIdMarker", upload.id.string) }
            }
            parameters.write(parameters.prefix, as: "Prefix", to: &xml)
            parameters.writeDelimiter(to: &xml)
            xml.element("MaxUploads", parameters.limit)
            parameters.writeEncoding(to: &xml)
            xml.element("IsTruncated", page.isTruncated)
            for entry in page.entries {
                switch entry {
                case .item(let upload):
                    Self.write(upload, parameters, owners[upload.owner(in: call.bucket)], to: &xml)
                case .prefix(let prefix): parameters.writeCommonPrefix(prefix, to: &xml)
                }
            }
            xml.close()
        }
    }

    private func owners(of page: UploadPage, in bucket: Bucket) async throws -> [ProjectID: Owner] {
        var owners: [ProjectID: Owner] = [:]
        for case .item(let upload) in page.entries {
            let id = upload.owner(in: bucket)
            if owners[id] == nil { owners[id] = try await owner(id) }
        }
        return owners
    }

    private static func write(
        _ upload: Upload, _ parameters: ListParameters, _ owner: Owner?, to xml: inout XMLWriter
    ) {
        xml.open("Upload")
        parameters.write(upload.key.bytes, as: "Key", to: &xml)
        xml.element("UploadId", upload.id.string)
        if let owner {
            xml.owner(owner, as: "Initiator")
            xml.owner(owner)
        }
        xml.element("StorageClass", upload.metadata.storageClass ?? "STANDARD")
        Timestamp(upload.created).write(to: &xml, as: "Initiated")
        xml.element("ChecksumAlgorithm", ifPresent: upload.checksumAlgorithm?.rawValue)
        xml.element("ChecksumType", ifPresent: upload.checksumKind?.rawValue)
        xml.close()
    }
}
