import Testing

@testable import IdentityAPI

@Suite("Forms of the query protocol")
struct QueryFormTests {
    @Test("escapes and plus signs are decoded")
    func decoding() throws {
        let form = try QueryForm("Action=GetUser&UserName=a%2Bb+c&Empty=")
        #expect(form["Action"] == "GetUser")
        #expect(form["UserName"] == "a+b c")
        #expect(form["Empty"] == "")
        #expect(form["Other"] == nil)
    }

    @Test(
        "a name that comes twice could be read in two ways",
        arguments: [
            "Action=GetUser&Action=DeleteUser", "A=%zz", "A=%ff", "A=%4",
        ])
    func refusals(_ text: String) {
        #expect(throws: IdentityError.self) { try QueryForm(text) }
    }

    @Test("a list ends where a number is missing")
    func lists() throws {
        let form = try QueryForm("P.member.1.arn=a&P.member.2.arn=b&P.member.4.arn=d")
        #expect(form.list("P", "arn") == ["a", "b"])
    }

    @Test("no mutation of a form brings the reader down, and what it reads was sent")
    func mutations() {
        var random = SplitMix64(seed: 7)
        let sample = Array("Action=PutUserPolicy&PolicyDocument=%7B%22a%22%3A+1%7D&X.member.1.Y=z".utf8)
        for _ in 0..<2000 {
            var bytes = sample
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(
                    in: 0...255, using: &random)
            }
            let text = String(decoding: bytes, as: UTF8.self)
            guard let form = try? QueryForm(text) else { continue }
            #expect(form.names.count <= text.utf8.count { $0 == UInt8(ascii: "&") } + 1)
        }
    }
}

struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
