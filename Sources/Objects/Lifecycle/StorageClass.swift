/// The storage classes that AWS names: labels here, since all objects are kept alike.
package enum StorageClass: String, Sendable, CaseIterable {
    // From the class that objects are made in to the one they end in: nothing moves back.
    case standard = "STANDARD"
    case reducedRedundancy = "REDUCED_REDUNDANCY"
    case standardInfrequent = "STANDARD_IA"
    case intelligentTiering = "INTELLIGENT_TIERING"
    case oneZoneInfrequent = "ONEZONE_IA"
    case glacierInstant = "GLACIER_IR"
    case glacier = "GLACIER"
    case deepArchive = "DEEP_ARCHIVE"

    /// Those to which a lifecycle rule may move an object.
    package var isTransitionTarget: Bool { self != .standard && self != .reducedRedundancy }

    /// Days that an object must have been in a warmer class.
    package var minimumDays: Int64 {
        switch self {
        case .standardInfrequent, .oneZoneInfrequent: 30
        default: 0
        }
    }

    /// Archives take objects of any size.
    var isArchive: Bool { self == .glacier || self == .deepArchive }

    /// Its place on the way that objects take.
    static func rank(_ name: String?) -> Int {
        guard let name else { return 0 }
        return allCases.firstIndex { $0.rawValue == name } ?? 0
    }
}
