package import Objects

/// What a bucket's policy says: who may, or may not, do what with the bucket and its objects.
///
/// Source: AWS IAM, "IAM JSON policy elements reference" and "Policy evaluation logic".
package struct BucketPolicy: Sendable {
    /// Bytes of a policy, as AWS has it.
    package static let maximumLength = 20 * 1024

    /// Why a policy is not taken.
    package struct Malformed: Error, Hashable {
        package let why: String
    }

    let statements: [PolicyStatement]

    /// - Parameter bucket: every resource must be in it.
    package init(_ bytes: [UInt8], for bucket: BucketName) throws(Malformed) {
        statements = try PolicyDocument.statements(
            bytes, of: .bucket(bucket), maximumLength: Self.maximumLength)
    }

    /// An explicit deny wins over every allow.
    func verdict(on request: PolicyRequest) -> PolicyVerdict { statements.verdict(on: request).0 }

    /// Whether it lets everybody do something, as AWS defines it: some allowing statement is for all principals,
    /// and no condition narrows it to fixed values.
    package var isPublic: Bool { statements.contains { $0.isPublic } }
}
