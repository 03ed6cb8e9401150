import HTTPServer
import Objects
import XML

extension S3Door {
    func getObjectLockConfiguration(_ call: S3Call) async throws -> HTTPResponse {
        guard let lock = try call.bucket.objectLock else {
            throw S3Error.notConfigured(.objectLockConfigurationNotFound, call.bucket)
        }
        return .xml { xml in
            xml.openRoot("ObjectLockConfiguration")
            xml.element("ObjectLockEnabled", "Enabled")
            if let rule = lock.defaultRetention {
                xml.open("Rule")
                xml.open("DefaultRetention")
                xml.element("Mode", rule.mode.rawValue)
                switch rule.period {
                case .days(let days): xml.element("Days", days)
                case .years(let years): xml.element("Years", years)
                }
                xml.close()
                xml.close()
            }
            xml.close()
        }
    }

    /// Sets the default retention, and object lock itself on a bucket that keeps versions.
    func putObjectLockConfiguration(_ call: S3Call) async throws -> HTTPResponse {
        let root = try await configuration(call, root: "ObjectLockConfiguration")
        guard root.text(of: "ObjectLockEnabled") == "Enabled" else { throw S3Error(.malformedXML) }
        let lock = ObjectLock(defaultRetention: try root.first("Rule").map(Self.defaultRetention))
        guard try call.bucket.objectLock != nil || call.bucket.versioning == .enabled else {
            throw S3Error(
                .invalidBucketState,
                "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration"
            )
        }
        _ = try await store.accounts.setConfiguration(call.bucket.id, .objectLock, lock.encoded)
        return HTTPResponse(status: 200)
    }

    private static func defaultRetention(_ rule: XMLElement) throws(S3Error) -> ObjectLock.Default {
        guard let written = rule.first("DefaultRetention"),
            let mode = written.text(of: "Mode").flatMap(Retention.Mode.init(rawValue:))
        else { throw S3Error(.malformedXML) }
        switch (written.text(of: "Days"), written.text(of: "Years")) {
        case (let text?, nil):
            return .init(mode: mode, period: .days(try count(text, ObjectLock.maximumDays)))
        case (nil, let text?):
            return .init(mode: mode, period: .years(try count(text, ObjectLock.maximumYears)))
        default: throw S3Error(.malformedXML)
        }
    }

    private static func count(_ text: String, _ maximum: Int) throws(S3Error) -> Int {
        guard let number = Int(text.trimmed) else { throw S3Error(.malformedXML) }
        guard (1...maximum).contains(number) else { throw S3Error(.invalidRetentionPeriod) }
        return number
    }
}
