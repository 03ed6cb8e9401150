/// Why the catalog cannot be opened.
package enum CatalogOpenError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file has migrations that this release does not know.
    case newerSchema(path: String)
    /// A pragma that durability depends on did not take.
    case wrongSetting(String)

    package var description: String {
        switch self {
        case .newerSchema(let path): "\(path) was written by a newer release of Coffer"
        case .wrongSetting(let setting): "the database did not accept \(setting)"
        }
    }
}
