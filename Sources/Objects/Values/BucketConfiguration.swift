import Synchronization

/// The sub-resources of a bucket that are documents: each is coded by the subsystem that reads it.
package enum BucketConfiguration: UInt8, Sendable, CaseIterable {
    // Raw values are part of the catalog's format.
    case acl = 1
    case ownershipControls, publicAccessBlock, policy, tagging, cors, lifecycle, encryption, website, logging
    case notification, requestPayment, accelerate, objectLock
}

/// One document of a bucket's configuration, and the form that its reader made of it.
///
/// It lives as long as the cached bucket does, so a policy is parsed once and not for every request.
package final class ConfigurationDocument: Sendable {
    package let bytes: [UInt8]
    private let form = Mutex<(any Sendable)?>(nil)

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// What `read` makes of the bytes; a later call with the same type gets the same value.
    package func form<Form: Sendable, Failure: Error>(
        _ read: ([UInt8]) throws(Failure) -> Form
    ) throws(Failure) -> Form {
        if let known = form.withLock({ $0 as? Form }) { return known }
        let made = try read(bytes)
        form.withLock { $0 = made }
        return made
    }
}

extension ConfigurationDocument: Hashable {
    package static func == (a: ConfigurationDocument, b: ConfigurationDocument) -> Bool {
        a === b || a.bytes == b.bytes
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}
