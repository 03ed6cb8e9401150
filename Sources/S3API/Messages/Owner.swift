/// Who owns a bucket and everything in it: the project, which is the S3 account.
struct Owner: Sendable {
    var id: String
    var displayName: String
}
