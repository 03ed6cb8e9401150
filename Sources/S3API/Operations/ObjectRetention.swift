import Auth
import HTTPServer
import Objects
import XML

extension S3Door {
    func getObjectRetention(_ call: S3Call) async throws -> HTTPResponse {
        try requireLock(call)
        guard let retention = try await existing(call).attributes.retention else {
            throw S3Error(.noSuchObjectLockConfiguration)
        }
        return .xml { xml in
            xml.openRoot("Retention")
            xml.element("Mode", retention.mode.rawValue)
            xml.element("RetainUntilDate", Timestamp(retention.until).string)
            xml.close()
        }
    }

    /// Sets or lengthens the retention of a version; shortening it takes the right to bypass governance.
    func putObjectRetention(_ call: S3Call) async throws -> HTTPResponse {
        try requireLock(call)
        let root = try await configuration(call, root: "Retention")
        let retention: Retention?
        switch (root.text(of: "Mode"), root.text(of: "RetainUntilDate")) {
        case (nil, nil): retention = nil
        case (let mode?, let date?):
            guard let mode = Retention.Mode(rawValue: mode), let until = ISOTime.seconds(date.trimmed) else {
                throw S3Error(.malformedXML)
            }
            guard until * 1000 > store.now else {
                throw S3Error(.invalidArgument, "The retain until date must be in the future!")
            }
            retention = Retention(mode: mode, until: until * 1000)
        default: throw S3Error(.malformedXML)
        }
        _ = try await existing(call)
        _ = try await store.change(
            AttributesChange(
                bucket: call.bucket.id, key: call.key, versionID: try call.versionID,
                edit: .retention(retention), bypassesGovernance: try bypassesGovernance(call), now: store.now)
        )
        return HTTPResponse(status: 200)
    }

    func getObjectLegalHold(_ call: S3Call) async throws -> HTTPResponse {
        try requireLock(call)
        let isHeld = try await existing(call).attributes.hasLegalHold
        return .xml { xml in
            xml.openRoot("LegalHold")
            xml.element("Status", isHeld ? "ON" : "OFF")
            xml.close()
        }
    }

    func putObjectLegalHold(_ call: S3Call) async throws -> HTTPResponse {
        try requireLock(call)
        let root = try await configuration(call, root: "LegalHold")
        let isHeld: Bool
        switch root.text(of: "Status") {
        case "ON": isHeld = true
        case "OFF": isHeld = false
        default: throw S3Error(.malformedXML)
        }
        _ = try await existing(call)
        _ = try await store.change(
            AttributesChange(
                bucket: call.bucket.id, key: call.key, versionID: try call.versionID,
                edit: .legalHold(isHeld),
                now: store.now))
        return HTTPResponse(status: 200)
    }

    private func requireLock(_ call: S3Call) throws {
        guard try call.bucket.objectLock != nil else {
            throw S3Error(.invalidRequest, "Bucket is missing Object Lock Configuration")
        }
    }

    /// Whether the request asks to pass over retention in governance mode. Throws `AccessDenied` when it may not.
    func bypassesGovernance(_ call: S3Call) throws(S3Error) -> Bool {
        guard call.headers[first: "x-amz-bypass-governance-retention"]?.lowercased() == "true" else {
            return false
        }
        try permit(call, .bypassGovernanceRetention, call.bucket, call.resolvedKey)
        return true
    }
}
