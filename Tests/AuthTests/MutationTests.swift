import Digests
import HTTPServer
import NIOCore
import Objects
import Testing

@testable import Auth

/// Small changes to what was signed, thousands of them, from fixed seeds: none may be accepted but those that
/// change nothing.
struct MutationTests {
    private static let printable = Array(UInt8(0x20)...0x7E)
    private static let rounds = 1500

    @Test(arguments: [UInt64(11), 12])
    func theAuthorizationField(_ seed: UInt64) async throws {
        var generator = SplitMix64(seed: seed)
        let fixture = try await S3Fixture.vectors()
        let signed = try #require(SignedRequest.inHeader.first { $0.name == "put with metadata" }).request
        let field = try #require(signed.headers[first: "authorization"])
        func essence(_ text: String) -> [UInt8] { text.utf8.filter { $0 != 0x20 && $0 != 0x09 } }
        var refused = 0
        for _ in 0..<Self.rounds {
            let bytes = mutated(Array(field.utf8), alphabet: Self.printable + [0x09], using: &generator)
            let changed = String(decoding: bytes, as: UTF8.self)
            if await fixture.refusal(signed.setting("Authorization", changed)) == nil {
                // Blanks between components mean nothing.
                #expect(essence(changed) == essence(field), "\(changed)")
            } else {
                refused += 1
            }
        }
        #expect(refused > Self.rounds / 2)
    }

    @Test(arguments: ["get", "parameters", "put with signed header"])
    func theQueryOfVersion4(_ name: String) async throws {
        var generator = SplitMix64(seed: 21)
        let signed = try #require(SignedRequest.inQuery.first { $0.name == name })
        try await mutateTarget(of: signed, using: &generator)
    }

    @Test(arguments: ["get", "parameters", "uploads"])
    func theQueryOfVersion2(_ name: String) async throws {
        var generator = SplitMix64(seed: 22)
        let signed = try #require(SignedRequest.version2.first { $0.name == name })
        try await mutateTarget(of: signed, using: &generator)
    }

    private func mutateTarget(of signed: SignedRequest, using generator: inout SplitMix64) async throws {
        let fixture = try await S3Fixture.vectors()
        let meaning = Meaning(signed.target)
        var refused = 0
        for _ in 0..<Self.rounds {
            let bytes = mutated(Array(signed.target.utf8), alphabet: Self.printable, using: &generator)
            let target = String(decoding: bytes, as: UTF8.self)
            // A target that lost every sign of a signature is anonymous, which is no way in.
            let identity = try? await fixture.authenticate(signed.request.retargeted(target))
            if identity?.principal.credential != nil {
                #expect(Meaning(target) == meaning, "\(target)")
            } else {
                refused += 1
            }
        }
        #expect(refused > Self.rounds / 2)
    }

    /// What a target says, whatever its spelling: the bytes of the path, the parameters in any order.
    private struct Meaning: Equatable {
        var path: [UInt8]
        var parameters: [String]

        init(_ target: String) {
            let request = HTTPRequest(target: target)
            path = percentDecode(request.rawPath) ?? []
            let items = parseQuery(request.rawQuery ?? "", plusIsSpace: true, limit: 100) ?? []
            // "acl" and "acl=" are the same to Version 4.
            parameters = items.map { "\($0.name)=\($0.value ?? "")" }.filter { $0 != "=" }.sorted()
        }
    }

    /// Whatever is done to the framing, no byte comes out that was not signed at its place.
    @Test(arguments: [UInt64(31), 32, 33])
    func theFramingOfSignedChunks(_ seed: UInt64) async throws {
        var generator = SplitMix64(seed: seed)
        var sample = ChunkedSample(seed: ChunkedBodyTests.documentedSeed)
        let data = (0..<17_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        sample.addSigned(Array(data[..<8192]))
        sample.addSigned(Array(data[8192..<16_384]))
        sample.addSigned(Array(data[16_384...]))
        sample.addSigned([], lineEnd: false)
        sample.addSignedTrailer(["x-amz-checksum-crc32:+x3cDQ=="])
        var refused = 0
        for round in 0..<400 {
            let changed =
                round % 2 == 0
                ? mutated(sample.bytes, alphabet: Self.printable, using: &generator)
                : mutatedOutsideData(sample.bytes, using: &generator)
            let body = try ChunkedBodyTests.body(
                Pieces.cut(changed, using: &generator, largest: 12_000), length: 17_000, trailer: true,
                declared: ["x-amz-checksum-crc32"])
            let reading = await Reading.all(of: body)
            #expect(data.starts(with: reading.bytes))
            if reading.error == nil {
                #expect(reading.bytes == data)
                #expect(body.trailers == ["x-amz-checksum-crc32": "+x3cDQ=="])
            } else {
                refused += 1
                #expect(body.trailers.isEmpty)
            }
        }
        #expect(refused > 300)
    }

    /// Changes near the framing, which is a small part of the bytes.
    private func mutatedOutsideData(_ bytes: [UInt8], using generator: inout SplitMix64) -> [UInt8] {
        let starts = [0, 8192 + 87, 2 * (8192 + 89), bytes.count - 300]
        let start = starts.randomElement(using: &generator) ?? 0
        let end = min(bytes.count, start + 100)
        let part = mutated(Array(bytes[start..<end]), alphabet: Self.printable, using: &generator)
        return bytes[..<start] + part + bytes[end...]
    }

    /// Without signatures the bytes are free, but never more or fewer than announced, and never a crash.
    @Test func theFramingOfUnsignedChunks() async throws {
        var generator = SplitMix64(seed: 41)
        let framed = Array("9\r\nsome data\r\n0\r\nx-amz-checksum-crc32:+x3cDQ==\r\n\r\n".utf8)
        for _ in 0..<Self.rounds {
            let changed = mutated(
                mutated(framed, alphabet: Self.printable + [0x0D, 0x0A], using: &generator),
                alphabet: Array("0123456789abcdef\r\n;:".utf8), using: &generator)
            let body = AWSChunkedBody(
                Pieces(Pieces.cut(changed, using: &generator, largest: 20)), form: .unsignedTrailer,
                decodedLength: 9, declaredTrailers: ["x-amz-checksum-crc32"])
            let reading = await Reading.all(of: body)
            #expect(reading.bytes.count <= 9)
            if reading.error == nil {
                #expect(reading.bytes.count == 9)
                #expect(body.trailers.count == 1)
            } else {
                #expect(body.failure != nil)
            }
        }
    }

    @Test(arguments: [LinkGrant.Method.get, .put])
    func theQueryAndPathOfALink(_ method: LinkGrant.Method) {
        var generator = SplitMix64(seed: 51)
        let credential = Credential(
            keyID: KeyID("k"), project: ProjectID("p"), role: .full, secret: Array("a-secret-of-a-key".utf8))
        let path = Array("folder/café file.png".utf8)
        let query = SignedURL.sign(
            path: path, expiry: 2_000_000_000, method: method, secret: credential.secret)
        let target = "/folder/caf%C3%A9%20file.png?" + query + "&upload"
        let meaning = Meaning(target)
        var refused = 0
        for _ in 0..<Self.rounds {
            let bytes = mutated(Array(target.utf8), alphabet: Self.printable, using: &generator)
            let request = HTTPRequest(target: String(decoding: bytes, as: UTF8.self))
            let verdict = SignedURL.verify(
                rawPath: request.rawPath, rawQuery: request.rawQuery, credentials: [credential], now: 0)
            guard case .valid(_, let grant) = verdict else {
                refused += 1
                continue
            }
            #expect(grant == LinkGrant(method: method, path: path, expiry: 2_000_000_000))
            #expect(percentDecode(request.rawPath) == [0x2F] + path)
            let known = Meaning(request.target).parameters.filter { !$0.hasPrefix("upload") }
            #expect(known.map(withoutPadding) == meaning.parameters.filter { !$0.hasPrefix("upload") })
        }
        #expect(refused > Self.rounds / 2)
    }

    private func withoutPadding(_ parameter: String) -> String {
        guard parameter.hasPrefix("signature="), parameter.hasSuffix("=") else { return parameter }
        return String(parameter.dropLast())
    }
}
