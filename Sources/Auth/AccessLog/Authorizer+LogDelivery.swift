package import Objects

extension Authorizer {
    /// The service that AWS's policies name for the delivery of access logs.
    static let logDelivery = "logging.s3.amazonaws.com"

    /// Whether the records of one bucket may be written into another: its policy lets the service do it, or its access
    /// control list the log delivery group.
    ///
    /// - Parameter prefix: of the log objects' keys; a policy may name it alone or with what follows.
    package func allowsLogDelivery(from source: Bucket, to target: Bucket, prefix: String) -> Bool {
        do {
            let verdicts = try ["", "0"].map { end in
                try target.policy?.verdict(
                    on: PolicyRequest(
                        caller: .service(Self.logDelivery), action: .putObject, bucket: target.name,
                        key: ObjectKey(stored: Array("\(prefix)\(end)".utf8)),
                        values: { name in
                            switch name {
                            case "aws:sourcearn": ["arn:aws:s3:::\(source.name.string)"]
                            case "aws:sourceaccount": [source.project.string]
                            case "aws:principalservicename": [Self.logDelivery]
                            case "aws:principalisawsservice": ["true"]
                            default: nil
                            }
                        })) ?? .silent
            }
            if verdicts.contains(.deny) { return false }
            if verdicts.contains(.allow) { return true }
            guard target.ownership != .bucketOwnerEnforced else { return false }
            return try target.acl.grants.contains {
                $0.grantee == .logDelivery && ($0.permission == .write || $0.permission == .fullControl)
            }
        } catch {
            return false
        }
    }
}
