import Objects

extension S3AuthError {
    /// What the S3 door answers; the code, message and fields are elements of the XML error.
    package struct Answer: Sendable {
        package var status: Int
        package var code: String
        package var message: String
        package var fields: [(name: StaticString, value: String)] = []

        init(
            _ status: Int, _ code: String, _ message: String,
            _ fields: [(name: StaticString, value: String)] = []
        ) {
            self.status = status
            self.code = code
            self.message = message
            self.fields = fields
        }
    }

    package var status: Int { answer.status }
    package var code: String { answer.code }
    package var message: String { answer.message }
    package var fields: [(name: StaticString, value: String)] { answer.fields }

    package var answer: Answer {
        switch self {
        case .accessDenied(let message):
            Answer(403, "AccessDenied", message)
        case .headersNotSigned(let names):
            Answer(
                403, "AccessDenied", "There were headers present in the request which were not signed",
                [("HeadersNotSigned", names.joined(separator: ", "))])
        case .signatureDoesNotMatch(let evidence):
            Answer(403, "SignatureDoesNotMatch", Self.mismatch, Self.fields(of: evidence))
        case .invalidAccessKeyID(let id):
            Answer(
                403, "InvalidAccessKeyId",
                "The AWS Access Key Id you provided does not exist in our records.",
                [("AWSAccessKeyId", id)])
        case .requestTimeTooSkewed(let requestTime, let serverTime):
            Answer(
                403, "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
                [
                    ("RequestTime", requestTime), ("ServerTime", AWSTimestamp.extended(serverTime)),
                    ("MaxAllowedSkewMilliseconds", "\(S3Authenticator.maximumSkew * 1000)"),
                ])
        case .lifetimeOutOfRange(let message):
            // AWS answers 400; the public suite wants 403, and no client looks at more than the code.
            Answer(403, "AuthorizationQueryParametersError", message)
        case .requestExpired(let expires, let lifetime, let serverTime):
            Answer(
                403, "AccessDenied", "Request has expired",
                (lifetime.map { [("X-Amz-Expires", "\($0)")] } ?? []) + [
                    ("Expires", AWSTimestamp.extended(expires)),
                    ("ServerTime", AWSTimestamp.extended(serverTime)),
                ])
        case .authorizationHeaderMalformed, .authorizationQueryParameters, .invalidArgument, .invalidRequest,
            .invalidURI, .invalidToken, .expiredToken, .missingContentLength, .invalidPolicyDocument:
            malformedAnswer
        case .contentSHA256Mismatch, .incompleteBody, .invalidChunkSize, .malformedTrailer:
            bodyAnswer
        case .store(.overloaded):
            Answer(503, "SlowDown", "Please reduce your request rate.")
        case .store:
            Answer(500, "InternalError", "We encountered an internal error. Please try again.")
        }
    }

    private static let mismatch =
        "The request signature we calculated does not match the signature you provided. "
        + "Check your key and signing method."

    private var malformedAnswer: Answer {
        switch self {
        case .authorizationHeaderMalformed(let what, let region):
            Answer(
                400, "AuthorizationHeaderMalformed", "The authorization header is malformed; \(what)",
                Self.field("Region", region))
        case .authorizationQueryParameters(let message, let region):
            Answer(
                400, "AuthorizationQueryParametersError", message, Self.field("Region", region))
        case .invalidArgument(let name, let value, let message):
            Answer(
                400, "InvalidArgument", message,
                Self.field("ArgumentName", name) + Self.field("ArgumentValue", value))
        case .invalidPolicyDocument(let why):
            Answer(400, "InvalidPolicyDocument", "Invalid Policy: " + why)
        case .invalidURI:
            Answer(400, "InvalidURI", "Couldn't parse the specified URI.")
        case .invalidToken:
            Answer(400, "InvalidToken", "The provided token is malformed or otherwise invalid.")
        case .expiredToken:
            Answer(400, "ExpiredToken", "The provided token has expired.")
        case .missingContentLength:
            Answer(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
        case .invalidRequest(let message):
            Answer(400, "InvalidRequest", message)
        default:
            Answer(400, "InvalidRequest", "The request is not valid.")
        }
    }

    private var bodyAnswer: Answer {
        switch self {
        case .contentSHA256Mismatch(let client, let computed):
            Answer(
                400, "XAmzContentSHA256Mismatch",
                "The provided 'x-amz-content-sha256' header does not match what was computed.",
                [("ClientComputedContentSHA256", client), ("S3ComputedContentSHA256", computed)])
        case .invalidChunkSize(let chunk, let size):
            Answer(
                403, "InvalidChunkSizeError",
                "Only the last chunk is allowed to have a size less than \(AWSChunkedBody.minimumChunk) bytes",
                [("Chunk", "\(chunk)"), ("BadChunkSize", "\(size)")])
        case .malformedTrailer(let message):
            Answer(400, "MalformedTrailerError", message)
        case .incompleteBody(let message):
            Answer(400, "IncompleteBody", message)
        default:
            Answer(400, "IncompleteBody", "The body is not what the request announced.")
        }
    }

    private static func field(_ name: StaticString, _ value: String?) -> [(name: StaticString, value: String)]
    {
        value.map { [(name: name, value: $0)] } ?? []
    }

    private static func fields(of evidence: SignatureEvidence) -> [(name: StaticString, value: String)] {
        var fields: [(name: StaticString, value: String)] = [
            (name: "AWSAccessKeyId", value: evidence.accessKeyID),
            (name: "StringToSign", value: evidence.stringToSign),
            (name: "SignatureProvided", value: evidence.signatureProvided),
            (name: "StringToSignBytes", value: hexWords(evidence.stringToSign)),
        ]
        if let canonical = evidence.canonicalRequest {
            fields.append((name: "CanonicalRequest", value: canonical))
            fields.append((name: "CanonicalRequestBytes", value: hexWords(canonical)))
        }
        return fields
    }

    /// `41 57 53 …`, in which a wrong line end or space shows.
    private static func hexWords(_ text: String) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var words: [UInt8] = []
        for byte in text.utf8 {
            if !words.isEmpty { words.append(0x20) }
            words.append(digits[Int(byte >> 4)])
            words.append(digits[Int(byte & 15)])
        }
        return String(decoding: words, as: UTF8.self)
    }
}
