import Digests
import Testing

@Suite struct SecretsTests {
    @Test func equalityOfSecrets() {
        #expect(constantTimeEqual([], []))
        #expect(constantTimeEqual([1, 2, 3], [1, 2, 3]))
        #expect(!constantTimeEqual([1, 2, 3], [1, 2, 4]))
        #expect(!constantTimeEqual([0, 2, 3], [1, 2, 3]))
        #expect(!constantTimeEqual([1, 2, 3], [1, 2]))
        #expect(!constantTimeEqual([], [0]))
    }

    @Test(arguments: [0, 1, 16, 1_000])
    func randomBytesHaveTheLengthAskedFor(count: Int) {
        #expect(randomBytes(count).count == count)
    }

    @Test func randomBytesDiffer() {
        #expect(Set((0..<1_000).map { _ in randomBytes(16) }).count == 1_000)
        // Each byte value is missing from so many with a chance of 256 · e^-250.
        #expect(Set(randomBytes(64_000)).count == 256)
    }
}
