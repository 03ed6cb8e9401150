/// What the delivery door may be told.
package struct DeliverySettings: Sendable {
    /// Cache-Control of public files that were stored without one. Their URLs are mutable, so caches ask again.
    package var cacheControl = "no-cache"
    /// How long, in ms, the door believes what it knows of a domain: after this time at the latest a domain that was
    /// removed or made private is so.
    package var domainLifetime: Int64 = 1000

    package init() {}
}
