/// One request and its response on a connection; lives on the event loop.
final class Exchange {
    let number: Int
    let request: HTTPRequest
    let head: RequestHead
    var task: Task<Void, Never>?
    /// The whole request has come in.
    var inputEnded: Bool
    /// The client waits for `100 Continue` and has not got it.
    var awaitsContinue: Bool
    var responseStarted = false
    /// Bytes taken from the slab budget.
    var accounted = 0
    /// Bytes of the body that came in the present measurement of its rate.
    var windowBytes = 0

    init(number: Int, request: HTTPRequest, head: RequestHead) {
        self.number = number
        self.request = request
        self.head = head
        inputEnded = head.framing == .none
        awaitsContinue = head.expectsContinue
    }
}
