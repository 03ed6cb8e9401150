package import Objects

/// A bucket's switches against access by everybody.
///
/// Source: AWS, "Blocking public access to your Amazon S3 storage".
package struct PublicAccessBlock: Hashable, Sendable {
    /// Lists that grant anything to everybody are refused.
    package var blocksPublicACLs: Bool
    /// Such lists count as if they granted nothing to everybody.
    package var ignoresPublicACLs: Bool
    /// Policies that are public are refused.
    package var blocksPublicPolicy: Bool
    /// A policy that is public, and a public domain, open the bucket to nobody but its own account.
    package var restrictsPublicBuckets: Bool

    package static let none = PublicAccessBlock(
        blocksPublicACLs: false, ignoresPublicACLs: false, blocksPublicPolicy: false,
        restrictsPublicBuckets: false)

    package init(
        blocksPublicACLs: Bool, ignoresPublicACLs: Bool, blocksPublicPolicy: Bool,
        restrictsPublicBuckets: Bool
    ) {
        self.blocksPublicACLs = blocksPublicACLs
        self.ignoresPublicACLs = ignoresPublicACLs
        self.blocksPublicPolicy = blocksPublicPolicy
        self.restrictsPublicBuckets = restrictsPublicBuckets
    }

    /// One byte, a bit a switch.
    package var encoded: [UInt8] {
        [
            (blocksPublicACLs ? 1 : 0) | (ignoresPublicACLs ? 2 : 0) | (blocksPublicPolicy ? 4 : 0)
                | (restrictsPublicBuckets ? 8 : 0)
        ]
    }

    package init(encoded bytes: [UInt8]) {
        let bits = bytes.first ?? 0
        self.init(
            blocksPublicACLs: bits & 1 != 0, ignoresPublicACLs: bits & 2 != 0,
            blocksPublicPolicy: bits & 4 != 0,
            restrictsPublicBuckets: bits & 8 != 0)
    }
}

/// Who owns what others upload into a bucket, and whether access control lists count.
///
/// Source: AWS, "Controlling ownership of objects and disabling ACLs for your bucket".
package enum ObjectOwnership: String, Sendable, CaseIterable {
    /// Lists do not count; everything is the bucket owner's.
    case bucketOwnerEnforced = "BucketOwnerEnforced"
    /// What is uploaded with `bucket-owner-full-control` is the bucket owner's.
    case bucketOwnerPreferred = "BucketOwnerPreferred"
    case objectWriter = "ObjectWriter"
}

extension Bucket {
    package var publicAccessBlock: PublicAccessBlock {
        configurations[.publicAccessBlock].map { PublicAccessBlock(encoded: $0.bytes) } ?? .none
    }

    /// What was chosen; nil is `objectWriter`, and says that nothing was.
    package var ownership: ObjectOwnership? {
        configurations[.ownershipControls].flatMap {
            ObjectOwnership(rawValue: String(decoding: $0.bytes, as: UTF8.self))
        }
    }

    package var acl: AccessControlList {
        get throws(StoreError) {
            guard let document = configurations[.acl] else { return .ownerOnly(project) }
            return try AccessControlList(encoded: document.bytes)
        }
    }

    package var policy: BucketPolicy? {
        get throws(StoreError) {
            guard let document = configurations[.policy] else { return nil }
            do {
                return try document.form { try BucketPolicy($0, for: name) }
            } catch {
                throw .corrupt("the policy of bucket \(name) cannot be read")
            }
        }
    }
}

extension ObjectVersion {
    /// The account that owns it.
    package func owner(in bucket: Bucket) -> ProjectID { attributes.owner ?? bucket.project }
}

extension Upload {
    /// The account that will own the object.
    package func owner(in bucket: Bucket) -> ProjectID { attributes.owner ?? bucket.project }
}

extension ObjectAttributes {
    /// - Parameter bucket: the one that the object is in.
    package func list(in bucket: Bucket) throws(StoreError) -> AccessControlList {
        guard let acl else { return .ownerOnly(owner ?? bucket.project) }
        return try AccessControlList(encoded: acl)
    }
}
