import HTTPServer
import Objects
import XML

extension S3Door {
    /// All versions and delete markers, newest first per key; in buckets without versioning each object once, as
    /// the version `null`.
    func listObjectVersions(_ call: S3Call) async throws -> HTTPResponse {
        let parameters = try ListParameters(call.query, limitName: "max-keys")
        let keyMarker = Array((call.query["key-marker"] ?? "").utf8)
        let versionMarker = call.query["version-id-marker"]
        if versionMarker == "" {
            throw S3Error.argument("version-id-marker", "", "A version-id marker cannot be empty.")
        }
        if let versionMarker, keyMarker.isEmpty {
            throw S3Error.argument(
                "version-id-marker", versionMarker,
                "A version-id marker cannot be specified without a key marker.")
        }
        let after: VersionID? =
            if let versionMarker { try VersionID(wire: versionMarker, argument: "version-id-marker") } else {
                nil
            }
        let page =
            parameters.limit == 0
            ? VersionPage(entries: [], isTruncated: false)
            : try await store.listVersions(
                parameters.query(call.bucket, after: keyMarker), afterVersion: after)
        let owner = try await owner(call.bucket.project)
        let capacity = 1024 + page.entries.count * ListParameters.bytesOfEntry
        return .xml(reservingCapacity: capacity) { xml in
            xml.openRoot("ListVersionsResult")
            xml.element("Name", call.bucket.name.string)
            parameters.write(parameters.prefix, as: "Prefix", to: &xml)
            parameters.write(keyMarker, as: "KeyMarker", to: &xml)
            xml.element("VersionIdMarker", versionMarker ?? "")
            if page.isTruncated, let last = page.entries.last {
                parameters.write(last.marker, as: "NextKeyMarker", to: &xml)
                if case .item(let version) = last {
                    xml.element("NextVersionIdMarker", version.versionID.string)
                }
            }
            xml.element("MaxKeys", parameters.limit)
            parameters.writeDelimiter(to: &xml)
            parameters.writeEncoding(to: &xml)
            xml.element("IsTruncated", page.isTruncated)
            for entry in page.entries {
                switch entry {
                case .item(let version): Self.write(version, parameters, owner, to: &xml)
                case .prefix(let prefix): parameters.writeCommonPrefix(prefix, to: &xml)
                }
            }
            xml.close()
        }
    }

    private static func write(
        _ version: ObjectVersion, _ parameters: ListParameters, _ owner: Owner, to xml: inout XMLWriter
    ) {
        xml.open(version.isDeleteMarker ? "DeleteMarker" : "Version")
        parameters.write(version.key.bytes, as: "Key", to: &xml)
        xml.element("VersionId", version.versionID.string)
        xml.element("IsLatest", version.isLatest)
        if version.isDeleteMarker {
            Timestamp(version.modified).write(to: &xml, as: "LastModified")
        } else {
            xml.describe(ListedObject(version))
        }
        xml.owner(owner)
        xml.close()
    }
}
