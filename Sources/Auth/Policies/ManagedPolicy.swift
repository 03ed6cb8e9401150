/// The policies that AWS itself keeps for all accounts, as far as they say something about what is here.
///
/// Source: AWS Managed Policy Reference Guide.
package struct ManagedPolicy: Sendable {
    package let name: String
    /// As it is attached.
    package let arn: String
    let policy: IdentityPolicy
    package let document: String

    private init?(_ name: String, _ actions: [String]) {
        self.name = name
        arn = "arn:aws:iam::aws:policy/\(name)"
        let list = actions.map { "\"\($0)\"" }.joined(separator: ",")
        document =
            #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[\#(list)],"Resource":"*"}]}"#
        guard let policy = try? IdentityPolicy(Array(document.utf8)) else { return nil }
        self.policy = policy
    }

    package static let all: [ManagedPolicy] = [
        ManagedPolicy("AdministratorAccess", ["*"]),
        ManagedPolicy("AmazonS3FullAccess", ["s3:*", "s3-object-lambda:*"]),
        ManagedPolicy(
            "AmazonS3ReadOnlyAccess",
            ["s3:Get*", "s3:List*", "s3:Describe*", "s3-object-lambda:Get*", "s3-object-lambda:List*"]),
        ManagedPolicy("IAMFullAccess", ["iam:*"]),
        ManagedPolicy(
            "IAMReadOnlyAccess",
            [
                "iam:GenerateCredentialReport", "iam:GenerateServiceLastAccessedDetails", "iam:Get*",
                "iam:List*",
                "iam:SimulateCustomPolicy", "iam:SimulatePrincipalPolicy",
            ]),
    ].compactMap(\.self)

    package static func named(_ arn: String) -> ManagedPolicy? { all.first { $0.arn == arn } }
}
