/// A request line and its header fields, checked, and what they say about the message.
struct RequestHead {
    enum Framing: Equatable {
        case none
        case length(Int64)
        case chunked
    }

    var method: HTTPMethod
    var target: String
    /// HTTP/1.x.
    var minorVersion: Int
    var headers: HeaderFields
    var framing: Framing
    /// What the client asked for; the server may still close.
    var keepsAlive: Bool
    var expectsContinue: Bool
}
