/// A version as its reader saw it: a change that names it is refused when it has become another one meanwhile.
package struct VersionSighting: Hashable, Sendable {
    package var sequence: Int64
    package var isLatest: Bool
    package var attributes: ObjectAttributes

    package init(_ version: ObjectVersion) {
        sequence = version.sequence
        isLatest = version.isLatest
        attributes = version.attributes
    }

    /// Throws `preconditionFailed` when what is there now is not what was seen. To have become the current version
    /// is another state too; to have ceased to be it is not, for what was to be done is done to the same version.
    package func check(
        sequence: Int64?, attributes: ObjectAttributes, isCurrent: Bool
    ) throws(StoreError) {
        guard sequence == self.sequence, attributes == self.attributes, isLatest || !isCurrent else {
            throw .preconditionFailed
        }
    }
}
