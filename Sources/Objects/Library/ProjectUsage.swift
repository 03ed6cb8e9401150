/// What a project keeps.
package struct ProjectUsage: Hashable, Sendable {
    /// Current objects.
    package var files: Int64
    /// Sum of the sizes of all versions, in bytes.
    package var logical: Int64
    /// The project's share of the bytes that are stored after deduplication: each content counts once in a project.
    package var stored: Int64

    package init(files: Int64 = 0, logical: Int64 = 0, stored: Int64 = 0) {
        self.files = files
        self.logical = logical
        self.stored = stored
    }
}

/// The usage at the end of a day (UTC).
package struct UsageDay: Hashable, Sendable {
    /// Days of one project that are kept.
    package static let maximumDays = 400

    /// Days since 1970.
    package var day: Int64
    package var usage: ProjectUsage

    package init(day: Int64, usage: ProjectUsage) {
        self.day = day
        self.usage = usage
    }
}
