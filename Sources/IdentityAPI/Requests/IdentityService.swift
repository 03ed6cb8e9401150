/// The two services that share this door, told apart by the version of their interface.
enum IdentityService: Sendable {
    case iam
    case sts

    init?(version: String) {
        switch version {
        case "2010-05-08": self = .iam
        case "2011-06-15": self = .sts
        default: return nil
        }
    }

    /// In credential scopes, and before the names of actions.
    var name: String {
        switch self {
        case .iam: "iam"
        case .sts: "sts"
        }
    }

    var namespace: String {
        switch self {
        case .iam: "https://iam.amazonaws.com/doc/2010-05-08/"
        case .sts: "https://sts.amazonaws.com/doc/2011-06-15/"
        }
    }
}
