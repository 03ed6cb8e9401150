import Auth
import HTTPServer
import NIOCore
import Objects
import XML

extension S3Error {
    /// The error of any failure below the door; what is unknown is the server's fault and told to the log only.
    init(any error: any Error) {
        switch error {
        case let error as S3Error: self = error
        case let error as StoreError: self.init(store: error)
        case let error as S3AuthError: self.init(auth: error)
        case let error as BodyError: self.init(body: error)
        case is CancellationError: self.init(.requestTimeout)
        default: self.init(.internalError, cause: "\(error)")
        }
    }

    /// What is wrong with a signature, in the words of whoever judged it.
    init(auth error: S3AuthError) {
        if case .store(let error) = error {
            self.init(store: error)
            return
        }
        let answer = error.answer
        self.init(
            code: answer.code, status: answer.status, message: answer.message, fields: answer.fields)
    }

    /// What went wrong with the connection while a body was read.
    init(body error: BodyError) {
        switch error {
        case .tooLarge: self.init(.entityTooLarge)
        case .disconnected, .malformed, .aborted: self.init(.incompleteBody)
        case .tooSlow: self.init(.requestTimeout)
        }
    }

    /// The answer. A HEAD has no body, so its client sees the status only; neither has a 304.
    func response(to request: HTTPRequest, _ target: S3Target?) -> HTTPResponse {
        var headers = HeaderFields()
        for (name, value) in self.headers { headers.add(name, value) }
        guard request.method != .head, status != 304 else {
            return HTTPResponse(status: status, headers: headers, headLength: 0)
        }
        headers.add("Content-Type", "application/xml")
        var xml = XMLWriter()
        xml.open("Error")
        xml.element("Code", code)
        xml.element("Message", message)
        for (name, value) in fields { xml.element(name, value) }
        if let key = target?.key { xml.element("Key", utf8: key) }
        if let bucket = target?.bucket, !fields.contains(where: { $0.name.description == "BucketName" }) {
            xml.element("BucketName", bucket)
        }
        if !fields.contains(where: { $0.name.description == "Resource" }) {
            xml.element("Resource", request.rawPath)
        }
        xml.element("RequestId", request.id)
        xml.element("HostId", S3Door.hostID)
        xml.close()
        return HTTPResponse(
            status: status, headers: headers, body: .bytes(xml.withBytes { ByteBuffer(bytes: $0) }))
    }
}
