package import Objects

/// What the S3 door is told by the configuration.
package struct S3Settings: Sendable {
    /// The region that signatures must name.
    package var region = "us-east-1"
    /// `<bucket>.<suffix>` in Host is virtual-host style; every other host is path style. Lower case, no port.
    package var hostSuffixes = ["s3.localhost"]
    /// Largest part of a multipart upload and largest body of one PutObject, in bytes.
    package var maximumPartSize: Int64 = 5 << 30
    /// How upkeep counts the days of lifecycle rules.
    package var calendar = LifecycleCalendar.standard

    package init() {}
}
